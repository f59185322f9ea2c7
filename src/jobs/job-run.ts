/** One run of a job in a worker thread of its own, from start to its end or failure. */
import { MessageChannel, Worker } from "node:worker_threads";
import { compiledEntry, type ErrorCode, type Platform } from "../core/index.ts";
import type { PipelineStatistics } from "../engine/index.ts";
import { serveLog, type Log } from "../log/index.ts";
import type { CompiledJob } from "./compile.ts";
import type { JobDefinition } from "./job.ts";

export type RunEvent =
  | { readonly kind: "running" }
  | { readonly kind: "statistics"; readonly statistics: PipelineStatistics; readonly deadLetters: Readonly<Record<string, number>> }
  /** Rows of a bare SELECT, as scalars; each is answered with a "taken" command. */
  | { readonly kind: "rows"; readonly rows: readonly (readonly unknown[])[] }
  | { readonly kind: "ended"; readonly outcome: "finished" | "stopped" }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string; readonly hint?: string; readonly worthRestarting: boolean };

/** What the thread is started with. */
export interface RunAssignment {
  readonly definition: JobDefinition;
  readonly compiled: CompiledJob;
  readonly dataDirectory: string;
  readonly awsEndpoint: string | null;
  /** A query: its rows are sent back, its dead letters only counted. */
  readonly collects: boolean;
}

export type RunCommand = { readonly kind: "stop" } | { readonly kind: "drain" } | { readonly kind: "taken" };

export interface JobRunOptions extends RunAssignment {
  readonly platform: Platform;
  readonly log: Log;
  event(event: RunEvent): void;
}

/**
 * Three times V8's semi-space, so 32 MB of it: columns live for one batch, and the default of 16 MB makes many of them survive
 * a collection. `bench/features.mjs` with --max-semi-space-size=16 and 32 shows the difference.
 */
const youngGenerationMb = 96;

export class JobRun {
  readonly #options: JobRunOptions;
  #worker: Worker | null = null;
  #stopServing: (() => void) | null = null;
  #settled = false;

  constructor(options: JobRunOptions) {
    this.#options = options;
  }

  start(): void {
    const { definition, compiled, dataDirectory, awsEndpoint, collects, log } = this.#options;
    const channel = new MessageChannel();
    this.#stopServing = serveLog(log, channel.port1);
    const assignment: RunAssignment = { definition, compiled, dataDirectory, awsEndpoint, collects };
    const worker = new Worker(compiledEntry(import.meta.url, "./worker.js"), {
      workerData: { assignment, port: channel.port2 },
      transferList: [channel.port2],
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    });
    this.#worker = worker;
    worker.on("message", (event: RunEvent) => this.#event(event));
    worker.on("error", (error) =>
      this.#event({ kind: "failed", code: "internal", message: `the pipeline's thread failed: ${error.message}`, worthRestarting: true }),
    );
    worker.on("exit", (code) => this.#event({ kind: "failed", code: "internal", message: `the pipeline's thread ended with ${code}`, worthRestarting: true }));
  }

  stop(): void {
    this.#worker?.postMessage({ kind: "stop" } satisfies RunCommand);
  }

  drain(): void {
    this.#worker?.postMessage({ kind: "drain" } satisfies RunCommand);
  }

  /** One "rows" event was taken: the thread may send another. */
  taken(): void {
    this.#worker?.postMessage({ kind: "taken" } satisfies RunCommand);
  }

  /** Ends the thread at once; the next run recovers from the last epoch. */
  async terminate(): Promise<void> {
    this.#settled = true;
    this.#stopServing?.();
    await this.#worker?.terminate();
  }

  #event(event: RunEvent): void {
    if (this.#settled) return;
    if (event.kind === "ended" || event.kind === "failed") {
      this.#settled = true;
      this.#stopServing?.();
      void this.#worker?.terminate();
    }
    this.#options.event(event);
  }
}
