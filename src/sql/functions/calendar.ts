/** Days, fields and time zones of the proleptic Gregorian calendar. Instants and local times are milliseconds since 1970. */
import { HeadraceError } from "../../core/index.ts";

export const dayMs = 86_400_000;

/** Remainder that is never negative. */
export function floorMod(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 to year, month, day (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
export function civilFromDays(days: number): CivilDate {
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1 };
}

export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Adds months; a day that the target month lacks becomes its last day. */
export function addMonthsToDays(days: number, months: number): number {
  const { year, month, day } = civilFromDays(days);
  const total = year * 12 + (month - 1) + months;
  const newYear = Math.floor(total / 12);
  const newMonth = floorMod(total, 12) + 1;
  return daysFromCivil(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)));
}

export function addMonthsToMs(localMs: number, months: number): number {
  const days = Math.floor(localMs / dayMs);
  return addMonthsToDays(days, months) * dayMs + (localMs - days * dayMs);
}

/** Monday 1 to Sunday 7. */
export function isoDayOfWeek(days: number): number {
  return floorMod(days + 3, 7) + 1;
}

export function dayOfYear(days: number): number {
  return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
}

/** ISO 8601: the week that holds the year's first Thursday is week 1. */
export function isoWeek(days: number): { readonly year: number; readonly week: number } {
  const thursday = days - isoDayOfWeek(days) + 4;
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

/** Offset of a zone from UTC at one instant, milliseconds. */
interface Zone {
  offsetAt(instantMs: number): number;
}

const zones = new Map<string, Zone>();
const fixedZone = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/;

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) zones.set(name, (zone = makeZone(name)));
  return zone;
}

/** Whether this is a zone Headrace knows: "UTC", "Europe/Berlin", "GMT+02:00". */
export function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

function makeZone(name: string): Zone {
  if (/^(UTC|GMT|UT|Z|Etc\/UTC|Etc\/GMT)$/.test(name)) return { offsetAt: () => 0 };
  const fixed = fixedZone.exec(name);
  if (fixed !== null) {
    const offsetMs = (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0)) * 60_000 * (fixed[1] === "-" ? -1 : 1);
    return { offsetAt: () => offsetMs };
  }
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new HeadraceError("invalid-argument", `no time zone is called '${name}'`, {
      hint: "use UTC, a name such as Europe/Berlin, or an offset such as GMT+02:00",
    });
  }
  return new NamedZone(format);
}

const quarterHourMs = 900_000;

/** Offsets never change within a quarter of an hour, so they are kept by quarter. */
class NamedZone implements Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();
  #lastQuarter = NaN;
  #lastOffset = 0;

  constructor(format: Intl.DateTimeFormat) {
    this.#format = format;
  }

  offsetAt(instantMs: number): number {
    const quarter = Math.floor(instantMs / quarterHourMs);
    if (quarter === this.#lastQuarter) return this.#lastOffset;
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      offset = this.#compute(quarter * quarterHourMs);
      if (this.#offsets.size > 100_000) this.#offsets.clear();
      this.#offsets.set(quarter, offset);
    }
    this.#lastQuarter = quarter;
    this.#lastOffset = offset;
    return offset;
  }

  #compute(instantMs: number): number {
    const parts: Record<string, string> = {};
    for (const part of this.#format.formatToParts(instantMs)) parts[part.type] = part.value;
    const year = parts.era === "BC" ? 1 - Number(parts.year) : Number(parts.year);
    const days = daysFromCivil(year, Number(parts.month), Number(parts.day));
    return days * dayMs + Number(parts.hour) * 3_600_000 + Number(parts.minute) * 60_000 + Number(parts.second) * 1000 - instantMs;
  }
}

/** The wall clock of a zone at an instant. */
export function toLocalMs(instantMs: number, zone: string): number {
  return instantMs + zoneOf(zone).offsetAt(instantMs);
}

/** The instant of a wall clock: of a time that comes twice the first, of one that is skipped the time as far after the gap (as java.time does). */
export function toInstantMs(localMs: number, zone: string): number {
  const { offsetAt } = { offsetAt: (instant: number) => zoneOf(zone).offsetAt(instant) };
  const before = offsetAt(localMs - dayMs);
  const early = localMs - before;
  if (offsetAt(early) === before) return early;
  const after = offsetAt(localMs + dayMs);
  const late = localMs - after;
  return offsetAt(late) === after ? late : early;
}
