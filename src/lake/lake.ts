/** Queries over files by DuckDB in a child process: no native code and none of its memory in the server. */
import { HeadraceError, type Clock, type Timer } from "../core/index.ts";
import type { Column } from "../data/index.ts";
import { LakeProcess } from "./child-process.ts";
import type { LakeAnswer, LakeColumn, LakeForm } from "./messages.ts";

export interface LakeQuery {
  readonly columns: readonly LakeColumn[];
  /** The next rows as scalars by column, or null at the end. */
  next(): Promise<LakeRows | null>;
  /** Gives up before the end, also while the query runs. */
  close(): void;
}

export interface LakeRows {
  readonly columns: readonly (readonly unknown[])[];
  readonly count: number;
}

/** Rows as columns in the layouts of `data/batch.ts`, see {@link Lake.readColumns}. */
export interface LakeColumns {
  next(): Promise<{ readonly columns: readonly Column[]; readonly count: number } | null>;
  close(): void;
}

export interface LakeQueryOptions {
  /** The query fails after this long with `limit-exceeded`; waiting for a slow reader counts. Needs the lake's clock. */
  readonly timeLimitMs?: number;
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal;
}

export interface LakeOptions {
  /** For time limits. */
  readonly clock?: Clock;
  /** Threads of DuckDB. Default 2. */
  readonly threads?: number;
  /** What DuckDB may hold before it spills or refuses. Default 1 GiB. */
  readonly memoryBytes?: number;
}

export interface Lake {
  /**
   * Runs `setup` statements (views over folders), then `sql`.
   *
   * @throws HeadraceError `sql-invalid` with DuckDB's message, `limit-exceeded`, or `internal` when the child died.
   */
  query(sql: string, setup?: readonly string[], options?: LakeQueryOptions): Promise<LakeQuery>;
  /**
   * As `query`, rows as typed arrays: UTINYINT as `byte`, INTEGER `int`, FLOAT and DOUBLE `double`, BIGINT and DECIMAL
   * (unscaled) of at most 18 digits `double` or `wide`, BLOB `view`, everything else `object`. One chunk is read ahead.
   */
  readColumns(sql: string, setup?: readonly string[], options?: LakeQueryOptions): Promise<LakeColumns>;
  /** The child's process id while it runs. */
  readonly processId: number | null;
  /** Running queries fail. A later query starts the child again. */
  close(): Promise<void>;
}

/** The child starts with the first query, and again after it died. */
export function openLake(options: LakeOptions = {}): Lake {
  return new ChildLake(options);
}

class ChildLake implements Lake {
  readonly #options: LakeOptions;
  #process: LakeProcess | null = null;
  #queries = 0;

  constructor(options: LakeOptions) {
    this.#options = options;
  }

  get processId(): number | null {
    return this.#process?.alive === true ? this.#process.id : null;
  }

  async query(sql: string, setup: readonly string[] = [], options: LakeQueryOptions = {}): Promise<LakeQuery> {
    const running = this.#run("scalars", options);
    const { columns } = await running.open(sql, setup);
    return { columns, next: async () => (await running.next()) as LakeRows | null, close: () => running.end() };
  }

  async readColumns(sql: string, setup: readonly string[] = [], options: LakeQueryOptions = {}): Promise<LakeColumns> {
    const running = this.#run("columns", options);
    await running.open(sql, setup);
    const ask = (): Promise<Extract<LakeAnswer, { kind: "columns" }> | null> => {
      const answer = running.next() as Promise<Extract<LakeAnswer, { kind: "columns" }> | null>;
      // Whoever asks for it hears of a failure; until then it is nobody's.
      answer.catch(() => {});
      return answer;
    };
    let ahead = ask();
    return {
      next: async () => {
        const answer = await ahead;
        if (answer !== null) ahead = ask();
        return answer;
      },
      close: () => running.end(),
    };
  }

  async close(): Promise<void> {
    const closing = this.#process;
    this.#process = null;
    await closing?.close();
  }

  #run(form: LakeForm, options: LakeQueryOptions): RunningQuery {
    const { threads = 2, memoryBytes = 1_073_741_824, clock } = this.#options;
    if (this.#process === null || !this.#process.alive) this.#process = new LakeProcess({ threads, memoryBytes });
    return new RunningQuery(this.#process, ++this.#queries, form, options, clock);
  }
}

class RunningQuery {
  readonly #process: LakeProcess;
  readonly #query: number;
  readonly #form: LakeForm;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.end();
  #timer: Timer | null = null;
  #ended = false;
  #failure: HeadraceError | null = null;

  constructor(process: LakeProcess, query: number, form: LakeForm, { timeLimitMs, signal }: LakeQueryOptions, clock: Clock | undefined) {
    this.#process = process;
    this.#query = query;
    this.#form = form;
    this.#signal = signal;
    if (timeLimitMs !== undefined) {
      if (clock === undefined) throw new HeadraceError("invalid-argument", "a time limit needs the lake to be opened with a clock");
      const error = new HeadraceError("limit-exceeded", `the query took longer than ${timeLimitMs} ms`, { hint: "Ask for less, or raise the limit." });
      this.#timer = clock.setTimer(timeLimitMs, () => this.end(error), { unref: true });
    }
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  async open(sql: string, setup: readonly string[]): Promise<Extract<LakeAnswer, { kind: "opened" }>> {
    if (this.#signal?.aborted === true) this.end();
    const answer = this.#ended ? { kind: "end" as const } : await this.#ask({ kind: "open", query: this.#query, setup, sql, form: this.#form });
    if (answer.kind === "opened") return answer;
    this.end();
    throw this.#failure ?? new HeadraceError("invalid-argument", "the query was given up before it began");
  }

  /** Null at the end, and after it was given up. */
  async next(): Promise<Extract<LakeAnswer, { kind: "scalars" | "columns" }> | null> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#ended) return null;
    const answer = await this.#ask({ kind: "next", query: this.#query });
    if (answer.kind === "scalars" || answer.kind === "columns") return answer;
    this.#settle();
    return null;
  }

  end(error?: HeadraceError): void {
    if (this.#ended) return;
    this.#failure = error ?? null;
    this.#settle();
    this.#process.forget(this.#query, error);
  }

  async #ask(request: Parameters<LakeProcess["ask"]>[0]): Promise<LakeAnswer> {
    try {
      return await this.#process.ask(request);
    } catch (error) {
      this.#settle();
      throw error;
    }
  }

  #settle(): void {
    this.#ended = true;
    this.#timer?.cancel();
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }
}
