// Goal: staged rows come back as they were, whatever their layout; damage is noticed. Method: random batches, and one flipped byte.
import fc from "fast-check";
import { expect, test } from "vitest";
import { columnFromScalars, decimalType, rowsOf, simpleType, stringColumn, stringType, type Batch, type Column, type Schema } from "../../../data/index.ts";
import { RowAccumulator } from "./accumulator.ts";
import { decodeFrames, encodeRolled, encodeRows } from "./frames.ts";

const bytesType = { kind: "varbinary", length: 99, nullable: true } as const;
const schema: Schema = {
  fields: [
    { name: "flag", type: simpleType("boolean") },
    { name: "whole", type: simpleType("integer") },
    { name: "number", type: simpleType("double") },
    { name: "big", type: simpleType("bigint") },
    { name: "wide", type: decimalType(18, 2) },
    { name: "interned", type: stringType() },
    { name: "bytes", type: bytesType },
    { name: "text", type: stringType() },
    { name: "list", type: { kind: "array", element: simpleType("bigint"), nullable: true } },
  ],
};
const nullable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 4 });
const row = fc.tuple(
  nullable(fc.boolean()),
  nullable(fc.integer()),
  nullable(fc.double()),
  nullable(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
  nullable(fc.bigInt(-(10n ** 18n) + 1n, 10n ** 18n - 1n)),
  nullable(fc.string()),
  nullable(fc.uint8Array({ maxLength: 50 })),
  nullable(fc.string({ unit: "grapheme" })),
  nullable(fc.array(fc.bigInt(), { maxLength: 3 })),
);

function batchOf(rows: readonly (readonly unknown[])[]): Batch {
  const columns = schema.fields.map(({ name, type }, index): Column => {
    const scalars = rows.map((each) => each[index]);
    return name === "interned" ? stringColumn(scalars as (string | null)[]) : columnFromScalars(type, scalars);
  });
  return { schema, length: rows.length, columns, changes: null };
}

test("rows survive staging", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), fc.array(fc.string(), { maxLength: 3 }), (rows, folders) => {
      const bytes = Buffer.concat([encodeRows(batchOf(rows)), encodeRolled(folders), encodeRows(batchOf(rows))]);
      const [first, rolled, second] = [...decodeFrames(bytes, schema)];
      for (const frame of [first, second]) expect(frame.kind === "rows" && rowsOf(frame.read())).toEqual(rows);
      expect(rolled).toEqual({ kind: "rolled", folders });
    }),
  );
});

test("a flipped byte in a payload, and a cut-off frame, are corruption", () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.nat(), (rows, at) => {
      const bytes = encodeRows(batchOf(rows));
      const damaged = bytes.slice();
      damaged[16 + (at % (bytes.length - 16))] ^= 1;
      expect(() => [...decodeFrames(damaged, schema)]).toThrow(expect.objectContaining({ code: "corrupt" }));
      expect(() => [...decodeFrames(bytes.subarray(0, bytes.length - 1), schema)]).toThrow(expect.objectContaining({ code: "corrupt" }));
    }),
  );
});

test("gathered rows are those that were chosen, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(row, { minLength: 1, maxLength: 10 }), fc.array(fc.nat(), { maxLength: 10 })), { maxLength: 5 }), (parts) => {
      const accumulator = new RowAccumulator(schema, 1000);
      const expected: unknown[][] = [];
      const found: unknown[][] = [];
      for (const [rows, picks] of parts) {
        const batch = batchOf(rows);
        const chosen = Int32Array.from(picks, (pick) => pick % rows.length);
        // Another dictionary or layout: what was gathered is taken out first.
        if (!accumulator.accepts(batch.columns)) found.push(...rowsOf(accumulator.take()));
        accumulator.append(batch.columns, chosen, 0, chosen.length);
        expected.push(...Array.from(chosen, (index) => rows[index] as unknown[]));
      }
      found.push(...rowsOf(accumulator.take()));
      expect(found).toEqual(expected);
    }),
  );
});
