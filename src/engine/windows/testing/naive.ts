/** Aggregates the slow and plain way, over all rows of a window at once. The oracle of the tests. */
import type { DataType, Schema } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import { encodeScalar } from "../../state/scalars.ts";

type Row = readonly unknown[];

/** The value of `call` over the rows of a window, in order. */
export function naiveAggregate(call: AggregateCall, input: Schema, window: readonly Row[]): unknown {
  const taken = call.filter === null ? window : window.filter((row) => row[call.filter!] === true);
  const argument = call.arguments[0];
  if (argument === undefined) return BigInt(taken.length);
  const type = input.fields[argument]!.type;
  let values = taken.map((row) => row[argument]).filter((value) => value !== null);
  if (call.distinct) {
    const seen = new Set<string>();
    values = values.filter((value) => {
      const text = Buffer.from(encodeScalar(value)).toString("latin1");
      return seen.has(text) ? false : seen.add(text);
    });
  }
  switch (call.function) {
    case "COUNT":
      return BigInt(values.length);
    case "MIN":
      return values.length === 0 ? null : values.reduce((best, value) => (naiveCompare(value, best) < 0 ? value : best));
    case "MAX":
      return values.length === 0 ? null : values.reduce((best, value) => (naiveCompare(value, best) > 0 ? value : best));
    case "FIRST_VALUE":
      return values[0] ?? null;
    case "LAST_VALUE":
      return values.at(-1) ?? null;
    default:
      return numeric(call, type, values);
  }
}

export function naiveCompare(left: unknown, right: unknown): number {
  if (typeof left === "string") return Buffer.compare(Buffer.from(left), Buffer.from(right as string));
  if (typeof left === "number") {
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    if (left === 0 && right === 0) return Number(Object.is(right, -0)) - Number(Object.is(left, -0));
  }
  return (left as number) < (right as number) ? -1 : (left as number) > (right as number) ? 1 : 0;
}

function numeric(call: AggregateCall, type: DataType, values: readonly unknown[]): unknown {
  const least = call.function === "SUM0" ? 0 : call.function.endsWith("_SAMP") ? 2 : 1;
  if (values.length < least) return null;
  if (type.kind === "float" || type.kind === "double") {
    const result = floating(call.function, values as number[]);
    return type.kind === "float" ? Math.fround(result) : result;
  }
  const wholes = values.map((value) => BigInt(value as number | bigint));
  const count = BigInt(wholes.length);
  const sum = wholes.reduce((total, value) => total + value, 0n);
  if (call.function === "SUM" || call.function === "SUM0") return inType(call.type, sum);
  if (call.function === "AVG") {
    if (type.kind !== "decimal" || call.type.kind !== "decimal") return inType(call.type, BigInt.asIntN(64, sum) / count);
    return halfUp(sum * 10n ** BigInt(call.type.scale - type.scale), count);
  }
  const squares = wholes.reduce((total, value) => total + value * value, 0n);
  const divisor = call.function.endsWith("_SAMP") ? count - 1n : count;
  const variance = (squares - (sum * sum) / count) / divisor;
  return inType(call.type, call.function.startsWith("STDDEV") ? BigInt(Math.trunc(Math.sqrt(Number(variance)))) : variance);
}

function halfUp(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend;
  const quotient = (size * 2n + divisor) / (divisor * 2n);
  return dividend < 0n ? -quotient : quotient;
}

function inType(type: DataType, value: bigint): unknown {
  switch (type.kind) {
    case "tinyint":
      return Number(BigInt.asIntN(8, value));
    case "smallint":
      return Number(BigInt.asIntN(16, value));
    case "integer":
      return Number(BigInt.asIntN(32, value));
    case "bigint":
      return BigInt.asIntN(64, value);
    default:
      return value;
  }
}

/** Exact sums of doubles as fractions over 2^1074, rounded once. */
function floating(name: string, values: readonly number[]): number {
  const odd = values.filter((value) => !Number.isFinite(value));
  if (odd.length > 0)
    return name.startsWith("S") && name !== "SUM" && name !== "SUM0"
      ? Number.NaN
      : name.startsWith("V")
        ? Number.NaN
        : odd.reduce((total, value) => total + value, 0);
  const exact = values.map(toFraction);
  const sum = exact.reduce((total, value) => total + value, 0n);
  if (name === "SUM" || name === "SUM0") return fromFraction(sum, 1n);
  if (name === "AVG") return fromFraction(sum, 1n) / values.length;
  const count = BigInt(values.length);
  const squares = exact.reduce((total, value) => total + value * value, 0n);
  const divisor = count * (name.endsWith("_SAMP") ? count - 1n : count);
  const spread = count * squares - sum * sum;
  const variance = Number((spread << 64n) / (divisor << (2n * fractionBits - 128n))) / 2 ** 192;
  return name.startsWith("STDDEV") ? Math.sqrt(variance) : variance;
}

const fractionBits = 200n;

/** Values of the tests have no digits below 2^−200. */
function toFraction(value: number): bigint {
  let exponent = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent++;
  }
  return (BigInt(mantissa) << fractionBits) >> BigInt(exponent);
}

function fromFraction(value: bigint, divisor: bigint): number {
  const whole = value / divisor;
  const sign = whole < 0n ? -1 : 1;
  const size = whole < 0n ? -whole : whole;
  const bits = size.toString(2).length;
  if (bits <= 53) return (sign * Number(size)) / 2 ** Number(fractionBits);
  const shift = BigInt(bits - 54);
  const cut = size >> shift;
  const sticky = cut << shift === size ? 0n : 1n;
  // 54 bits and a sticky one: Number() rounds them to the nearest.
  return sign * Number((cut << 2n) | sticky) * 2 ** (Number(shift) - 2 - Number(fractionBits));
}
