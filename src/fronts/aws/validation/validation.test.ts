import { describe, expect, it } from "vitest";
import { AwsError } from "../errors.ts";
import { type ServiceModel, validateInput } from "./index.ts";

const model: ServiceModel = {
  apiVersion: "1",
  targetPrefix: "T",
  xmlNamespace: null,
  operations: { Do: "Input", Nothing: null },
  shapes: {
    Input: {
      type: "structure",
      members: { Name: "Name", Count: "Count", Blob: "Blob", Keys: "Keys", Tags: "Tags", Parts: "Parts", Flag: "Flag", At: "At", Kind: "Kind" },
      required: ["Name"],
    },
    Name: { type: "string", min: 2, max: 4, pattern: "[a-z]+" },
    Count: { type: "integer", min: 1, max: 3 },
    Blob: { type: "blob", max: 3 },
    Keys: { type: "list", min: 1, max: 2, member: "Name" },
    Tags: { type: "map", max: 1, key: "Name", value: "Name" },
    Parts: { type: "list", max: 2, member: "Part" },
    Part: { type: "structure", members: { Name: "Name" }, required: ["Name"] },
    Flag: { type: "boolean" },
    At: { type: "timestamp" },
    Kind: { type: "string", enum: ["A", "B"] },
  },
};

function refusal(input: Record<string, unknown>): string {
  try {
    validateInput(model, "Do", input);
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "taken";
}

const problem = (value: string, path: string, constraint: string): string => `Value ${value} at '${path}' failed to satisfy constraint: ${constraint}`;
const one = (value: string, path: string, constraint: string): string =>
  `ValidationException: 1 validation error detected: ${problem(value, path, constraint)}`;

describe("input validation", () => {
  it("keeps what the model knows and takes null for absent", () => {
    expect(validateInput(model, "Do", { Name: "ab", Other: 1, Count: null, Parts: [{ Name: "cd", Other: 2 }] })).toEqual({
      Name: "ab",
      Parts: [{ Name: "cd" }],
    });
    expect(validateInput(model, "Nothing", { Name: "ab" })).toEqual({});
  });

  it.each([
    [{ Name: 5 }, "class java.math.BigDecimal can not be converted to an String"],
    [{ Name: true }, "class java.lang.Boolean can not be converted to an String"],
    [{ Name: ["a"] }, "Start of list found where not expected"],
    [{ Name: {} }, "Start of structure or map found where not expected."],
    [{ Count: "1" }, "class java.lang.String can not be converted to an Integer"],
    [{ Flag: "yes" }, "'YES' can not be converted to an Boolean"],
    [{ Keys: "a" }, "Expected list or null"],
    [{ Tags: "a" }, "Expected map or null"],
    [{ Parts: ["a"] }, "Expected null"],
    [{ Blob: "abc" }, "'abc' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 3"],
    [{ Blob: "a=bc" }, "'a=bc' can not be converted to a Blob: Invalid Base64 character: '='"],
  ])("refuses the type in %j", (input, text) => {
    expect(refusal(input)).toBe(`SerializationException: ${text}`);
  });

  it.each([
    [{}, one("null", "name", "Member must not be null")],
    [{ Name: "ab", Count: 4 }, one("'4'", "count", "Member must have value less than or equal to 3")],
    [{ Name: "ab", Blob: "YWJjZA==" }, one("'java.nio.HeapByteBuffer[pos=0 lim=4 cap=4]'", "blob", "Member must have length less than or equal to 3")],
    [{ Name: "ab", Kind: "C" }, one("'C'", "kind", "Member must satisfy enum value set: [A, B]")],
    [{ Name: "ab", Parts: [{ Name: "ab" }, {}] }, one("null", "parts.2.member.name", "Member must not be null")],
    [
      { Name: "ab", Keys: ["ab", "x"] },
      one(
        "'[ab, x]'",
        "keys",
        "Member must satisfy constraint: [Member must have length less than or equal to 4, Member must have length greater than or equal to 2, Member must satisfy regular expression pattern: [a-z]+]",
      ),
    ],
    [{ Name: "ab", Tags: { ab: "cd", ef: "gh" } }, one("'{ab=cd, ef=gh}'", "tags", "Member must have length less than or equal to 1")],
    [
      { Name: "A" },
      `ValidationException: 2 validation errors detected: ${problem("'A'", "name", "Member must satisfy regular expression pattern: [a-z]+")}; ${problem("'A'", "name", "Member must have length greater than or equal to 2")}`,
    ],
  ])("refuses the value in %j", (input, text) => {
    expect(refusal(input)).toBe(text);
  });

  it("lists ten problems at most", () => {
    const Parts = Array.from({ length: 30 }, () => ({}));
    expect(refusal({ Name: "ab", Parts })).toMatch(/^ValidationException: 10 validation errors detected:/);
  });
});
