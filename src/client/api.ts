/** The admin API's shapes: what no protocol of the field covers. Served under /api/v1 on the console port. */

export interface ServerInformation {
  readonly version: string;
  readonly pid: number;
  readonly data: string;
  readonly endpoints: { readonly aws: string; readonly console: string; readonly kafka: string | null };
  readonly startedMs: number;
  readonly log: { readonly writable: boolean; readonly reason: string | null };
  readonly authentication: boolean;
}

export interface JobInformation {
  readonly name: string;
  readonly state: "starting" | "running" | "restarting" | "draining" | "finished" | "stopped" | "failed";
  readonly reason: string | null;
  readonly hint: string | null;
  readonly restarts: number;
  readonly createdMs: number;
  readonly startedMs: number;
  readonly statistics: JobStatistics | null;
  readonly deadLetters: Readonly<Record<string, number>>;
}

export interface JobStatistics {
  readonly epoch: number;
  readonly epochDurationMs: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsFailed: number;
  readonly bytesIn: number;
  readonly sources: readonly {
    readonly name: string;
    readonly table: string;
    readonly rowsIn: number;
    readonly rowsFailed: number;
    readonly splits: number;
    readonly watermarkMs: number | null;
    readonly heldBy: string | null;
  }[];
  readonly operators: readonly {
    readonly name: string;
    readonly rowsIn: number;
    readonly rowsOut: number;
    readonly rowsLate: number;
    readonly rowsWaiting: number;
    readonly keys: number;
    readonly stateBytes: number;
    readonly watermarkMs: number | null;
  }[];
  readonly sinks: readonly { readonly name: string; readonly table: string; readonly rowsIn: number }[];
}

export interface JobSubmission {
  readonly name: string;
  readonly sql: string;
  /** Absolute; relative paths in the script start here. */
  readonly baseDirectory: string;
}

export interface DeadLetterInformation {
  /** Offset in the dead letters' stream: its number. */
  readonly number: number;
  readonly reason: string;
  readonly message: string;
  readonly job: string;
  readonly table: string;
  readonly position: string;
  readonly timeMs: number;
  /** Base64 of the original bytes. */
  readonly bytes: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Pass as `after` for the next page; null at the end. */
  readonly next: string | null;
}

/** Body of every answer that is no success. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}
