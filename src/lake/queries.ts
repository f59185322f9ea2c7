/** The child's side: open queries, each on a connection of its own, rows pulled chunk by chunk. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection, type DuckDBResult } from "@duckdb/node-api";
import type { DataType } from "../data/index.ts";
import { columnOf } from "./columns.ts";
import type { ChildSettings, LakeAnswer, LakeForm, LakeRequest } from "./messages.ts";
import { scalarOf, typeOf, widened } from "./values.ts";

interface OpenQuery {
  readonly form: LakeForm;
  connection: DuckDBConnection | null;
  result: DuckDBResult | null;
  types: readonly DataType[];
  /** A statement runs on the connection: it is interrupted before the connection closes. */
  busy: boolean;
  closed: boolean;
}

export class Queries {
  readonly #settings: ChildSettings;
  readonly #send: (answer: LakeAnswer) => void;
  readonly #open = new Map<number, OpenQuery>();
  #instance: Promise<DuckDBInstance> | null = null;

  constructor(settings: ChildSettings, send: (answer: LakeAnswer) => void) {
    this.#settings = settings;
    this.#send = send;
  }

  take(request: LakeRequest): void {
    const { query } = request;
    if (request.kind === "close") {
      this.#close(query);
      return;
    }
    if (request.kind === "open") this.#open.set(query, { form: request.form, connection: null, result: null, types: [], busy: false, closed: false });
    const open = this.#open.get(query);
    if (open === undefined) return;
    open.busy = true;
    const work = request.kind === "open" ? this.#start(open, request) : this.#next(open, query);
    void work
      .catch((error: unknown): LakeAnswer => ({ kind: "failed", query, message: error instanceof Error ? error.message : String(error) }))
      .then((answer) => {
        open.busy = false;
        if (open.closed) {
          this.#free(open);
          return;
        }
        if (answer.kind === "failed" || answer.kind === "end") this.#close(query);
        this.#send(answer);
      });
  }

  async #start(open: OpenQuery, { query, setup, sql }: Extract<LakeRequest, { kind: "open" }>): Promise<LakeAnswer> {
    const { threads, memoryBytes } = this.#settings;
    this.#instance ??= DuckDBInstance.create(":memory:", {
      threads: String(threads),
      memory_limit: `${Math.floor(memoryBytes / 1_048_576)}MiB`,
      temp_directory: join(tmpdir(), `headrace-lake-${process.pid}`),
      // Nothing is fetched from a network because a path looks as if it could be.
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    open.connection = await (await this.#instance).connect();
    for (const statement of setup) if (!open.closed) await open.connection.run(statement);
    if (open.closed) return { kind: "end", query };
    open.result = await open.connection.stream(sql);
    open.types = open.result.columnTypes().map(typeOf);
    return { kind: "opened", query, columns: open.result.deduplicatedColumnNames().map((name, index) => ({ name, type: open.types[index] })) };
  }

  async #next({ form, result, types }: OpenQuery, query: number): Promise<LakeAnswer> {
    const chunk = await result!.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return { kind: "end", query };
    const count = chunk.rowCount;
    if (form === "columns") return { kind: "columns", query, columns: types.map((_, index) => columnOf(chunk.getColumnVector(index), count)), count };
    return { kind: "scalars", query, columns: types.map((type, index) => chunk.getColumnValues(index).map((value) => widened(type, scalarOf(value)))), count };
  }

  #close(query: number): void {
    const open = this.#open.get(query);
    this.#open.delete(query);
    if (open === undefined) return;
    open.closed = true;
    if (open.busy) open.connection?.interrupt();
    else this.#free(open);
  }

  #free(open: OpenQuery): void {
    open.result = null;
    open.connection?.closeSync();
    open.connection = null;
  }
}
