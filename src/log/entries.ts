/** What {@link Log.commit} takes and answers. Part of the contract in `log.ts`. */
import type { Offset, ShardNumber } from "./log.ts";

export type Entry = AppendEntry | TablePutEntry | CreateStreamEntry | DeleteStreamEntry | SetRetentionEntry | TrimEntry | ReshardEntry | TransactionMarkerEntry;

/** One Kafka record batch (v2, KIP-98), byte for byte. The log writes base offset and append time; the CRC covers neither base offset nor leader epoch. */
export interface AppendEntry {
  kind: "append";
  shard: ShardNumber;
  /** Whole batch with valid CRC32C. The log may write into its first 8 bytes (base offset), so the caller gives it away. */
  batch: Uint8Array;
  /** Checked against the last five batches of the producer: a repeat is answered with its first offsets and stored once. */
  producer?: { id: number; epoch: number; sequence: number; transactional?: boolean };
}

/** Sets or (null) removes a key. The value is given away. */
export interface TablePutEntry {
  kind: "put";
  table: string;
  key: string;
  value: Uint8Array | null;
}

export interface CreateStreamEntry {
  kind: "create-stream";
  stream: string;
  /** Ranges of the 128-bit hash space, inclusive, without gap or overlap. */
  hashRanges: readonly HashRange[];
  /** Age at which records may be deleted, or null to keep them until trimmed. */
  retentionMs: number | null;
}

export interface DeleteStreamEntry {
  kind: "delete-stream";
  stream: string;
}

export interface SetRetentionEntry {
  kind: "set-retention";
  stream: string;
  retentionMs: number | null;
}

/** Moves a shard's start to `offset` for good (Kafka's DeleteRecords): what lies before is deleted when its segments can be. */
export interface TrimEntry {
  kind: "trim";
  shard: ShardNumber;
  offset: Offset;
}

/** Closes `parents` (one: split, two adjacent: merge) and opens children over the same range. */
export interface ReshardEntry {
  kind: "reshard";
  stream: string;
  parents: readonly ShardNumber[];
  children: readonly HashRange[];
}

/** Ends a producer's transaction in every shard it wrote: readers of committed data then see or skip it. */
export interface TransactionMarkerEntry {
  kind: "transaction-marker";
  producerId: number;
  producerEpoch: number;
  outcome: "commit" | "abort";
}

export interface HashRange {
  start: bigint;
  end: bigint;
}

export interface CommitResult {
  /** One per append entry, in order. */
  appends: AppendResult[];
  /** One array of shard numbers per create-stream or reshard entry, in order. */
  opened: ShardNumber[][];
}

export interface AppendResult {
  shard: ShardNumber;
  baseOffset: Offset;
  appendTimeMs: number;
  /** True when the producer check found the batch already stored. */
  duplicate: boolean;
}
