/** Texts of dates and times: SQL's own forms, and Java's patterns (DateTimeFormatter) for DATE_FORMAT and TO_TIMESTAMP. */
import { HeadraceError } from "../../core/index.ts";
import { civilFromDays, dayMs, dayOfYear, daysFromCivil, daysInMonth, floorMod, isoDayOfWeek, isoWeek } from "./calendar.ts";

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

export function dateToText(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${year < 0 ? "-" : ""}${pad(Math.abs(year), 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** Hours, minutes, seconds and, with a precision, a fraction of so many digits. */
export function timeToText(dayMillisecond: number, precision: number): string {
  const seconds = Math.floor(dayMillisecond / 1000);
  const text = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  return precision === 0
    ? text
    : `${text}.${pad(dayMillisecond % 1000, 3)
        .padEnd(precision, "0")
        .slice(0, precision)}`;
}

/** "2024-02-29 23:59:59.999", the fraction cut or filled to the precision. */
export function timestampToText(localMs: number, precision: number): string {
  const days = Math.floor(localMs / dayMs);
  return `${dateToText(days)} ${timeToText(localMs - days * dayMs, precision)}`;
}

export function nanosToText(localNanos: bigint, precision: number): string {
  const second = localNanos / 1_000_000_000n - (localNanos % 1_000_000_000n < 0n ? 1n : 0n);
  const fraction = String(localNanos - second * 1_000_000_000n)
    .padStart(9, "0")
    .slice(0, precision);
  return `${timestampToText(Number(second) * 1000, 0)}.${fraction}`;
}

const dateForm = /^(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;

/** Flink's lenient date: year, optionally month and day; null when it is none. */
export function parseDate(text: string): number | null {
  const trimmed = text.trim();
  const space = trimmed.indexOf(" ");
  const match = dateForm.exec(space < 0 ? trimmed : trimmed.slice(0, space));
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return daysFromCivil(year, month, day);
}

const timeForm = /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?$/;

/** Milliseconds of the day, or null. */
export function parseTime(text: string): number | null {
  const match = timeForm.exec(text.trim());
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000 + Number((match[4] ?? "").padEnd(3, "0").slice(0, 3));
}

const timestampForm = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?)?$/;

/** Nanoseconds of a local time "2024-02-29 10:11:12.5" or a date alone; null when it is none. A day past the month's end becomes its last day, as in Flink. */
export function parseTimestampNanos(text: string): bigint | null {
  const match = timestampForm.exec(text.trim());
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return null;
  const days = daysFromCivil(year, month, Math.min(day, daysInMonth(year, month)));
  const seconds = BigInt(days) * 86400n + BigInt((hour * 60 + minute) * 60 + second);
  return seconds * 1_000_000_000n + BigInt((match[7] ?? "").padEnd(9, "0"));
}

export function parseTimestampMs(text: string): number | null {
  const nanos = parseTimestampNanos(text);
  return nanos === null ? null : Number(nanos >= 0n ? nanos / 1_000_000n : -((-nanos + 999_999n) / 1_000_000n));
}

// ---- Java patterns ----

type Piece = { readonly letter: string; readonly count: number } | { readonly text: string };
const patterns = new Map<string, readonly Piece[]>();

const knownLetters = "yuMLdDEeaHhKkmsSnQqwYG";

function piecesOf(pattern: string): readonly Piece[] {
  let pieces = patterns.get(pattern);
  if (pieces === undefined) {
    if (patterns.size > 1000) patterns.clear();
    patterns.set(pattern, (pieces = readPattern(pattern)));
  }
  return pieces;
}

function readPattern(pattern: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let index = 0;
  while (index < pattern.length) {
    const letter = pattern[index];
    if (letter === "'") {
      const end = pattern.indexOf("'", index + 1);
      if (end < 0) throw new HeadraceError("invalid-argument", `the pattern '${pattern}' opens a quote and does not close it`);
      pieces.push({ text: end === index + 1 ? "'" : pattern.slice(index + 1, end) });
      index = end + 1;
    } else if (/[A-Za-z]/.test(letter)) {
      let end = index + 1;
      while (pattern[end] === letter) end++;
      if (!knownLetters.includes(letter)) {
        throw new HeadraceError("invalid-argument", `the pattern '${pattern}' has the letter ${letter}, which means nothing here`, {
          hint: `known letters: ${knownLetters.split("").join(" ")}`,
        });
      }
      pieces.push({ letter, count: end - index });
      index = end;
    } else {
      pieces.push({ text: letter });
      index++;
    }
  }
  return pieces;
}

const monthNames = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const dayNames = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

function nameText(name: string, count: number): string {
  return count === 4 ? name : count === 5 ? name[0] : name.slice(0, 3);
}

/** Formats a local time by a Java pattern. */
export function formatPattern(localMs: number, pattern: string): string {
  let result = "";
  for (const piece of piecesOf(pattern)) result += "text" in piece ? piece.text : fieldText(localMs, piece.letter, piece.count);
  return result;
}

function fieldText(localMs: number, letter: string, count: number): string {
  const days = Math.floor(localMs / dayMs);
  const ofDay = localMs - days * dayMs;
  const date = civilFromDays(days);
  const hour = Math.floor(ofDay / 3_600_000);
  switch (letter) {
    case "y":
    case "u":
      return yearText(letter === "y" && date.year <= 0 ? 1 - date.year : date.year, count);
    case "Y":
      return yearText(isoWeek(days).year, count);
    case "G":
      return date.year > 0 ? "AD" : "BC";
    case "M":
    case "L":
      return count >= 3 ? nameText(monthNames[date.month - 1], count) : pad(date.month, count);
    case "d":
      return pad(date.day, count);
    case "D":
      return pad(dayOfYear(days), count);
    case "E":
      return nameText(dayNames[isoDayOfWeek(days) - 1], count);
    case "e":
      return pad((isoDayOfWeek(days) % 7) + 1, count);
    case "a":
      return hour < 12 ? "AM" : "PM";
    case "H":
      return pad(hour, count);
    case "k":
      return pad(hour === 0 ? 24 : hour, count);
    case "h":
      return pad(hour % 12 === 0 ? 12 : hour % 12, count);
    case "K":
      return pad(hour % 12, count);
    case "m":
      return pad(Math.floor(ofDay / 60_000) % 60, count);
    case "s":
      return pad(Math.floor(ofDay / 1000) % 60, count);
    case "S":
      return pad(floorMod(ofDay, 1000), 3).padEnd(count, "0").slice(0, count);
    case "n":
      return pad(floorMod(ofDay, 1000) * 1_000_000, count);
    case "w":
      return pad(isoWeek(days).week, count);
    default:
      return count >= 3 ? `Q${Math.ceil(date.month / 3)}` : pad(Math.ceil(date.month / 3), count);
  }
}

function yearText(year: number, count: number): string {
  return count === 2 ? pad(floorMod(year, 100), 2) : `${year < 0 ? "-" : ""}${pad(Math.abs(year), count)}`;
}

interface ReadFields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  afternoon: boolean | undefined;
  halfDayHour: boolean;
}

/** Reads a local time by a Java pattern, to milliseconds; null when the text does not fit. Fields that the pattern lacks are those of 1970-01-01 00:00. */
export function parsePattern(text: string, pattern: string): number | null {
  const fields: ReadFields = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0, afternoon: undefined, halfDayHour: false };
  const pieces = piecesOf(pattern);
  let at = 0;
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index];
    if ("text" in piece) {
      if (!text.startsWith(piece.text, at)) return null;
      at += piece.text.length;
      continue;
    }
    const next = pieces[index + 1];
    at = readField(text, at, piece.letter, piece.count, next !== undefined && "letter" in next, fields);
    if (at < 0) return null;
  }
  return at === text.length ? assemble(fields) : null;
}

function readField(text: string, at: number, letter: string, count: number, adjacent: boolean, fields: ReadFields): number {
  if ((letter === "M" || letter === "L") && count >= 3) return readName(text, at, monthNames, count, (index) => (fields.month = index + 1));
  if (letter === "E") return readName(text, at, dayNames, count, () => undefined);
  if (letter === "a") {
    const half = text.slice(at, at + 2).toUpperCase();
    if (half !== "AM" && half !== "PM") return -1;
    fields.afternoon = half === "PM";
    return at + 2;
  }
  const digitsMax = letter === "S" || adjacent ? count : letter === "y" || letter === "u" ? (count === 2 ? 2 : 9) : Math.max(count, 2);
  let end = at;
  while (end < text.length && end - at < digitsMax && text[end] >= "0" && text[end] <= "9") end++;
  if (end - at < (count === 1 ? 1 : letter === "S" ? count : Math.min(count, digitsMax))) return -1;
  const digits = text.slice(at, end);
  if (!storeField(letter, count, digits, fields)) return -1;
  return end;
}

function readName(text: string, at: number, names: readonly string[], count: number, store: (index: number) => void): number {
  for (let index = 0; index < names.length; index++) {
    const name = nameText(names[index], count);
    if (text.startsWith(name, at)) {
      store(index);
      return at + name.length;
    }
  }
  return -1;
}

function storeField(letter: string, count: number, digits: string, fields: ReadFields): boolean {
  const value = Number(digits);
  switch (letter) {
    case "y":
    case "u":
      fields.year = count === 2 ? 2000 + value : value;
      return true;
    case "M":
    case "L":
      fields.month = value;
      return value >= 1 && value <= 12;
    case "d":
      fields.day = value;
      return value >= 1 && value <= 31;
    case "H":
      fields.hour = value;
      return value <= 23;
    case "k":
      fields.hour = value % 24;
      return value >= 1 && value <= 24;
    case "h":
      fields.hour = value % 12;
      fields.halfDayHour = true;
      return value >= 1 && value <= 12;
    case "K":
      fields.hour = value;
      fields.halfDayHour = true;
      return value <= 11;
    case "m":
      fields.minute = value;
      return value <= 59;
    case "s":
      fields.second = value;
      return value <= 59;
    case "S":
      fields.millisecond = Number(digits.padEnd(3, "0").slice(0, 3));
      return true;
    default:
      return false;
  }
}

function assemble(fields: ReadFields): number | null {
  const hour = fields.halfDayHour && fields.afternoon === true ? fields.hour + 12 : fields.hour;
  const day = Math.min(fields.day, daysInMonth(fields.year, fields.month));
  const days = daysFromCivil(fields.year, fields.month, day);
  return days * dayMs + ((hour * 60 + fields.minute) * 60 + fields.second) * 1000 + fields.millisecond;
}
