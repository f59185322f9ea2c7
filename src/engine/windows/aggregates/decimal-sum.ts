/** SUM, AVG and COUNT of DECIMAL: count and an exact sum of the unscaled values in four limbs. */
import type { Lane } from "../../state/lanes.ts";
import { segmentMask, segmentShift, type RecordStore } from "../../state/record-store.ts";
import { roomFor, type Counted, type Movement, type Steps } from "./accumulator.ts";
import { addHalves, addWhole, readLimbs, wholeOf } from "./limbs.ts";

const limbs = 4;

export class DecimalSumAccumulator implements Counted {
  readonly words = 1 + limbs;
  offset = 0;
  counts = new Float64Array(0);
  sums: bigint[] = [];
  readonly #lane: Lane;
  readonly #decode: (id: number) => unknown;

  constructor(lane: Lane, decode: (id: number) => unknown) {
    this.#lane = lane;
    this.#decode = decode;
  }

  reserve(rows: number): void {
    if (this.counts.length < rows) this.counts = new Float64Array(roomFor(rows));
  }

  update(store: RecordStore, steps: Steps, movement: Movement, from: number, to: number, observe: boolean): void {
    const { enterEnds, leaveEnds, enterRecords, leaveRecords } = steps;
    let leaving = from === 0 ? 0 : leaveEnds[from - 1]!;
    let entering = from === 0 ? 0 : enterEnds[from - 1]!;
    for (let step = from; step < to; step++) {
      for (const end = leaveEnds[step]!; leaving < end; leaving++) {
        if (movement.leaves[leaving] === 1) this.#move(store, leaveRecords[leaving]!, movement, leaving, false);
      }
      const first = entering;
      for (const end = enterEnds[step]!; entering < end; entering++) {
        if (movement.enters[entering] === 1) this.#move(store, enterRecords[entering]!, movement, entering, true);
      }
      if (!observe) continue;
      for (let row = first; row < entering; row++) this.#see(store, enterRecords[row]!, row);
    }
  }

  #move(store: RecordStore, record: number, movement: Movement, row: number, entering: boolean): void {
    const words = store.segments[record >>> segmentShift]!;
    const at = (record & segmentMask) * store.stride + this.offset;
    words[at]! += entering ? 1 : -1;
    if (this.#lane === "number") {
      const value = (entering ? movement.enterNumbers : movement.leaveNumbers)[row]!;
      addHalves(words, at + 1, limbs, value | 0, Math.floor(value / 4294967296) | 0, entering ? 1 : -1);
    } else if (this.#lane === "wide") {
      const halves = entering ? movement.enterWords : movement.leaveWords;
      addHalves(words, at + 1, limbs, halves[row * 2]!, halves[row * 2 + 1]!, entering ? 1 : -1);
    } else {
      const value = wholeOf(movement, this.#lane, row, entering, this.#decode);
      addWhole(words, at + 1, limbs, entering ? value : -value);
    }
  }

  #see(store: RecordStore, record: number, row: number): void {
    const words = store.segments[record >>> segmentShift]!;
    const at = (record & segmentMask) * store.stride + this.offset;
    this.counts[row] = words[at]!;
    this.sums[row] = readLimbs(words, at + 1, limbs);
  }

  merge(target: RecordStore, targetIds: Int32Array, source: RecordStore, sourceIds: Int32Array, count: number): void {
    for (let index = 0; index < count; index++) {
      const to = targetIds[index]!;
      const from = sourceIds[index]!;
      const words = target.segments[to >>> segmentShift]!;
      const at = (to & segmentMask) * target.stride + this.offset;
      const added = source.segments[from >>> segmentShift]!;
      const place = (from & segmentMask) * source.stride + this.offset;
      words[at]! += added[place]!;
      addWhole(words, at + 1, limbs, readLimbs(added, place + 1, limbs));
    }
  }

  observe(store: RecordStore, ids: Int32Array, count: number): void {
    this.reserve(count);
    for (let index = 0; index < count; index++) this.#see(store, ids[index]!, index);
  }
}
