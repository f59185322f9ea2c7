/** STDDEV and VAR of whole numbers and DECIMAL: count, exact sum and exact sum of squares of the unscaled values. */
import type { Lane } from "../../state/lanes.ts";
import { segmentMask, segmentShift, type RecordStore } from "../../state/record-store.ts";
import { roomFor, type Counted, type Movement, type Steps } from "./accumulator.ts";
import { addWhole, readLimbs, wholeOf } from "./limbs.ts";

const sumLimbs = 4;
const squareLimbs = 9;

export class ExactSpreadAccumulator implements Counted {
  readonly words = 1 + sumLimbs + squareLimbs;
  offset = 0;
  counts = new Float64Array(0);
  sums: bigint[] = [];
  squares: bigint[] = [];
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
        if (movement.leaves[leaving] === 1) this.#move(store, leaveRecords[leaving]!, wholeOf(movement, this.#lane, leaving, false, this.#decode), -1n);
      }
      const first = entering;
      for (const end = enterEnds[step]!; entering < end; entering++) {
        if (movement.enters[entering] === 1) this.#move(store, enterRecords[entering]!, wholeOf(movement, this.#lane, entering, true, this.#decode), 1n);
      }
      if (!observe) continue;
      for (let row = first; row < entering; row++) this.#see(store, enterRecords[row]!, row);
    }
  }

  #move(store: RecordStore, record: number, value: bigint, sign: bigint): void {
    const words = store.segments[record >>> segmentShift]!;
    const at = (record & segmentMask) * store.stride + this.offset;
    words[at]! += Number(sign);
    addWhole(words, at + 1, sumLimbs, sign * value);
    addWhole(words, at + 1 + sumLimbs, squareLimbs, sign * value * value);
  }

  #see(store: RecordStore, record: number, row: number): void {
    const words = store.segments[record >>> segmentShift]!;
    const at = (record & segmentMask) * store.stride + this.offset;
    this.counts[row] = words[at]!;
    this.sums[row] = readLimbs(words, at + 1, sumLimbs);
    this.squares[row] = readLimbs(words, at + 1 + sumLimbs, squareLimbs);
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
      addWhole(words, at + 1, sumLimbs, readLimbs(added, place + 1, sumLimbs));
      addWhole(words, at + 1 + sumLimbs, squareLimbs, readLimbs(added, place + 1 + sumLimbs, squareLimbs));
    }
  }

  observe(store: RecordStore, ids: Int32Array, count: number): void {
    this.reserve(count);
    for (let index = 0; index < count; index++) this.#see(store, ids[index]!, index);
  }
}
