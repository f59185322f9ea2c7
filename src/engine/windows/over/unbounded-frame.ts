/** UNBOUNDED PRECEDING: rows only enter. By RANGE rows of one time see each other, by ROWS each sees itself last. */
import type { Column, Schema } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import type { State } from "../../operator.ts";
import { RecordStore } from "../../state/record-store.ts";
import { choiceOf, emptySteps, HeldValueAccumulator, idComparison, roomFor } from "../aggregates/index.ts";
import type { Arguments } from "../arguments.ts";
import { PairSet } from "../pair-set.ts";
import type { Chunk, Frame } from "./frame.ts";
import { Groups, setEntering } from "./groups.ts";

export class UnboundedFrame implements Frame {
  readonly states: readonly State[];
  readonly #byRows: boolean;
  readonly #arguments: Arguments;
  readonly #groups: Groups;
  readonly #store: RecordStore;
  /** Values seen by key, one set for each group with DISTINCT. */
  readonly #seen: (PairSet | null)[];
  readonly #steps = emptySteps();

  constructor(name: string, byRows: boolean, calls: readonly AggregateCall[], input: Schema, argumentsOf: Arguments) {
    this.#byRows = byRows;
    this.#arguments = argumentsOf;
    this.#groups = new Groups(calls, input, argumentsOf, 1, false, (call, participation) => {
      const index = argumentsOf.index(participation.argument);
      return new HeldValueAccumulator(choiceOf(call), participation.lane!, index === null ? () => 0 : idComparison(participation.type!, index));
    });
    this.#store = new RecordStore(`${name}-records`, this.#groups.words, this.#groups.description);
    this.#seen = this.#groups.groups.map(({ participation }, index) => (participation.distinct ? new PairSet(`${name}-distinct-${index}`) : null));
    this.states = [this.#store, ...this.#seen.filter((set) => set !== null)];
  }

  open(): void {}

  process(chunk: Chunk): void {
    const { count } = chunk;
    this.#store.ensure(chunk.keyCount);
    this.#store.touchAll(chunk.keys, count);
    const steps = this.#steps;
    steps.count = this.#byRows ? count : chunk.groupCount;
    steps.enterEnds = this.#byRows ? counting(steps.enterEnds, count) : chunk.groupEnds;
    steps.enterRecords = chunk.keys;
    if (steps.leaveEnds.length < steps.count) steps.leaveEnds = new Int32Array(roomFor(steps.count));
    this.#groups.groups.forEach((group, index) => {
      setEntering(group, this.#arguments);
      group.movement.firstOrder = chunk.firstOrder;
      const seen = this.#seen[index]!;
      if (seen !== null) group.movement.enters = seen.add(chunk.keys, this.#arguments.values(group.participation.argument), group.movement.enters, count);
    });
    this.#groups.reserve(count);
    this.#groups.update(this.#store, steps, 0, steps.count);
  }

  column(call: AggregateCall, count: number): Column {
    return this.#groups.column(call, count);
  }
}

/** 1, 2, 3, … */
export function counting(known: Int32Array, count: number): Int32Array {
  if (known.length >= count) return known;
  const numbers = new Int32Array(roomFor(count));
  for (let index = 0; index < numbers.length; index++) numbers[index] = index + 1;
  return numbers;
}
