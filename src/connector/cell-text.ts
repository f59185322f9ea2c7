/** Scalars of `data/types.ts` as people read them, in the forms of Java's `toString` that Flink's `print` and partition paths show. */
import type { DataType } from "../data/index.ts";

/** "null" for NULL. Timestamps in ISO form, numbers as Java prints them, collections in brackets. */
export function displayText(value: unknown, type: DataType): string {
  if (value === null || value === undefined) return "null";
  switch (type.kind) {
    case "float":
      return javaNumber(shortestFloat(value as number), value as number);
    case "double":
      return javaNumber(String(Math.abs(value as number)), value as number);
    case "decimal":
      return decimalText(BigInt(value as bigint | number), type.scale);
    case "date":
      return dateText(value as number);
    case "time":
      return timeText(value as number, 0);
    case "timestamp":
    case "timestamp-ltz":
      return `${timestampText(value as number | bigint, type.precision, "T")}${type.kind === "timestamp-ltz" ? "Z" : ""}`;
    case "binary":
    case "varbinary":
      return `[${Array.from(value as Uint8Array, (byte) => (byte > 127 ? byte - 256 : byte)).join(", ")}]`;
    case "array":
      return `[${(value as unknown[]).map((each) => displayText(each, type.element)).join(", ")}]`;
    case "map":
      return `{${[...(value as Map<unknown, unknown>)].map(([key, each]) => `${displayText(key, type.key)}=${displayText(each, type.value)}`).join(", ")}}`;
    case "multiset":
      return `{${[...(value as Map<unknown, number>)].map(([key, count]) => `${displayText(key, type.element)}=${count}`).join(", ")}}`;
    case "row":
      return `+I[${(value as unknown[]).map((each, index) => displayText(each, type.fields[index].type)).join(", ")}]`;
    default:
      return String(value);
  }
}

/** As {@link displayText}, for keys and folder names: timestamps with a blank and full seconds, bytes as hexadecimal digits. */
export function plainText(value: unknown, type: DataType): string {
  if (value !== null && (type.kind === "timestamp" || type.kind === "timestamp-ltz")) return timestampText(value as number | bigint, type.precision, " ", true);
  if (value !== null && type.kind === "time") return timeText(value as number, type.precision);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString("hex");
  return displayText(value, type);
}

function decimalText(unscaled: bigint, scale: number): string {
  const negative = unscaled < 0n;
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${negative ? "-" : ""}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
}

function dateText(days: number): string {
  const text = new Date(days * 86_400_000).toISOString();
  return text.slice(0, text.indexOf("T"));
}

function timeText(milliseconds: number, precision: number): string {
  const text = new Date(milliseconds).toISOString().slice(11, 23);
  if (precision > 0) return text.slice(0, 9 + Math.min(precision, 3));
  return milliseconds % 1000 === 0 ? (milliseconds % 60_000 === 0 ? text.slice(0, 5) : text.slice(0, 8)) : text;
}

/** Java's LocalDateTime: seconds and fraction only when they are not zero, the fraction in groups of three digits; `full`: always as the precision says. */
function timestampText(value: number | bigint, precision: number, separator: string, full = false): string {
  const nanoseconds =
    typeof value === "bigint" ? ((value % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n : BigInt((((value % 1000) + 1000) % 1000) * 1_000_000);
  const milliseconds = typeof value === "bigint" ? Number((value - nanoseconds) / 1_000_000n) : Math.floor(value / 1000) * 1000;
  const base = new Date(milliseconds).toISOString();
  const [date, time] = [base.slice(0, base.indexOf("T")), base.slice(base.indexOf("T") + 1, base.indexOf("T") + 9)];
  const fraction = nanoseconds.toString().padStart(9, "0");
  if (full) return `${date}${separator}${time}${precision > 0 ? `.${fraction.slice(0, precision)}` : ""}`;
  if (nanoseconds === 0n) return `${date}${separator}${time.endsWith(":00") ? time.slice(0, 5) : time}`;
  const groups = fraction.endsWith("000000") ? 3 : fraction.endsWith("000") ? 6 : 9;
  return `${date}${separator}${time}.${fraction.slice(0, groups)}`;
}

/** The fewest digits that round to the same 32-bit number. */
function shortestFloat(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = Math.abs(value).toPrecision(digits);
    if (Math.fround(Number(text)) === Math.abs(value)) return String(Number(text));
  }
  return String(Math.abs(value));
}

/** Java writes 1.0E10 where JavaScript writes 10000000000; `shortest` is JavaScript's text of the absolute value. */
function javaNumber(shortest: string, value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === 0) return `${sign}0.0`;
  if (magnitude >= 1e-3 && magnitude < 1e7) return `${sign}${shortest.includes(".") ? shortest : `${shortest}.0`}`;
  const [mantissa, exponent] = Number(shortest).toExponential().split("e");
  return `${sign}${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}
