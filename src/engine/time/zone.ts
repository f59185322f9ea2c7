/** Local time of a zone, as milliseconds since 1970-01-01 00:00 of that zone's wall clocks. */
import { dayMs, toInstantMs, toLocalMs } from "../../sql/functions/index.ts";

export interface Zone {
  toLocal(utcMs: number): number;
  /** The first instant with this local time; one that was skipped is read with the offset before the gap, as Java does. */
  firstInstant(localMs: number): number;
  /** The last instant with this local time. */
  lastInstant(localMs: number): number;
}

export const utcZone: Zone = {
  toLocal: (utcMs) => utcMs,
  firstInstant: (localMs) => localMs,
  lastInstant: (localMs) => localMs,
};

/** A zone by name, as the functions know it: "UTC", "Europe/Berlin", "GMT+02:00". */
export function zoneOf(name: string): Zone {
  if (name === "UTC") return utcZone;
  const offsetAt = (instantMs: number): number => toLocalMs(instantMs, name) - instantMs;
  return {
    toLocal: (utcMs) => toLocalMs(utcMs, name),
    firstInstant: (localMs) => toInstantMs(localMs, name),
    lastInstant(localMs) {
      const late = localMs - offsetAt(localMs + dayMs);
      return localMs - offsetAt(late) === late ? late : localMs - offsetAt(localMs - dayMs);
    },
  };
}
