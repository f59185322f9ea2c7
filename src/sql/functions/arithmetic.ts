/** + − * / % and unary minus: numbers, and dates and times with intervals. */
import { simpleType, timestampType, typeText, withNullable, type DataType } from "../../data/index.ts";
import { addMonthsToDays, addMonthsToMs, dayMs, floorMod } from "./calendar.ts";
import { documented, resolver } from "./declare.ts";
import type { BoundCall, CallTypes, ResolvedSignature, ScalarFunction } from "./function.ts";
import { convertInteger, decimalToNumber, divideHalfUp, divisionByZero, fitDecimal, powerOfTen, rescale } from "./numbers.ts";
import {
  anyNullable,
  asDecimal,
  commonType,
  decimalResult,
  isApproximate,
  isExact,
  isInteger,
  isInterval,
  isNumeric,
  isTemporal,
  isTimestamp,
} from "./type-rules.ts";

type Operator = "+" | "-" | "*" | "/" | "%";
type Decimal = DataType & { kind: "decimal" };

function arithmetic(name: Operator, aliases: readonly string[], usage: string, summary: string, expression: string, result: string): ScalarFunction {
  return {
    kind: "scalar",
    name,
    aliases,
    documentation: documented("arithmetic", usage, summary, expression, result),
    resolve: (call) => resolveArithmetic(name, call),
    nulls: "strict",
    deterministic: true,
    evaluate: (values, call) => evaluateArithmetic(name, values, call),
    emit: (values, call) => emitArithmetic(name, values, call),
  };
}

function resolveArithmetic(operator: Operator, call: CallTypes): ResolvedSignature | string {
  if (call.types.length !== 2) return `expects 2 arguments, not ${call.types.length}`;
  const [left, right] = untypedFilled(call.types);
  const nullable = anyNullable(call.types);
  if (isNumeric(left) && isNumeric(right)) return numericSignature(operator, left, right, nullable);
  const temporal = temporalSignature(operator, left, right, call, nullable);
  if (temporal !== undefined) return temporal;
  const text = `cannot be applied to ${typeText(left, true)} and ${typeText(right, true)}`;
  return operator === "-" && isTemporal(left) && isTemporal(right) ? `${text}; TIMESTAMPDIFF(SECOND, from, to) gives the time between two` : text;
}

/** NULL takes the type of the other side. */
function untypedFilled([left, right]: readonly DataType[]): [DataType, DataType] {
  if (left.kind === "null" && right.kind === "null") return [simpleType("integer"), simpleType("integer")];
  if (left.kind === "null") return [withNullable(right, true), right];
  return [left, right.kind === "null" ? withNullable(left, true) : right];
}

function numericSignature(operator: Operator, left: DataType, right: DataType, nullable: boolean): ResolvedSignature {
  if (isExact(left) && isExact(right) && (left.kind === "decimal" || right.kind === "decimal")) {
    const [a, b] = [asDecimal(left)!, asDecimal(right)!] as [Decimal, Decimal];
    return { parameters: [a, b], result: withNullable(decimalResult(operator, a, b), nullable) };
  }
  if (operator === "%" && isInteger(left) && isInteger(right)) {
    const common = commonType([left, right])!;
    return { parameters: [withNullable(common, left.nullable), withNullable(common, right.nullable)], result: withNullable(common, nullable) };
  }
  const result = withNullable(commonType([left, right])!, nullable);
  return { parameters: [withNullable(result, left.nullable), withNullable(result, right.nullable)], result };
}

function temporalSignature(operator: Operator, left: DataType, right: DataType, call: CallTypes, nullable: boolean): ResolvedSignature | undefined {
  if (operator === "+" && isInterval(left) && isTemporal(right)) {
    const result = withNullable(shifted(right, left, call.literals[0]), nullable);
    return { parameters: [left, withNullable(result, right.nullable)], result };
  }
  if ((operator === "+" || operator === "-") && isTemporal(left) && isInterval(right)) {
    const result = withNullable(shifted(left, right, call.literals[1]), nullable);
    return { parameters: [withNullable(result, left.nullable), right], result };
  }
  if ((operator === "+" || operator === "-") && isInterval(left) && left.kind === right.kind)
    return { parameters: [left, right], result: withNullable(left, nullable) };
  if ((operator === "*" || operator === "/") && isInterval(left) && isNumeric(right)) {
    return { parameters: [left, simpleType("double", right.nullable)], result: withNullable(left, nullable) };
  }
  if (operator === "*" && isNumeric(left) && isInterval(right)) {
    return { parameters: [simpleType("double", left.nullable), right], result: withNullable(right, nullable) };
  }
  return undefined;
}

/** A DATE stays one unless hours are added to it. */
function shifted(temporal: DataType, interval: DataType, amount: unknown): DataType {
  if (temporal.kind !== "date" || interval.kind === "interval-month") return temporal;
  return typeof amount === "number" && amount % dayMs !== 0 ? timestampType(3, temporal.nullable) : temporal;
}

function evaluateArithmetic(operator: Operator, values: readonly unknown[], call: BoundCall): unknown {
  const { type, types } = call;
  if (type.kind === "decimal") return decimalArithmetic(operator, values as readonly bigint[], types as readonly Decimal[], type);
  if (isInteger(type)) return integerArithmetic(operator, values as readonly (number | bigint)[], type);
  if (isApproximate(type)) {
    const value = floatArithmetic(operator, values[0] as number, values[1] as number);
    return type.kind === "float" ? Math.fround(value) : value;
  }
  if (isTemporal(type)) {
    const intervalFirst = isInterval(types[0]);
    const amount = values[intervalFirst ? 0 : 1] as number;
    return shift(values[intervalFirst ? 1 : 0] as number | bigint, operator === "-" ? -amount : amount, type, types[intervalFirst ? 0 : 1]);
  }
  const result = floatArithmetic(operator, values[0] as number, values[1] as number);
  return Math.trunc(result);
}

function floatArithmetic(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
  }
}

function integerArithmetic(operator: Operator, values: readonly (number | bigint)[], type: DataType): number | bigint {
  const [left, right] = [BigInt(values[0]), BigInt(values[1])];
  switch (operator) {
    case "+":
      return convertInteger(left + right, type.kind);
    case "-":
      return convertInteger(left - right, type.kind);
    case "*":
      return convertInteger(left * right, type.kind);
    default:
      if (right === 0n) divisionByZero();
      return convertInteger(operator === "/" ? left / right : left % right, type.kind);
  }
}

function decimalArithmetic(operator: Operator, [left, right]: readonly bigint[], [leftType, rightType]: readonly Decimal[], type: Decimal): bigint | null {
  const scale = Math.max(leftType.scale, rightType.scale);
  switch (operator) {
    case "+":
    case "-": {
      const [a, b] = [rescale(left, leftType.scale, scale), rescale(right, rightType.scale, scale)];
      return fitDecimal(rescale(operator === "+" ? a + b : a - b, scale, type.scale), type);
    }
    case "*":
      return fitDecimal(rescale(left * right, leftType.scale + rightType.scale, type.scale), type);
    case "/": {
      if (right === 0n) divisionByZero();
      const exponent = type.scale - leftType.scale + rightType.scale;
      return fitDecimal(exponent >= 0 ? divideHalfUp(left * powerOfTen(exponent), right) : divideHalfUp(left, right * powerOfTen(-exponent)), type);
    }
    case "%": {
      if (right === 0n) divisionByZero();
      const rest = rescale(left, leftType.scale, scale) % rescale(right, rightType.scale, scale);
      return fitDecimal(rescale(rest, scale, type.scale), type);
    }
  }
}

/** Adds months or milliseconds to a date, time of day or timestamp. */
export function shift(value: number | bigint, amount: number, type: DataType, interval: DataType): number | bigint {
  const months = interval.kind === "interval-month";
  switch (type.kind) {
    case "date":
      return months ? addMonthsToDays(value as number, amount) : (value as number) + Math.floor(amount / dayMs);
    case "time":
      return months ? value : floorMod((value as number) + amount, dayMs);
    default: {
      if (typeof value === "number") return months ? addMonthsToMs(value, amount) : value + amount;
      if (!months) return value + BigInt(amount) * 1_000_000n;
      const ms = value / 1_000_000n;
      return BigInt(addMonthsToMs(Number(ms), amount)) * 1_000_000n + (value - ms * 1_000_000n);
    }
  }
}

function emitArithmetic(operator: Operator, [a, b]: readonly string[], call: BoundCall): string | null {
  const { type, types } = call;
  switch (type.kind) {
    case "double":
      return `(${a} ${operator} ${b})`;
    case "float":
      return `Math.fround(${a} ${operator} ${b})`;
    case "tinyint":
      return emitSmall(operator, a, b, 24);
    case "smallint":
      return emitSmall(operator, a, b, 16);
    case "integer":
      return operator === "*"
        ? `Math.imul(${a}, ${b})`
        : operator === "/" || operator === "%"
          ? `(${b} === 0 ? $slow() : (${a} ${operator} ${b}) | 0)`
          : `((${a} ${operator} ${b}) | 0)`;
    case "bigint":
      if (operator === "/") return `(${b} === 0 ? $slow() : Math.trunc(${a} / ${b}) + 0)`;
      return operator === "%" ? `(${b} === 0 ? $slow() : ${a} % ${b} + 0)` : `(${a} ${operator} ${b} + 0)`;
    case "decimal":
      return emitDecimal(operator, a, b, types as readonly Decimal[], type);
    default:
      return emitTemporal(operator, a, b, call);
  }
}

function emitSmall(operator: Operator, a: string, b: string, shiftBits: number): string {
  const wrapped = `(((${a} ${operator} ${b}) << ${shiftBits}) >> ${shiftBits})`;
  return operator === "/" || operator === "%" ? `(${b} === 0 ? $slow() : ${wrapped})` : wrapped;
}

function emitDecimal(operator: Operator, a: string, b: string, [left, right]: readonly Decimal[], type: Decimal): string | null {
  if (operator === "*") return left.scale + right.scale === type.scale ? `(${a} * ${b} + 0)` : null;
  const scale = Math.max(left.scale, right.scale);
  if (operator === "/" || scale !== type.scale) return null;
  const [first, second] = [emitScaled(a, scale - left.scale), emitScaled(b, scale - right.scale)];
  if (operator !== "%") return `(${first} ${operator} ${second})`;
  if (left.precision + scale - left.scale > 15 || right.precision + scale - right.scale > 15) return null;
  return `(${b} === 0 ? $slow() : ${first} % ${second} + 0)`;
}

function emitScaled(text: string, digits: number): string {
  return digits === 0 ? text : `(${text} * ${10 ** digits})`;
}

function emitTemporal(operator: Operator, a: string, b: string, call: BoundCall): string | null {
  const { type, types } = call;
  if (types.some((each) => each.kind === "interval-month") || !types.some(isInterval)) return null;
  if (isTimestamp(type)) return type.precision <= 3 ? `(${a} ${operator} ${b})` : null;
  if (type.kind === "interval-millisecond" && types.every(isInterval)) return `(${a} ${operator} ${b})`;
  return null;
}

function resolveNegation(call: CallTypes): ResolvedSignature | string {
  const [type] = call.types;
  if (call.types.length === 1 && type.kind === "null") return { parameters: [simpleType("integer")], result: simpleType("integer") };
  if (call.types.length === 1 && (isNumeric(type) || isInterval(type))) return { parameters: [type], result: type };
  return `cannot be applied to ${call.types.map((each) => typeText(each, true)).join(", ")}`;
}

const negation: ScalarFunction = {
  kind: "scalar",
  name: "NEGATE",
  documentation: documented(
    "arithmetic",
    "-number",
    "The number with its sign turned; an integer at the lower end of its range stays itself.",
    "-(2 + 3)",
    "-5",
  ),
  resolve: resolveNegation,
  nulls: "strict",
  deterministic: true,
  evaluate: ([value], { type }) =>
    typeof value === "bigint"
      ? type.kind === "bigint"
        ? BigInt.asIntN(64, -value)
        : -value
      : isInteger(type)
        ? convertInteger(-(value as number), type.kind)
        : -(value as number),
  emit: ([a], { type }) => {
    if (type.kind === "integer") return `(-${a} | 0)`;
    if (type.kind === "tinyint" || type.kind === "smallint") return null;
    return type.kind === "double" || type.kind === "float" ? `(-${a})` : `(0 - ${a})`;
  },
};

/** Numeric value of any numeric scalar, for functions that work on DOUBLE. */
export function numberOf(value: unknown, type: DataType): number {
  return type.kind === "decimal" ? decimalToNumber(value as bigint, type.scale) : Number(value);
}

const absolute: ScalarFunction = {
  kind: "scalar",
  name: "ABS",
  documentation: documented("arithmetic", "ABS(number)", "The number without its sign, of the same type.", "ABS(-2.5)", "2.5"),
  resolve: resolver("numeric", ([type]) => type),
  nulls: "strict",
  deterministic: true,
  evaluate: ([value], { type }) =>
    typeof value === "bigint"
      ? value < 0n
        ? type.kind === "bigint"
          ? BigInt.asIntN(64, -value)
          : -value
        : value
      : isInteger(type)
        ? convertInteger(Math.abs(value as number), type.kind)
        : Math.abs(value as number),
  emit: ([a], { type }) => (type.kind === "integer" ? `(Math.abs(${a}) | 0)` : isInteger(type) && type.kind !== "bigint" ? null : `Math.abs(${a})`),
};

export const arithmeticFunctions: readonly ScalarFunction[] = [
  arithmetic(
    "+",
    [],
    "a + b",
    "Sum of numbers, or a date or time moved by an interval. Integers wrap; DECIMAL that overflows is NULL.",
    "DATE '2024-01-31' + INTERVAL '1' MONTH",
    "2024-02-29",
  ),
  arithmetic("-", [], "a - b", "Difference of numbers, or a date or time moved back by an interval.", "1.50 - 2", "-0.50"),
  arithmetic("*", [], "a * b", "Product of numbers, or an interval taken so many times.", "0.908 * 10", "9.080"),
  arithmetic(
    "/",
    [],
    "a / b",
    "Quotient. Of integers it is cut towards zero; an integer or DECIMAL divisor of 0 ends the job, a DOUBLE gives Infinity or NaN.",
    "7 / 2",
    "3",
  ),
  arithmetic("%", ["MOD"], "a % b, MOD(a, b)", "Rest of the division, with the sign of a.", "MOD(-7, 3)", "-1"),
  negation,
  absolute,
];
