/**
 * MIN, MAX, FIRST_VALUE and LAST_VALUE over a RANGE frame: a monotonic deque per key, threaded through the log. A row is
 * in the deque while no later row of its key is preferred to it: for MAX none as large, for FIRST_VALUE none at all,
 * for LAST_VALUE every later one. The front is the answer. Links are distances, derived from the log and not stored.
 */
import type { State } from "../../operator.ts";
import { segmentMask, segmentShift, type RecordStore } from "../../state/record-store.ts";
import { int32Ring } from "../../state/ring-columns.ts";
import { compareHalves, compareNumbers, ValueSnapshots, type Accumulator, type Choice, type Movement, type Steps } from "../aggregates/index.ts";
import type { RangeLog, ValueRing } from "./range-log.ts";

// Words: front + 1, back + 1 (0: empty), as positions.
export class LogValueAccumulator implements Accumulator {
  readonly words = 2;
  offset = 0;
  readonly values: ValueSnapshots;
  /** Distance to the neighbour in the deque; 0: none. */
  readonly #older = int32Ring();
  readonly #newer = int32Ring();
  readonly #choice: Choice;
  readonly #ring: ValueRing;
  readonly #compareIds: (left: number, right: number) => number;

  constructor(choice: Choice, ring: ValueRing, compareIds: (left: number, right: number) => number) {
    this.#choice = choice;
    this.#ring = ring;
    this.#compareIds = compareIds;
    this.values = new ValueSnapshots(ring.lane);
  }

  get states(): readonly State[] {
    return [];
  }

  reserve(rows: number): void {
    this.values.reserve(rows);
  }

  /** Sizes the links like the log's ring. Call before {@link update}. */
  follow(log: RangeLog["log"], tail: number, head: number): void {
    if (this.#older.values.length === log.capacity) return;
    this.#older.resize(log.capacity, tail, head);
    this.#newer.resize(log.capacity, tail, head);
  }

  update(store: RecordStore, steps: Steps, movement: Movement, from: number, to: number, observe: boolean): void {
    const { segments, stride } = store;
    const { offset } = this;
    const { enterEnds, leaveEnds, enterRecords, leaveRecords } = steps;
    const { enters, leaves, firstOrder, firstLeavingOrder } = movement;
    let leaving = from === 0 ? 0 : leaveEnds[from - 1]!;
    let entering = from === 0 ? 0 : enterEnds[from - 1]!;
    for (let step = from; step < to; step++) {
      for (const end = leaveEnds[step]!; leaving < end; leaving++) {
        if (leaves[leaving] === 0) continue;
        const record = leaveRecords[leaving]!;
        this.#leave(segments[record >>> segmentShift]!, (record & segmentMask) * stride + offset, firstLeavingOrder + leaving);
      }
      const first = entering;
      const end = enterEnds[step]!;
      for (; entering < end; entering++) {
        if (enters[entering] === 0) continue;
        const record = enterRecords[entering]!;
        this.#enter(segments[record >>> segmentShift]!, (record & segmentMask) * stride + offset, firstOrder + entering);
      }
      if (observe) for (let row = first; row < end; row++) this.#see(store, enterRecords[row]!, row);
    }
  }

  #leave(words: Float64Array, at: number, position: number): void {
    if (words[at] !== position + 1) return;
    if (words[at + 1] === position + 1) {
      words[at] = words[at + 1] = 0;
      return;
    }
    const { values: newer } = this.#newer;
    const { values: older } = this.#older;
    const mask = newer.length - 1;
    const front = position + newer[position & mask]!;
    older[front & mask] = 0;
    words[at] = front + 1;
  }

  #enter(words: Float64Array, at: number, position: number): void {
    const { values: newer } = this.#newer;
    const { values: older } = this.#older;
    const mask = newer.length - 1;
    let back = words[at + 1]! - 1;
    while (back >= 0 && this.#gives(back, position)) {
      const distance = older[back & mask]!;
      back = distance === 0 ? -1 : back - distance;
    }
    const slot = position & mask;
    if (back < 0) {
      older[slot] = 0;
      words[at] = position + 1;
    } else {
      older[slot] = position - back;
      newer[back & mask] = position - back;
    }
    words[at + 1] = position + 1;
  }

  /** Whether the row at `held` gives way to the later one at `next`. */
  #gives(held: number, next: number): boolean {
    if (this.#choice === "first") return false;
    if (this.#choice === "last") return true;
    const comparison = this.#compare(held, next);
    return this.#choice === "max" ? comparison <= 0 : comparison >= 0;
  }

  #compare(left: number, right: number): number {
    const { lane } = this.#ring;
    if (lane === "number") {
      const { values } = this.#ring.numbers;
      const mask = values.length - 1;
      return compareNumbers(values[left & mask]!, values[right & mask]!);
    }
    if (lane === "wide") {
      const { values } = this.#ring.words;
      const mask = values.length / 2 - 1;
      const one = (left & mask) * 2;
      const two = (right & mask) * 2;
      return compareHalves(values[one]!, values[one + 1]!, values[two]!, values[two + 1]!);
    }
    const { values } = this.#ring.ids;
    const mask = values.length - 1;
    return this.#compareIds(values[left & mask]!, values[right & mask]!);
  }

  #see(store: RecordStore, record: number, row: number): void {
    const front = store.segments[record >>> segmentShift]![(record & segmentMask) * store.stride + this.offset]! - 1;
    if (front < 0) {
      this.values.nulls[row] = 1;
      return;
    }
    const { lane } = this.#ring;
    if (lane === "number") this.values.set(row, this.#ring.numbers.values[front & (this.#ring.numbers.values.length - 1)]!, 0);
    else if (lane === "wide") {
      const at = (front & (this.#ring.words.values.length / 2 - 1)) * 2;
      this.values.set(row, this.#ring.words.values[at]!, this.#ring.words.values[at + 1]!);
    } else this.values.set(row, this.#ring.ids.values[front & (this.#ring.ids.values.length - 1)]!, 0);
  }

  /** After a restore: links of the rows from `tail` on; fronts and backs stand in the records. */
  rebuild(log: RangeLog, presence: Uint8Array, tail: number): void {
    const { head, capacity } = log.log;
    this.#older.resize(capacity, 0, 0);
    this.#newer.resize(capacity, 0, 0);
    const ends = new Map<number, Float64Array>();
    const keys = log.keys.values;
    for (let position = tail; position < head; position++) {
      const slot = position & (capacity - 1);
      if (presence[slot] === 0) continue;
      let words = ends.get(keys[slot]!);
      if (words === undefined) ends.set(keys[slot]!, (words = new Float64Array(2)));
      this.#enter(words, 0, position);
    }
  }
}
