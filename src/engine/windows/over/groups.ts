/** Accumulators of a frame by what takes part in them, and the columns of its calls. */
import { HeadraceError } from "../../../core/index.ts";
import type { Column, Schema } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import type { RecordStore } from "../../state/record-store.ts";
import {
  accumulatorKey,
  additiveAccumulator,
  countedColumn,
  describeCall,
  emptyMovement,
  familyOf,
  participationKey,
  participationOf,
  valueColumn,
  type Accumulator,
  type Counted,
  type Movement,
  type Participation,
  type Steps,
  type ValueSnapshots,
} from "../aggregates/index.ts";
import type { Arguments } from "../arguments.ts";

export interface ValueAccumulator extends Accumulator {
  readonly values: ValueSnapshots;
}

/** One participation and its accumulators. */
export interface Group {
  readonly participation: Participation;
  readonly movement: Movement;
  readonly accumulators: Accumulator[];
}

export class Groups {
  readonly groups: Group[] = [];
  /** Words of all accumulators together. */
  readonly words: number;
  readonly description: string;
  readonly #byKey = new Map<string, Accumulator>();
  readonly #arguments: Arguments;
  readonly #input: Schema;

  /** Offsets start at `firstWord`. `makeValue` makes what MIN, MAX, FIRST_VALUE, LAST_VALUE and LAG need in this kind of frame. */
  constructor(
    calls: readonly AggregateCall[],
    input: Schema,
    argumentsOf: Arguments,
    firstWord: number,
    removable: boolean,
    makeValue: (call: AggregateCall, participation: Participation) => ValueAccumulator,
  ) {
    this.#arguments = argumentsOf;
    this.#input = input;
    let offset = firstWord;
    const descriptions: string[] = [];
    for (const call of calls) {
      const participation = participationOf(call, input);
      const key = accumulatorKey(call, participation);
      if (this.#byKey.has(key)) continue;
      const decode = participation.lane === "interned" ? argumentsOf.decoder(participation.argument) : unread;
      const accumulator = givesValue(call) ? makeValue(call, participation) : additiveAccumulator(call, participation, removable, decode);
      accumulator.offset = offset;
      offset += accumulator.words;
      this.#byKey.set(key, accumulator);
      this.#groupOf(participation).accumulators.push(accumulator);
      descriptions.push(describeCall(call, participation));
    }
    this.words = offset - firstWord;
    this.description = descriptions.join(";");
  }

  #groupOf(participation: Participation): Group {
    const key = participationKey(participation);
    let group = this.groups.find((known) => participationKey(known.participation) === key);
    if (group === undefined) {
      group = { participation, movement: emptyMovement(), accumulators: [] };
      this.groups.push(group);
    }
    return group;
  }

  reserve(rows: number): void {
    for (const group of this.groups) for (const accumulator of group.accumulators) accumulator.reserve(rows);
  }

  update(store: RecordStore, steps: Steps, from: number, to: number): void {
    for (const group of this.groups) for (const accumulator of group.accumulators) accumulator.update(store, steps, group.movement, from, to, true);
  }

  column(call: AggregateCall, count: number): Column {
    const participation = participationOf(call, this.#input);
    const accumulator = this.#byKey.get(accumulatorKey(call, participation));
    if (accumulator === undefined) throw new HeadraceError("internal", `no accumulator of ${call.function}`);
    return givesValue(call)
      ? valueColumn(call.type, (accumulator as ValueAccumulator).values, this.#arguments.index(participation.argument), count)
      : countedColumn(call, participation.type, accumulator as Counted, count);
  }
}

function givesValue(call: AggregateCall): boolean {
  const family = familyOf(call);
  return family === "value" || family === "lag";
}

function unread(): never {
  throw new HeadraceError("internal", "a value that is not interned was asked for by id");
}

/** Argument values of the chunk as entering rows. */
export function setEntering(group: Group, argumentsOf: Arguments): void {
  const { participation, movement } = group;
  movement.enters = argumentsOf.presence(participation.argument, participation.filter);
  if (participation.argument < 0) return;
  const values = argumentsOf.values(participation.argument);
  movement.enterNumbers = values.numbers;
  movement.enterWords = values.words;
  movement.enterIds = values.ids;
}
