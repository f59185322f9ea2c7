/** = <> < <= > >=, IS [NOT] NULL and its kin, IS DISTINCT FROM, IN over constants, GREATEST and LEAST. */
import { simpleType, withNullable, type DataType } from "../../data/index.ts";
import { booleanType, documented } from "./declare.ts";
import type { BoundCall, CallTypes, ResolvedSignature, ScalarFunction } from "./function.ts";
import { powerOfTen } from "./numbers.ts";
import { anyNullable, asDecimal, commonType, isApproximate, isCharacter, isExact, isNumeric, isTemporal, listTypes } from "./type-rules.ts";
import { compareScalars, equalScalars } from "./values.ts";

type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** Types two sides are brought to before they are compared, or a sentence. Decimals keep their scales and are compared exactly. */
export function comparedTypes(types: readonly DataType[]): DataType[] | string {
  if (types.length !== 2) return `expects 2 arguments, not ${types.length}`;
  const [left, right] = types;
  if (isExact(left) && isExact(right) && (left.kind === "decimal" || right.kind === "decimal")) return [asDecimal(left)!, asDecimal(right)!];
  // Approximate numbers meet in DOUBLE, which holds both.
  if (isApproximate(left) && isApproximate(right) && left.kind !== right.kind) return types.map((type) => simpleType("double", type.nullable));
  const target = isCharacter(left) && isTemporal(right) ? right : isTemporal(left) && isCharacter(right) ? left : commonType(types);
  if (target === undefined || incomparable(left, right)) return `cannot compare ${listTypes(types)}; CAST one side to the type of the other`;
  return types.map((type) => withNullable(target.kind === "null" ? booleanType : target, type.nullable || type.kind === "null"));
}

function incomparable(left: DataType, right: DataType): boolean {
  return (isNumeric(left) && isCharacter(right)) || (isCharacter(left) && isNumeric(right));
}

function compared(name: Comparison, summary: string, expression: string, result: string): ScalarFunction {
  return {
    kind: "scalar",
    name,
    ...(name === "<>" ? { aliases: ["!="] } : {}),
    documentation: documented("comparison", `a ${name} b`, summary, expression, result),
    resolve: (call) => {
      const parameters = comparedTypes(call.types);
      if (typeof parameters === "string") return parameters;
      if (name !== "=" && name !== "<>" && parameters.some((type) => type.kind === "map" || type.kind === "multiset"))
        return `cannot order ${listTypes(call.types)}`;
      return { parameters, result: withNullable(booleanType, anyNullable(call.types)) };
    },
    nulls: "strict",
    deterministic: true,
    evaluate: ([left, right], call) => decide(name, left, right, call),
    emit: ([a, b], call) => emitComparison(name, a, b, call),
  };
}

function decide(name: Comparison, left: unknown, right: unknown, { types }: BoundCall): boolean {
  const [type, other] = types;
  if (type.kind === "float" || type.kind === "double") return decideNumbers(name, left as number, right as number);
  if (type.kind === "map" || type.kind === "multiset" || type.kind === "boolean")
    return equalScalars(left, right, type) === (name === "=") && (name === "=" || name === "<>");
  const order =
    type.kind === "decimal" && other.kind === "decimal"
      ? compareDecimals(left as bigint, type.scale, right as bigint, other.scale)
      : compareScalars(left, right, type);
  switch (name) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function compareDecimals(left: bigint, leftScale: number, right: bigint, rightScale: number): number {
  const [a, b] = leftScale >= rightScale ? [left, right * powerOfTen(leftScale - rightScale)] : [left * powerOfTen(rightScale - leftScale), right];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As Java's operators: NaN equals nothing. */
function decideNumbers(name: Comparison, left: number, right: number): boolean {
  switch (name) {
    case "=":
      return left === right;
    case "<>":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

const operators: Record<Comparison, string> = { "=": "===", "<>": "!==", "<": "<", "<=": "<=", ">": ">", ">=": ">=" };

function emitComparison(name: Comparison, a: string, b: string, { types }: BoundCall): string | null {
  const [type, other] = types;
  if (type.kind === "decimal" && other.kind === "decimal") {
    const scale = Math.max(type.scale, other.scale);
    if (type.precision + scale - type.scale > 15 || other.precision + scale - other.scale > 15) return null;
    const scaled = (text: string, from: number): string => (from === scale ? text : `${text} * ${10 ** (scale - from)}`);
    return `(${scaled(a, type.scale)} ${operators[name]} ${scaled(b, other.scale)})`;
  }
  if (isCharacter(type)) return name === "=" || name === "<>" ? `(${a} ${operators[name]} ${b})` : null;
  if (type.kind === "boolean" && name !== "=" && name !== "<>") return null;
  return `(${a} ${operators[name]} ${b})`;
}

/** A test that is never NULL. */
function test(
  name: string,
  usage: string,
  summary: string,
  expression: string,
  result: string,
  evaluate: (value: unknown) => boolean,
  emit: (value: string) => string,
  booleansOnly: boolean,
): ScalarFunction {
  return {
    kind: "scalar",
    name,
    documentation: documented(booleansOnly ? "logical" : "comparison", usage, summary, expression, result),
    resolve: ({ types }) => {
      if (types.length !== 1) return `expects 1 argument, not ${types.length}`;
      if (booleansOnly && types[0].kind !== "boolean" && types[0].kind !== "null") return `expects a BOOLEAN, not ${listTypes(types)}`;
      return { parameters: [types[0].kind === "null" ? booleanType : types[0]], result: simpleType("boolean", false) };
    },
    nulls: "custom",
    deterministic: true,
    evaluate: ([value]) => evaluate(value),
    emit: ([value]) => emit(value),
  };
}

function distinct(name: string, negated: boolean): ScalarFunction {
  return {
    kind: "scalar",
    name,
    documentation: documented(
      "comparison",
      `a ${name} b`,
      `${negated ? "Equality" : "Difference"} that takes NULL for a value like any other; never NULL itself.`,
      `1 ${name} NULL`,
      negated ? "FALSE" : "TRUE",
    ),
    resolve: (call) => {
      const parameters = comparedTypes(call.types);
      return typeof parameters === "string" ? parameters : { parameters, result: simpleType("boolean", false) };
    },
    nulls: "custom",
    deterministic: true,
    evaluate: ([left, right], call) => (left === null || right === null ? (left === right) === negated : decide("=", left, right, call) === negated),
    emit: ([a, b], call) => {
      const [type, other] = call.types;
      return type.kind === "decimal" && other.kind === "decimal" && type.scale !== other.scale ? null : `(${a} ${negated ? "===" : "!=="} ${b})`;
    },
  };
}

const sets = new WeakMap<object, Set<unknown>>();

/** Up to this many constants are compared one after the other in generated code. */
const emittedConstantsMax = 16;

const inSet: ScalarFunction = {
  kind: "scalar",
  name: "IN",
  documentation: documented(
    "comparison",
    "value IN (a, b, …)",
    "Whether the value equals one of the list. NULL when it equals none and the list, or the value, holds NULL.",
    "2 IN (1, 2, 3)",
    "TRUE",
  ),
  resolve: ({ types }) => ({ parameters: [types[0]], result: withNullable(booleanType, anyNullable(types)) }),
  nulls: "strict",
  deterministic: true,
  evaluate: ([value], { parameter }) => {
    const constants = parameter as readonly unknown[];
    let set = sets.get(constants);
    if (set === undefined) sets.set(constants, (set = new Set(constants)));
    return set.has(value);
  },
  emit: ([value], { parameter }) => {
    const constants = parameter as readonly unknown[];
    if (
      constants.length > emittedConstantsMax ||
      constants.some((constant) => typeof constant === "bigint" && (constant > 9007199254740991n || constant < -9007199254740991n))
    )
      return null;
    const tests = constants.map((constant) => `${value} === ${typeof constant === "string" ? JSON.stringify(constant) : String(constant)}`);
    return `(${tests.join(" || ")})`;
  },
};

function extreme(name: "GREATEST" | "LEAST", sign: 1 | -1, expression: string, result: string): ScalarFunction {
  return {
    kind: "scalar",
    name,
    documentation: documented("comparison", `${name}(a, b, …)`, `The ${name.toLowerCase()} of the values; NULL as soon as one is NULL.`, expression, result),
    resolve: (call) => resolveExtreme(call),
    nulls: "strict",
    deterministic: true,
    evaluate: (values, { type }) => values.reduce((best, value) => (compareScalars(value, best, type) * sign > 0 ? value : best)),
    emit: (values, { type }) => {
      if (!isNumeric(type) && !isTemporal(type)) return null;
      if (type.kind === "double" || type.kind === "float") return null;
      return `Math.${sign > 0 ? "max" : "min"}(${values.join(", ")})`;
    },
  };
}

function resolveExtreme({ types }: CallTypes): ResolvedSignature | string {
  if (types.length === 0) return "expects 1 or more arguments, not 0";
  const common = commonType(types);
  if (common === undefined || common.kind === "map" || common.kind === "row") return `cannot compare ${listTypes(types)}`;
  return { parameters: types.map((type) => withNullable(common, type.nullable)), result: common };
}

export const comparisonFunctions: readonly ScalarFunction[] = [
  compared("=", "Whether both are equal; NULL when one is NULL.", "1 = 1.0", "TRUE"),
  compared("<>", "Whether they differ; NULL when one is NULL.", "'a' <> 'b'", "TRUE"),
  compared("<", "Whether a comes before b. Texts are ordered by code point.", "1 < 2", "TRUE"),
  compared("<=", "Whether a comes before b or equals it.", "2 <= 2", "TRUE"),
  compared(">", "Whether a comes after b.", "DATE '2024-02-29' > DATE '2024-03-01'", "FALSE"),
  compared(">=", "Whether a comes after b or equals it. `x BETWEEN a AND b` is x >= a AND x <= b.", "'b' >= 'a'", "TRUE"),
  test(
    "IS NULL",
    "value IS NULL",
    "Whether the value is NULL.",
    "NULLIF(1, 1) IS NULL",
    "TRUE",
    (value) => value === null,
    (value) => `(${value} === null)`,
    false,
  ),
  test(
    "IS NOT NULL",
    "value IS NOT NULL",
    "Whether the value is not NULL.",
    "1 IS NOT NULL",
    "TRUE",
    (value) => value !== null,
    (value) => `(${value} !== null)`,
    false,
  ),
  test(
    "IS TRUE",
    "condition IS TRUE",
    "TRUE for TRUE, FALSE for FALSE and NULL.",
    "(1 = 1) IS TRUE",
    "TRUE",
    (value) => value === true,
    (value) => `(${value} === true)`,
    true,
  ),
  test(
    "IS NOT TRUE",
    "condition IS NOT TRUE",
    "FALSE for TRUE, TRUE for FALSE and NULL.",
    "(1 = 2) IS NOT TRUE",
    "TRUE",
    (value) => value !== true,
    (value) => `(${value} !== true)`,
    true,
  ),
  test(
    "IS FALSE",
    "condition IS FALSE",
    "TRUE for FALSE, FALSE for TRUE and NULL.",
    "(1 = 2) IS FALSE",
    "TRUE",
    (value) => value === false,
    (value) => `(${value} === false)`,
    true,
  ),
  test(
    "IS NOT FALSE",
    "condition IS NOT FALSE",
    "FALSE for FALSE, TRUE for TRUE and NULL.",
    "(1 = 2) IS NOT FALSE",
    "FALSE",
    (value) => value !== false,
    (value) => `(${value} !== false)`,
    true,
  ),
  distinct("IS DISTINCT FROM", false),
  distinct("IS NOT DISTINCT FROM", true),
  inSet,
  extreme("GREATEST", 1, "GREATEST(3, 5, 4)", "5"),
  extreme("LEAST", -1, "LEAST('b', 'a')", "a"),
];
