/** Texts to scalars and back, as Flink's text formats have them. */
import { parseDateText, parseTimestampText, parseTimeText, dateText, timeOfDayText, timestampText } from "../time/text.ts";
import type { DataType } from "../types.ts";

export type TimestampStandard = "SQL" | "ISO-8601";

const integerRanges: Partial<Record<DataType["kind"], number>> = { tinyint: 2 ** 7, smallint: 2 ** 15, integer: 2 ** 31 };

/** Scalar of a text, or undefined when it is none of this type. */
export function scalarOfText(text: string, type: DataType, standard: TimestampStandard): unknown {
  switch (type.kind) {
    case "boolean":
      return text.trim().toLowerCase() === "true";
    case "tinyint":
    case "smallint":
    case "integer":
      return integerOf(text.trim(), integerRanges[type.kind]!);
    case "bigint":
      return bigintOf(text.trim());
    case "float":
    case "double": {
      const value = numberOf(text.trim());
      return value === undefined || type.kind === "double" ? value : Math.fround(value);
    }
    case "decimal":
      return decimalOf(text.trim(), type.precision, type.scale);
    case "char":
    case "varchar":
      return text;
    case "date":
      return parseDateText(text) ?? undefined;
    case "time": {
      const nanoseconds = parseTimeText(text.endsWith("Z") ? text.slice(0, -1) : text);
      return nanoseconds === null ? undefined : Math.floor(nanoseconds / 1e6);
    }
    case "timestamp":
    case "timestamp-ltz":
      return timestampOf(text, type, standard);
    case "binary":
    case "varbinary":
      return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 ? new Uint8Array(Buffer.from(text, "base64")) : undefined;
    default:
      return undefined;
  }
}

function integerOf(text: string, limit: number): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= -limit && value < limit ? value + 0 : undefined;
}

function bigintOf(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function numberOf(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(text)) return Number(text.replace(/[dDfF]$/, ""));
  const match = /^([+-]?)(NaN|Infinity)$/.exec(text);
  return match === null ? undefined : match[2] === "NaN" ? NaN : match[1] === "-" ? -Infinity : Infinity;
}

/** Unscaled value, rounded half up; null when it has too many digits, as Flink's DECIMAL overflows. */
export function decimalOf(text: string, precision: number, scale: number): bigint | null | undefined {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null || (match[2] === "" && match[3] === "")) return undefined;
  const exponent = Number(match[4] ?? 0);
  if (Math.abs(exponent) > 10_000) return null;
  const digits = match[2] + match[3];
  const shift = scale - match[3].length + exponent;
  let value = BigInt(digits === "" ? "0" : digits);
  if (shift >= 0) value *= 10n ** BigInt(shift);
  else {
    const divisor = 10n ** BigInt(-shift);
    value = (value + divisor / 2n) / divisor;
  }
  if (value >= 10n ** BigInt(precision)) return null;
  return match[1] === "-" ? -value : value;
}

function timestampOf(text: string, type: { readonly kind: string; readonly precision: number }, standard: TimestampStandard): number | bigint | undefined {
  const local = type.kind === "timestamp";
  const body = local ? text : text.endsWith("Z") ? text.slice(0, -1) : undefined;
  const parsed = body === undefined ? null : parseTimestampText(body, standard === "SQL" ? " " : "T");
  if (parsed === null) return undefined;
  if (type.precision > 3) return BigInt(parsed.milliseconds) * 1_000_000n + BigInt(parsed.nanoseconds);
  return type.precision === 3 ? parsed.milliseconds : Math.floor(parsed.milliseconds / 10 ** (3 - type.precision)) * 10 ** (3 - type.precision);
}

/** Text of a scalar that is not NULL. Numbers and booleans as JSON writes them. */
export function textOfScalar(value: unknown, type: DataType, standard: TimestampStandard): string {
  switch (type.kind) {
    case "decimal":
      return decimalText(value as bigint, type.scale);
    case "double":
      return Object.is(value, -0) ? "-0.0" : String(value);
    case "float":
      return floatText(value as number);
    case "date":
      return dateText(value as number);
    case "time":
      return timeOfDayText(value as number);
    case "timestamp":
    case "timestamp-ltz": {
      const wide = typeof value === "bigint";
      const nanoseconds = wide ? Number(((value % 1_000_000n) + 1_000_000n) % 1_000_000n) : 0;
      const milliseconds = wide ? Number((value - BigInt(nanoseconds)) / 1_000_000n) : (value as number);
      return `${timestampText(milliseconds, nanoseconds, standard === "SQL" ? " " : "T")}${type.kind === "timestamp-ltz" ? "Z" : ""}`;
    }
    case "binary":
    case "varbinary": {
      const bytes = value as Uint8Array;
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    }
    default:
      return String(value);
  }
}

export function decimalText(unscaled: bigint, scale: number): string {
  const negative = unscaled < 0n;
  const digits = String(negative ? -unscaled : unscaled).padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return negative ? `-${text}` : text;
}

/** Shortest decimal that is this FLOAT again: a 32-bit number shown as a 64-bit one has digits nobody wrote. */
function floatText(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return Object.is(value, -0) ? "-0.0" : String(short);
  }
  return String(value);
}
