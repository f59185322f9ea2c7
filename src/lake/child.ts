/** Entry of the child process: DuckDB in memory, one query at a time per number, rows pulled chunk by chunk. */
import { DuckDBInstance, type DuckDBConnection, type DuckDBResult } from "@duckdb/node-api";
import type { DataType } from "../data/index.ts";
import type { LakeAnswer, LakeRequest } from "./messages.ts";
import { scalarOf, typeOf, widened } from "./values.ts";

interface Open {
  readonly connection: DuckDBConnection;
  readonly result: DuckDBResult;
  readonly types: readonly DataType[];
}

const queries = new Map<number, Open>();
let instance: Promise<DuckDBInstance> | null = null;

function send(answer: LakeAnswer): void {
  process.send!(answer);
}

async function open(request: Extract<LakeRequest, { kind: "open" }>): Promise<void> {
  instance ??= DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await (await instance).connect();
  for (const statement of request.setup) await connection.run(statement);
  const result = await connection.stream(request.sql);
  const types = result.columnTypes().map(typeOf);
  queries.set(request.query, { connection, result, types });
  send({ kind: "opened", query: request.query, columns: result.deduplicatedColumnNames().map((name, index) => ({ name, type: types[index] })) });
}

async function next(query: number): Promise<void> {
  const { result, types } = queries.get(query)!;
  const chunk = await result.fetchChunk();
  const count = chunk?.rowCount ?? 0;
  const columns = types.map((type, index) => (count === 0 ? [] : chunk!.getColumnValues(index).map((value) => widened(type, scalarOf(value)))));
  if (count === 0) close(query);
  send({ kind: "rows", query, columns, count, last: count === 0 });
}

function close(query: number): void {
  queries.get(query)?.connection.closeSync();
  queries.delete(query);
}

process.on("message", (request: LakeRequest) => {
  const work = request.kind === "open" ? open(request) : request.kind === "next" ? next(request.query) : Promise.resolve(close(request.query));
  work.catch((error: unknown) => {
    close(request.query);
    send({ kind: "failed", query: request.query, message: error instanceof Error ? error.message : String(error) });
  });
});
// The parent is gone: nobody is left to ask.
process.on("disconnect", () => process.exit(0));
