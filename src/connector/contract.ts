/**
 * The contract of sources, sinks and lookups. Types and prose only.
 *
 * A connector is one folder with one {@link ConnectorDeclaration}; the engine knows it by this contract alone. All of it
 * runs on the thread of the pipeline. Failures reject with a HeadraceError; what can be tried again was tried inside.
 */
import type { Batch, DataType, Schema } from "../data/index.ts";
import type { ConnectorContext } from "./context.ts";
import type { EmbeddedAppend } from "./embedded.ts";
import type { OptionDeclaration, OptionValues } from "./options.ts";

export interface ConnectorDeclaration {
  /** Value of the 'connector' option. */
  readonly name: string;
  /** One sentence, for docs and completion. */
  readonly summary: string;
  readonly options: readonly OptionDeclaration[];
  /** Formats by name this connector reads or writes; empty when it has a form of its own. */
  readonly formats: { readonly source: readonly string[]; readonly sink: readonly string[] };
  /** Metadata columns: key → type, as `METADATA FROM 'key'`. */
  readonly metadata: Readonly<Record<string, DataType>>;
  source?(table: ConnectorTable, context: ConnectorContext): Promise<Source>;
  sink?(table: ConnectorTable, context: ConnectorContext): Promise<Sink>;
  lookup?(table: ConnectorTable, context: ConnectorContext): Promise<Lookup>;
}

/** What a connector hears of the table it serves. */
export interface ConnectorTable {
  readonly name: string;
  readonly options: OptionValues;
  /** Physical columns in declared order; for sinks also writable metadata columns. */
  readonly schema: Schema;
  readonly partitionedBy: readonly string[];
  readonly primaryKey: readonly string[] | null;
}

/** Where a source stands in a split: JSON-like, kept in the epoch's record and handed back on restart. */
export type SplitPosition = unknown;

export interface Split {
  /** Unique in the source and stable over restarts: a shard, a file. */
  readonly id: string;
  readonly position: SplitPosition;
}

export interface Source {
  /** Bounded sources end; watermark +∞ and the last epoch follow. */
  readonly bounded: boolean;
  /** All splits at first; later calls give splits that were not there before (a resharded stream, a new file). `known`: ids already given or restored. */
  discover(known: ReadonlySet<string>): Promise<readonly Split[]>;
  open(split: Split): Promise<SplitReader>;
  /** An epoch that holds these positions (split id → position) is durable: what lies before may be released. */
  committed?(positions: ReadonlyMap<string, SplitPosition>): void;
  /** Turns the source into a bounded one that ends at what is durable now, for a drained stop. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export interface SplitReader {
  /**
   * The next chunk, at most about `bytesMax` bytes of records; `null` at the end of the split; an empty chunk when there
   * is nothing yet. `ready` of an empty chunk resolves when a new call pays.
   */
  read(bytesMax: number): Promise<SourceChunk | null>;
  close(): Promise<void>;
}

/** Raw records, decoded by the engine, or columns that a source made itself (datagen, Parquet). */
export type SourceChunk = RawChunk | ColumnChunk | IdleChunk;

/** Records as byte ranges of one buffer. Nobody writes into it again: the engine asks for the next chunk while it still works on this one. */
export interface RawChunk {
  readonly kind: "raw";
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Record i is bytes[starts[i] … ends[i]). Records that follow each other with one newline between take the fast path. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Keys, when the source has them. A NULL key has start −1. */
  readonly keyStarts: Int32Array | null;
  readonly keyEnds: Int32Array | null;
  /** Arrival time of each record in milliseconds, or null when unknown. */
  readonly timestampsMs: Float64Array | null;
  /** Value of a metadata key for record i. */
  metadata(key: string, index: number): unknown;
  /** Where record i stands, for dead letters: "shardId-000000000000@49…" or "file.csv:12". */
  describe(index: number): string;
  /** Position after the whole chunk. */
  readonly position: SplitPosition;
}

export interface ColumnChunk {
  readonly kind: "columns";
  /** Physical columns of the table in the order of {@link ConnectorTable.schema}. */
  readonly batch: Batch;
  readonly position: SplitPosition;
}

export interface IdleChunk {
  readonly kind: "idle";
  readonly ready: Promise<void>;
}

export interface SinkAbility {
  /** Changes it can take. */
  readonly changes: "append" | "upsert" | "retract";
  /** `transactional`: committed with the epoch, exactly once; `idempotent`: repeats carry the same key; `at-least-once`. */
  readonly guarantee: "transactional" | "idempotent" | "at-least-once";
}

export interface Sink {
  readonly ability: SinkAbility;
  /** Takes the batch (it is immutable) without waiting; `full()` then tells the engine to pause its sources. */
  write(batch: Batch): void;
  full(): boolean;
  /** Resolves when `full()` may have become false. */
  drained(): Promise<void>;
  /**
   * Ends an epoch: everything written before this call belongs to it, what follows to the next. The first part, up to
   * the first await, cuts; then the sink makes its rows recoverable. Epochs are prepared in order, one at a time.
   */
  prepare(epoch: number): Promise<Prepared>;
  /** The epoch is durable: publish. Idempotent, also called again after a restart for epochs that may not have finished. */
  commit(epoch: number, committable: Uint8Array | null): Promise<void>;
  /** After a restart, before any write: the state of the last durable epoch, or null at a fresh start. What was prepared later is undone. */
  restore(epoch: number, state: Uint8Array | null): Promise<void>;
  /** Monotonic time at which the sink wants an epoch for what it holds, even if no row comes or the interval is not over; null: none. */
  epochDueMs?(): number | null;
  /** End of input: the next prepare is the last one, nothing may be held back for later. */
  finish(): void;
  close(): Promise<void>;
}

export interface Prepared {
  /** What commit needs; null when there is nothing to publish. */
  readonly committable: Uint8Array | null;
  /** What restore needs to go on after this epoch; null when the sink keeps nothing between epochs. */
  readonly state: Uint8Array | null;
  /** Records for embedded streams, committed in the epoch's own atomic record. */
  readonly appends: readonly EmbeddedAppend[];
}

export interface Lookup {
  /** Rows for each key (columns of `keys` in the order of the join condition); row i of the answer says in `matches` which key it belongs to. */
  lookup(keys: Batch): Promise<{ rows: Batch; matches: Int32Array }>;
  close(): Promise<void>;
}
