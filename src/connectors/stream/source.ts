import type { ConnectorContext, ConnectorTable, Source, Split, SplitReader } from "../../connector/index.ts";
import { HeadraceError } from "../../core/index.ts";
import type { Offset, RemoteLog, ShardState } from "../../log/index.ts";
import { Lineage, splitId } from "./lineage.ts";
import { ShardReader, type StreamPosition } from "./reader.ts";

/**
 * Splits are shards. A shard made by a split or merge is given once its parents were read to their end. A bounded source
 * gives all its shards at its start, since nobody asks it again; there the engine's watermarks keep the order of time.
 */
export class StreamSource implements Source {
  readonly #table: ConnectorTable;
  readonly #log: RemoteLog;
  readonly #streams: readonly string[];
  readonly #bounded: boolean;
  readonly #lineage = new Lineage();
  readonly #readers = new Map<number, ShardReader>();
  /** Ends of shards that were not given yet when the source was drained; null before that. */
  #drainedEnds: ReadonlyMap<number, Offset> | null = null;
  #started = false;

  constructor(table: ConnectorTable, { log }: ConnectorContext) {
    this.#table = table;
    this.#log = log;
    this.#streams = streamNames(table);
    this.#bounded = table.options.text("scan.bounded.mode") !== "unbounded";
  }

  get bounded(): boolean {
    return this.#bounded || (this.#drainedEnds !== null && this.#drainedEnds.size === 0);
  }

  async discover(known: ReadonlySet<string>): Promise<readonly Split[]> {
    const first = !this.#started && known.size === 0;
    this.#started = true;
    const shards = await this.#shards();
    if (this.#bounded) {
      const fresh = shards.filter((shard) => first && !known.has(splitId(shard)));
      return Promise.all(fresh.map(async (shard) => ({ id: splitId(shard), position: await this.#startPosition(shard) })));
    }
    if (this.#drainedEnds !== null) return this.#discoverDrained(shards, known, this.#drainedEnds);
    const mode = this.#table.options.text("scan.startup.mode");
    // A latest start passes over what is stored, in every shard there is: nothing of a parent is left to wait for.
    const next = first && mode === "latest-offset" ? shards : this.#lineage.next(shards, known);
    const atMode = first || mode === "timestamp";
    return Promise.all(
      next.map(async (shard) => ({ id: splitId(shard), position: atMode ? await this.#startPosition(shard) : { offset: shard.startOffset } })),
    );
  }

  async #discoverDrained(shards: readonly ShardState[], known: ReadonlySet<string>, ends: ReadonlyMap<number, Offset>): Promise<Split[]> {
    const within = shards.filter(({ shard }) => ends.has(shard));
    const next = this.#lineage.next(within, known);
    this.#drainedEnds = new Map([...ends].filter(([shard]) => !next.some((each) => each.shard === shard)));
    return next.map((shard) => ({ id: splitId(shard), position: { offset: shard.startOffset, end: ends.get(shard.shard)! } satisfies StreamPosition }));
  }

  async open(split: Split): Promise<SplitReader> {
    const number = Number(split.id.slice(split.id.lastIndexOf("#") + 1));
    const shard = await this.#log.shard(number);
    this.#lineage.opened(number);
    if (shard === undefined) {
      // Retention or a deletion took the shard between two runs: there is nothing more to read of it.
      this.#lineage.ended(number);
      return { read: async () => null, close: async () => {} };
    }
    const reader = new ShardReader(this.#log, shard, split.position as StreamPosition, () => {
      this.#lineage.ended(number);
      this.#readers.delete(number);
    });
    this.#readers.set(number, reader);
    return reader;
  }

  /** Everything durable now is still read, also what lies in shards that wait for their parents. */
  async drain(): Promise<void> {
    if (this.#bounded || this.#drainedEnds !== null) return;
    const shards = await this.#shards();
    const ends = new Map<number, Offset>();
    for (const shard of shards) {
      const reader = this.#readers.get(shard.shard);
      if (reader !== undefined) reader.endAt(shard.lastStableOffset);
      else if (this.#lineage.waiting([shard]) && shard.lastStableOffset > shard.startOffset) ends.set(shard.shard, shard.lastStableOffset);
    }
    this.#drainedEnds = ends;
  }

  async close(): Promise<void> {
    for (const reader of this.#readers.values()) await reader.close();
    this.#readers.clear();
  }

  async #shards(): Promise<ShardState[]> {
    const found: ShardState[] = [];
    for (const name of this.#streams) {
      const stream = await this.#log.stream(name);
      if (stream === undefined) throw absentStream(name, this.#table.name);
      for (const number of stream.shards) {
        const shard = await this.#log.shard(number);
        if (shard !== undefined) found.push(shard);
      }
    }
    return found;
  }

  async #startPosition(shard: ShardState): Promise<StreamPosition> {
    const { options } = this.#table;
    const offset = await this.#offsetOf(shard, options.text("scan.startup.mode"), "scan.startup.timestamp-millis", shard.startOffset);
    if (!this.#bounded) return { offset };
    const end = await this.#offsetOf(shard, options.text("scan.bounded.mode"), "scan.bounded.timestamp-millis", shard.lastStableOffset);
    return { offset, end: Math.min(end, shard.lastStableOffset) };
  }

  async #offsetOf(shard: ShardState, mode: string, timeOption: string, otherwise: Offset): Promise<Offset> {
    if (mode === "latest-offset") return shard.lastStableOffset;
    if (mode !== "timestamp") return otherwise;
    const timestampMs = this.#table.options.optionalNumber(timeOption);
    if (timestampMs === undefined) {
      throw new HeadraceError("invalid-option", `table '${this.#table.name}': the mode 'timestamp' needs '${timeOption}'`, {
        hint: "Milliseconds since 1970-01-01 00:00 UTC.",
      });
    }
    return this.#log.offsetAtTime(shard.shard, timestampMs);
  }
}

function streamNames({ options }: ConnectorTable): string[] {
  const names = options.text("stream").split(";");
  return names.map((name) => name.trim()).filter((name) => name !== "");
}

export function absentStream(name: string, table: string): HeadraceError {
  return new HeadraceError("not-found", `table '${table}': there is no stream '${name}'`, {
    hint: `Make it with \`headrace stream create ${name}\`, or add 'create' = 'true' to the table's options.`,
  });
}
