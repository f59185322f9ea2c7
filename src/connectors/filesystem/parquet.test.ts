// Goal: what the sink writes as Parquet another reader (DuckDB) and our source read back, with the folders' columns. Needs a build.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseOptions, type ConnectorContext, type ConnectorTable, type Sink } from "../../connector/index.ts";
import { checkSourcePositions, driveSink, readSplit } from "../../connector/testing/index.ts";
import { createNodePlatform } from "../../core/index.ts";
import { batchFromRows, rowsOf, simpleType, stringType, timestampType, type Batch, type Schema } from "../../data/index.ts";
import { filesystemConnector } from "./connector.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "headrace-parquet-"));
});
afterEach(() => rm(directory, { recursive: true }));

const schema: Schema = {
  fields: [
    { name: "id", type: simpleType("bigint") },
    { name: "ts", type: timestampType(3) },
    { name: "amount", type: simpleType("double") },
    { name: "city", type: stringType() },
    { name: "day", type: stringType() },
  ],
};

function table(role: "source" | "sink", options: Record<string, string> = {}): ConnectorTable {
  return {
    name: "t",
    options: parseOptions(filesystemConnector.options, { path: "lake", format: "parquet", ...options }, { connector: "filesystem", table: "t", role }),
    schema,
    partitionedBy: ["day"],
    primaryKey: null,
  };
}

const texts = (batches: readonly Batch[]): string[] =>
  batches.flatMap((batch) => rowsOf(batch)).map((row) => JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)));

/** Writes rows spread over `folders` days, with a crash on the way. */
async function write(context: ConnectorContext, folders: number): Promise<Batch[]> {
  const rows = Array.from({ length: 5000 }, (_, index) => [
    BigInt(index),
    1_000_000_000_000 + index,
    index % 7 === 0 ? null : index / 3,
    `city ${index % 11}`,
    `2001-${index % folders}`,
  ]);
  const batches = Array.from({ length: 10 }, (_, index) => batchFromRows(schema, rows.slice(500 * index, 500 * index + 500)));
  const open = (): Promise<Sink> => filesystemConnector.sink!(table("sink"), context);
  let crashed = false;
  await driveSink(
    { epochs: [batches.slice(0, 3), batches.slice(3)], open, rows: () => [], visible: async () => [] },
    (epoch, step) => epoch === 2 && step === "write" && !crashed && (crashed = true),
  );
  return batches;
}

const contextOf = (): ConnectorContext =>
  ({ platform: createNodePlatform(), baseDirectory: directory, workDirectory: join(directory, "work"), scope: "job/t" }) as ConnectorContext;

test("the files of forty folders are read side by side, with the folders' column", async () => {
  const batches = await write(contextOf(), 40);
  const source = await filesystemConnector.source!(table("source"), contextOf());
  const splits = await source.discover(new Set());
  expect(splits).toHaveLength(40);
  const chunks = await Promise.all(splits.map((split) => readSplit(source, split, 1 << 20)));
  await source.close();
  expect(
    chunks
      .flat()
      .flatMap(({ records }) => [...records])
      .sort(),
  ).toEqual(texts(batches).sort());
});

test("a file is read on from any position, in its order", async () => {
  const batches = await write(contextOf(), 1);
  const found = await checkSourcePositions(() => filesystemConnector.source!(table("source"), contextOf()), 1 << 20);
  expect([...found.values()]).toEqual([texts(batches)]);
});
