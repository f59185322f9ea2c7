/** Goal: columns of every layout give back what went in, whole, sliced and taken. Method: random rows of every type. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  batchFromRows,
  decimalType,
  hashBytes,
  rowsOf,
  simpleType,
  sliceBatch,
  StringDictionary,
  stringColumn,
  stringType,
  takeRows,
  timestampType,
  type Batch,
  type DataType,
  type Schema,
} from "./index.ts";

const types: [DataType, fc.Arbitrary<unknown>][] = [
  [simpleType("boolean"), fc.boolean()],
  [simpleType("integer"), fc.integer()],
  [simpleType("bigint"), fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -100n, max: 100n }))],
  [simpleType("double"), fc.double()],
  [timestampType(9), fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })],
  [decimalType(5, 2), fc.bigInt({ min: -99_999n, max: 99_999n })],
  [decimalType(38, 0), fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n })],
  [stringType(), fc.string({ unit: "grapheme" })],
  [{ kind: "varbinary", length: 100, nullable: true }, fc.uint8Array()],
  [{ kind: "array", element: simpleType("integer"), nullable: true }, fc.array(fc.integer())],
];
const schema: Schema = { fields: types.map(([type], index) => ({ name: `c${index}`, type })) };
const rows = fc.array(fc.tuple(...types.map(([, value]) => fc.option(value, { nil: null }))), { maxLength: 20 });

/** Texts interned, as decoders hold keys. */
function interned(batch: Batch, values: readonly (readonly unknown[])[]): Batch {
  return {
    ...batch,
    columns: batch.columns.map((column, index) =>
      types[index][0].kind === "varchar" ? stringColumn(values.map((row) => row[index] as string | null)) : column,
    ),
  };
}

describe("columns", () => {
  it("give back their rows, also of slices and chosen rows", () => {
    fc.assert(
      fc.property(rows, fc.nat(), fc.nat(), fc.array(fc.nat()), (values, first, second, chosen) => {
        for (const batch of [batchFromRows(schema, values), interned(batchFromRows(schema, values), values)]) {
          expect(rowsOf(batch)).toEqual(values);
          const [start, end] = [first % (values.length + 1), second % (values.length + 1)].sort((left, right) => left - right);
          expect(rowsOf(sliceBatch(batch, start, end))).toEqual(values.slice(start, end));
          const picked = values.length === 0 ? [] : chosen.map((each) => each % values.length);
          expect(rowsOf(takeRows(batch, Int32Array.from(picked)))).toEqual(picked.map((row) => values[row]));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("StringDictionary", () => {
  it("gives each distinct text one id, in order of appearance, by whichever way it came", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: "grapheme", maxLength: 9 }), fc.constantFrom("", "a", "ab", "abc", "abcd", "abcde", "\u0000", "\u0000\u0000"))),
        (all) => {
          const dictionary = new StringDictionary();
          const order = [...new Set(all.map((text) => Buffer.from(text).toString()))];
          all.forEach((text, index) => {
            const bytes = Buffer.from(`<${text}>${" ".repeat(8)}`);
            const [start, end] = [1, bytes.length - 9];
            const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
            const id = [
              () => dictionary.internText(text),
              () => dictionary.internBytes(bytes, start, end),
              () => dictionary.internWords(bytes, words, start, end, hashBytes(bytes, start, end)),
            ][index % 3]();
            expect(id).toBe(order.indexOf(Buffer.from(text).toString()));
          });
          expect(dictionary.size).toBe(order.length);
          order.forEach((text, id) => {
            expect(dictionary.text(id)).toBe(text);
            const target = new Uint8Array(dictionary.bytesOf(id));
            expect(dictionary.copyTo(id, target, 0)).toBe(target.length);
            expect(Buffer.from(target).toString()).toBe(text);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keeps its ids while it grows", () => {
    const dictionary = new StringDictionary();
    for (let index = 0; index < 50_000; index++) expect(dictionary.internText(`text ${index}`)).toBe(index);
    for (let index = 0; index < 50_000; index += 997) expect(dictionary.internText(`text ${index}`)).toBe(index);
  });
});
