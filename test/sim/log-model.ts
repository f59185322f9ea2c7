/** What a log must hold after the first k commits of a script, in the plainest way, and the same picture taken of a real log. */
import { forEachRecord, type Entry, type Log } from "../../src/log/index.ts";

interface ModelShard {
  stream: string;
  closed: boolean;
  start: number;
  /** Null once the record is of no reader: aborted. */
  records: { value: string; producer: number | null; state: "open" | "committed" | "aborted" }[];
}

/** One shard's part of a picture: `start` and the readable values. */
interface ShardPicture {
  closed: boolean;
  start: number;
  values: string[];
}

export interface Picture {
  streams: Record<string, Record<number, ShardPicture>>;
  tables: Record<string, Record<string, string>>;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export class LogModel {
  readonly #shards = new Map<number, ModelShard>();
  readonly #streams = new Map<string, number[]>();
  readonly #tables: Record<string, Record<string, string>> = {};
  #nextShard = 0;

  apply(entries: readonly Entry[]): void {
    for (const entry of entries) this.#apply(entry);
  }

  #apply(entry: Entry): void {
    switch (entry.kind) {
      case "append":
        this.#append(entry);
        break;
      case "put": {
        const table = (this.#tables[entry.table] ??= {});
        if (entry.value === null) delete table[entry.key];
        else table[entry.key] = text(entry.value);
        break;
      }
      case "create-stream":
        this.#streams.set(entry.stream, []);
        for (let index = 0; index < entry.hashRanges.length; index++) this.#open(entry.stream);
        break;
      case "delete-stream":
        for (const shard of this.#streams.get(entry.stream)!) this.#shards.delete(shard);
        this.#streams.delete(entry.stream);
        break;
      case "reshard":
        for (const parent of entry.parents) this.#shards.get(parent)!.closed = true;
        for (let index = 0; index < entry.children.length; index++) this.#open(entry.stream);
        break;
      case "trim":
        this.#shards.get(entry.shard)!.start = entry.offset;
        break;
      case "transaction-marker":
        for (const shard of this.#shards.values()) {
          for (const record of shard.records)
            if (record.producer === entry.producerId && record.state === "open") record.state = entry.outcome === "commit" ? "committed" : "aborted";
        }
        break;
      case "set-retention":
        break;
    }
  }

  #append(entry: Extract<Entry, { kind: "append" }>): void {
    const shard = this.#shards.get(entry.shard)!;
    const transactional = entry.producer?.transactional === true;
    forEachRecord(entry.batch, (record) => {
      shard.records.push({
        value: text(entry.batch.subarray(record.valueStart, record.valueEnd)),
        producer: transactional ? entry.producer!.id : null,
        state: transactional ? "open" : "committed",
      });
    });
  }

  #open(stream: string): void {
    this.#shards.set(this.#nextShard, { stream, closed: false, start: 0, records: [] });
    this.#streams.get(stream)!.push(this.#nextShard++);
  }

  picture(): Picture {
    const picture: Picture = { streams: {}, tables: {} };
    for (const [name, shards] of [...this.#streams].sort(([left], [right]) => (left < right ? -1 : 1))) {
      picture.streams[name] = Object.fromEntries(shards.map((number) => [number, this.#shardPicture(this.#shards.get(number)!)]));
    }
    for (const [name, table] of Object.entries(sorted(this.#tables))) if (Object.keys(table).length > 0) picture.tables[name] = sorted(table);
    return picture;
  }

  #shardPicture(shard: ModelShard): ShardPicture {
    const open = shard.records.findIndex((record) => record.state === "open");
    const stable = open < 0 ? shard.records : shard.records.slice(0, open);
    return {
      closed: shard.closed,
      start: shard.start,
      values: stable
        .slice(shard.start)
        .filter((record) => record.state === "committed")
        .map((record) => record.value),
    };
  }
}

/** Reads everything a log holds. Fails when offsets of records are not dense in a shard without transactions. */
export async function pictureOf(log: Log, tables: readonly string[], transactionalStream: string): Promise<Picture> {
  const picture: Picture = { streams: {}, tables: {} };
  for (const stream of log.streams()) {
    const shards: Record<number, ShardPicture> = {};
    for (const number of stream.shards) {
      const state = log.shard(number)!;
      const values = await readShard(log, number, state.startOffset, state.lastStableOffset, stream.name !== transactionalStream);
      shards[number] = { closed: state.closedMs !== null, start: state.startOffset, values };
    }
    picture.streams[stream.name] = shards;
  }
  for (const name of [...tables].sort()) {
    const entries = log.table(name).entries();
    if (entries.length > 0) picture.tables[name] = sorted(Object.fromEntries(entries.map(([key, value]) => [key, text(value)])));
  }
  return picture;
}

async function readShard(log: Log, shard: number, start: number, end: number, isDense: boolean): Promise<string[]> {
  const values: string[] = [];
  let next = start;
  for (let offset = start; offset < end;) {
    const result = await log.read({ shard, offset, bytesMax: 3000 });
    for (const batch of result.batches) {
      forEachRecord(batch.bytes, (record) => {
        if (record.offset < start) return;
        if (isDense && record.offset !== next++) throw new Error(`shard ${shard}: offset ${record.offset} where ${next - 1} was due`);
        values.push(text(batch.bytes.subarray(record.valueStart, record.valueEnd)));
      });
    }
    if (result.nextOffset <= offset) throw new Error(`shard ${shard}: nothing readable at ${offset} although the end is ${end}`);
    offset = result.nextOffset;
  }
  return values;
}

function sorted<Value>(table: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(table).sort(([left], [right]) => (left < right ? -1 : 1)));
}
