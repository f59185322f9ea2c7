/** Dates and times as the formats write them: SQL ("2024-02-29 23:59:59.999") and ISO 8601 ("2024-02-29T23:59:59.999"). */

const dayMs = 86_400_000;

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar. Months count from 1. */
export function daysOfDate(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function monthLength(year: number, month: number): number {
  return month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : monthLengths[month - 1];
}

const dateForm = /^(\d{4})-(\d{2})-(\d{2})$/;
const timeForm = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/;

/** Days since 1970, or null when the text is no date. */
export function parseDateText(text: string): number | null {
  const match = dateForm.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return null;
  return daysOfDate(year, month, day);
}

/** Nanoseconds of the day, or null. */
export function parseTimeText(text: string): number | null {
  const match = timeForm.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return ((hour * 60 + minute) * 60 + second) * 1e9 + Number((match[4] ?? "").padEnd(9, "0"));
}

/** A timestamp's milliseconds and the nanoseconds below them. `separator`: " " or "T". A trailing Z is for the caller to cut. */
export function parseTimestampText(text: string, separator: string): { milliseconds: number; nanoseconds: number } | null {
  const at = text.indexOf(separator);
  if (at < 0) return null;
  const days = parseDateText(text.slice(0, at));
  const time = parseTimeText(text.slice(at + 1));
  if (days === null || time === null) return null;
  const milliseconds = Math.floor(time / 1e6);
  return { milliseconds: days * dayMs + milliseconds, nanoseconds: time - milliseconds * 1e6 };
}

export function dateText(days: number): string {
  const text = new Date(days * dayMs).toISOString();
  return text.slice(0, text.indexOf("T"));
}

export function timeOfDayText(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString().slice(11, 23);
  return text.endsWith(".000") ? text.slice(0, 8) : text;
}

/** Fraction without trailing zeros, none when it is zero: as Flink's JSON and CSV formats write. */
export function timestampText(milliseconds: number, nanoseconds: number, separator: string): string {
  const iso = new Date(milliseconds).toISOString();
  const at = iso.indexOf("T");
  const fraction = `${iso.slice(at + 10, at + 13)}${String(nanoseconds).padStart(6, "0")}`.replace(/0+$/, "");
  return `${iso.slice(0, at)}${separator}${iso.slice(at + 1, at + 9)}${fraction === "" ? "" : `.${fraction}`}`;
}
