/** What a pipeline is given: everything that is not the plan. The engine never names a connector or a model. */
import type { ConnectorContext, DeadLetter, EmbeddedAppend, Sink, Source, SourceChunk } from "../../connector/index.ts";
import type { Platform } from "../../core/index.ts";
import type { Batch, Schema } from "../../data/index.ts";
import type { RemoteLog } from "../../log/index.ts";
import type { ModelReference, ScanNode, SinkNode } from "../../sql/plan/plan.ts";
import type { PredictModel } from "../model.ts";

export interface PipelineEnvironment {
  readonly platform: Platform;
  readonly log: RemoteLog;
  /** Name of the job: scope of its state and epochs in the log. */
  readonly job: string;
  openSource(scan: ScanNode): Promise<OpenedSource>;
  openSink(sink: SinkNode, input: Schema): Promise<Sink>;
  openModel(model: ModelReference): Promise<PredictModel>;
  readonly deadLetters: DeadLetterCollector;
  readonly settings: PipelineSettings;
  /** Rows of a bare SELECT. */
  collect?(batch: Batch): void;
  /** True while rows given to `collect` must be taken first; `Pipeline.wake` tells of a change. */
  collectFull?(): boolean;
}

export interface OpenedSource {
  readonly source: Source;
  /** Turns a chunk's records `from` … `from + count` into the scan's columns. Records it refuses are left out and listed. */
  decode(chunk: Exclude<SourceChunk, { kind: "idle" }>, from: number, count: number): DecodedRows;
}

export interface DecodedRows {
  readonly batch: Batch;
  readonly failed: readonly { readonly index: number; readonly message: string }[];
}

/** Letters wait here until the epoch that read them is durable. */
export interface DeadLetterCollector {
  add(letter: DeadLetter): void;
  /** True when sources should wait for the epoch's end. */
  readonly full: boolean;
  /** Takes what has come since the last call, as records for the epoch's commit. */
  take(): readonly EmbeddedAppend[];
  /** Letters of this run, by reason. */
  counts(): Readonly<Record<string, number>>;
}

export interface PipelineSettings {
  /** Longest time between two epochs while rows flow; 10 to 600,000. */
  readonly epochIntervalMs: number;
  /** Bytes asked of a split at a time. */
  readonly chunkBytes: number;
  /** Rows decoded at a time. */
  readonly batchRows: number;
  /** A new snapshot is taken when changes since the last one reach this. */
  readonly snapshotAfterBytes: number;
  /** How often sources look for new splits. */
  readonly discoveryIntervalMs: number;
  readonly timeZone: string;
  /** Late rows become dead letters, or are only counted. */
  readonly lateRows: "dead-letters" | "drop";
}

export const defaultSettings: PipelineSettings = {
  epochIntervalMs: 100,
  chunkBytes: 256 * 1024,
  batchRows: 1024,
  snapshotAfterBytes: 64 * 1024 * 1024,
  discoveryIntervalMs: 1_000,
  timeZone: "UTC",
  lateRows: "dead-letters",
};

export type { ConnectorContext };
