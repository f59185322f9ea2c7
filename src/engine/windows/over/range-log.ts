/**
 * The event-time log that all RANGE frames of an operator share: time, key and arguments of the rows of the longest
 * window. Expiry is one tail pointer per window; no queue and no timer belongs to a key.
 */
import type { State } from "../../operator.ts";
import { ColumnLog } from "../../state/column-log.ts";
import type { Lane, LaneValues } from "../../state/lanes.ts";
import { float64Ring, int32Ring, uint8Ring, type NumberRing, type RingColumn } from "../../state/ring-columns.ts";
import type { Movement, Participation } from "../aggregates/index.ts";
import type { Arguments } from "../arguments.ts";
import type { Chunk } from "./frame.ts";
import { KeyChain } from "./key-chain.ts";
import { PairLinks } from "./pair-links.ts";

export interface LogNeeds {
  readonly participations: readonly Participation[];
  /** Argument columns whose values are read again when rows leave. */
  readonly values: ReadonlySet<number>;
  /** Whether the rows of one key must be found again. */
  readonly chain: boolean;
}

/** Rings of one argument; one of the three is in use. */
export interface ValueRing {
  readonly lane: Lane;
  readonly numbers: NumberRing<Float64Array>;
  readonly words: NumberRing<Int32Array>;
  readonly ids: NumberRing<Int32Array>;
}

export class RangeLog {
  readonly log: ColumnLog;
  readonly times = float64Ring();
  readonly keys = int32Ring();
  readonly chain: KeyChain | null;
  readonly #arguments: Arguments;
  readonly #presences = new Map<string, { participation: Participation; ring: NumberRing<Uint8Array> }>();
  readonly #values = new Map<number, ValueRing>();
  readonly #links = new Map<string, PairLinks>();

  constructor(name: string, argumentsOf: Arguments, needs: LogNeeds) {
    this.#arguments = argumentsOf;
    this.chain = needs.chain ? new KeyChain() : null;
    for (const participation of needs.participations) {
      const key = baseKey(participation);
      if (!this.#presences.has(key)) this.#presences.set(key, { participation, ring: uint8Ring() });
      const { argument, lane } = participation;
      if (participation.distinct && !this.#links.has(key)) this.#links.set(key, new PairLinks());
      if (lane !== null && (needs.values.has(argument) || participation.distinct) && !this.#values.has(argument)) {
        this.#values.set(argument, { lane, numbers: float64Ring(), words: int32Ring(2), ids: int32Ring() });
      }
    }
    this.log = new ColumnLog(name, this.#stored(), this.#derived());
  }

  get states(): State[] {
    return [this.log];
  }
  get sizeBytes(): number {
    let sizeBytes = 0;
    for (const links of this.#links.values()) sizeBytes += links.sizeBytes;
    return sizeBytes;
  }

  #stored(): RingColumn[] {
    const columns: RingColumn[] = [this.times, this.keys];
    for (const { ring } of this.#presences.values()) columns.push(ring);
    for (const value of this.#values.values()) columns.push(ringOf(value));
    return columns;
  }

  #derived(): RingColumn[] {
    const columns: RingColumn[] = [];
    for (const links of this.#links.values()) columns.push(links.previous, links.next);
    if (this.chain !== null) columns.push(this.chain.older);
    return columns;
  }

  /** Appends a chunk whose arguments are loaded. Returns the position of its first row. */
  append(chunk: Chunk): number {
    const { log } = this;
    const { count } = chunk;
    log.reserve(count);
    const head = log.head;
    this.times.put(chunk.times, head, count);
    this.keys.put(chunk.keys, head, count);
    for (const { participation, ring } of this.#presences.values()) ring.put(this.#presence(participation), head, count);
    for (const [argument, value] of this.#values) {
      const loaded = this.#arguments.values(argument);
      if (value.lane === "number") value.numbers.put(loaded.numbers, head, count);
      else if (value.lane === "wide") value.words.put(loaded.words, head, count);
      else value.ids.put(loaded.ids, head, count);
    }
    for (const [key, links] of this.#links) {
      const { participation } = this.#presences.get(key)!;
      links.link(log, head, count, chunk.keys, this.#arguments.values(participation.argument), this.#presence(participation));
    }
    this.chain?.link(head, count, chunk.keys, chunk.keyCount);
    log.advance(count);
    return head;
  }

  #presence(participation: Participation): Uint8Array {
    return this.#arguments.presence(participation.argument, participation.filter);
  }

  presence(participation: Participation): NumberRing<Uint8Array> {
    return this.#presences.get(baseKey(participation))!.ring;
  }
  value(argument: number): ValueRing | null {
    return this.#values.get(argument) ?? null;
  }
  links(participation: Participation): PairLinks | null {
    return this.#links.get(baseKey(participation)) ?? null;
  }

  /** Values of the rows at positions `from` … `to` − 1 as leaving rows of a movement with room for them. */
  takeLeaving(participation: Participation, movement: Movement, from: number, to: number): void {
    const value = this.value(participation.argument);
    if (value === null) return;
    if (value.lane === "number") value.numbers.take(movement.leaveNumbers, from, to);
    else if (value.lane === "wide") value.words.take(movement.leaveWords, from, to);
    else value.ids.take(movement.leaveIds, from, to);
  }

  /** After a restore: links of all rows in the log. */
  rebuild(keyCount: number): void {
    const { log } = this;
    const step = 4096;
    const keys = new Int32Array(step);
    for (let from = log.tail; from < log.head; from += step) {
      const to = Math.min(log.head, from + step);
      this.keys.take(keys, from, to);
      this.chain?.link(from, to - from, keys, keyCount);
      for (const [key, links] of this.#links) {
        const { participation, ring } = this.#presences.get(key)!;
        const presence = new Uint8Array(to - from);
        ring.take(presence, from, to);
        links.link(log, from, to - from, keys, this.#stretch(this.#values.get(participation.argument)!, from, to), presence);
      }
    }
  }

  #stretch(value: ValueRing, from: number, to: number): LaneValues {
    const count = to - from;
    const numbers = new Float64Array(value.lane === "number" ? count : 0);
    const words = new Int32Array(value.lane === "wide" ? count * 2 : 0);
    const ids = new Int32Array(value.lane === "interned" ? count : 0);
    if (value.lane === "number") value.numbers.take(numbers, from, to);
    else if (value.lane === "wide") value.words.take(words, from, to);
    else value.ids.take(ids, from, to);
    return { lane: value.lane, nulls: null, numbers, words, ids };
  }
}

function ringOf(value: ValueRing): RingColumn {
  return value.lane === "number" ? value.numbers : value.lane === "wide" ? value.words : value.ids;
}

function baseKey(participation: Participation): string {
  return `${participation.argument}/${participation.filter}`;
}
