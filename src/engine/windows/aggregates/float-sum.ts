/**
 * SUM, AVG and COUNT of FLOAT and DOUBLE: count, a double-double sum, and a counter of NaN and infinities. The sum starts
 * afresh at count 0, and is taken again from the rows when a leaving value dwarfs what stays.
 */
import { segmentMask, segmentShift, type RecordStore } from "../../state/record-store.ts";
import { roomFor, type Counted, type Movement, type Steps } from "./accumulator.ts";
import { addOdd, addTo, mergeOdd, oddSum, oddUnit, restateRatio } from "./double-double.ts";

// Words: count, high, low, odd.
export class FloatSumAccumulator implements Counted {
  readonly words = 4;
  offset = 0;
  counts = new Float64Array(0);
  sums = new Float64Array(0);
  readonly #removable: boolean;
  #restated: number[] = [];

  constructor(removable: boolean) {
    this.#removable = removable;
  }

  reserve(rows: number): void {
    if (this.counts.length >= rows) return;
    this.counts = new Float64Array(roomFor(rows));
    this.sums = new Float64Array(this.counts.length);
  }

  update(store: RecordStore, steps: Steps, movement: Movement, from: number, to: number, observe: boolean): void {
    const { segments, stride } = store;
    const { offset, counts, sums } = this;
    const { enterEnds, leaveEnds, enterRecords, leaveRecords } = steps;
    const { enters, leaves, enterNumbers, leaveNumbers } = movement;
    let leaving = from === 0 ? 0 : leaveEnds[from - 1]!;
    let entering = from === 0 ? 0 : enterEnds[from - 1]!;
    for (let step = from; step < to; step++) {
      for (const end = leaveEnds[step]!; leaving < end; leaving++) {
        if (leaves[leaving] === 0) continue;
        const record = leaveRecords[leaving]!;
        if (this.#remove(segments[record >>> segmentShift]!, (record & segmentMask) * stride + offset, leaveNumbers[leaving]!)) this.#restated.push(record);
      }
      const first = entering;
      const end = enterEnds[step]!;
      for (; entering < end; entering++) {
        if (enters[entering] === 0) continue;
        const record = enterRecords[entering]!;
        this.#add(segments[record >>> segmentShift]!, (record & segmentMask) * stride + offset, enterNumbers[entering]!);
      }
      if (this.#restated.length > 0) this.#restate(store, movement, step);
      if (!observe) continue;
      for (let row = first; row < end; row++) {
        const record = enterRecords[row]!;
        const words = segments[record >>> segmentShift]!;
        const at = (record & segmentMask) * stride + offset;
        counts[row] = words[at]!;
        sums[row] = words[at + 3] === 0 ? words[at + 1]! : oddSum(words[at + 3]!);
      }
    }
  }

  #add(words: Float64Array, at: number, value: number): void {
    words[at]!++;
    if (value - value === 0) addTo(words, at + 1, value, 0);
    else words[at + 3] = addOdd(words[at + 3]!, value, this.#removable);
  }

  /** True when the sum must be taken again. */
  #remove(words: Float64Array, at: number, value: number): boolean {
    const count = words[at]! - 1;
    words[at] = count;
    if (count === 0) {
      words[at + 1] = words[at + 2] = words[at + 3] = 0;
      return false;
    }
    if (value - value !== 0) {
      words[at + 3]! -= oddUnit(value);
      return false;
    }
    addTo(words, at + 1, -value, 0);
    const rest = words[at + 1]!;
    return rest - rest !== 0 || Math.abs(value) > Math.abs(rest) * restateRatio;
  }

  #restate(store: RecordStore, movement: Movement, step: number): void {
    for (const record of this.#restated) {
      const words = store.segments[record >>> segmentShift]!;
      const at = (record & segmentMask) * store.stride + this.offset;
      words[at + 1] = words[at + 2] = 0;
      movement.visit!(record, step, (value) => {
        if (value - value === 0) addTo(words, at + 1, value, 0);
      });
    }
    this.#restated.length = 0;
  }

  merge(target: RecordStore, targetIds: Int32Array, source: RecordStore, sourceIds: Int32Array, count: number): void {
    const { offset } = this;
    for (let index = 0; index < count; index++) {
      const id = targetIds[index]!;
      const words = target.segments[id >>> segmentShift]!;
      const at = (id & segmentMask) * target.stride + offset;
      const from = sourceIds[index]!;
      words[at]! += source.word(from, offset);
      addTo(words, at + 1, source.word(from, offset + 1), source.word(from, offset + 2));
      words[at + 3] = mergeOdd(words[at + 3]!, source.word(from, offset + 3), this.#removable);
    }
  }

  observe(store: RecordStore, ids: Int32Array, count: number): void {
    this.reserve(count);
    for (let index = 0; index < count; index++) {
      const odd = store.word(ids[index]!, this.offset + 3);
      this.counts[index] = store.word(ids[index]!, this.offset);
      this.sums[index] = odd === 0 ? store.word(ids[index]!, this.offset + 1) : oddSum(odd);
    }
  }
}
