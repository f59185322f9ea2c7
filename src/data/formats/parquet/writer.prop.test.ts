/** Goal: what we write, DuckDB reads back value by value, with right statistics. Method: random batches of every type, every codec. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchFromRows, stringColumn } from "../../columns.ts";
import { decimalType, simpleType, stringType, timestampType, type DataType, type Schema } from "../../types.ts";
import type { Compression } from "./column-chunk.ts";
import { compressSnappy } from "./snappy.ts";
import { ParquetWriter } from "./writer.ts";

let directory: string;
let connection: DuckDBConnection;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "headrace-parquet-"));
  connection = await (await DuckDBInstance.create()).connect();
});
afterAll(async () => {
  connection.closeSync();
  await rm(directory, { recursive: true });
});

/** Type, an arbitrary of its scalars, and the scalar as DuckDB's JSON shows it. */
const kinds: { type: DataType; value: fc.Arbitrary<unknown>; shown: (value: never) => unknown }[] = [
  { type: simpleType("boolean"), value: fc.boolean(), shown: (value: boolean) => value },
  { type: simpleType("tinyint"), value: fc.integer({ min: -128, max: 127 }), shown: (value: number) => value },
  { type: simpleType("integer"), value: fc.integer(), shown: (value: number) => value },
  { type: simpleType("bigint"), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), shown: (value: bigint) => String(value) },
  { type: simpleType("double"), value: fc.double({ noNaN: true, noDefaultInfinity: true }), shown: (value: number) => value },
  { type: stringType(), value: fc.oneof(fc.constantFrom("a", "b", "ключ"), fc.string({ unit: "grapheme" })), shown: (value: string) => value },
  { type: simpleType("date"), value: fc.integer({ min: -100_000, max: 100_000 }), shown: (value: number) => value },
  { type: timestampType(3), value: fc.integer({ min: -1e12, max: 4e12 }), shown: (value: number) => String(value) },
  { type: decimalType(9, 2), value: fc.bigInt({ min: -(10n ** 9n) + 1n, max: 10n ** 9n - 1n }), shown: (value: bigint) => String(value) },
  { type: decimalType(18, 4), value: fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), shown: (value: bigint) => String(value) },
  { type: decimalType(30, 5), value: fc.bigInt({ min: -(10n ** 30n) + 1n, max: 10n ** 30n - 1n }), shown: (value: bigint) => String(value) },
];

const cast = (name: string, { kind }: DataType): string => {
  if (kind === "date") return `datediff('day', DATE '1970-01-01', ${name})`;
  if (kind === "timestamp") return `epoch_ms(${name})::VARCHAR`;
  if (kind === "bigint") return `${name}::VARCHAR`;
  if (kind === "decimal") return `replace(${name}::VARCHAR, '.', '')`;
  return name;
};

let files = 0;
async function write(schema: Schema, batches: ReturnType<typeof batchFromRows>[], compression: Compression, rowGroupRows: number): Promise<string> {
  const writer = new ParquetWriter(schema, { compression, rowGroupRows });
  const path = join(directory, `${files++}.parquet`);
  await writeFile(path, Buffer.concat([...batches.flatMap((batch) => writer.write(batch)), ...writer.finish()]));
  return path;
}

const digits = (text: unknown): unknown => (typeof text === "string" && /^-?0*\d+$/.test(text) ? String(BigInt(text)) : text);

describe("Parquet writer", () => {
  it("is read back by DuckDB", async () => {
    const column = fc.constantFrom(...kinds).chain((kind) =>
      fc.record({
        kind: fc.constant(kind),
        nullable: fc.boolean(),
        values: fc.array(fc.record({ value: kind.value, isNull: fc.boolean() }), { minLength: 60, maxLength: 60 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(column, { minLength: 1, maxLength: 5 }),
        fc.nat(60),
        fc.constantFrom<Compression>("SNAPPY", "GZIP", "UNCOMPRESSED"),
        fc.integer({ min: 1, max: 70 }),
        async (columns, rows, compression, rowGroupRows) => {
          const schema: Schema = { fields: columns.map(({ kind, nullable }, index) => ({ name: `c${index}`, type: { ...kind.type, nullable } })) };
          const scalar = (at: number, row: number): unknown => (columns[at].nullable && columns[at].values[row].isNull ? null : columns[at].values[row].value);
          const all = Array.from({ length: rows }, (_, row) => columns.map((_, at) => scalar(at, row)));
          const batches = [batchFromRows(schema, all.slice(0, 20)), batchFromRows(schema, all.slice(20))];
          const path = await write(schema, batches, compression, rowGroupRows);
          const list = columns.map(({ kind }, index) => `${cast(`c${index}`, kind.type)} AS c${index}`).join(", ");
          const read = (await connection.runAndReadAll(`SELECT ${list} FROM read_parquet('${path}')`)).getRowsJson();
          const expected = all.map((row) => row.map((value, at) => (value === null ? null : columns[at].kind.shown(value as never))));
          expect(read.map((row) => row.map(digits).map(String))).toEqual(expected.map((row) => row.map(digits).map(String)));
          for (const [at, { kind }] of columns.entries()) {
            if (kind.type.kind !== "integer") continue;
            const [[counted]] = (
              await connection.runAndReadAll(
                `SELECT coalesce(sum(stats_null_count), 0)::INTEGER FROM parquet_metadata('${path}') WHERE path_in_schema = 'c${at}'`,
              )
            ).getRows();
            expect(counted).toBe(all.filter((row) => row[at] === null).length);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("uses a dictionary where texts repeat, over many rows", async () => {
    const schema: Schema = {
      fields: [
        { name: "city", type: stringType() },
        { name: "id", type: simpleType("bigint", false) },
      ],
    };
    const texts = Array.from({ length: 5_000 }, (_, row) => (row % 7 === 0 ? null : `city-${row % 50}`));
    const ids = Float64Array.from({ length: 5_000 }, (_, row) => row * 1_000_000);
    const batch = { schema, length: 5_000, columns: [stringColumn(texts), { layout: "double" as const, values: ids, nulls: null }], changes: null };
    const path = await write(schema, [batch], "SNAPPY", 100_000);
    const rows = (
      await connection.runAndReadAll(
        `SELECT city, count(*)::INTEGER AS n, sum(id)::DOUBLE AS s FROM read_parquet('${path}') GROUP BY city ORDER BY city NULLS FIRST`,
      )
    ).getRows();
    expect(rows).toHaveLength(51);
    expect(rows[0][1]).toBe(texts.filter((text) => text === null).length);
    expect(rows.reduce((total, row) => total + Number(row[2]), 0)).toBe(ids.reduce((total, id) => total + id, 0));
    const [[encodings]] = (await connection.runAndReadAll(`SELECT encodings FROM parquet_metadata('${path}') WHERE path_in_schema = 'city'`)).getRows();
    expect(String(encodings)).toContain("RLE_DICTIONARY");
  });

  it("compresses what repeats", () => {
    expect(compressSnappy(Buffer.from("headrace ".repeat(10_000))).length).toBeLessThan(6_000);
  });

  it("refuses nested columns by name", () => {
    expect(() => new ParquetWriter({ fields: [{ name: "tags", type: { kind: "array", element: stringType(), nullable: true } }] })).toThrow(
      /column tags: ARRAY<STRING> is not written to Parquet yet/,
    );
  });
});
