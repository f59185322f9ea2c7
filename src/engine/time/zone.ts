/** Local time of a zone, as milliseconds since 1970-01-01 00:00 of that zone's wall clocks. */
const bucketMs = 900_000;
const dayMs = 86_400_000;

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

/** A zone by its IANA name; offsets change at full quarters of an hour only. */
export function zoneOf(name: string): Zone {
  return name === "UTC" ? utcZone : new NamedZone(name);
}

class NamedZone implements Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();
  #lastBucket = Number.NaN;
  #lastOffset = 0;

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
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
  }

  toLocal(utcMs: number): number {
    return utcMs + this.#offset(utcMs);
  }

  firstInstant(localMs: number): number {
    const [before, after] = this.#around(localMs);
    if (this.#offset(localMs - before) === before) return localMs - before;
    return this.#offset(localMs - after) === after ? localMs - after : localMs - before;
  }

  lastInstant(localMs: number): number {
    const [before, after] = this.#around(localMs);
    return this.#offset(localMs - after) === after ? localMs - after : localMs - before;
  }

  #around(localMs: number): [number, number] {
    return [this.#offset(localMs - dayMs), this.#offset(localMs + dayMs)];
  }

  #offset(utcMs: number): number {
    const bucket = Math.floor(utcMs / bucketMs);
    if (bucket === this.#lastBucket) return this.#lastOffset;
    let offset = this.#offsets.get(bucket);
    if (offset === undefined) {
      offset = this.#read(bucket * bucketMs);
      this.#offsets.set(bucket, offset);
    }
    this.#lastBucket = bucket;
    this.#lastOffset = offset;
    return offset;
  }

  #read(utcMs: number): number {
    const part: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(utcMs)) part[type] = value;
    const year = part["era"] === "BC" ? 1 - Number(part["year"]) : Number(part["year"]);
    const local = new Date(0);
    local.setUTCFullYear(year, Number(part["month"]) - 1, Number(part["day"]));
    local.setUTCHours(Number(part["hour"]), Number(part["minute"]), Number(part["second"]));
    return local.getTime() - utcMs;
  }
}
