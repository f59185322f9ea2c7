/** CAST over scalars: every pair of types that {@link castExists} allows. */
import { HeadraceError } from "../../core/index.ts";
import { typeText, type DataType } from "../../data/index.ts";
import { dayMs, toInstantMs, toLocalMs } from "./calendar.ts";
import {
  convertInteger,
  decimalToNumber,
  decimalToText,
  doubleToInteger,
  doubleToText,
  doubleToUnscaled,
  fitDecimal,
  floatToText,
  parseDecimal,
  rescale,
} from "./numbers.ts";
import { sliceText } from "./texts.ts";
import { dateToText, nanosToText, parseDate, parseTime, parseTimestampNanos, timestampToText, timeToText } from "./time-text.ts";
import { isCharacter, isInteger, isTimestamp } from "./type-rules.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A value that a type cannot hold: ends the job in CAST, gives NULL in TRY_CAST. */
export class CastFailure extends HeadraceError {
  constructor(value: unknown, to: DataType) {
    super("decode", `CAST cannot make ${typeText(to, true)} of ${typeof value === "string" ? `'${value}'` : String(value)}`, {
      hint: "TRY_CAST gives NULL instead",
    });
  }
}

/** The scalar of `to` for a scalar of `from`; null stays null. DECIMAL that overflows is null, as in Flink. */
export function castValue(value: unknown, from: DataType, to: DataType, timeZone: string): unknown {
  if (value === null) return null;
  switch (to.kind) {
    case "char":
    case "varchar":
      return fitText(toText(value, from, timeZone), to);
    case "boolean":
      return toBoolean(value, from, to);
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return toInteger(value, from, to);
    case "float":
      return Math.fround(toNumber(value, from, to));
    case "double":
      return toNumber(value, from, to);
    case "decimal":
      return toDecimal(value, from, to);
    case "binary":
    case "varbinary":
      return toBytes(value, from, to);
    case "date":
    case "time":
    case "timestamp":
    case "timestamp-ltz":
      return toTemporal(value, from, to as Temporal, timeZone);
    case "array":
      return (value as readonly unknown[]).map((element) => castValue(element, (from as DataType & { kind: "array" }).element, to.element, timeZone));
    case "map": {
      const source = from as DataType & { kind: "map" };
      return new Map(
        [...(value as Map<unknown, unknown>)].map(([key, item]) => [
          castValue(key, source.key, to.key, timeZone),
          castValue(item, source.value, to.value, timeZone),
        ]),
      );
    }
    case "row":
      return (value as readonly unknown[]).map((item, index) =>
        castValue(item, (from as DataType & { kind: "row" }).fields[index].type, to.fields[index].type, timeZone),
      );
    case "interval-month":
    case "interval-millisecond":
      return Number(value);
    default:
      return value;
  }
}

function fitText(text: string, to: { readonly kind: string; readonly length: number }): string {
  if (text.length > to.length) return sliceText(text, 0, to.length);
  return to.kind === "char" ? text.padEnd(to.length, " ") : text;
}

/** The text that CAST to STRING gives. */
export function toText(value: unknown, type: DataType, timeZone: string): string {
  if (value === null) return "NULL";
  switch (type.kind) {
    case "boolean":
      return value === true ? "TRUE" : "FALSE";
    case "float":
      return floatToText(value as number);
    case "double":
      return doubleToText(value as number);
    case "decimal":
      return decimalToText(value as bigint, type.scale);
    case "date":
      return dateToText(value as number);
    case "time":
      return timeToText(value as number, type.precision);
    case "timestamp":
    case "timestamp-ltz":
      return timestampText(value as number | bigint, type, timeZone);
    case "binary":
    case "varbinary":
      return decoder.decode(value as Uint8Array);
    case "interval-month":
      return `${(value as number) < 0 ? "-" : "+"}${Math.floor(Math.abs(value as number) / 12)}-${String(Math.abs(value as number) % 12).padStart(2, "0")}`;
    case "interval-millisecond":
      return intervalText(value as number);
    case "array":
      return `[${(value as readonly unknown[]).map((item) => toText(item, type.element, timeZone)).join(", ")}]`;
    case "map":
      return `{${[...(value as Map<unknown, unknown>)].map(([key, item]) => `${toText(key, type.key, timeZone)}=${toText(item, type.value, timeZone)}`).join(", ")}}`;
    case "row":
      return `(${(value as readonly unknown[]).map((item, index) => toText(item, type.fields[index].type, timeZone)).join(", ")})`;
    default:
      return String(value as boolean | number | bigint | string);
  }
}

function timestampText(value: number | bigint, type: { readonly kind: string; readonly precision: number }, timeZone: string): string {
  if (typeof value === "number") return timestampToText(type.kind === "timestamp" ? value : toLocalMs(value, timeZone), type.precision);
  if (type.kind === "timestamp") return nanosToText(value, type.precision);
  const ms = Number(value / 1_000_000n);
  return nanosToText(value + BigInt(toLocalMs(ms, timeZone) - ms) * 1_000_000n, type.precision);
}

function intervalText(value: number): string {
  const ms = Math.abs(value);
  return `${value < 0 ? "-" : "+"}${Math.floor(ms / dayMs)} ${timeToText(ms % dayMs, 3)}`;
}

const trueTexts = new Set(["t", "true", "y", "yes", "1"]);
const falseTexts = new Set(["f", "false", "n", "no", "0"]);

function toBoolean(value: unknown, from: DataType, to: DataType): boolean {
  if (typeof value === "boolean") return value;
  if (!isCharacter(from)) return typeof value === "bigint" ? value !== 0n : value !== 0;
  const text = (value as string).trim().toLowerCase();
  if (trueTexts.has(text)) return true;
  if (falseTexts.has(text)) return false;
  throw new CastFailure(value, to);
}

const integerForm = /^([+-]?\d+)(?:\.\d*)?$/;
const integerBits: Partial<Record<DataType["kind"], number>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

function toInteger(value: unknown, from: DataType, to: DataType): number | bigint {
  switch (from.kind) {
    case "boolean":
      return convertInteger(value === true ? 1 : 0, to.kind);
    case "float":
    case "double":
      return doubleToInteger(value as number, to.kind);
    case "decimal":
      return convertInteger((value as bigint) / 10n ** BigInt(from.scale), to.kind);
    case "char":
    case "varchar": {
      const match = integerForm.exec((value as string).trim());
      const parsed = match === null ? null : BigInt(match[1].replace("+", ""));
      if (parsed === null || BigInt.asIntN(integerBits[to.kind]!, parsed) !== parsed) throw new CastFailure(value, to);
      return to.kind === "bigint" ? parsed : Number(parsed);
    }
    default:
      return convertInteger(value as number | bigint, to.kind);
  }
}

const numberForm = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/;

function toNumber(value: unknown, from: DataType, to: DataType): number {
  if (from.kind === "boolean") return value === true ? 1 : 0;
  if (from.kind === "decimal") return decimalToNumber(value as bigint, from.scale);
  if (!isCharacter(from)) return Number(value);
  const text = (value as string).trim();
  if (text === "NaN") return NaN;
  if (/^[+-]?Infinity$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (!numberForm.test(text)) throw new CastFailure(value, to);
  return Number(text.replace(/[dDfF]$/, ""));
}

function toDecimal(value: unknown, from: DataType, to: DataType & { kind: "decimal" }): bigint | null {
  if (from.kind === "decimal") return fitDecimal(rescale(value as bigint, from.scale, to.scale), to);
  if (isInteger(from)) return fitDecimal(rescale(BigInt(value as number | bigint), 0, to.scale), to);
  if (from.kind === "boolean") return fitDecimal(rescale(value === true ? 1n : 0n, 0, to.scale), to);
  const parsed = isCharacter(from) ? parseDecimal((value as string).trim()) : doubleToUnscaled(value as number);
  if (parsed === null) {
    if (isCharacter(from)) throw new CastFailure(value, to);
    return null;
  }
  return fitDecimal(rescale(parsed.unscaled, parsed.scale, to.scale), to);
}

function toBytes(value: unknown, from: DataType, to: { readonly kind: string; readonly length: number }): Uint8Array {
  const bytes = isCharacter(from) ? encoder.encode(value as string) : (value as Uint8Array);
  if (bytes.length > to.length) return bytes.slice(0, to.length);
  if (to.kind === "varbinary" || bytes.length === to.length) return bytes;
  const padded = new Uint8Array(to.length);
  padded.set(bytes);
  return padded;
}

type Temporal = DataType & ({ kind: "date" } | { kind: "time" | "timestamp" | "timestamp-ltz"; precision: number });

function toTemporal(value: unknown, from: DataType, to: Temporal, timeZone: string): number | bigint {
  if (to.kind === "date") return Math.floor(localMsOf(value, from, to, timeZone) / dayMs);
  if (to.kind === "time") {
    if (isCharacter(from)) return truncateMs(required(parseTime(value as string), value, to), to.precision);
    if (from.kind === "time") return truncateMs(value as number, to.precision);
    const ms = localMsOf(value, from, to, timeZone);
    return truncateMs(ms - Math.floor(ms / dayMs) * dayMs, to.precision);
  }
  const nanos = localNanosOf(value, from, to, timeZone);
  const isInstant = to.kind === "timestamp-ltz";
  if (isInstant && isTimestamp(from) && from.kind === "timestamp-ltz") return fitNanos(instantNanosOf(value, from), to.precision);
  if (!isInstant) return fitNanos(nanos, to.precision);
  const ms = Number(floorDivide(nanos, 1_000_000n));
  return fitNanos(nanos + BigInt(toInstantMs(ms, timeZone) - ms) * 1_000_000n, to.precision);
}

function required<T>(value: T | null, source: unknown, to: DataType): T {
  if (value === null) throw new CastFailure(source, to);
  return value;
}

function localMsOf(value: unknown, from: DataType, to: DataType, timeZone: string): number {
  if (isCharacter(from) && to.kind === "date") return required(parseDate(value as string), value, to) * dayMs;
  return Number(floorDivide(localNanosOf(value, from, to, timeZone), 1_000_000n));
}

function localNanosOf(value: unknown, from: DataType, to: DataType, timeZone: string): bigint {
  switch (from.kind) {
    case "char":
    case "varchar":
      return required(parseTimestampNanos(value as string), value, to);
    case "date":
      return BigInt(value as number) * 86_400_000_000_000n;
    case "time":
      return BigInt(value as number) * 1_000_000n;
    case "timestamp":
      return typeof value === "bigint" ? value : BigInt(value as number) * 1_000_000n;
    case "timestamp-ltz": {
      const nanos = instantNanosOf(value, from);
      const ms = Number(floorDivide(nanos, 1_000_000n));
      return nanos + BigInt(toLocalMs(ms, timeZone) - ms) * 1_000_000n;
    }
    default:
      throw new CastFailure(value, to);
  }
}

function instantNanosOf(value: unknown, _from: DataType): bigint {
  return typeof value === "bigint" ? value : BigInt(value as number) * 1_000_000n;
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

/** Cuts to the precision: milliseconds up to 3 digits, nanoseconds beyond. */
function fitNanos(nanos: bigint, precision: number): number | bigint {
  if (precision <= 3) return truncateMs(Number(floorDivide(nanos, 1_000_000n)), precision);
  const unit = 10n ** BigInt(9 - precision);
  return floorDivide(nanos, unit) * unit;
}

function truncateMs(ms: number, precision: number): number {
  if (precision >= 3) return ms;
  const unit = 10 ** (3 - precision);
  return Math.floor(ms / unit) * unit;
}
