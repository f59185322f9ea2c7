/** Durations and sizes as Apache Flink writes them in options: '100 ms', '5 s', '1 min', '128 mb'. */

const durationUnits: Readonly<Record<string, number>> = {
  ns: 1e-6,
  nano: 1e-6,
  nanosecond: 1e-6,
  nanoseconds: 1e-6,
  µs: 1e-3,
  micro: 1e-3,
  microsecond: 1e-3,
  microseconds: 1e-3,
  ms: 1,
  milli: 1,
  millis: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1000,
  sec: 1000,
  secs: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

const sizeUnits: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  k: 2 ** 10,
  kb: 2 ** 10,
  kibibytes: 2 ** 10,
  m: 2 ** 20,
  mb: 2 ** 20,
  mebibytes: 2 ** 20,
  g: 2 ** 30,
  gb: 2 ** 30,
  gibibytes: 2 ** 30,
  t: 2 ** 40,
  tb: 2 ** 40,
  tebibytes: 2 ** 40,
};

/** Milliseconds of a duration text; a bare number is milliseconds, as in Flink. Undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  return parseQuantity(text, durationUnits, 1);
}

/** Bytes of a size text; units are powers of 1024, a bare number is bytes. Undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const bytes = parseQuantity(text, sizeUnits, 1);
  return bytes === undefined ? undefined : Math.floor(bytes);
}

/** The shortest duration text: 60000 → "1 min". */
export function durationText(milliseconds: number): string {
  for (const [unit, size] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ] as const) {
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size} ${unit}`;
  }
  return `${milliseconds} ms`;
}

/** The shortest size text: 134217728 → "128 mb". */
export function sizeText(bytes: number): string {
  for (const [unit, size] of [
    ["tb", 2 ** 40],
    ["gb", 2 ** 30],
    ["mb", 2 ** 20],
    ["kb", 2 ** 10],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size} ${unit}`;
  }
  return `${bytes} b`;
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>, bareFactor: number): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-zµ]*)\s*$/i.exec(text);
  if (match === null) return undefined;
  const unit = match[2]!.toLowerCase();
  const factor = unit === "" ? bareFactor : Object.hasOwn(units, unit) ? units[unit] : undefined;
  return factor === undefined ? undefined : Number(match[1]) * factor;
}
