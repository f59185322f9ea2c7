/** Mathematics over DOUBLE, and rounding over every number. */
import { HeadraceError } from "../../core/index.ts";
import { decimalType, withNullable, type DataType } from "../../data/index.ts";
import { documented, doubleType, intType, plain, textType } from "./declare.ts";
import type { BoundCall, CallTypes, ResolvedSignature, ScalarFunction } from "./function.ts";
import { convertInteger, divideHalfUp, parseDecimal, powerOfTen, rescale } from "./numbers.ts";
import { anyNullable, isInteger, matchArguments, roundedDecimal } from "./type-rules.ts";

type Decimal = DataType & { kind: "decimal" };

function ofOne(
  name: string,
  summary: string,
  expression: string,
  result: string,
  evaluate: (value: number) => number,
  emitted: string,
  aliases: readonly string[] = [],
): ScalarFunction {
  return plain(
    name,
    {
      aliases,
      pattern: "double",
      result: doubleType,
      documentation: documented("arithmetic", `${name}(number)`, summary, expression, result),
      emit: ([a]) => emitted.replaceAll("$", () => a),
    },
    ([a]) => evaluate(a),
  );
}

const ofDouble: readonly ScalarFunction[] = [
  ofOne("SQRT", "Square root; NaN of a negative number.", "SQRT(16)", "4.0", Math.sqrt, "Math.sqrt($)"),
  ofOne("EXP", "e to the power of the number.", "EXP(0)", "1.0", Math.exp, "Math.exp($)"),
  ofOne("LN", "Natural logarithm.", "LN(1)", "0.0", Math.log, "Math.log($)"),
  ofOne("LOG10", "Logarithm to base 10.", "LOG10(100)", "2.0", Math.log10, "Math.log10($)"),
  ofOne("LOG2", "Logarithm to base 2.", "LOG2(8)", "3.0", Math.log2, "Math.log2($)"),
  ofOne("SIN", "Sine of an angle in radians.", "SIN(0)", "0.0", Math.sin, "Math.sin($)"),
  ofOne("COS", "Cosine.", "COS(0)", "1.0", Math.cos, "Math.cos($)"),
  ofOne("TAN", "Tangent.", "TAN(0)", "0.0", Math.tan, "Math.tan($)"),
  ofOne("COT", "Cotangent.", "ROUND(COT(1), 4)", "0.6421", (value) => 1 / Math.tan(value), "(1 / Math.tan($))"),
  ofOne("SINH", "Hyperbolic sine.", "SINH(0)", "0.0", Math.sinh, "Math.sinh($)"),
  ofOne("COSH", "Hyperbolic cosine.", "COSH(0)", "1.0", Math.cosh, "Math.cosh($)"),
  ofOne("TANH", "Hyperbolic tangent.", "TANH(0)", "0.0", Math.tanh, "Math.tanh($)"),
  ofOne("ASIN", "Arc sine, in radians.", "ASIN(0)", "0.0", Math.asin, "Math.asin($)"),
  ofOne("ACOS", "Arc cosine, in radians.", "ACOS(1)", "0.0", Math.acos, "Math.acos($)"),
  ofOne("ATAN", "Arc tangent, in radians.", "ATAN(0)", "0.0", Math.atan, "Math.atan($)"),
  ofOne("RADIANS", "Degrees to radians.", "ROUND(RADIANS(180), 5)", "3.14159", (value) => (value / 180) * Math.PI, "(($ / 180) * Math.PI)"),
  ofOne("DEGREES", "Radians to degrees.", "DEGREES(PI())", "180.0", (value) => (value * 180) / Math.PI, "(($ * 180) / Math.PI)"),
  plain(
    "ATAN2",
    {
      pattern: "double, double",
      result: doubleType,
      documentation: documented("arithmetic", "ATAN2(y, x)", "Angle of the point (x, y), in radians.", "ATAN2(0, 1)", "0.0"),
      emit: ([a, b]) => `Math.atan2(${a}, ${b})`,
    },
    ([a, b]) => Math.atan2(a, b),
  ),
  plain(
    "POWER",
    {
      pattern: "double, double",
      result: doubleType,
      documentation: documented("arithmetic", "POWER(base, exponent)", "The base to the power of the exponent.", "POWER(2, 10)", "1024.0"),
      emit: ([a, b]) => `Math.pow(${a}, ${b})`,
    },
    ([a, b]) => Math.pow(a, b),
  ),
  plain(
    "LOG",
    {
      pattern: "double, [double]",
      result: doubleType,
      documentation: documented("arithmetic", "LOG(number), LOG(base, number)", "Natural logarithm, or to a base.", "LOG(2, 8)", "3.0"),
      emit: ([a, b]) => (b === undefined ? `Math.log(${a})` : `(Math.log(${b}) / Math.log(${a}))`),
    },
    ([a, b]) => (b === undefined ? Math.log(a) : Math.log(b) / Math.log(a)),
  ),
  plain(
    "PI",
    { pattern: "", result: doubleType, documentation: documented("arithmetic", "PI()", "The number π.", "ROUND(PI(), 4)", "3.1416"), emit: () => "Math.PI" },
    () => Math.PI,
  ),
  plain(
    "E",
    { pattern: "", result: doubleType, documentation: documented("arithmetic", "E()", "Euler's number.", "ROUND(E(), 4)", "2.7183"), emit: () => "Math.E" },
    () => Math.E,
  ),
];

function whole(name: "FLOOR" | "CEIL", aliases: readonly string[], expression: string, result: string): ScalarFunction {
  const down = name === "FLOOR";
  return plain(
    name,
    {
      aliases,
      pattern: "numeric",
      result: ([type]) => (type.kind === "decimal" ? decimalType(type.precision, 0) : type),
      documentation: documented(
        "arithmetic",
        `${name}(number)`,
        `The nearest whole number that is not ${down ? "greater" : "smaller"}. ${name}(time TO unit) is a function of time.`,
        expression,
        result,
      ),
      emit: ([a], { types }) =>
        isInteger(types[0])
          ? a
          : types[0].kind === "decimal"
            ? `(Math.${name.toLowerCase()}(${a} / ${10 ** types[0].scale}) + 0)`
            : `Math.${name.toLowerCase()}(${a})`,
    },
    ([value], { types }) => {
      const [type] = types;
      if (isInteger(type)) return value;
      if (type.kind !== "decimal") return down ? Math.floor(value as number) : Math.ceil(value as number);
      const divisor = powerOfTen(type.scale);
      const quotient = (value as bigint) / divisor;
      const rest = (value as bigint) % divisor;
      return down ? (rest < 0n ? quotient - 1n : quotient) : rest > 0n ? quotient + 1n : quotient;
    },
  );
}

/** ROUND and TRUNCATE: the digits must be constant for a DECIMAL, whose type they decide. */
function rounding(name: "ROUND" | "TRUNCATE", summary: string, expression: string, result: string): ScalarFunction {
  return {
    kind: "scalar",
    name,
    documentation: documented("arithmetic", `${name}(number [, digits])`, summary, expression, result),
    resolve: resolveRounding,
    nulls: "strict",
    deterministic: true,
    evaluate: ([value, digits = 0], call) => roundValue(name === "ROUND", value, digits as number, call),
  };
}

function resolveRounding(call: CallTypes): ResolvedSignature | string {
  const parameters = matchArguments(call.types, "numeric, [int]");
  if (typeof parameters === "string") return parameters;
  const [type] = parameters;
  const digits = parameters.length === 1 ? 0 : call.literals[1];
  const result = type.kind !== "decimal" ? type : typeof digits === "number" ? roundedDecimal(type, digits) : type;
  return { parameters, result: withNullable(result, anyNullable(call.types)) };
}

function roundValue(half: boolean, value: unknown, digits: number, { types, type }: BoundCall): unknown {
  const [from] = types;
  if (from.kind === "decimal") {
    const scale = Math.min(from.scale, digits);
    const rounded = roundUnscaled(half, value as bigint, from.scale - scale);
    return rescale(rounded, Math.max(scale, 0), (type as Decimal).scale) * (scale < 0 ? powerOfTen(-scale) : 1n);
  }
  if (isInteger(from))
    return digits >= 0 ? value : convertInteger(roundUnscaled(half, BigInt(value as number | bigint), -digits) * powerOfTen(-digits), from.kind);
  return roundDouble(half, value as number, digits);
}

function roundUnscaled(half: boolean, value: bigint, digits: number): bigint {
  if (digits <= 0) return value;
  return half ? divideHalfUp(value, powerOfTen(digits)) : value / powerOfTen(digits);
}

/** By the decimal digits that the number prints as, as Java's BigDecimal does. */
function roundDouble(half: boolean, value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  const { unscaled, scale } = parseDecimal(String(value))!;
  if (scale <= digits) return value;
  return Number(`${roundUnscaled(half, unscaled, scale - digits)}e${-digits}`);
}

const others: readonly ScalarFunction[] = [
  whole("FLOOR", [], "FLOOR(-1.5)", "-2"),
  whole("CEIL", ["CEILING"], "CEIL(1.2)", "2"),
  rounding("ROUND", "The number rounded half away from zero; negative digits round before the point.", "ROUND(2.345, 2)", "2.35"),
  rounding("TRUNCATE", "The number cut after so many digits.", "TRUNCATE(2.349, 2)", "2.34"),
  plain(
    "SIGN",
    {
      pattern: "numeric",
      result: ([type]) => type,
      documentation: documented("arithmetic", "SIGN(number)", "−1, 0 or 1, in the type of the number.", "SIGN(-4)", "-1"),
      emit: ([a], { type }) =>
        type.kind === "decimal"
          ? `(Math.sign(${a}) * ${10 ** type.scale} + 0)`
          : type.kind === "double" || type.kind === "float"
            ? `Math.sign(${a})`
            : `(Math.sign(${a}) + 0)`,
    },
    ([value], { types }) => {
      const [type] = types;
      if (typeof value !== "bigint") return Math.sign(value);
      const sign = value > 0n ? 1n : value < 0n ? -1n : 0n;
      return type.kind === "decimal" ? sign * powerOfTen(type.scale) : sign;
    },
  ),
  plain(
    "BIN",
    {
      pattern: "bigint",
      result: textType,
      documentation: documented("arithmetic", "BIN(integer)", "Binary digits, of negative numbers in two's complement.", "BIN(5)", "101"),
    },
    ([value]) => BigInt.asUintN(64, value).toString(2),
  ),
  plain(
    "RAND",
    {
      pattern: "[int]",
      result: doubleType,
      nullability: "never",
      deterministic: false,
      documentation: documented("arithmetic", "RAND()", "A random number from 0 up to, not including, 1."),
    },
    (_values, call) => randomOf(call).float(),
  ),
  plain(
    "RAND_INTEGER",
    {
      pattern: "int, [int]",
      result: intType,
      deterministic: false,
      documentation: documented("arithmetic", "RAND_INTEGER(bound)", "A random whole number from 0 up to, not including, the bound."),
    },
    ([seedOrBound, bound], call) => Math.floor(randomOf(call).float() * (bound ?? seedOrBound)),
  ),
  plain(
    "UUID",
    {
      pattern: "",
      result: { kind: "char", length: 36, nullable: false },
      nullability: "never",
      deterministic: false,
      documentation: documented("other", "UUID()", "A random identifier (RFC 4122, version 4)."),
    },
    (_values, call) => randomOf(call).uuid(),
  ),
];

function randomOf(call: BoundCall): NonNullable<BoundCall["platform"]>["random"] {
  if (call.platform === undefined) throw new HeadraceError("internal", "a random value was asked for where no platform is given");
  return call.platform.random;
}

export const mathFunctions: readonly ScalarFunction[] = [...ofDouble, ...others];
