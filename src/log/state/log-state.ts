/**
 * Streams, shards, producers and tables: what commits change besides records. The log keeps two of these: one with all
 * that was accepted, to check the next commit against, and one with all that is durable, for readers.
 */
import type { HashRange } from "../entries.ts";
import type { ShardNumber, ShardState, StreamState } from "../log.ts";
import type { StoredAppend, StoredEntry, StoredPut } from "../journal/payload.ts";
import { readBatchHeader } from "../records/index.ts";
import type { ChangeEntry, OpenedShard } from "./changes.ts";
import { ProducerState } from "./producers.ts";

export interface MutableShard {
  shard: ShardNumber;
  stream: string;
  index: number;
  hashRange: HashRange;
  parents: ShardNumber[];
  children: ShardNumber[];
  createdMs: number;
  closedMs: number | null;
  startOffset: number;
  endOffset: number;
  storedBytes: number;
  lastAppendMs: number;
}

export interface MutableStream {
  name: string;
  createdMs: number;
  retentionMs: number | null;
  shards: ShardNumber[];
  /** Shards ever opened: index of the next. */
  shardCount: number;
}

export class LogState {
  readonly streams = new Map<string, MutableStream>();
  readonly shards = new Map<ShardNumber, MutableShard>();
  readonly tables = new Map<string, Map<string, Uint8Array>>();
  readonly producers = new Map<ShardNumber, ProducerState>();
  nextShard = 0;

  apply(entry: StoredEntry, timeMs: number): void {
    switch (entry.kind) {
      case "append":
        return this.#append(entry, timeMs);
      case "put":
        return this.#put(entry);
      case "change":
        return this.#change(entry.change);
    }
  }

  #append(entry: StoredAppend, timeMs: number): void {
    const shard = this.shards.get(entry.shard);
    if (shard === undefined) return;
    const header = readBatchHeader(entry.batch);
    shard.endOffset = entry.baseOffset + header.recordCount;
    shard.storedBytes += entry.batch.length;
    shard.lastAppendMs = timeMs;
    if (header.producerId < 0) return;
    let producers = this.producers.get(entry.shard);
    if (producers === undefined) this.producers.set(entry.shard, (producers = new ProducerState()));
    producers.appended(header, entry.baseOffset, timeMs);
  }

  #put(entry: StoredPut): void {
    let table = this.tables.get(entry.table);
    if (table === undefined) this.tables.set(entry.table, (table = new Map()));
    if (entry.value === null) table.delete(entry.key);
    else table.set(entry.key, entry.value);
  }

  #change(change: ChangeEntry): void {
    switch (change.kind) {
      case "create-stream":
        this.streams.set(change.stream, { name: change.stream, createdMs: change.timeMs, retentionMs: change.retentionMs, shards: [], shardCount: 0 });
        for (const opened of change.shards) this.#open(change.stream, opened, [], change.timeMs);
        return;
      case "delete-stream":
        for (const shard of this.streams.get(change.stream)?.shards ?? []) this.#drop(shard);
        this.streams.delete(change.stream);
        return;
      case "set-retention":
        this.streams.get(change.stream)!.retentionMs = change.retentionMs;
        return;
      case "trim":
        return this.#trim(change.shard, change.offset);
      case "drop-shard":
        return this.#dropFromStream(change.shard);
      case "reshard":
        for (const parent of change.parents) {
          const shard = this.shards.get(parent)!;
          shard.closedMs = change.timeMs;
          shard.children = change.children.map((child) => child.shard);
        }
        for (const child of change.children) this.#open(change.stream, child, change.parents, change.timeMs);
        return;
      case "end-transaction":
        for (const shard of change.shards)
          this.producers.get(shard)?.ended(change.producerId, change.producerEpoch, change.outcome, this.shards.get(shard)!.endOffset);
        return;
    }
  }

  #open(streamName: string, opened: OpenedShard, parents: readonly ShardNumber[], timeMs: number): void {
    const stream = this.streams.get(streamName)!;
    stream.shards.push(opened.shard);
    stream.shardCount = Math.max(stream.shardCount, opened.index + 1);
    this.nextShard = Math.max(this.nextShard, opened.shard + 1);
    this.shards.set(opened.shard, {
      shard: opened.shard,
      stream: streamName,
      index: opened.index,
      hashRange: opened.hashRange,
      parents: [...parents],
      children: [],
      createdMs: timeMs,
      closedMs: null,
      startOffset: 0,
      endOffset: 0,
      storedBytes: 0,
      lastAppendMs: 0,
    });
  }

  #trim(number: ShardNumber, offset: number): void {
    const shard = this.shards.get(number);
    if (shard === undefined) return;
    const startOffset = Math.min(offset, shard.endOffset);
    if (startOffset <= shard.startOffset) return;
    // In proportion: what each record took is not remembered.
    shard.storedBytes = Math.round((shard.storedBytes * (shard.endOffset - startOffset)) / (shard.endOffset - shard.startOffset));
    shard.startOffset = startOffset;
    this.producers.get(number)?.trimmed(shard.startOffset);
  }

  #dropFromStream(number: ShardNumber): void {
    const stream = this.streams.get(this.shards.get(number)?.stream ?? "");
    if (stream !== undefined) stream.shards = stream.shards.filter((other) => other !== number);
    this.#drop(number);
  }

  #drop(shard: ShardNumber): void {
    this.shards.delete(shard);
    this.producers.delete(shard);
  }

  lastStableOffset(shard: MutableShard): number {
    return this.producers.get(shard.shard)?.lastStableOffset(shard.endOffset) ?? shard.endOffset;
  }

  shardState(number: ShardNumber): ShardState | undefined {
    const shard = this.shards.get(number);
    return shard === undefined ? undefined : { ...shard, lastStableOffset: this.lastStableOffset(shard) };
  }

  streamState(name: string): StreamState | undefined {
    const stream = this.streams.get(name);
    return stream === undefined ? undefined : { name, createdMs: stream.createdMs, retentionMs: stream.retentionMs, shards: [...stream.shards] };
  }
}

/** A second one that changes by itself. Values of tables are shared: nobody writes into them. */
export function copyState(state: LogState): LogState {
  const copy = new LogState();
  copy.nextShard = state.nextShard;
  for (const [name, stream] of state.streams) copy.streams.set(name, { ...stream, shards: [...stream.shards] });
  for (const [number, shard] of state.shards) copy.shards.set(number, { ...shard, parents: [...shard.parents], children: [...shard.children] });
  for (const [name, table] of state.tables) copy.tables.set(name, new Map(table));
  for (const [shard, producers] of state.producers) copy.producers.set(shard, ProducerState.restore(producers.snapshot()));
  return copy;
}
