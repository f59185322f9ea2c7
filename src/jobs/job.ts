/** A job: one pipeline with a name, kept in the log's "jobs" table and run until its input ends or somebody stops it. */
import type { PipelineStatistics } from "../engine/index.ts";

export interface JobDefinition {
  /** 1 to 128 letters, digits, "_", "-", ".": scope of state, epochs and file names. */
  readonly name: string;
  /** The whole script, in Flink SQL. */
  readonly sql: string;
  /** Relative paths in the script start here. */
  readonly baseDirectory: string;
  readonly createdMs: number;
  /** What its owner wants; a server that restarts goes on with jobs that shall run. */
  readonly wanted: "running" | "stopped";
}

/**
 * `starting` → `running` ⇄ `restarting` (it failed and waits to go on from its last epoch) → `draining` → `finished`;
 * `stopped` on request; `failed` when restarting would not help (SQL that no longer fits its state, a missing model).
 */
export type JobState = "starting" | "running" | "restarting" | "draining" | "finished" | "stopped" | "failed";

export interface JobStatus {
  readonly name: string;
  readonly state: JobState;
  /** Why it is restarting or failed. */
  readonly reason: string | null;
  readonly hint: string | null;
  readonly restarts: number;
  readonly startedMs: number;
  readonly statistics: PipelineStatistics | null;
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly createdMs: number;
}
