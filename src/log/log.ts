/**
 * The contract of the durable sharded log. Types and prose only.
 *
 * Laws the implementation keeps (docs/ARCHITECTURE.md): an acknowledged commit has been through fdatasync; a commit is
 * atomic and applied in call order; readers never see what is not durable; per shard offsets are dense and start where
 * retention left them; a failed sync stops the log for good; valid frames behind a broken one are corruption and refused.
 *
 * Threads: a Log belongs to one thread. `remote.ts` gives other threads the same interface over a message port.
 */

import type { CommitResult, Entry, HashRange } from "./entries.ts";

/** Shards have a number unique in the data folder, never used again. */
export type ShardNumber = number;
/** Position of a record in its shard, from 0, dense. Below 2^53. */
export type Offset = number;

export interface Log {
  /**
   * Appends, table writes and stream changes, all or none, in this order. Checked whole before anything is written:
   * a limit, a closed shard, an unknown stream or a fenced producer rejects with nothing stored. Resolves after fdatasync.
   * Admitted in the call itself, so in call order; rejects with `limit-exceeded` when more than the configured bytes would
   * wait for the disk, so callers should await it.
   */
  commit(entries: readonly Entry[]): Promise<CommitResult>;
  /** Reads whole batches from one shard; see {@link ReadRequest}. Served from memory when the range is recent. */
  read(request: ReadRequest): Promise<ReadResult>;
  /** Pushes batches as soon as they are durable, waiting for a slow reader by holding one read only. */
  tail(request: TailRequest): Tail;
  /** First offset whose append time is at or after `timestampMs`; the end offset when there is none. */
  offsetAtTime(shard: ShardNumber, timestampMs: number): Promise<Offset>;
  /** Durable state of a shard, or undefined once it was deleted. From memory. */
  shard(shard: ShardNumber): ShardState | undefined;
  stream(name: string): StreamState | undefined;
  /** All streams by name, internal ones (name starts with "$") included. */
  streams(): StreamState[];
  /** A small durable map, served from memory: stream metadata, offsets, leases, jobs, topics, epochs. Made on first use. */
  table(name: string): Table;
  /** Why the log takes no writes (a failed sync, a full disk), or null when it does. */
  health(): LogHealth;
  /** Waits for commits in flight, then lets the data folder go. Later calls reject with `log-stopped`. */
  close(): Promise<void>;
}

export interface ReadRequest {
  shard: ShardNumber;
  /** Below the start offset it is read as the start; above the end offset the answer is empty. */
  offset: Offset;
  /** Stop after this many bytes of batches; at least one batch is returned if there is one. */
  bytesMax: number;
  /** `committed` ends at the last stable offset and leaves aborted transactions out. Default. */
  isolation?: "committed" | "uncommitted";
}

export interface ReadResult {
  /** Views of stored bytes: not to be written to. The first may begin before the asked offset. */
  batches: StoredBatch[];
  nextOffset: Offset;
  startOffset: Offset;
  /** First offset that is not readable yet under the asked isolation. */
  endOffset: Offset;
}

export interface StoredBatch {
  bytes: Uint8Array;
  baseOffset: Offset;
  recordCount: number;
  appendTimeMs: number;
}

export interface TailRequest {
  shard: ShardNumber;
  offset: Offset;
  bytesMax: number;
  isolation?: "committed" | "uncommitted";
}

/** `next` resolves with at least one batch; with null once a closed shard is read to its end, the shard is gone, or after `close`. */
export interface Tail {
  next(): Promise<ReadResult | null>;
  close(): void;
}

export interface ShardState {
  shard: ShardNumber;
  stream: string;
  /** Order of creation in its stream, from 0: the number in "shardId-000000000000" and the Kafka partition. */
  index: number;
  hashRange: HashRange;
  parents: readonly ShardNumber[];
  children: readonly ShardNumber[];
  createdMs: number;
  /** Null while open. */
  closedMs: number | null;
  /** First readable offset; retention moves it. */
  startOffset: Offset;
  /** Offset of the next record. */
  endOffset: Offset;
  lastStableOffset: Offset;
  /** Bytes of the batches from the start on; after a trim in proportion to the records that are left. */
  storedBytes: number;
  /** Append time of the newest record; 0 when there was none. */
  lastAppendMs: number;
}

export interface StreamState {
  name: string;
  createdMs: number;
  retentionMs: number | null;
  /** Open and closed shards whose records are not all expired, by index. */
  shards: readonly ShardNumber[];
}

export interface Table {
  /** What is durable. */
  get(key: string): Uint8Array | undefined;
  /** What will be durable when the commits in flight succeed: base read-modify-write on this, without awaiting in between. */
  latest(key: string): Uint8Array | undefined;
  /** Durable entries whose key starts with `prefix`, sorted by key. */
  entries(prefix?: string): [key: string, value: Uint8Array][];
}

export interface LogHealth {
  writable: boolean;
  reason: string | null;
}
