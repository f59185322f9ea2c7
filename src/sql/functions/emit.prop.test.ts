/**
 * Goal: fast bodies mean what exact bodies mean. Method: for many signatures, the emitted text is compiled as the engine
 * does it and run on random values, edges of their types among them; whatever it answers must be the exact answer.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalType, simpleType, stringType, timestampType, type DataType } from "../../data/index.ts";
import { allFunctions, lookupFunction, type ScalarFunction } from "./index.ts";

class Slow extends Error {}

const int = simpleType("integer", false);
const bigint = simpleType("bigint", false);
const tinyint = simpleType("tinyint", false);
const smallint = simpleType("smallint", false);
const double = simpleType("double", false);
const float = simpleType("float", false);
const boolean = simpleType("boolean", false);
const text = stringType(false);
const date = simpleType("date", false);
const time: DataType = { kind: "time", precision: 0, nullable: false };
const timestamp = timestampType(3, false);
const instant: DataType = { kind: "timestamp-ltz", precision: 3, nullable: false };
const span = simpleType("interval-millisecond", false);
const small = decimalType(6, 2, false);
const wide = decimalType(9, 4, false);

const numbers = [int, bigint, tinyint, smallint, double, float, small, wide];
const all = [...numbers, boolean, text, date, time, timestamp, instant];

function whole(low: number, high: number): fc.Arbitrary<number> {
  return fc.oneof({ weight: 3, arbitrary: fc.integer({ min: low, max: high }) }, fc.constantFrom(low, high, 0, 1, -1));
}

/** Scalars as `data/types.ts` has them. */
function scalars(type: DataType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "integer":
      return whole(-2147483648, 2147483647);
    case "smallint":
      return whole(-32768, 32767);
    case "tinyint":
      return whole(-128, 127);
    case "bigint":
      return fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER)).map(BigInt);
    case "double":
      return fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 0.5, -0.5, 2147483647.5, 1e18));
    case "float":
      return fc.oneof(fc.float(), fc.integer({ min: -1000, max: 1000 }));
    case "boolean":
      return fc.boolean();
    case "varchar":
      return fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "a", "ab", "Straße", "😀x"));
    case "date":
      return whole(-30000, 30000);
    case "time":
      return whole(0, 86399).map((value) => value * 1000);
    case "timestamp":
    case "timestamp-ltz":
      return whole(-3e12, 4e12);
    case "interval-millisecond":
      return whole(-1e9, 1e9);
    case "decimal":
      return whole(-(10 ** type.precision) + 1, 10 ** type.precision - 1).map(BigInt);
    default:
      throw new Error(type.kind);
  }
}

const isWide = (type: DataType): boolean => type.kind === "bigint" || type.kind === "decimal";

interface Case {
  readonly name: string;
  readonly types: readonly DataType[];
  readonly parameter?: unknown;
}

function pairs(left: readonly DataType[], right: readonly DataType[]): DataType[][] {
  return left.flatMap((a) => right.map((b) => [a, b]));
}

const temporal = [date, time, timestamp, instant];
const units = ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"];
const cases: Case[] = [
  ...["+", "-", "*", "/", "%"].flatMap((name) => pairs(numbers, numbers).map((types) => ({ name, types }))),
  ...["+", "-"].flatMap((name) => temporal.map((type) => ({ name, types: [type, span] }))),
  ...["=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"].flatMap((name) =>
    [...pairs(numbers, numbers), ...all.map((type) => [type, type])].map((types) => ({ name, types })),
  ),
  ...[
    "IS NULL",
    "IS NOT NULL",
    "NEGATE",
    "ABS",
    "SIGN",
    "FLOOR",
    "CEIL",
    "ROUND",
    "TRUNCATE",
    "SQRT",
    "EXP",
    "LN",
    "LOG10",
    "LOG2",
    "SIN",
    "COS",
    "TAN",
    "ATAN",
    "RADIANS",
    "DEGREES",
  ].flatMap((name) => numbers.map((type) => ({ name, types: [type] }))),
  ...["POWER", "ATAN2", "LOG", "GREATEST", "LEAST"].flatMap((name) =>
    pairs([int, double, small, bigint], [int, double, wide]).map((types) => ({ name, types })),
  ),
  ...["IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE", "NOT"].map((name) => ({ name, types: [boolean] })),
  ...["AND", "OR"].map((name) => ({ name, types: [boolean, boolean] })),
  ...["CAST", "TRY_CAST"].flatMap((name) => pairs(numbers, [...numbers, boolean]).map(([from, to]) => ({ name, types: [from], parameter: to }))),
  ...pairs(temporal, temporal)
    .filter(([a, b]) => !(a.kind === "date" && b.kind === "time") && !(a.kind === "time" && b.kind === "date"))
    .map(([from, to]) => ({ name: "CAST", types: [from], parameter: to })),
  ...[...units, "DOW", "DOY", "EPOCH", "MILLISECOND"].flatMap((parameter) =>
    [timestamp, instant, date].map((type) => ({ name: "EXTRACT", types: [type], parameter })),
  ),
  ...["FLOOR TO", "CEIL TO"].flatMap((name) => units.flatMap((parameter) => [timestamp, instant].map((type) => ({ name, types: [type], parameter })))),
  ...units.flatMap((parameter) => [
    { name: "TIMESTAMPADD", types: [int, timestamp], parameter },
    { name: "TIMESTAMPDIFF", types: [timestamp, timestamp], parameter },
  ]),
  ...["WINDOW_START", "WINDOW_END", "WINDOW_TIME"].map((name) => ({ name, types: [timestamp], parameter: { sizeMs: 10_000, offsetMs: -3000 } })),
  ...["UPPER", "LOWER", "CHAR_LENGTH"].map((name) => ({ name, types: [text] })),
  ...["||", "STARTSWITH", "ENDSWITH", "CONCAT"].map((name) => ({ name, types: [text, text] })),
  ...all.map((type) => ({ name: "NOT NULL", types: [{ ...type, nullable: true }], parameter: "t.c" })),
  { name: "IN", types: [int], parameter: [1, 0, -1] },
  { name: "IN", types: [bigint], parameter: [1n, -1n, 0n] },
  { name: "IN", types: [text], parameter: ["a", "", "\u2028\"'"] },
];

/** The emitted text as a function over fast scalars, guarded as the engine guards it. */
function compile(declaration: ScalarFunction, types: readonly DataType[], type: DataType, parameter: unknown): ((...values: unknown[]) => unknown) | null {
  const names = types.map((_, index) => `v${index}`);
  const emitted = declaration.emit?.(names, { types, type, timeZone: "UTC", ...(parameter === undefined ? {} : { parameter }) }) ?? null;
  if (emitted === null) return null;
  const guard = isWide(type) ? "if (r > 9007199254740991 || r < -9007199254740991) $slow();" : "";
  // oxlint-disable-next-line typescript/no-implied-eval
  return new Function("$slow", `return function (${names.join(", ")}) { const r = ${emitted}; ${guard} return r; };`)(() => {
    throw new Slow();
  }) as (...values: unknown[]) => unknown;
}

describe("emit is evaluate", () => {
  const covered = new Set<string>();
  for (const { name, types, parameter } of cases) {
    const declaration = lookupFunction(name) as ScalarFunction;
    const resolved = declaration.resolve({ types, literals: types.map(() => undefined), ...(parameter === undefined ? {} : { parameter }) });
    if (typeof resolved === "string" || [...resolved.parameters, resolved.result].some((type) => type.kind === "decimal" && type.precision > 15)) continue;
    const run = compile(declaration, resolved.parameters, resolved.result, parameter);
    if (run === null) continue;
    covered.add(name);
    it(`${name} of ${types.map((type) => type.kind).join(", ")}${parameter === undefined ? "" : ` (${JSON.stringify(parameter, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))})`}`, () => {
      const bound = { types: resolved.parameters, type: resolved.result, timeZone: "UTC", ...(parameter === undefined ? {} : { parameter }) };
      const nullable = declaration.nulls === "custom";
      const arbitrary = fc.tuple(...resolved.parameters.map((type) => (nullable ? fc.option(scalars(type), { freq: 5 }) : scalars(type))));
      fc.assert(
        fc.property(arbitrary, (values) => {
          const fast = values.map((value, index) => (value !== null && isWide(resolved.parameters[index]) ? Number(value) : value));
          let given: unknown;
          try {
            given = run(...fast);
          } catch (error) {
            if (error instanceof Slow) return;
            throw error;
          }
          const exact = declaration.evaluate(values, bound);
          expect(isWide(resolved.result) && given !== null ? BigInt(given as number) : given).toEqual(exact);
          // A column of doubles keeps the sign of zero, which a whole number does not have.
          if (isWide(resolved.result)) expect(Object.is(given, -0)).toBe(false);
        }),
        { numRuns: 60 },
      );
    });
  }

  it("covers every fast body but the few listed", () => {
    const without = allFunctions.flatMap((each) => (each.kind === "scalar" && each.emit !== undefined && !covered.has(each.name) ? [each.name] : []));
    expect(without.sort()).toEqual([
      "ACOS",
      "ASIN",
      "CASE",
      "COALESCE",
      "COSH",
      "COT",
      "DAYOFMONTH",
      "DAYOFWEEK",
      "DAYOFYEAR",
      "E",
      "HOUR",
      "MINUTE",
      "MONTH",
      "PI",
      "QUARTER",
      "SECOND",
      "SINH",
      "TANH",
      "TO_TIMESTAMP_LTZ",
      "WEEK",
      "YEAR",
    ]);
  });
});
