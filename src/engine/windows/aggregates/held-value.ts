/** MIN, MAX, FIRST_VALUE and LAST_VALUE where rows only enter: the value itself stands in the record. NULLs are skipped. */
import type { Lane } from "../../state/lanes.ts";
import { segmentMask, segmentShift, type RecordStore } from "../../state/record-store.ts";
import type { MergingAccumulator, Movement, Steps } from "./accumulator.ts";
import { compareHalves, compareNumbers, type Choice } from "./value-order.ts";
import { ValueSnapshots } from "./values.ts";

// Words: order of entry + 1 (0: none yet), first, second.
export class HeldValueAccumulator implements MergingAccumulator {
  readonly words = 3;
  offset = 0;
  readonly choice: Choice;
  readonly values: ValueSnapshots;
  readonly #lane: Lane;
  readonly #compareIds: (left: number, right: number) => number;

  constructor(choice: Choice, lane: Lane, compareIds: (left: number, right: number) => number) {
    this.choice = choice;
    this.#lane = lane;
    this.#compareIds = compareIds;
    this.values = new ValueSnapshots(lane);
  }

  reserve(rows: number): void {
    this.values.reserve(rows);
  }

  update(store: RecordStore, steps: Steps, movement: Movement, from: number, to: number, observe: boolean): void {
    const { enterEnds, enterRecords } = steps;
    const lane = this.#lane;
    let entering = from === 0 ? 0 : enterEnds[from - 1]!;
    for (let step = from; step < to; step++) {
      const first = entering;
      const end = enterEnds[step]!;
      for (; entering < end; entering++) {
        if (movement.enters[entering] === 0) continue;
        const one = lane === "number" ? movement.enterNumbers[entering]! : lane === "wide" ? movement.enterWords[entering * 2]! : movement.enterIds[entering]!;
        const two = lane === "wide" ? movement.enterWords[entering * 2 + 1]! : 0;
        const record = enterRecords[entering]!;
        this.#offer(
          store.segments[record >>> segmentShift]!,
          (record & segmentMask) * store.stride + this.offset,
          movement.firstOrder + entering + 1,
          one,
          two,
        );
      }
      if (observe) for (let row = first; row < end; row++) this.#see(store, enterRecords[row]!, row);
    }
  }

  #offer(words: Float64Array, at: number, order: number, one: number, two: number): void {
    const held = words[at]!;
    if (held !== 0 && !this.#isBetter(words, at, held, order, one, two)) return;
    words[at] = order;
    words[at + 1] = one;
    words[at + 2] = two;
  }

  #isBetter(words: Float64Array, at: number, held: number, order: number, one: number, two: number): boolean {
    switch (this.choice) {
      case "first":
        return order < held;
      case "last":
        return order > held;
      default: {
        const lane = this.#lane;
        const comparison =
          lane === "number"
            ? compareNumbers(one, words[at + 1]!)
            : lane === "wide"
              ? compareHalves(one, two, words[at + 1]!, words[at + 2]!)
              : this.#compareIds(one, words[at + 1]!);
        return this.choice === "min" ? comparison < 0 : comparison > 0;
      }
    }
  }

  #see(store: RecordStore, record: number, row: number): void {
    const words = store.segments[record >>> segmentShift]!;
    const at = (record & segmentMask) * store.stride + this.offset;
    if (words[at] === 0) this.values.nulls[row] = 1;
    else this.values.set(row, words[at + 1]!, words[at + 2]!);
  }

  merge(target: RecordStore, targetIds: Int32Array, source: RecordStore, sourceIds: Int32Array, count: number): void {
    const { offset } = this;
    for (let index = 0; index < count; index++) {
      const from = sourceIds[index]!;
      const order = source.word(from, offset);
      if (order === 0) continue;
      const id = targetIds[index]!;
      this.#offer(
        target.segments[id >>> segmentShift]!,
        (id & segmentMask) * target.stride + offset,
        order,
        source.word(from, offset + 1),
        source.word(from, offset + 2),
      );
    }
  }

  observe(store: RecordStore, ids: Int32Array, count: number): void {
    this.reserve(count);
    for (let index = 0; index < count; index++) this.#see(store, ids[index]!, index);
  }
}
