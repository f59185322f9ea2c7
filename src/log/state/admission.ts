/** Checks a commit against everything accepted before it, and turns it into what the journal stores. Nothing is changed on refusal. */
import { HeadraceError } from "../../core/index.ts";
import type { AppendResult, Entry, HashRange } from "../entries.ts";
import type { ShardNumber } from "../log.ts";
import type { StoredEntry } from "../journal/payload.ts";
import { readBatchHeader } from "../records/index.ts";
import { layout, writeInt64 } from "../records/layout.ts";
import { encodeControlBatch } from "../records/control.ts";
import type { DropShardEntry, OpenedShard } from "./changes.ts";
import { ProducerState } from "./producers.ts";
import type { LogState, MutableShard, MutableStream } from "./log-state.ts";

export interface Admitted {
  readonly entries: StoredEntry[];
  /** Results by append entry; duplicates have no stored entry. */
  readonly appends: AppendResult[];
  readonly opened: ShardNumber[][];
  /** Bytes that will be written. */
  readonly bytes: number;
}

/** One commit being checked: what its own earlier entries change is seen by its later ones. */
class Admission {
  readonly entries: StoredEntry[] = [];
  readonly appends: AppendResult[] = [];
  readonly opened: ShardNumber[][] = [];
  bytes = 0;
  readonly #state: LogState;
  readonly #timeMs: number;
  readonly #endOffsets = new Map<ShardNumber, number>();
  readonly #created = new Set<string>();
  readonly #deleted = new Set<string>();
  readonly #closed = new Set<ShardNumber>();
  readonly #producers = new Map<string, ProducerState>();
  #nextShard: number;

  constructor(state: LogState, timeMs: number) {
    this.#state = state;
    this.#timeMs = timeMs;
    this.#nextShard = state.nextShard;
  }

  admit(entry: Entry | DropShardEntry): void {
    switch (entry.kind) {
      case "append":
        return this.#append(entry);
      case "put":
        this.bytes += 64 + entry.key.length + (entry.value?.length ?? 0);
        this.entries.push({ kind: "put", table: entry.table, key: entry.key, value: entry.value });
        return;
      case "create-stream":
        return this.#create(entry.stream, entry.hashRanges, entry.retentionMs);
      case "delete-stream":
        this.#stream(entry.stream);
        this.#deleted.add(entry.stream);
        this.#created.delete(entry.stream);
        return this.#change({ kind: "delete-stream", stream: entry.stream });
      case "set-retention":
        this.#stream(entry.stream);
        return this.#change({ kind: "set-retention", stream: entry.stream, retentionMs: entry.retentionMs });
      case "trim":
        this.#shard(entry.shard);
        return this.#change({ kind: "trim", shard: entry.shard, offset: entry.offset });
      case "drop-shard":
        return this.#change(entry);
      case "reshard":
        return this.#reshard(entry.stream, entry.parents, entry.children);
      case "transaction-marker":
        return this.#endTransaction(entry.producerId, entry.producerEpoch, entry.outcome);
    }
  }

  #change(change: Extract<StoredEntry, { kind: "change" }>["change"]): void {
    this.bytes += 256;
    this.entries.push({ kind: "change", change });
  }

  #append(entry: Extract<Entry, { kind: "append" }>): void {
    const shard = this.#shard(entry.shard);
    if (shard.closedMs !== null || this.#closed.has(entry.shard)) throw new HeadraceError("shard-closed", `shard ${shard.index} of ${shard.stream} is closed`);
    const { batch, producer } = entry;
    if (batch.length < layout.records) throw new HeadraceError("invalid-argument", "a record batch is shorter than its header");
    const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
    const count = view.getInt32(layout.recordCount);
    if (view.getInt32(layout.batchLength) !== batch.length - 12 || view.getInt8(layout.magic) !== 2 || count < 1)
      throw new HeadraceError("invalid-argument", "not a whole record batch of version 2");
    const baseOffset = this.#endOffsets.get(entry.shard) ?? shard.endOffset;
    if (producer !== undefined) {
      const known = this.#producerState(entry.shard, producer.id);
      const stored = known.check(producer, count);
      if (stored !== null) {
        this.appends.push({ shard: entry.shard, baseOffset: stored, appendTimeMs: shard.lastAppendMs, duplicate: true });
        return;
      }
      known.appended(readBatchHeader(batch), baseOffset, this.#timeMs);
    }
    this.#store(entry.shard, batch, view, baseOffset, count);
    this.appends.push({ shard: entry.shard, baseOffset, appendTimeMs: this.#timeMs, duplicate: false });
  }

  /** What is known of one producer in one shard, this commit's earlier entries included. */
  #producerState(shard: ShardNumber, producerId: number): ProducerState {
    const key = `${shard} ${producerId}`;
    let known = this.#producers.get(key);
    if (known === undefined) this.#producers.set(key, (known = this.#state.producers.get(shard)?.copyOf(producerId) ?? new ProducerState()));
    return known;
  }

  #store(shard: ShardNumber, batch: Uint8Array, view: DataView, baseOffset: number, count: number): void {
    writeInt64(view, layout.baseOffset, baseOffset);
    this.#endOffsets.set(shard, baseOffset + count);
    this.bytes += batch.length + 64;
    this.entries.push({ kind: "append", shard, baseOffset, batch });
  }

  #create(stream: string, hashRanges: readonly HashRange[], retentionMs: number | null): void {
    const exists = (this.#state.streams.has(stream) && !this.#deleted.has(stream)) || this.#created.has(stream);
    if (exists) throw new HeadraceError("already-exists", `stream ${stream} exists`);
    if (stream === "" || hashRanges.length === 0) throw new HeadraceError("invalid-argument", "a stream needs a name and at least one shard");
    checkCover(hashRanges, 0n, (1n << 128n) - 1n);
    this.#created.add(stream);
    const shards = hashRanges.map((hashRange, index) => this.#opened(index, hashRange));
    this.opened.push(shards.map(({ shard }) => shard));
    this.#change({ kind: "create-stream", stream, retentionMs, shards, timeMs: this.#timeMs });
  }

  #opened(index: number, hashRange: HashRange): OpenedShard {
    return { shard: this.#nextShard++, index, hashRange };
  }

  #reshard(streamName: string, parents: readonly ShardNumber[], children: readonly HashRange[]): void {
    const stream = this.#stream(streamName);
    const states = parents.map((parent) => this.#shard(parent));
    if (states.length === 0 || states.some((shard) => shard.stream !== streamName))
      throw new HeadraceError("invalid-argument", `parents must be shards of ${streamName}`);
    const closed = states.find((shard) => shard.closedMs !== null || this.#closed.has(shard.shard));
    if (closed !== undefined) throw new HeadraceError("shard-closed", `shard ${closed.index} of ${streamName} is closed`);
    const ranges = states.map((shard) => shard.hashRange).sort((left, right) => (left.start < right.start ? -1 : 1));
    ranges.forEach((range, index) => {
      if (index > 0 && range.start !== ranges[index - 1].end + 1n) throw new HeadraceError("invalid-argument", "shards to be merged must be adjacent");
    });
    checkCover(children, ranges[0].start, ranges.at(-1)!.end);
    for (const parent of parents) this.#closed.add(parent);
    const opened = children.map((hashRange, index) => this.#opened(stream.shardCount + index, hashRange));
    this.opened.push(opened.map(({ shard }) => shard));
    this.#change({ kind: "reshard", stream: streamName, parents, children: opened, timeMs: this.#timeMs });
  }

  #endTransaction(producerId: number, producerEpoch: number, outcome: "commit" | "abort"): void {
    const shards: ShardNumber[] = [];
    for (const [number, producers] of this.#state.producers) {
      const shard = this.#state.shards.get(number);
      producers.checkEpoch(producerId, producerEpoch);
      if (shard === undefined || !producers.isOpen(producerId)) continue;
      shards.push(number);
      const batch = encodeControlBatch(producerId, producerEpoch, outcome, this.#timeMs);
      this.#store(number, batch, new DataView(batch.buffer, batch.byteOffset, batch.length), this.#endOffsets.get(number) ?? shard.endOffset, 1);
    }
    this.#change({ kind: "end-transaction", producerId, producerEpoch, outcome, shards });
  }

  #stream(name: string): MutableStream {
    const stream = this.#deleted.has(name) ? undefined : this.#state.streams.get(name);
    if (stream === undefined) throw new HeadraceError("not-found", `stream ${name} does not exist`);
    return stream;
  }

  #shard(number: ShardNumber): MutableShard {
    const shard = this.#state.shards.get(number);
    if (shard === undefined || this.#deleted.has(shard.stream)) throw new HeadraceError("not-found", `shard ${number} does not exist`);
    return shard;
  }
}

export function admit(entries: readonly (Entry | DropShardEntry)[], state: LogState, timeMs: number): Admitted {
  const admission = new Admission(state, timeMs);
  for (const entry of entries) admission.admit(entry);
  return admission;
}

function checkCover(ranges: readonly HashRange[], start: bigint, end: bigint): void {
  const sorted = [...ranges].sort((left, right) => (left.start < right.start ? -1 : 1));
  let expected = start;
  for (const range of sorted) {
    if (range.start !== expected || range.end < range.start)
      throw new HeadraceError("invalid-argument", "hash ranges must cover their space without gap or overlap");
    expected = range.end + 1n;
  }
  if (expected !== end + 1n) throw new HeadraceError("invalid-argument", "hash ranges must cover their space without gap or overlap");
}
