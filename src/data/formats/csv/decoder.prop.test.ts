/**
 * Goal: the generated scanner reads what the splitter reads, for any columns, options and damage, and nothing from outside a
 * record; what the encoder writes is read back. Method: random cells, quoted or not, with other bytes around the records.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchFromRows, rowsOf, type DataType, type Schema } from "../../index.ts";
import { decimalType, simpleType, stringType, timestampType } from "../../types.ts";
import { CsvDecoder } from "./decoder.ts";
import { CsvEncoder } from "./encoder.ts";

const types: DataType[] = [
  stringType(),
  simpleType("double"),
  simpleType("integer"),
  simpleType("bigint"),
  simpleType("boolean"),
  simpleType("float"),
  simpleType("tinyint"),
  simpleType("date"),
  timestampType(3),
  timestampType(6),
  { kind: "timestamp-ltz", precision: 3, nullable: true },
  decimalType(9, 2),
  decimalType(25, 3),
  { kind: "array", element: simpleType("integer"), nullable: true },
];
const encoder = new TextEncoder();

interface Column {
  readonly name: string;
  readonly type: DataType;
  readonly wanted: "string" | "view" | null;
}

function pack(texts: readonly string[], between: string) {
  const starts = new Int32Array(texts.length);
  const ends = new Int32Array(texts.length);
  const gap = encoder.encode(between);
  const parts: Uint8Array[] = [gap];
  let at = gap.length;
  texts.forEach((text, index) => {
    const bytes = encoder.encode(text);
    starts[index] = at;
    ends[index] = at + bytes.length;
    parts.push(bytes, gap);
    at += bytes.length + gap.length;
  });
  return { bytes: new Uint8Array(Buffer.concat(parts)), starts, ends };
}

function decode(columns: readonly Column[], texts: readonly string[], options: Record<string, string>, generate: boolean, between = "\n") {
  const fields = columns.flatMap(({ name, type, wanted }) => (wanted === null ? [] : [{ path: [name], type, as: wanted }]));
  const decoder = new CsvDecoder({ fields, columns, options }, generate);
  const { length, columns: decoded, failed, dropped } = decoder.decode(pack(texts, between), 0, texts.length);
  const schema = { fields: fields.map(({ path, type }) => ({ name: path[0], type })) };
  return { rows: rowsOf({ schema, length, columns: decoded, changes: null }), failed, dropped, counts: decoder.counts };
}

const columnsArbitrary = fc
  .array(
    fc.record({
      type: fc.tuple(fc.constantFrom(...types), fc.boolean()).map(([type, nullable]) => ({ ...type, nullable })),
      wanted: fc.constantFrom("string" as const, "string" as const, "view" as const, null),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((columns) => columns.map((column, index) => ({ ...column, name: `c${index}` })));
const plainCell = fc.oneof(
  fc.integer().map(String),
  fc.integer({ min: -99_999, max: 99_999 }).map((value) => String(value / 100)),
  fc.double().map(String),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "",
    "NA",
    "007",
    "+5",
    " 5",
    "true",
    "TRUE",
    "2024-02-29",
    "2023-02-29",
    "2024-02-29 23:59:59.999",
    "2024-02-29 23:59:59",
    "2024-02-29 23:59:59Z",
    "1;2;3",
    "1;x",
    'a"b',
    '"a',
    '"a""b"',
    '"a"b',
    "a\\,b",
    "\r",
    "#",
  ),
);
const cell = fc.oneof({ weight: 4, arbitrary: plainCell }, { weight: 1, arbitrary: plainCell.map((text) => `"${text.replaceAll('"', '""')}"`) });
const optionsArbitrary = fc.constantFrom<Record<string, string>>(
  {},
  {},
  { "csv.ignore-parse-errors": "true" },
  { "csv.null-literal": "NA" },
  { "csv.null-literal": "" },
  { "csv.allow-comments": "true", "csv.escape-character": "\\" },
  { "csv.disable-quote-character": "true" },
  { "csv.quote-character": "'", "csv.field-delimiter": ";", "csv.array-element-delimiter": "," },
  { "csv.field-delimiter": "\\t" },
);

describe("CSV decoder", () => {
  it("agrees with the splitter", () => {
    fc.assert(
      fc.property(
        columnsArbitrary,
        fc.array(fc.array(cell, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: -1, max: 1 })),
        optionsArbitrary,
        fc.constantFrom("\n", "", ",", '"', "\r\n", "0", "NA,", "\u0000"),
        (columns, rows, lengths, options, between) => {
          const delimiter = options["csv.field-delimiter"] === "\\t" ? "\t" : (options["csv.field-delimiter"] ?? ",");
          const texts = rows.map(
            (cells, index) =>
              cells.slice(0, Math.max(1, columns.length + (index === 1 ? (lengths[index] ?? 0) : 0))).join(delimiter) + (index % 3 === 2 ? "\r" : ""),
          );
          const { counts: _, ...generated } = decode(columns, texts, options, true, between);
          const { counts: __, ...exact } = decode(columns, texts, options, false, between);
          expect(generated).toEqual(exact);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("reads back what the encoder writes", () => {
    const schema: Schema = {
      fields: [
        stringType(),
        simpleType("double"),
        simpleType("integer"),
        simpleType("bigint"),
        simpleType("boolean"),
        timestampType(3),
        decimalType(9, 2),
        { kind: "array", element: simpleType("integer", false), nullable: true } as DataType,
      ].map((type, index) => ({ name: `c${index}`, type })),
    };
    const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
    const row = fc.tuple(
      nullable(fc.string({ unit: "grapheme" })),
      nullable(fc.double({ noNaN: true })),
      nullable(fc.integer()),
      nullable(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      nullable(fc.boolean()),
      nullable(fc.integer({ min: -1e12, max: 4e12 })),
      nullable(fc.bigInt({ min: -999_999_999n, max: 999_999_999n })),
      nullable(fc.array(fc.integer(), { minLength: 1, maxLength: 3 })),
    );
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 5 }),
        fc.constantFrom<Record<string, string>>(
          { "csv.null-literal": "NULL" },
          { "csv.null-literal": "NULL", "csv.field-delimiter": ";", "csv.array-element-delimiter": "," },
        ),
        (rows, options) => {
          const { bytes, starts, ends } = new CsvEncoder(schema, options).encode(batchFromRows(schema, rows));
          const decoder = new CsvDecoder({ fields: schema.fields.map(({ name, type }) => ({ path: [name], type })), columns: schema.fields, options });
          const { length, columns, failed } = decoder.decode({ bytes, starts, ends }, 0, rows.length);
          expect(failed).toEqual([]);
          expect(rowsOf({ schema, length, columns, changes: null })).toEqual(rows);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("takes the scanner for ordinary records", () => {
    const columns: Column[] = types.slice(0, 12).map((type, index) => ({ name: `c${index}`, type, wanted: "string" }));
    const line = "text,1.5,7,8,true,0.5,3,2018-04-01,2018-04-01 10:11:12.345,2018-04-01 10:11:12.345678,2018-04-01 10:11:12.345Z,12.34";
    const quoted = line.split(",").map((each) => `"${each}"`);
    const { failed, counts } = decode(columns, [line, line, `"te,xt",,,${line.split(",").slice(3).join(",")}`, quoted.join(","), line], {}, true);
    expect({ failed, counts }).toEqual({ failed: [], counts: { scanner: 3, exact: 2 } });
  });

  it("names what is wrong", () => {
    const columns: Column[] = [
      { name: "id", type: simpleType("integer", false), wanted: "string" },
      { name: "name", type: stringType(), wanted: "string" },
    ];
    const { rows, failed } = decode(columns, ["1,a", "x,a", "1", "1,a,b", ",a", '1,"a', '2,"a"b', "3,", "3000000000,a"], {}, true);
    expect(rows).toEqual([
      [1, "a"],
      [3, ""],
    ]);
    expect(failed.map(({ index, message }) => `${index}: ${message}`)).toEqual([
      '1: column id: expected INT, found "x"',
      "2: expected 2 fields (id, name), found 1",
      "3: expected 2 fields (id, name), found 3",
      "4: column id: NULL, but the column is NOT NULL",
      "5: a quote is not closed",
      "6: a character follows the closing quote of field 2",
      '8: column id: expected INT, found "3000000000"',
    ]);
  });

  it("passes over comments and, where asked, over what does not fit", () => {
    const columns: Column[] = [
      { name: "id", type: simpleType("integer"), wanted: "string" },
      { name: "name", type: stringType(), wanted: "string" },
    ];
    const { rows, failed, dropped } = decode(
      columns,
      ["# id,name", "x,a", "1", "2,b,c"],
      { "csv.allow-comments": "true", "csv.ignore-parse-errors": "true" },
      true,
    );
    expect({ rows, failed, dropped }).toEqual({
      rows: [
        [null, "a"],
        [1, null],
        [2, "b"],
      ],
      failed: [],
      dropped: [0],
    });
  });

  it("refuses maps by name", () => {
    const type: DataType = { kind: "map", key: stringType(), value: stringType(), nullable: true };
    expect(() => decode([{ name: "tags", type, wanted: "string" }], [], {}, true)).toThrow("column tags: MAP<STRING, STRING> cannot be read from CSV");
  });
});
