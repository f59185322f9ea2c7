/** Queries over files by DuckDB in a child process: no native code and none of its memory in the server. */
import { fork, type ChildProcess } from "node:child_process";
import { compiledEntry, HeadraceError } from "../core/index.ts";
import type { LakeAnswer, LakeColumn, LakeRequest } from "./messages.ts";

export interface LakeQuery {
  readonly columns: readonly LakeColumn[];
  /** The next rows as scalars by column, or null at the end. */
  next(): Promise<LakeRows | null>;
  /** Gives up before the end. */
  close(): void;
}

export interface LakeRows {
  readonly columns: readonly (readonly unknown[])[];
  readonly count: number;
}

export interface Lake {
  /**
   * Runs `setup` statements (views over folders), then `sql`.
   *
   * @throws HeadraceError `sql-invalid` with DuckDB's message.
   */
  query(sql: string, setup?: readonly string[]): Promise<LakeQuery>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: LakeAnswer): void;
  reject(error: HeadraceError): void;
}

/** The child starts with the first query, and again after it died. */
export function openLake(): Lake {
  return new ChildLake();
}

class ChildLake implements Lake {
  #child: ChildProcess | null = null;
  #queries = 0;
  readonly #waiting = new Map<number, Waiting>();

  async query(sql: string, setup: readonly string[] = []): Promise<LakeQuery> {
    const query = ++this.#queries;
    const opened = await this.#ask({ kind: "open", query, setup, sql });
    if (opened.kind !== "opened") throw new HeadraceError("internal", `the lake's child answered ${opened.kind}`);
    let ended = false;
    return {
      columns: opened.columns,
      next: async () => {
        if (ended) return null;
        const answer = await this.#ask({ kind: "next", query });
        if (answer.kind !== "rows") throw new HeadraceError("internal", `the lake's child answered ${answer.kind}`);
        ended = answer.last;
        return answer.last ? null : { columns: answer.columns, count: answer.count };
      },
      close: () => {
        if (!ended) this.#child?.send({ kind: "close", query } satisfies LakeRequest);
        ended = true;
      },
    };
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    await new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.disconnect();
    });
  }

  #ask(request: LakeRequest): Promise<LakeAnswer> {
    const child = this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.query, { resolve, reject });
      child.send(request);
    });
  }

  #start(): ChildProcess {
    if (this.#child !== null) return this.#child;
    const child = fork(compiledEntry(import.meta.url, "./child.js"), { serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
    child.on("message", (answer: LakeAnswer) => {
      const waiting = this.#waiting.get(answer.query);
      this.#waiting.delete(answer.query);
      if (answer.kind === "failed") waiting?.reject(new HeadraceError("sql-invalid", answer.message));
      else waiting?.resolve(answer);
    });
    child.on("exit", (code, signal) => {
      if (this.#child === child) this.#child = null;
      for (const waiting of this.#waiting.values()) waiting.reject(new HeadraceError("internal", `the lake's process ended with ${signal ?? code}`));
      this.#waiting.clear();
    });
    this.#child = child;
    return child;
  }
}

/** A text as a SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A statement that makes `name` a view over a folder's files, with its `key=value` folders as columns. */
export function folderView(name: string, directory: string, format: "parquet" | "json" | "csv", columns?: readonly string[]): string {
  const files = quoteText(`${directory.replace(/\/+$/, "")}/**/[!.]*.${format}`);
  const source =
    format === "parquet"
      ? `read_parquet(${files}, hive_partitioning = true)`
      : format === "json"
        ? `read_json(${files}, format = 'newline_delimited', hive_partitioning = true)`
        : `read_csv(${files}, header = false, hive_partitioning = true${columns === undefined ? "" : `, names = [${columns.map(quoteText).join(", ")}]`})`;
  return `CREATE OR REPLACE TEMP VIEW ${quoteName(name)} AS SELECT * FROM ${source}`;
}
