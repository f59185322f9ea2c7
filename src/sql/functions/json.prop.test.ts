/** Goal: JSON texts are read and written as every other reader does. Method: random documents against JSON.parse and JSON.stringify; broken ones are refused by both. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isList, isObject, JsonNumber, parseJson, writeJson, type Json } from "./json-text.ts";

function plainOf(value: Json): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (isObject(value)) return Object.fromEntries([...value].map(([key, item]) => [key, plainOf(item)]));
  return isList(value) ? value.map(plainOf) : value;
}

function accepts(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("JSON texts", () => {
  it("are read as JSON.parse reads them", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, 2), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        expect(plainOf(parseJson(spaced)!)).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it("are read back from what is written", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const tree = parseJson(text)!;
        expect(plainOf(parseJson(writeJson(tree))!)).toEqual(plainOf(tree));
        expect(plainOf(parseJson(writeJson(tree, true))!)).toEqual(plainOf(tree));
      }),
      { numRuns: 300 },
    );
  });

  it("are refused when JSON.parse refuses them", () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", '"', "\\", "0", "\u0001", "nul")).map(([text, at, put]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + put + text.slice(cut + 1);
    });
    fc.assert(
      fc.property(broken, (text) => {
        expect(parseJson(text) !== undefined).toBe(accepts(text));
      }),
      { numRuns: 1000 },
    );
  });
});
