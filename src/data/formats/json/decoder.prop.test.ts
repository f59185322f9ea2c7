/**
 * Goal: all tiers read what an oracle on JSON.parse reads, for any schema, key order, white space and damage, and never take
 * anything from outside a record. Method: random records, many of one shape, in one buffer with other bytes around them.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowsOf, type DataType } from "../../index.ts";
import { decimalType, simpleType, stringType, timestampType } from "../../types.ts";
import type { DecodedField } from "../decoder.ts";
import { JsonDecoder } from "./decoder.ts";

const types: DataType[] = [
  stringType(),
  simpleType("double"),
  simpleType("integer"),
  simpleType("bigint"),
  simpleType("boolean"),
  timestampType(3),
  simpleType("float"),
  simpleType("smallint"),
  simpleType("tinyint"),
  simpleType("date"),
  decimalType(9, 2),
  decimalType(20, 3),
  timestampType(0),
  timestampType(6),
  { kind: "timestamp-ltz", precision: 3, nullable: true },
  { kind: "time", precision: 0, nullable: true },
  { kind: "array", element: simpleType("double"), nullable: true },
  { kind: "map", key: stringType(), value: stringType(), nullable: true },
  { kind: "row", fields: [{ name: "a", type: stringType() }], nullable: true },
];
const encoder = new TextEncoder();

/** Records with `between` around each of them. */
function pack(texts: readonly string[], between = "\n") {
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

/** Rows (null for a refused record). */
function decode(
  fields: readonly DecodedField[],
  texts: readonly string[],
  generate: boolean,
  options: Record<string, string> = {},
  between = "\n",
): (unknown[] | null)[] {
  const decoder = new JsonDecoder({ fields, columns: [], options }, generate);
  const records = pack(texts, between);
  const half = texts.length >> 1;
  const result: (unknown[] | null)[] = [];
  // Two calls: what the first one learned serves the second.
  for (const [from, count] of [
    [0, half],
    [half, texts.length - half],
  ]) {
    const { length, columns, failed, dropped } = decoder.decode(records, from, count);
    const rows = rowsOf({ schema: { fields: fields.map((field) => ({ name: field.path.join("."), type: field.type })) }, length, columns, changes: null });
    const refused = new Set([...failed.map(({ index }) => index), ...dropped]);
    for (let index = from; index < from + count; index++) result.push(refused.has(index) ? null : rows.shift()!);
    expect(rows, "no row too many").toEqual([]);
  }
  return result;
}

const name = fc.constantFrom("a", "b", "amount", "ts", "ключ", "x y", 'q"', "__proto__", "a_long_name");
const fieldsArbitrary = fc.uniqueArray(
  fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 2 }),
    type: fc.tuple(fc.constantFrom(...types), fc.boolean()).map(([type, nullable]) => ({ ...type, nullable: nullable || type.kind !== "double" })),
    as: fc.constantFrom("string" as const, "view" as const),
  }),
  { selector: (field) => field.path.join("\u0000"), minLength: 1, maxLength: 8 },
);
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.integer({ min: -200, max: 200 }),
  fc.integer({ min: -99_999, max: 99_999 }).map((value) => value / 100),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "2018-04-01 10:11:12.345",
    "2018-02-30 10:11:12",
    "1969-12-31 23:59:59",
    "2018-04-01T10:00:00",
    "2018-04-01 10:11:12.3456",
    "2024-02-29 00:00:00Z",
    "2018-04-01 24:00:00",
    "2018-04-01 10:11:12.3",
    "2018-04-01",
    "10:11:12",
  ),
  fc.constantFrom("12", "true", "NaN", "1e3", 2 ** 53, 1e300, -0, 0.1, 123456789012.345, "line\nbreak", "tab\t", "/"),
);
const record = fc.dictionary(
  name,
  fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: fc.dictionary(name, scalar) }, { weight: 1, arbitrary: fc.array(scalar) }),
  { maxKeys: 8 },
);
const spaced = fc.tuple(record, fc.constantFrom(undefined, 1)).map(([value, indent]) => JSON.stringify(value, null, indent).replaceAll("\n", " "));
/** Other values in the places of one record: a stream whose records share their shape. */
const family = fc
  .tuple(record, fc.array(fc.array(scalar, { minLength: 8, maxLength: 8 }), { minLength: 2, maxLength: 8 }), fc.boolean())
  .map(([first, rows, space]) =>
    rows.map((values) => {
      let next = 0;
      const value = JSON.parse(JSON.stringify(first), (_, each: unknown) => (each !== null && typeof each === "object" ? each : values[next++ % 8])) as unknown;
      return space ? JSON.stringify(value, null, 1).replaceAll("\n", " ") : JSON.stringify(value);
    }),
  );
const damage = (text: string, at: number, insert: string): string => {
  const position = at % (text.length + 1);
  return (text.slice(0, position) + insert + text.slice(position + 1)).replaceAll("\n", " ");
};
const damaged = fc
  .tuple(spaced, fc.nat(), fc.constantFrom("", '"', "{", "}", ",", ":", "\\", "0", "x", "\u0001", "é"))
  .map(([text, at, insert]) => damage(text, at, insert));
const doubled = fc.tuple(spaced, spaced).map(([left, right]) => (left.length > 3 && right.length > 3 ? `${left.slice(0, -1)},${right.slice(1)}` : left));
const stream = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: spaced }, { weight: 1, arbitrary: damaged }, { weight: 1, arbitrary: doubled }), { maxLength: 4 }),
    family,
    fc.nat(),
    fc.constantFrom("", '"', "}", "0", "\\"),
  )
  .map(([odd, family, at, insert]) => [...family, damage(family[0], at, insert), family[0].slice(0, -1 - (at % 4)), ...odd, ...family]);
const between = fc.constantFrom("\n", "\n", "", '"}', "1}", '},"a":1}', '"', "}", "0", " ", '{"a":1}', "\u0000\u0001");
const optionsArbitrary = fc.constantFrom<Record<string, string>>(
  {},
  {},
  { "json.timestamp-format.standard": "ISO-8601" },
  { "json.ignore-parse-errors": "true" },
  { "json.fail-on-missing-field": "true" },
);

describe("JSON decoder", () => {
  it("agrees with the exact reader, and the exact reader with JSON.parse", () => {
    fc.assert(
      fc.property(fieldsArbitrary, stream, optionsArbitrary, between, (fields, texts, options, gap) => {
        const generated = decode(fields, texts, true, options, gap);
        const exact = decode(fields, texts, false, options, gap);
        expect(generated).toEqual(exact);
        texts.forEach((text, index) => {
          let parsed: unknown;
          try {
            parsed = JSON.parse(text);
          } catch {
            expect(exact[index], `taken, but not JSON: ${text}`).toBeNull();
            return;
          }
          if (exact[index] === null) return;
          for (const [column, field] of fields.entries()) {
            if (field.path.length !== 1) continue;
            const value = Object.hasOwn(parsed as object, field.path[0]) ? (parsed as Record<string, unknown>)[field.path[0]] : null;
            const { kind } = field.type;
            if (value === null) expect(exact[index]![column]).toBeNull();
            if (typeof value === "string" && kind === "varchar")
              expect(exact[index]![column], "lone surrogates become U+FFFD").toBe(Buffer.from(value).toString());
            if (typeof value === "number" && kind === "double") expect(exact[index]![column]).toBe(value);
            if (typeof value === "number" && kind === "bigint" && Number.isSafeInteger(value)) expect(exact[index]![column]).toBe(BigInt(value));
            if (typeof value === "boolean" && kind === "boolean") expect(exact[index]![column]).toBe(value);
          }
        });
      }),
      { numRuns: 1_500 },
    );
  });

  it("takes the generated tiers for ordinary records", () => {
    const fields: DecodedField[] = types.slice(0, 11).map((type, index) => ({ path: [`f${index}`], type }));
    const value = {
      f0: "text",
      f1: 1.5,
      f2: 7,
      f3: 8,
      f4: true,
      f5: "2018-04-01 10:11:12.345",
      f6: 0.5,
      f7: -1,
      f8: 3,
      f9: "2018-04-01",
      f10: 12.34,
      other: { nested: [1, "x"] },
    };
    const text = JSON.stringify(value);
    const nulls = JSON.stringify({ ...value, f1: null, f0: null });
    const decoder = new JsonDecoder({ fields, columns: [], options: {} });
    const { length, failed } = decoder.decode(pack([text, text, text, text, nulls, ` ${text} `, text, text]), 0, 8);
    expect({ length, failed, counts: decoder.counts }).toEqual({ length: 8, failed: [], counts: { shape: 3, scanner: 5, exact: 0 } });
  });

  it("stays within a record that is cut short", () => {
    const fields: DecodedField[] = [
      { path: ["a"], type: stringType() },
      { path: ["b"], type: simpleType("double") },
    ];
    const whole = '{"a":"text","b":12.5}';
    for (let length = 0; length < whole.length; length++) {
      expect(decode(fields, [whole.slice(0, length), whole], true), `cut at ${length}`).toEqual([null, ["text", 12.5]]);
    }
  });

  it("names the column and what stood there", () => {
    const fields: DecodedField[] = [{ path: ["amount"], type: simpleType("double", false) }];
    const { failed } = new JsonDecoder({ fields, columns: [], options: {} }).decode(
      pack(['{"amount":"abc"}', "{}", "nonsense", '{"amount":[1]}', '{"amount":1}']),
      0,
      5,
    );
    expect(failed).toEqual([
      { index: 0, message: 'column amount: expected DOUBLE, found "abc"' },
      { index: 1, message: "column amount: NULL, but the column is NOT NULL" },
      { index: 2, message: 'not JSON: expected a value at character 1, found "n"' },
      { index: 3, message: "column amount: expected DOUBLE, found [1]" },
    ]);
  });
});
