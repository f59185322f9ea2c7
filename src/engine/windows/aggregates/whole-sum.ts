/**
 * SUM, AVG and COUNT of TINYINT … BIGINT: count and a 64-bit sum that wraps, as two halves held in doubles. Exact for
 * all values; narrower results are cut from it.
 */
import { segmentMask, segmentShift, type RecordStore } from "../../state/record-store.ts";
import type { Lane } from "../../state/lanes.ts";
import { roomFor, type Counted, type Movement, type Steps } from "./accumulator.ts";

const unit = 4294967296;

// Words: count, low (0 … 2^32 − 1), high (signed 32 bits).
export class WholeSumAccumulator implements Counted {
  readonly words = 3;
  offset = 0;
  counts = new Float64Array(0);
  /** Pairs of halves. */
  sums = new Int32Array(0);
  readonly #isWide: boolean;

  constructor(lane: Lane) {
    this.#isWide = lane === "wide";
  }

  reserve(rows: number): void {
    if (this.counts.length >= rows) return;
    this.counts = new Float64Array(roomFor(rows));
    this.sums = new Int32Array(this.counts.length * 2);
  }

  update(store: RecordStore, steps: Steps, movement: Movement, from: number, to: number, observe: boolean): void {
    const { segments, stride } = store;
    const { offset } = this;
    const isWide = this.#isWide;
    const { enterEnds, leaveEnds, enterRecords, leaveRecords } = steps;
    const { enters, leaves, enterNumbers, leaveNumbers, enterWords, leaveWords } = movement;
    let leaving = from === 0 ? 0 : leaveEnds[from - 1]!;
    let entering = from === 0 ? 0 : enterEnds[from - 1]!;
    for (let step = from; step < to; step++) {
      for (const end = leaveEnds[step]!; leaving < end; leaving++) {
        if (leaves[leaving] === 0) continue;
        const record = leaveRecords[leaving]!;
        const low = isWide ? leaveWords[leaving * 2]! : leaveNumbers[leaving]! | 0;
        const high = isWide ? leaveWords[leaving * 2 + 1]! : low >> 31;
        subtract(segments[record >>> segmentShift]!, (record & segmentMask) * stride + offset, low, high);
      }
      const first = entering;
      const end = enterEnds[step]!;
      for (; entering < end; entering++) {
        if (enters[entering] === 0) continue;
        const record = enterRecords[entering]!;
        const low = isWide ? enterWords[entering * 2]! : enterNumbers[entering]! | 0;
        const high = isWide ? enterWords[entering * 2 + 1]! : low >> 31;
        add(segments[record >>> segmentShift]!, (record & segmentMask) * stride + offset, 1, low, high);
      }
      if (observe) this.#see(store, enterRecords, first, end);
    }
  }

  #see(store: RecordStore, records: Int32Array, first: number, end: number): void {
    const { counts, sums, offset } = this;
    for (let row = first; row < end; row++) {
      const record = records[row]!;
      const words = store.segments[record >>> segmentShift]!;
      const at = (record & segmentMask) * store.stride + offset;
      counts[row] = words[at]!;
      sums[row * 2] = words[at + 1]!;
      sums[row * 2 + 1] = words[at + 2]!;
    }
  }

  merge(target: RecordStore, targetIds: Int32Array, source: RecordStore, sourceIds: Int32Array, count: number): void {
    const { offset } = this;
    for (let index = 0; index < count; index++) {
      const id = targetIds[index]!;
      const from = sourceIds[index]!;
      const at = (id & segmentMask) * target.stride + offset;
      add(target.segments[id >>> segmentShift]!, at, source.word(from, offset), source.word(from, offset + 1), source.word(from, offset + 2));
    }
  }

  observe(store: RecordStore, ids: Int32Array, count: number): void {
    this.reserve(count);
    this.#see(store, ids, 0, count);
  }
}

function add(words: Float64Array, at: number, count: number, low: number, high: number): void {
  words[at]! += count;
  const sum = words[at + 1]! + (low >>> 0);
  const carry = sum >= unit ? 1 : 0;
  words[at + 1] = sum - carry * unit;
  words[at + 2] = (words[at + 2]! + high + carry) | 0;
}

function subtract(words: Float64Array, at: number, low: number, high: number): void {
  words[at]!--;
  const rest = words[at + 1]! - (low >>> 0);
  const borrow = rest < 0 ? 1 : 0;
  words[at + 1] = rest + borrow * unit;
  words[at + 2] = (words[at + 2]! - high - borrow) | 0;
}
