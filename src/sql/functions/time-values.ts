/** Moving, measuring, formatting, reading and asking for times. */
import { HeadraceError } from "../../core/index.ts";
import { simpleType, timestampType, typeText, withNullable, type DataType } from "../../data/index.ts";
import { shift } from "./arithmetic.ts";
import { addMonthsToDays, civilFromDays, dayMs, floorMod, toInstantMs, toLocalMs } from "./calendar.ts";
import { bigintType, documented, intType, plain, textType } from "./declare.ts";
import type { BoundCall, CallTypes, ResolvedSignature, ScalarFunction } from "./function.ts";
import { localMilliseconds } from "./time-fields.ts";
import { formatPattern, parseDate, parsePattern, parseTimestampMs, timestampToText } from "./time-text.ts";
import { anyNullable, isCharacter, isInteger, isNumeric, isTemporal, isTimestamp } from "./type-rules.ts";

const monthsOf: Record<string, number> = { YEAR: 12, QUARTER: 3, MONTH: 1 };
const msOf: Record<string, number> = { WEEK: 7 * dayMs, DAY: dayMs, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000, MILLISECOND: 1 };

function knownUnit(unit: unknown): boolean {
  return monthsOf[unit as string] !== undefined || msOf[unit as string] !== undefined;
}

function resolveAdd({ types, parameter }: CallTypes): ResolvedSignature | string {
  const [amount, operand] = types;
  if (!knownUnit(parameter)) return `cannot add ${parameter as string}`;
  if (!isNumeric(amount)) return `expects a number of units, not ${typeText(amount, true)}`;
  if (!isTemporal(operand)) return `expects a date or a time, not ${typeText(operand, true)}`;
  const result = operand.kind === "date" && (msOf[parameter as string] ?? dayMs) < dayMs ? timestampType(3) : operand;
  return { parameters: [bigintTypeOf(amount), withNullable(result, operand.nullable)], result: withNullable(result, anyNullable(types)) };
}

function bigintTypeOf(type: DataType): DataType {
  return withNullable(bigintType, type.nullable);
}

const timestampAdd: ScalarFunction = {
  kind: "scalar",
  name: "TIMESTAMPADD",
  documentation: documented(
    "temporal",
    "TIMESTAMPADD(unit, amount, time)",
    "The time moved by an amount of YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE or SECOND.",
    "TIMESTAMPADD(DAY, 1, DATE '2024-02-28')",
    "2024-02-29",
  ),
  resolve: resolveAdd,
  nulls: "strict",
  deterministic: true,
  evaluate: ([amount, time], { type, parameter }) => {
    const unit = parameter as string;
    const months = monthsOf[unit];
    return months === undefined
      ? shift(time as number, Number(amount) * msOf[unit], type, simpleType("interval-millisecond"))
      : shift(time as number, Number(amount) * months, type, simpleType("interval-month"));
  },
  emit: ([amount, time], { type, parameter }) => {
    const ms = msOf[parameter as string];
    return ms !== undefined && isTimestamp(type) && type.precision <= 3 ? `(${time} + ${amount} * ${ms})` : null;
  },
};

/** Whole months from `from` up to `to`, a month's last day counting as every later day. */
function monthsBetween(fromMs: number, toMs: number): number {
  const [fromDay, toDay] = [Math.floor(fromMs / dayMs), Math.floor(toMs / dayMs)];
  let months = monthsBetweenDays(fromDay, toDay);
  if (addMonthsToDays(fromDay, months) === toDay && floorMod(toMs, dayMs) < floorMod(fromMs, dayMs)) months--;
  return months;
}

function monthsBetweenDays(from: number, to: number): number {
  if (to < from) return -monthsBetweenDays(to, from);
  const [a, b] = [civilFromDays(from), civilFromDays(to)];
  const months = (b.year - a.year) * 12 + b.month - a.month;
  return addMonthsToDays(from, months) > to ? months - 1 : months;
}

const timestampDifference: ScalarFunction = {
  kind: "scalar",
  name: "TIMESTAMPDIFF",
  documentation: documented(
    "temporal",
    "TIMESTAMPDIFF(unit, from, to)",
    "How many whole units lie between two times, negative when `to` comes first.",
    "TIMESTAMPDIFF(HOUR, TIMESTAMP '2024-02-28 00:00:00', TIMESTAMP '2024-02-29 12:30:00')",
    "36",
  ),
  resolve: ({ types, parameter }) => {
    if (!knownUnit(parameter)) return `cannot count ${parameter as string}`;
    const wrong = types.find((type) => !isTemporal(type));
    if (wrong !== undefined) return `expects two dates or times, not ${typeText(wrong, true)}`;
    return { parameters: types, result: withNullable(intType, anyNullable(types)) };
  },
  nulls: "strict",
  deterministic: true,
  evaluate: ([from, to], { types, parameter, timeZone }) => {
    const unit = parameter as string;
    const zone = types[0].kind === types[1].kind ? "UTC" : timeZone;
    const [start, end] = [localMilliseconds(from, types[0], zone), localMilliseconds(to, types[1], zone)];
    const months = monthsOf[unit];
    return (months === undefined ? Math.trunc((end - start) / msOf[unit]) : Math.trunc(monthsBetween(start, end) / months)) | 0;
  },
  emit: ([from, to], { types, parameter }) => {
    const ms = msOf[parameter as string];
    const fast = types.every((type) => isTimestamp(type) && type.precision <= 3) && types[0].kind === types[1].kind;
    return ms !== undefined && fast ? `(Math.trunc((${to} - ${from}) / ${ms}) | 0)` : null;
  },
};

// ---- texts ----

const formatting: readonly ScalarFunction[] = [
  {
    kind: "scalar",
    name: "DATE_FORMAT",
    documentation: documented(
      "temporal",
      "DATE_FORMAT(time, pattern)",
      "The time as a text by a Java pattern such as 'yyyy-MM-dd HH:mm'.",
      "DATE_FORMAT(TIMESTAMP '2024-02-29 13:45:10', 'dd.MM.yyyy HH:mm')",
      "29.02.2024 13:45",
    ),
    resolve: ({ types }) => {
      if (types.length !== 2) return `expects 2 arguments, not ${types.length}`;
      const [time, pattern] = types;
      if (!isTimestamp(time) && !isCharacter(time) && time.kind !== "null" && time.kind !== "date")
        return `expects a TIMESTAMP as argument 1, not ${typeText(time, true)}`;
      if (!isCharacter(pattern)) return `expects a character string as argument 2, not ${typeText(pattern, true)}`;
      const parameter = isTimestamp(time) ? time : timestampType(3, time.nullable);
      return { parameters: [parameter, pattern], result: withNullable(textType, anyNullable(types)) };
    },
    nulls: "strict",
    deterministic: true,
    evaluate: ([time, pattern], { types, timeZone }) => formatPattern(localMilliseconds(time, types[0], timeZone), pattern as string),
  },
  plain(
    "TO_TIMESTAMP",
    {
      pattern: "string, [string]",
      result: timestampType(3),
      nullability: "always",
      documentation: documented(
        "temporal",
        "TO_TIMESTAMP(text [, pattern])",
        "The text read as a TIMESTAMP(3), by a Java pattern or as yyyy-MM-dd HH:mm:ss; NULL when it does not fit.",
        "TO_TIMESTAMP('29.02.2024', 'dd.MM.yyyy')",
        "2024-02-29 00:00:00.000",
      ),
    },
    ([text, pattern]) => readLocal(text, pattern),
  ),
  plain(
    "TO_DATE",
    {
      pattern: "string, [string]",
      result: simpleType("date"),
      nullability: "always",
      documentation: documented(
        "temporal",
        "TO_DATE(text [, pattern])",
        "The text read as a DATE, by a Java pattern or as yyyy-MM-dd; NULL when it does not fit.",
        "TO_DATE('2024-02-29')",
        "2024-02-29",
      ),
    },
    ([text, pattern]) => {
      if (pattern === undefined) return parseDate(text);
      const ms = parsePattern(text, pattern);
      return ms === null ? null : Math.floor(ms / dayMs);
    },
  ),
  plain(
    "UNIX_TIMESTAMP",
    {
      pattern: "[string], [string]",
      result: bigintType,
      nullability: "always",
      deterministic: false,
      documentation: documented(
        "temporal",
        "UNIX_TIMESTAMP(), UNIX_TIMESTAMP(text [, pattern])",
        "Seconds since 1970 now, or of a text in the session's time zone.",
        "UNIX_TIMESTAMP('1970-01-02 00:00:00')",
        "86400",
      ),
    },
    ([text, pattern], call) => {
      if (text === undefined) return BigInt(Math.floor(nowMs(call) / 1000));
      const local = readLocal(text, pattern);
      return local === null ? null : BigInt(Math.floor(toInstantMs(local, call.timeZone) / 1000));
    },
  ),
  plain(
    "FROM_UNIXTIME",
    {
      pattern: "bigint, [string]",
      result: textType,
      documentation: documented(
        "temporal",
        "FROM_UNIXTIME(seconds [, pattern])",
        "Seconds since 1970 as a text in the session's time zone.",
        "FROM_UNIXTIME(86400)",
        "1970-01-02 00:00:00",
      ),
    },
    ([seconds, pattern], { timeZone }) => {
      const local = toLocalMs(Number(seconds) * 1000, timeZone);
      return pattern === undefined ? timestampToText(local, 0) : formatPattern(local, pattern);
    },
  ),
  plain(
    "CONVERT_TZ",
    {
      pattern: "string, string, string",
      result: textType,
      nullability: "always",
      documentation: documented(
        "temporal",
        "CONVERT_TZ(text, from, to)",
        "A time yyyy-MM-dd HH:mm:ss of one time zone as a text of another.",
        "CONVERT_TZ('1970-01-01 00:00:00', 'UTC', 'America/Los_Angeles')",
        "1969-12-31 16:00:00",
      ),
    },
    ([text, from, to]) => {
      const local = parseTimestampMs(text);
      return local === null ? null : timestampToText(toLocalMs(toInstantMs(Math.floor(local / 1000) * 1000, from), to), 0);
    },
  ),
  {
    kind: "scalar",
    name: "TO_TIMESTAMP_LTZ",
    documentation: documented(
      "temporal",
      "TO_TIMESTAMP_LTZ(number, precision), TO_TIMESTAMP_LTZ(text [, pattern [, zone]])",
      "An instant from seconds (precision 0) or milliseconds (3) since 1970, or from a text.",
      "TO_TIMESTAMP_LTZ(86400000, 3)",
      "1970-01-02 00:00:00.000",
    ),
    resolve: resolveInstant,
    nulls: "strict",
    deterministic: true,
    evaluate: readInstant,
    emit: ([number, precision], { types }) =>
      isInteger(types[0]) && precision === "3" ? `(${number})` : isInteger(types[0]) && precision === "0" ? `(${number} * 1000)` : null,
  },
];

function readLocal(text: string, pattern: string | undefined): number | null {
  return pattern === undefined ? parseTimestampMs(text) : parsePattern(text, pattern);
}

function resolveInstant({ types, literals }: CallTypes): ResolvedSignature | string {
  const result: DataType = { kind: "timestamp-ltz", precision: 3, nullable: true };
  const [first] = types;
  if (types.length === 0 || types.length > 3) return `expects 1 to 3 arguments, not ${types.length}`;
  if (isCharacter(first)) {
    const wrong = types.find((type) => !isCharacter(type));
    return wrong === undefined ? { parameters: types, result } : `expects character strings, not ${typeText(wrong, true)}`;
  }
  if (!isNumeric(first) && first.kind !== "null") return `expects a number or a character string as argument 1, not ${typeText(first, true)}`;
  const precision = literals[1];
  if (types.length > 1 && precision !== undefined && precision !== 0 && precision !== 3)
    return `knows precision 0 (seconds) and 3 (milliseconds), not ${String(precision as number)}`;
  const number = isInteger(first) || first.kind === "null" ? bigintTypeOf(first) : simpleType("double", first.nullable);
  return { parameters: types.length === 1 ? [number] : [number, withNullable(intType, types[1].nullable)], result };
}

function readInstant([value, second, zone]: readonly unknown[]): unknown {
  if (typeof value === "string") {
    const local = readLocal(value, second as string | undefined);
    return local === null ? null : toInstantMs(local, (zone as string | undefined) ?? "UTC");
  }
  const unit = (second as number | undefined) === 0 ? 1000 : 1;
  return Math.floor(Number(value) * unit);
}

// ---- now ----

function nowMs(call: BoundCall): number {
  if (call.platform === undefined) throw new HeadraceError("internal", "the time was asked for where no clock is given");
  return call.platform.clock.nowMs();
}

function present(
  name: string,
  aliases: readonly string[],
  usage: string,
  result: DataType,
  summary: string,
  evaluate: (call: BoundCall) => unknown,
): ScalarFunction {
  return plain(
    name,
    { aliases, pattern: "", result, nullability: "never", deterministic: false, documentation: documented("temporal", usage, summary) },
    (_values, call) => evaluate(call),
  );
}

const instant: DataType = { kind: "timestamp-ltz", precision: 3, nullable: false };

const clocks: readonly ScalarFunction[] = [
  present("CURRENT_TIMESTAMP", ["NOW"], "CURRENT_TIMESTAMP, NOW()", instant, "The instant at which the row is worked on.", nowMs),
  present("CURRENT_ROW_TIMESTAMP", [], "CURRENT_ROW_TIMESTAMP()", instant, "The instant at which the row is worked on.", nowMs),
  present("PROCTIME", [], "PROCTIME()", instant, "The instant at which the row is worked on.", nowMs),
  present("LOCALTIMESTAMP", [], "LOCALTIMESTAMP", timestampType(3), "The time now, in the session's time zone.", (call) =>
    toLocalMs(nowMs(call), call.timeZone),
  ),
  present("CURRENT_DATE", [], "CURRENT_DATE", simpleType("date"), "The date today, in the session's time zone.", (call) =>
    Math.floor(toLocalMs(nowMs(call), call.timeZone) / dayMs),
  ),
  present(
    "LOCALTIME",
    ["CURRENT_TIME"],
    "LOCALTIME, CURRENT_TIME",
    { kind: "time", precision: 0, nullable: false },
    "The time of day now, in the session's time zone.",
    (call) => Math.floor(floorMod(toLocalMs(nowMs(call), call.timeZone), dayMs) / 1000) * 1000,
  ),
];

// ---- windows over rows ----

/** `parameter` of the window bounds: a tumbling window. */
export interface WindowParameter {
  readonly sizeMs: number;
  readonly offsetMs: number;
}

function bound(name: string, summary: string, moveMs: (window: WindowParameter) => number): ScalarFunction {
  return {
    kind: "scalar",
    name,
    documentation: documented("window", name.toLowerCase(), summary),
    resolve: ({ types }) => ({ parameters: types, result: name === "WINDOW_TIME" ? withNullable(types[0], false) : timestampType(3, false) }),
    nulls: "strict",
    deterministic: true,
    evaluate: ([time], { types, parameter, timeZone }) => {
      const window = parameter as WindowParameter;
      const local = localMilliseconds(time, types[0], timeZone);
      const start = local - floorMod(local - window.offsetMs, window.sizeMs) + moveMs(window);
      return name === "WINDOW_TIME" && types[0].kind === "timestamp-ltz" ? toInstantMs(start, timeZone) : start;
    },
    emit: ([time], { types, parameter, timeZone }) => {
      if (types[0].kind === "timestamp-ltz" && timeZone !== "UTC") return null;
      const window = parameter as WindowParameter;
      return `(Math.floor((${time} - ${window.offsetMs}) / ${window.sizeMs}) * ${window.sizeMs} + ${window.offsetMs + moveMs(window)})`;
    },
  };
}

export const timeValueFunctions: readonly ScalarFunction[] = [
  timestampAdd,
  timestampDifference,
  ...formatting,
  ...clocks,
  bound("WINDOW_START", "Start of the tumbling window of a time, as a column of the windowing table function.", () => 0),
  bound("WINDOW_END", "End, exclusive, of the tumbling window of a time.", ({ sizeMs }) => sizeMs),
  bound("WINDOW_TIME", "Last millisecond of the tumbling window of a time: the event time of its result.", ({ sizeMs }) => sizeMs - 1),
];
