/**
 * STDDEV and VAR of FLOAT and DOUBLE: count, sum and sum of squares as double-doubles with exact products, so that the
 * difference count × squares − sum² keeps its digits however large the mean is.
 */
import { segmentMask, segmentShift, type RecordStore } from "../../state/record-store.ts";
import { roomFor, type Counted, type Movement, type Steps } from "./accumulator.ts";
import { addOdd, addTo, mergeOdd, oddUnit, productError, restateRatio } from "./double-double.ts";

// Words: count, sum high, sum low, squares high, squares low, odd.
export class FloatSpreadAccumulator implements Counted {
  readonly words = 6;
  offset = 0;
  counts = new Float64Array(0);
  /** count × Σx² − (Σx)²; never negative, NaN when a value was not finite. */
  spreads = new Float64Array(0);
  readonly #removable: boolean;
  #restated: number[] = [];

  constructor(removable: boolean) {
    this.#removable = removable;
  }

  reserve(rows: number): void {
    if (this.counts.length >= rows) return;
    this.counts = new Float64Array(roomFor(rows));
    this.spreads = new Float64Array(this.counts.length);
  }

  update(store: RecordStore, steps: Steps, movement: Movement, from: number, to: number, observe: boolean): void {
    const { segments, stride } = store;
    const { offset } = this;
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
      if (observe) for (let row = first; row < end; row++) this.#see(store, enterRecords[row]!, row);
    }
  }

  #add(words: Float64Array, at: number, value: number): void {
    words[at]!++;
    if (value - value === 0) addPowers(words, at + 1, value, 1);
    else words[at + 5] = addOdd(words[at + 5]!, value, this.#removable);
  }

  #remove(words: Float64Array, at: number, value: number): boolean {
    const count = words[at]! - 1;
    words[at] = count;
    if (count === 0) {
      words.fill(0, at, at + 6);
      return false;
    }
    if (value - value !== 0) {
      words[at + 5]! -= oddUnit(value);
      return false;
    }
    addPowers(words, at + 1, value, -1);
    const rest = words[at + 3]!;
    return rest - rest !== 0 || value * value > Math.abs(rest) * restateRatio;
  }

  #restate(store: RecordStore, movement: Movement, step: number): void {
    for (const record of this.#restated) {
      const words = store.segments[record >>> segmentShift]!;
      const at = (record & segmentMask) * store.stride + this.offset;
      words.fill(0, at + 1, at + 5);
      movement.visit!(record, step, (value) => {
        if (value - value === 0) addPowers(words, at + 1, value, 1);
      });
    }
    this.#restated.length = 0;
  }

  #see(store: RecordStore, record: number, row: number): void {
    const words = store.segments[record >>> segmentShift]!;
    const at = (record & segmentMask) * store.stride + this.offset;
    this.counts[row] = words[at]!;
    this.spreads[row] = words[at + 5] === 0 ? spreadOf(words, at) : Number.NaN;
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
      addTo(words, at + 3, source.word(from, offset + 3), source.word(from, offset + 4));
      words[at + 5] = mergeOdd(words[at + 5]!, source.word(from, offset + 5), this.#removable);
    }
  }

  observe(store: RecordStore, ids: Int32Array, count: number): void {
    this.reserve(count);
    for (let index = 0; index < count; index++) this.#see(store, ids[index]!, index);
  }
}

function addPowers(words: Float64Array, at: number, value: number, sign: 1 | -1): void {
  const square = value * value;
  addTo(words, at, sign * value, 0);
  addTo(words, at + 2, sign * square, square < 1e290 ? sign * productError(value, value, square) : 0);
}

function spreadOf(words: Float64Array, at: number): number {
  const count = words[at]!;
  const sum = words[at + 1]!;
  const squares = words[at + 3]!;
  const left = count * squares;
  const right = sum * sum;
  const fine = productError(count, squares, left) - productError(sum, sum, right) + count * words[at + 4]! - 2 * sum * words[at + 2]!;
  const spread = left - right + fine;
  return Math.max(0, spread === spread ? spread : left - right);
}
