/** Arguments and filters of all aggregates of an operator, read once per batch. */
import type { Column, Schema } from "../../data/index.ts";
import type { State, StateReader, StateWriter } from "../operator.ts";
import { ByteIndex } from "../state/byte-index.ts";
import { LaneReader, laneOf, type LaneValues } from "../state/lanes.ts";
import { decodeScalar } from "../state/scalars.ts";
import { isFloating, roomFor, type Participation } from "./aggregates/index.ts";

export class Arguments {
  readonly #input: Schema;
  readonly #readers = new Map<number, LaneReader>();
  readonly #indexes = new Map<number, ValueIndex>();
  readonly #values = new Map<number, LaneValues>();
  readonly #presences = new Map<string, Presence>();

  /** `participations`: of every aggregate that will ask. */
  constructor(input: Schema, participations: readonly Participation[]) {
    this.#input = input;
    for (const { argument, filter } of participations) {
      this.#presences.set(presenceKey(argument, filter), { argument, filter, flags: new Uint8Array(0) });
      if (argument < 0 || this.#readers.has(argument)) continue;
      const { type } = input.fields[argument]!;
      const index = laneOf(type) === "interned" ? new ValueIndex(`values-${argument}`) : null;
      if (index !== null) this.#indexes.set(argument, index);
      this.#readers.set(argument, new LaneReader(type, index?.bytes ?? null));
    }
  }

  get states(): State[] {
    return [...this.#indexes.values()];
  }

  /** Reads `count` rows. What was read before is no longer valid. */
  load(columns: readonly Column[], count: number): void {
    for (const [argument, reader] of this.#readers) {
      const values = reader.read(columns[argument]!, count);
      this.#values.set(argument, isFloating(reader.type) ? withOneNan(values, count) : values);
    }
    for (const presence of this.#presences.values()) {
      if (presence.flags.length < count) presence.flags = new Uint8Array(roomFor(count));
      fillPresence(presence, columns, count);
    }
  }

  /** Values of an argument column. */
  values(argument: number): LaneValues {
    return this.#values.get(argument)!;
  }
  /** 1 where the argument is not NULL and the filter is true. */
  presence(argument: number, filter: number): Uint8Array {
    return this.#presences.get(presenceKey(argument, filter))!.flags;
  }
  index(argument: number): ByteIndex | null {
    return this.#indexes.get(argument)?.bytes ?? null;
  }
  /** Scalar of an interned value. */
  decoder(argument: number): (id: number) => unknown {
    const index = this.index(argument);
    const known: unknown[] = [];
    return (id) => (known[id] ??= decodeScalar(index!.dictionary.bytes(id)));
  }
  typeOf(argument: number): Schema["fields"][number]["type"] {
    return this.#input.fields[argument]!.type;
  }
}

/** NaN has many bit patterns; DISTINCT compares bits. */
function withOneNan(values: LaneValues, count: number): LaneValues {
  const { numbers } = values;
  for (let row = 0; row < count; row++) {
    if (numbers[row] === numbers[row]) continue;
    const same = Float64Array.from(numbers.subarray(0, count), (value) => (value === value ? value : Number.NaN));
    return { ...values, numbers: same };
  }
  return values;
}

interface Presence {
  readonly argument: number;
  readonly filter: number;
  flags: Uint8Array;
}

function presenceKey(argument: number, filter: number): string {
  return `${argument}/${filter}`;
}

function fillPresence({ argument, filter, flags }: Presence, columns: readonly Column[], count: number): void {
  flags.fill(1, 0, count);
  const nulls = argument < 0 ? null : columns[argument]!.nulls;
  if (nulls !== null) for (let row = 0; row < count; row++) if (nulls[row] === 1) flags[row] = 0;
  if (filter < 0) return;
  const condition = columns[filter]! as { values: ArrayLike<number | boolean>; nulls: Uint8Array | null };
  for (let row = 0; row < count; row++) {
    if (!condition.values[row] || (condition.nulls !== null && condition.nulls[row] === 1)) flags[row] = 0;
  }
}

/** The distinct values of an argument that are held by id. */
class ValueIndex implements State {
  readonly name: string;
  readonly layout = "values";
  readonly bytes = new ByteIndex();

  constructor(name: string) {
    this.name = name;
  }
  get sizeBytes(): number {
    return this.bytes.sizeBytes;
  }
  snapshot(writer: StateWriter): void {
    this.bytes.write(writer, true);
  }
  changes(writer: StateWriter): void {
    this.bytes.write(writer, false);
  }
  restore(reader: StateReader): void {
    this.bytes.read(reader);
  }
  apply(reader: StateReader): void {
    this.bytes.read(reader);
  }
}
