// Goal: rows depend on seed and row number alone, stay in their bounds, and go on exactly after any position.
import { expect, test } from "vitest";
import { parseOptions, type ConnectorContext, type ConnectorTable, type Source } from "../../connector/index.ts";
import { checkDeclaration, checkSourcePositions } from "../../connector/testing/index.ts";
import { createSimulatedPlatform } from "../../core/platform/sim/index.ts";
import { decimalType, rowsOf, simpleType, stringType, timestampType, type Field } from "../../data/index.ts";
import { datagenConnector } from "./connector.ts";

function openSource(fields: Field[], options: Record<string, string>, platform = createSimulatedPlatform()): Promise<Source> {
  const table: ConnectorTable = {
    name: "t",
    options: parseOptions(datagenConnector.options, options, { connector: "datagen", table: "t", role: "source" }),
    schema: { fields },
    partitionedBy: [],
    primaryKey: null,
  };
  return datagenConnector.source!(table, { platform } as unknown as ConnectorContext);
}

async function allRows(source: Source): Promise<unknown[][]> {
  const [split] = await source.discover(new Set());
  const reader = await source.open(split);
  const rows: unknown[][] = [];
  for (let chunk = await reader.read(1 << 20); chunk !== null; chunk = await reader.read(1 << 20))
    if (chunk.kind === "columns") rows.push(...rowsOf(chunk.batch));
  return rows;
}

const fields: Field[] = [
  { name: "id", type: simpleType("bigint") },
  { name: "age", type: simpleType("integer") },
  { name: "amount", type: simpleType("double") },
  { name: "price", type: decimalType(10, 2) },
  { name: "total", type: decimalType(18, 2) },
  { name: "card", type: stringType() },
  { name: "ok", type: simpleType("boolean") },
  { name: "ts", type: timestampType(3) },
  { name: "exact", type: timestampType(9) },
  { name: "raw", type: { kind: "varbinary", length: 4, nullable: true } },
];
const options = {
  "rows-per-second": "0",
  "number-of-rows": "5000",
  seed: "7",
  "fields.id.kind": "sequence",
  "fields.id.start": "10",
  "fields.id.end": "100000",
  "fields.age.min": "18",
  "fields.age.max": "20",
  "fields.amount.min": "-1",
  "fields.amount.max": "1",
  "fields.price.min": "1.5",
  "fields.price.max": "2.5",
  "fields.total.max": "3",
  "fields.total.min": "0",
  "fields.card.length": "2",
  "fields.ts.max-past": "10 s",
  "fields.age.null-rate": "0.1",
};

test("declaration", () => checkDeclaration(datagenConnector));

test("the same seed gives the same rows, another seed others", async () => {
  const rows = await allRows(await openSource(fields, options));
  expect(rows).toHaveLength(5000);
  expect(await allRows(await openSource(fields, options))).toEqual(rows);
  expect(await allRows(await openSource(fields, { ...options, seed: "8" }))).not.toEqual(rows);
});

test("values stay in their bounds and reach them", async () => {
  const platform = createSimulatedPlatform();
  const rows = await allRows(await openSource(fields, options, platform));
  const column = (name: string): unknown[] => rows.map((row) => row[fields.findIndex((field) => field.name === name)]);
  expect(column("id").slice(0, 3)).toEqual([10n, 11n, 12n]);
  expect(new Set(column("age"))).toEqual(new Set([18, 19, 20, null]));
  const nulls = column("age").filter((value) => value === null).length;
  expect(nulls).toBeGreaterThan(400);
  expect(nulls).toBeLessThan(600);
  const amounts = column("amount") as number[];
  expect(Math.min(...amounts)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...amounts)).toBeGreaterThan(0.99);
  expect(Math.abs(amounts.reduce((sum, value) => sum + value, 0) / 5000)).toBeLessThan(0.05);
  expect((column("price") as bigint[]).every((value) => value >= 150n && value <= 250n)).toBe(true);
  expect((column("card") as string[]).every((text) => /^[0-9a-f]{2}$/.test(text))).toBe(true);
  expect(new Set(column("card")).size).toBe(256);
  const nowMs = platform.clock.nowMs();
  expect((column("ts") as number[]).every((value) => value <= nowMs && value >= nowMs - 10_000)).toBe(true);
  expect(column("exact")[0]).toBe(BigInt(nowMs) * 1_000_000n);
  expect((column("raw")[0] as Uint8Array).length).toBe(4);
});

test("a restart goes on at any position", async () => {
  const found = await checkSourcePositions(() => openSource(fields, options), 1024);
  expect(found.get("rows")).toHaveLength(5000);
});

test("a sequence ends the source; without one it is unbounded until drained", async () => {
  const short = { "rows-per-second": "0", "fields.id.kind": "sequence", "fields.id.start": "1", "fields.id.end": "3" };
  expect((await allRows(await openSource([fields[0]], short))).flat()).toEqual([1n, 2n, 3n]);
  const endless = await openSource([fields[1]], {});
  expect(endless.bounded).toBe(false);
  await endless.drain();
  expect(endless.bounded).toBe(true);
  expect(await allRows(endless)).toEqual([]);
});

test("rows come at their rate", async () => {
  const platform = createSimulatedPlatform();
  const source = await openSource([fields[1]], { "rows-per-second": "100" }, platform);
  const reader = await source.open((await source.discover(new Set()))[0]);
  const first = await reader.read(1024);
  expect(first?.kind).toBe("idle");
  platform.clock.advance(1000);
  const second = await reader.read(1024);
  expect(second?.kind === "columns" && second.batch.length).toBe(100);
});

test.each([
  [{ "fields.nme.min": "1" }, "unknown-option"],
  [{ "fields.age.mni": "1" }, "unknown-option"],
  [{ "fields.age.min": "5", "fields.age.max": "4" }, "invalid-option"],
  [{ "fields.id.kind": "sequence" }, "invalid-option"],
])("refuses %j", async (given, code) => {
  await expect(openSource(fields, given as unknown as Record<string, string>)).rejects.toMatchObject({ code });
});
