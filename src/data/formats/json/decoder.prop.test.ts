/**
 * Goal: the generated scanner reads what an oracle on JSON.parse reads, for any schema, key order, white space and damage,
 * and never takes anything from outside a record. Method: random records in one buffer with other records around them.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowsOf, type DataType } from "../../index.ts";
import { simpleType, stringType, timestampType } from "../../types.ts";
import type { DecodedField } from "../decoder.ts";
import { JsonDecoder } from "./decoder.ts";

const types: DataType[] = [stringType(), simpleType("double"), simpleType("integer"), simpleType("bigint"), simpleType("boolean"), timestampType(3)];
const encoder = new TextEncoder();

function pack(texts: readonly string[]) {
  const parts = texts.map((text) => encoder.encode(text));
  const bytes = encoder.encode(`${texts.join("\n")}\n`);
  const starts = new Int32Array(texts.length);
  const ends = new Int32Array(texts.length);
  let at = 0;
  parts.forEach((part, index) => {
    starts[index] = at;
    ends[index] = at + part.length;
    at += part.length + 1;
  });
  return { bytes, starts, ends };
}

/** Rows (null for a refused record) by either decoder. */
function decode(fields: readonly DecodedField[], texts: readonly string[], generate: boolean): (unknown[] | null)[] {
  const decoder = new JsonDecoder({ fields, columns: [], options: {} }, generate);
  const { length, columns, failed } = decoder.decode(pack(texts), 0, texts.length);
  const rows = rowsOf({ schema: { fields: fields.map((field) => ({ name: field.path.join("."), type: field.type })) }, length, columns, changes: null });
  const refused = new Set(failed.map(({ index }) => index));
  return texts.map((_, index) => (refused.has(index) ? null : rows.shift()!));
}

const name = fc.constantFrom("a", "b", "amount", "ts", "ключ", "x y", 'q"', "__proto__");
const fieldsArbitrary = fc.uniqueArray(fc.record({ path: fc.array(name, { minLength: 1, maxLength: 2 }), type: fc.constantFrom(...types) }), { selector: (field) => field.path.join("\u0000"), minLength: 1, maxLength: 8 });
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("2018-04-01 10:11:12.345", "2018-02-30 10:11:12", "1969-12-31 23:59:59", "2018-04-01T10:00:00", "12", "true", 9007199254740993, 1e300, -0),
);
const record = fc.dictionary(name, fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: fc.dictionary(name, scalar) }, { weight: 1, arbitrary: fc.array(scalar) }), { maxKeys: 8 });
const spaced = fc.tuple(record, fc.constantFrom(undefined, 1)).map(([value, indent]) => JSON.stringify(value, null, indent).replaceAll("\n", " "));
const damaged = fc.tuple(spaced, fc.nat(), fc.constantFrom("", '"', "{", "}", ",", ":", "\\", "0", "x", "\u0001")).map(([text, at, insert]) => {
  const position = at % (text.length + 1);
  return (text.slice(0, position) + insert + text.slice(position + 1)).replaceAll("\n", " ");
});

describe("JSON decoder", () => {
  it("agrees with the exact reader, and the exact reader with JSON.parse", () => {
    fc.assert(
      fc.property(fieldsArbitrary, fc.array(fc.oneof({ weight: 3, arbitrary: spaced }, { weight: 1, arbitrary: damaged }), { minLength: 1, maxLength: 6 }), (fields, texts) => {
        const generated = decode(fields, texts, true);
        const exact = decode(fields, texts, false);
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
            if (field.path.length !== 1 || field.type.kind !== "varchar") continue;
            const value = (parsed as Record<string, unknown>)[field.path[0]];
            if (typeof value === "string" && Object.hasOwn(parsed as object, field.path[0])) expect(exact[index]![column], "lone surrogates become U+FFFD").toBe(Buffer.from(value).toString());
          }
        });
      }),
      { numRuns: 3_000 },
    );
  });

  it("takes the scanner for ordinary records", () => {
    const fields: DecodedField[] = types.map((type, index) => ({ path: [`f${index}`], type }));
    const text = JSON.stringify({ f0: "text", f1: 1.5, f2: 7, f3: 8, f4: true, f5: "2018-04-01 10:11:12.345", other: { nested: [1, "x"] } });
    const decoder = new JsonDecoder({ fields, columns: [], options: {} });
    expect(decoder.decode(pack([text, text, ` ${text} `]), 0, 3).length).toBe(3);
    expect(decoder.counts.exact).toBe(0);
  });

  it("stays within a record that is cut short", () => {
    const fields: DecodedField[] = [{ path: ["a"], type: stringType() }, { path: ["b"], type: simpleType("double") }];
    const whole = '{"a":"text","b":12.5}';
    for (let length = 0; length < whole.length; length++) {
      expect(decode(fields, [whole.slice(0, length), whole], true), `cut at ${length}`).toEqual([null, ["text", 12.5]]);
    }
  });

  it("names the column and what stood there", () => {
    const fields: DecodedField[] = [{ path: ["amount"], type: simpleType("double", false) }];
    const { failed } = new JsonDecoder({ fields, columns: [], options: {} }).decode(pack(['{"amount":"abc"}', "{}", "nonsense", '{"amount":[1]}', '{"amount":1}']), 0, 5);
    expect(failed).toEqual([
      { index: 0, message: 'column amount: expected DOUBLE, found "abc"' },
      { index: 1, message: "column amount: NULL, but the column is NOT NULL" },
      { index: 2, message: 'not JSON: expected a value at character 1, found "n"' },
      { index: 3, message: "column amount: expected DOUBLE, found [1]" },
    ]);
  });
});
