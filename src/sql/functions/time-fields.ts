/** EXTRACT and its short forms, FLOOR and CEIL to a unit: parts and rounding of dates and times. Before 1970 too they are those of the calendar. */
import { typeText, withNullable, type DataType } from "../../data/index.ts";
import { addMonthsToDays, civilFromDays, dayMs, dayOfYear, daysFromCivil, floorMod, isoDayOfWeek, isoWeek, toInstantMs, toLocalMs } from "./calendar.ts";
import { bigintType, documented, plain, resolver } from "./declare.ts";
import type { BoundCall, ScalarFunction } from "./function.ts";
import { isTemporal, isTimestamp } from "./type-rules.ts";

/** Local milliseconds of any date, time or timestamp scalar. */
export function localMilliseconds(value: unknown, type: DataType, timeZone: string): number {
  if (type.kind === "date") return (value as number) * dayMs;
  const ms = typeof value === "bigint" ? Number(floorDivide(value, 1_000_000n)) : (value as number);
  return type.kind === "timestamp-ltz" ? toLocalMs(ms, timeZone) : ms;
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

/** A part of a local time; `nanos` of the second for units below the millisecond. */
function fieldOf(unit: string, localMs: number, nanosOfSecond: number): number {
  const days = Math.floor(localMs / dayMs);
  const ofDay = localMs - days * dayMs;
  switch (unit) {
    case "YEAR":
      return civilFromDays(days).year;
    case "QUARTER":
      return Math.ceil(civilFromDays(days).month / 3);
    case "MONTH":
      return civilFromDays(days).month;
    case "WEEK":
      return isoWeek(days).week;
    case "DAY":
      return civilFromDays(days).day;
    case "DOW":
      return (isoDayOfWeek(days) % 7) + 1;
    case "ISODOW":
      return isoDayOfWeek(days);
    case "DOY":
      return dayOfYear(days);
    case "ISOYEAR":
      return isoWeek(days).year;
    case "DECADE":
      return Math.floor(civilFromDays(days).year / 10);
    case "CENTURY":
      return Math.ceil(civilFromDays(days).year / 100);
    case "MILLENNIUM":
      return Math.ceil(civilFromDays(days).year / 1000);
    case "EPOCH":
      return Math.floor(localMs / 1000);
    case "HOUR":
      return Math.floor(ofDay / 3_600_000);
    case "MINUTE":
      return Math.floor(ofDay / 60_000) % 60;
    case "SECOND":
      return Math.floor(ofDay / 1000) % 60;
    case "MILLISECOND":
      return ofDay % 1000;
    case "MICROSECOND":
      return Math.floor(nanosOfSecond / 1000);
    default:
      return nanosOfSecond;
  }
}

function extract(unit: string, value: unknown, call: BoundCall): bigint {
  const [type] = call.types;
  // EPOCH of an instant does not depend on the zone.
  const zone = unit === "EPOCH" ? "UTC" : call.timeZone;
  const localMs = localMilliseconds(value, type, zone);
  const nanos = typeof value === "bigint" ? Number(((value % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n) : floorMod(localMs, 1000) * 1_000_000;
  return BigInt(fieldOf(unit, localMs, nanos));
}

function emitField(unit: string, [value]: readonly string[], { types, timeZone }: BoundCall): string | null {
  const [type] = types;
  if (!isTimestamp(type) || type.precision > 3 || (type.kind === "timestamp-ltz" && timeZone !== "UTC")) return null;
  switch (unit) {
    case "YEAR":
      return `new Date(${value}).getUTCFullYear()`;
    case "MONTH":
      return `(new Date(${value}).getUTCMonth() + 1)`;
    case "DAY":
      return `new Date(${value}).getUTCDate()`;
    case "DOW":
      return `(new Date(${value}).getUTCDay() + 1)`;
    case "HOUR":
      return `(((Math.floor(${value} / 3600000) % 24) + 24) % 24)`;
    case "MINUTE":
      return `(((Math.floor(${value} / 60000) % 60) + 60) % 60)`;
    case "SECOND":
      return `(((Math.floor(${value} / 1000) % 60) + 60) % 60)`;
    case "EPOCH":
      return `(Math.floor(${value} / 1000) + 0)`;
    default:
      return null;
  }
}

function part(name: string, unit: string, summary: string, result: string): ScalarFunction {
  return plain(
    name,
    {
      pattern: "temporal",
      result: bigintType,
      documentation: documented("temporal", `${name}(time)`, summary, `${name}(TIMESTAMP '2024-02-29 13:45:10')`, result),
      emit: (values, call) => emitField(unit, values, call),
    },
    ([value], call) => extract(unit, value, call),
  );
}

const extraction: ScalarFunction = {
  kind: "scalar",
  name: "EXTRACT",
  documentation: documented(
    "temporal",
    "EXTRACT(unit FROM time)",
    "A part of a date or time: YEAR, QUARTER, MONTH, WEEK, DAY, DOW, DOY, HOUR, MINUTE, SECOND, MILLISECOND, EPOCH, …",
    "EXTRACT(MONTH FROM DATE '2024-02-29')",
    "2",
  ),
  resolve: resolver("temporal", bigintType),
  nulls: "strict",
  deterministic: true,
  evaluate: ([value], call) => extract(call.parameter as string, value, call),
  emit: (values, call) => emitField(call.parameter as string, values, call),
};

// ---- rounding to a unit ----

const unitMs: Record<string, number> = { DAY: dayMs, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000, MILLISECOND: 1 };
const unitMonths: Record<string, number> = { MILLENNIUM: 12_000, CENTURY: 1200, DECADE: 120, YEAR: 12, QUARTER: 3, MONTH: 1 };

/** Start of the unit that a local time lies in. A week starts on Sunday here, as in Flink. */
function floorLocal(unit: string, localMs: number): number {
  const ms = unitMs[unit];
  if (ms !== undefined) return Math.floor(localMs / ms) * ms;
  const days = Math.floor(localMs / dayMs);
  if (unit === "WEEK") return (days - (isoDayOfWeek(days) % 7)) * dayMs;
  const months = unitMonths[unit];
  const { year, month } = civilFromDays(days);
  const first = Math.floor((year * 12 + month - 1) / months) * months;
  return daysFromCivil(Math.floor(first / 12), floorMod(first, 12) + 1, 1) * dayMs;
}

function ceilLocal(unit: string, localMs: number): number {
  const floor = floorLocal(unit, localMs);
  if (floor === localMs) return floor;
  const ms = unitMs[unit];
  if (ms !== undefined) return floor + ms;
  if (unit === "WEEK") return floor + 7 * dayMs;
  return addMonthsToDays(floor / dayMs, unitMonths[unit]) * dayMs;
}

function rounded(name: "FLOOR TO" | "CEIL TO", summary: string, result: string): ScalarFunction {
  const round = name === "FLOOR TO" ? floorLocal : ceilLocal;
  const word = name.split(" ")[0];
  return {
    kind: "scalar",
    name,
    documentation: documented("temporal", `${word}(time TO unit)`, summary, `${word}(TIMESTAMP '2024-02-29 13:45:10' TO HOUR)`, result),
    resolve: ({ types, parameter }) => {
      if (!isTemporal(types[0])) return `expects a date or a time, not ${typeText(types[0], true)}`;
      const unit = parameter as string;
      if (unitMs[unit] === undefined && unitMonths[unit] === undefined && unit !== "WEEK") return `cannot round to ${unit}`;
      return { parameters: types, result: withNullable(types[0], types[0].nullable) };
    },
    nulls: "strict",
    deterministic: true,
    evaluate: ([value], { types, parameter, timeZone }) => {
      const [type] = types;
      const local = round(parameter as string, localMilliseconds(value, type, timeZone));
      if (type.kind === "date") return local / dayMs;
      if (type.kind === "time") return floorMod(local, dayMs);
      const ms = type.kind === "timestamp-ltz" ? toInstantMs(local, timeZone) : local;
      return typeof value === "bigint" ? BigInt(ms) * 1_000_000n : ms;
    },
    emit: ([value], { types, parameter, timeZone }) => {
      const [type] = types;
      const ms = unitMs[parameter as string];
      if (ms === undefined || !isTimestamp(type) || type.precision > 3 || (type.kind === "timestamp-ltz" && timeZone !== "UTC")) return null;
      return `(Math.${word.toLowerCase()}(${value} / ${ms}) * ${ms} + 0)`;
    },
  };
}

export const timeFieldFunctions: readonly ScalarFunction[] = [
  extraction,
  part("YEAR", "YEAR", "The year.", "2024"),
  part("QUARTER", "QUARTER", "The quarter, 1 to 4.", "1"),
  part("MONTH", "MONTH", "The month, 1 to 12.", "2"),
  part("WEEK", "WEEK", "The week of the year by ISO 8601, 1 to 53.", "9"),
  part("DAYOFYEAR", "DOY", "The day of the year, 1 to 366.", "60"),
  part("DAYOFMONTH", "DAY", "The day of the month, 1 to 31.", "29"),
  part("DAYOFWEEK", "DOW", "The day of the week: 1 is Sunday.", "5"),
  part("HOUR", "HOUR", "The hour, 0 to 23.", "13"),
  part("MINUTE", "MINUTE", "The minute, 0 to 59.", "45"),
  part("SECOND", "SECOND", "The second, 0 to 59.", "10"),
  rounded("FLOOR TO", "The start of the unit the time lies in. Weeks start on Sunday.", "2024-02-29 13:00:00"),
  rounded("CEIL TO", "The start of the next unit, or the time itself where it is one.", "2024-02-29 14:00:00"),
];
