/**
 * Goal: what the encoders write is what JSON.parse and String say it is, for every type and layout. Method: random batches,
 * read back by JSON.parse; random numbers against JavaScript's own shortest form.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  batchFromRows,
  createDecoder,
  createEncoder,
  decimalType,
  rowsOf,
  simpleType,
  stringColumn,
  stringType,
  timestampType,
  type Batch,
  type DataType,
  type Schema,
} from "../index.ts";
import { RowBuffer } from "./row-buffer.ts";

const decoder = new TextDecoder();
const texts = (batch: Batch, options: Record<string, string> = {}): string[] => {
  const { bytes, count, starts, ends } = createEncoder("json", batch.schema, options).encode(batch);
  return Array.from({ length: count }, (_, row) => decoder.decode(bytes.subarray(starts[row], ends[row])));
};
const written = (write: (buffer: RowBuffer) => void): string => {
  const buffer = new RowBuffer(0);
  write(buffer);
  return decoder.decode(buffer.bytes.subarray(0, buffer.at));
};

describe("numbers and times", () => {
  it("are written as JavaScript writes them", () => {
    const decimal = fc.tuple(fc.integer(), fc.constantFrom(1, 10, 100, 1000, 10_000, 1e5, 1e10)).map(([digits, scale]) => digits / scale);
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      decimal,
      fc.maxSafeInteger(),
      fc.constantFrom(1e21, 1e-7, 0.1, 1e15, 999_999_999_999_999, 123456789012.34, 5e-324),
    );
    fc.assert(
      fc.property(value, (number) => Object.is(number, -0) || written((buffer) => buffer.number(number)) === String(number)),
      { numRuns: 5_000 },
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => written((buffer) => buffer.whole(number)) === String(number + 0)),
      { numRuns: 2_000 },
    );
  });

  it("of day and time are those of Date", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (milliseconds) => {
        const text = written((buffer) => void buffer.timestamp(milliseconds, 32));
        expect(Date.parse(`${text.replace(" ", "T")}Z`)).toBe(milliseconds);
        expect(new Date(milliseconds).toISOString().replace("T", " ").startsWith(text), text).toBe(true);
        expect(/\.\d*0$/.test(text)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("JSON", () => {
  const types: DataType[] = [
    simpleType("boolean"),
    simpleType("integer"),
    simpleType("bigint"),
    simpleType("double"),
    simpleType("float"),
    stringType(),
    timestampType(3),
    timestampType(9),
    simpleType("date"),
    decimalType(9, 2),
    { kind: "varbinary", length: 9, nullable: true },
    { kind: "array", element: stringType(), nullable: true },
  ];
  const schema: Schema = { fields: types.map((type, index) => ({ name: `c "${index}"`, type })) };
  const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", 'a"b', "\\", "\u0000", "\n", "ключ"));
  const row = fc.tuple(
    ...[
      fc.boolean(),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double(),
      fc.float(),
      text,
      fc.integer({ min: -1e12, max: 4e12 }),
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.bigInt({ min: -999_999_999n, max: 999_999_999n }),
      fc.uint8Array({ maxLength: 9 }),
      fc.array(fc.option(text)),
    ].map((value) => fc.option(value as fc.Arbitrary<unknown>, { nil: null })),
  );

  it("is read back by our decoder, in every layout of texts", () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 6 }),
        fc.constantFrom<Record<string, string>>({}, { "json.timestamp-format.standard": "ISO-8601" }, { "json.encode.ignore-null-fields": "true" }),
        (rows, options) => {
          const plain = batchFromRows(schema, rows);
          const interned: Batch = {
            ...plain,
            columns: plain.columns.map((column, index) =>
              types[index].kind === "varchar" ? stringColumn(rows.map((each) => each[index] as string | null)) : column,
            ),
          };
          const lines = texts(plain, options);
          expect(texts(interned, options)).toEqual(lines);
          for (const line of lines) JSON.parse(line);
          const bytes = new TextEncoder().encode(lines.join(""));
          const lengths = lines.map((line) => Buffer.byteLength(line));
          const ends = Int32Array.from(lengths, (_, index) => lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0));
          const starts = ends.map((end, index) => end - lengths[index]);
          const fields = schema.fields.map(({ name, type }) => ({ path: [name], type, as: "view" as const }));
          const read = createDecoder("json", { fields, columns: schema.fields, options }).decode({ bytes, starts, ends }, 0, lines.length);
          expect(read.failed).toEqual([]);
          expect(rowsOf({ schema, length: read.length, columns: read.columns, changes: null })).toEqual(rows);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("has Flink's forms", () => {
    const forms: [DataType, unknown, string][] = [
      [timestampType(3), 1_709_251_199_999, '"2024-02-29 23:59:59.999"'],
      [timestampType(3), 1_709_251_199_000, '"2024-02-29 23:59:59"'],
      [timestampType(6), 1_709_251_199_999_120_000n, '"2024-02-29 23:59:59.99912"'],
      [{ kind: "timestamp-ltz", precision: 3, nullable: true }, 0, '"1970-01-01 00:00:00Z"'],
      [decimalType(10, 3), -5n, "-0.005"],
      [simpleType("double"), NaN, '"NaN"'],
      [simpleType("float"), Math.fround(0.1), "0.1"],
      [simpleType("bigint"), 2n ** 62n, "4611686018427387904"],
      [{ kind: "map", key: stringType(), value: simpleType("integer"), nullable: true }, new Map([["a", 1]]), '{"a":1}'],
      [
        {
          kind: "row",
          fields: [
            { name: "x", type: simpleType("integer") },
            { name: "y", type: stringType() },
          ],
          nullable: true,
        },
        [1, null],
        '{"x":1,"y":null}',
      ],
    ];
    for (const [type, value, expected] of forms) expect(texts(batchFromRows({ fields: [{ name: "v", type }] }, [[value]]))).toEqual([`{"v":${expected}}`]);
  });

  it("leaves NULL fields out where asked, and treats NULL keys of maps as asked", () => {
    const type: DataType = { kind: "row", fields: [{ name: "x", type: simpleType("integer") }], nullable: true };
    const nulls = batchFromRows(
      {
        fields: [
          { name: "a", type: simpleType("integer") },
          { name: "b", type },
        ],
      },
      [
        [null, [null]],
        [1, null],
      ],
    );
    expect(texts(nulls, { "json.encode.ignore-null-fields": "true" })).toEqual(['{"b":{}}', '{"a":1}']);
    const map = batchFromRows({ fields: [{ name: "m", type: { kind: "map", key: stringType(), value: simpleType("integer"), nullable: true } }] }, [
      [
        new Map([
          [null, 1],
          ["k", 2],
        ]),
      ],
    ]);
    expect(() => texts(map)).toThrow("a map with a NULL key cannot be written as JSON");
    expect(texts(map, { "json.map-null-key.mode": "DROP" })).toEqual(['{"m":{"k":2}}']);
    expect(texts(map, { "json.map-null-key.mode": "LITERAL", "json.map-null-key.literal": "none" })).toEqual(['{"m":{"none":1,"k":2}}']);
  });
});
