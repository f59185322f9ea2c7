/** Exact arithmetic behind the function bodies: wrapping integers, unscaled decimals, Java's texts of numbers. */
import { HeadraceError } from "../../core/index.ts";
import type { DataType } from "../../data/index.ts";

/** Powers of ten as whole numbers, to 10^76. */
const powers: bigint[] = Array.from({ length: 77 }, (_, index) => 10n ** BigInt(index));
export function powerOfTen(exponent: number): bigint {
  return powers[exponent] ?? 10n ** BigInt(exponent);
}

/** Quotient rounded half away from zero. */
export function divideHalfUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const rest = value % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient;
  return value < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** Changes the scale of an unscaled DECIMAL, rounding half up. */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (from === to) return unscaled;
  return to > from ? unscaled * powerOfTen(to - from) : divideHalfUp(unscaled, powerOfTen(from - to));
}

/** The value, or null where it has more digits than the type. */
export function fitDecimal(unscaled: bigint, type: DataType & { kind: "decimal" }): bigint | null {
  const limit = powerOfTen(type.precision);
  return unscaled < limit && unscaled > -limit ? unscaled : null;
}

/** Wraps a whole number into the range of its type, as Java's casts do. */
export function wrapInteger(kind: DataType["kind"], value: number): number {
  if (kind === "tinyint") return (value << 24) >> 24;
  if (kind === "smallint") return (value << 16) >> 16;
  return value | 0;
}

/** An integer scalar (number or bigint) into the scalar of another integer type. */
export function convertInteger(value: number | bigint, kind: DataType["kind"]): number | bigint {
  if (kind === "bigint") return typeof value === "bigint" ? BigInt.asIntN(64, value) : BigInt(value);
  return wrapInteger(kind, typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : value);
}

const longMaximum = 9223372036854775807n;
const longMinimum = -9223372036854775808n;

/** DOUBLE to integer: truncates, saturates; NaN is 0. TINYINT and SMALLINT saturate to INT first, then wrap. */
export function doubleToInteger(value: number, kind: DataType["kind"]): number | bigint {
  if (Number.isNaN(value)) return kind === "bigint" ? 0n : 0;
  if (kind === "bigint") {
    if (value >= 2 ** 63) return longMaximum;
    if (value <= -(2 ** 63)) return longMinimum;
    return BigInt(Math.trunc(value));
  }
  return wrapInteger(kind, Math.max(-2147483648, Math.min(2147483647, Math.trunc(value))));
}

/** The decimal digits of a DOUBLE as JavaScript prints them (the shortest that read back), as an unscaled number and a scale. */
export function doubleToUnscaled(value: number): { unscaled: bigint; scale: number } | null {
  return Number.isFinite(value) ? parseDecimal(String(value)) : null;
}

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Reads "12", "-1.50", "1e3"; null when the text is no number. */
export function parseDecimal(text: string): { unscaled: bigint; scale: number } | null {
  const match = decimalText.exec(text);
  if (match === null) return null;
  const [, sign, whole, fraction = "", exponentText = "0"] = match;
  if (whole === "" && fraction === "") return null;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > 400) return null;
  let unscaled = BigInt(whole + fraction);
  let scale = fraction.length - exponent;
  if (scale < 0) {
    unscaled *= powerOfTen(-scale);
    scale = 0;
  }
  return { unscaled: sign === "-" ? -unscaled : unscaled, scale };
}

/** "-12.50" of −1250 and scale 2. */
export function decimalToText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const negative = unscaled < 0n;
  const digits = String(negative ? -unscaled : unscaled).padStart(scale + 1, "0");
  return `${negative ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function decimalToNumber(unscaled: bigint, scale: number): number {
  return scale === 0 ? Number(unscaled) : Number(decimalToText(unscaled, scale));
}

/** Java's Double.toString: at least one digit after the point; an exponent below 10^-3 and from 10^7 on. */
export function doubleToText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  return javaForm(value, value.toExponential());
}

/** Java's Float.toString: the fewest digits that read back as the same FLOAT. */
export function floatToText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleToText(value);
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return javaForm(value, text);
  }
  return javaForm(value, value.toExponential());
}

function javaForm(value: number, exponential: string): string {
  const [mantissa, exponentText] = exponential.split("e");
  const exponent = Number(exponentText);
  const sign = value < 0 ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "").replace(/0+$/, "") || "0";
  if (exponent >= 7 || exponent < -3) return `${sign}${digits[0]}.${digits.slice(1) || "0"}E${exponent}`;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, "0");
  return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || "0"}`;
}

export function divisionByZero(): never {
  throw new HeadraceError("invalid-argument", "division by zero", { hint: "guard it: CASE WHEN divisor <> 0 THEN … END, or NULLIF(divisor, 0)" });
}
