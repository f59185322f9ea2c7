/**
 * JavaScript source that reads one value from bytes into row `r` of a column, for generated scanners.
 *
 * Names in scope: `b` bytes, `w` a DataView of them, `p` position (moved behind the value), `e` end of the record, `r` row,
 * `v0`, `e0`, `d0` … values, ends and dictionary of column 0 …, `powers`, `dayStart` (from {@link scannerGlobals}).
 * The host keeps `slackBytes` readable behind `e`: words are read four bytes at a time. Where a value is not of the plain
 * form, the statement `odd` of the caller runs instead and must leave or move `p` itself.
 */
import type { DecodedField } from "./decoder.ts";
import { hashFactor, hashStart } from "../dictionary.ts";
import { daysOfDate, monthLength } from "../time/text.ts";

/** Bytes behind the end of a record that generated code may touch, without what they hold having an effect. */
export const slackBytes = 32;

export type FastKind =
  | "string"
  | "view"
  | "boolean"
  | "double"
  | "float"
  | "tinyint"
  | "smallint"
  | "integer"
  | "bigint"
  | "decimal"
  | "date"
  | "timestamp"
  | "timestamp-ltz"
  | "slow";

/** How generated code reads a field; "slow": not at all. */
export function fastKind({ type, as }: DecodedField): FastKind {
  switch (type.kind) {
    case "char":
    case "varchar":
      return as === "view" ? "view" : "string";
    case "boolean":
    case "double":
    case "float":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
    case "date":
      return type.kind;
    case "decimal":
      return type.precision <= 15 ? "decimal" : "slow";
    case "timestamp":
    case "timestamp-ltz":
      return type.precision <= 3 ? type.kind : "slow";
    default:
      return "slow";
  }
}

/** A word with the high bit of each byte set where the byte of \`x\` (a word of the input) is \`code\`. Exact up to the first hit. */
function matches(code: number): string {
  const word = (code * 0x01010101) | 0;
  return `(((x ^ ${word}) - 16843009) & ~(x ^ ${word}))`;
}

/** Moves \`p\` to the first byte that is one of \`codes\` or below \`below\`; \`t0\` is where it started. \`each\` runs for every word passed. */
export function scanWords(codes: readonly number[], below: number, each: string, over: string): string {
  const tests = [...codes.map(matches), ...(below > 0 ? [`((x - ${below * 0x01010101}) & ~x)`] : [])].join(" | ");
  return `let x, m; for (;;) { x = w.getInt32(p, true); m = (${tests}) & -2139062144; if (m !== 0) break; ${each} p += 4; if (p > e) ${over} } m = (31 - Math.clz32(m & -m)) >> 3; p += m;`;
}

/** Statements around a word scan that keep the hash of what was passed (\`hashBytes\`). */
export const hashBegin = `let h = ${hashStart};`;
export const hashWord = `h = Math.imul(h ^ x, ${hashFactor}); h ^= h >>> 15;`;
export const hashRest = `if (m !== 0) { h = Math.imul(h ^ (x & ((1 << (m << 3)) - 1)), ${hashFactor}); h ^= h >>> 15; }`;

const wholeLimits = { tinyint: [3, 127], smallint: [5, 32767], integer: [10, 2147483647], bigint: [15, 999999999999999] } as const;

/** Digits of a whole number without leading zeros. */
export function wholeNumber(index: number, kind: keyof typeof wholeLimits, odd: string): string {
  const [digitsMax, limit] = wholeLimits[kind];
  return `{ const q = p; let c = b[p], a = 0, g = false; if (c === 45) { g = true; c = b[++p]; }
  const f = p; while (c >= 48 && c <= 57) { a = a * 10 + (c - 48); c = b[++p]; }
  if (p === f || p - f > ${digitsMax} || (b[f] === 48 && p - f > 1) || a > ${limit} || c === 46 || c === 101 || c === 69) { p = q; ${odd} } else v${index}[r] = g ? 0 - a : a; }`;
}

/** A decimal number of at most 15 digits: exact, since digits and power of ten both are. */
export function decimalNumber(index: number, single: boolean, odd: string): string {
  return `{ ${digits} if (n === 0 || n + k > 15 || o || (n > 1 && b[f] === 48) || c === 101 || c === 69) { p = q; ${odd} } else { if (k !== 0) a /= powers[k]; v${index}[r] = ${single ? "Math.fround(g ? -a : a)" : "g ? -a : a"}; } }`;
}

/** Sets q start, f first digit, n whole digits, k fraction digits, a all of them as a number, g sign, o a point without digits. */
const digits = `const q = p; let c = b[p], a = 0, g = false, k = 0, o = false; if (c === 45) { g = true; c = b[++p]; }
  const f = p; while (c >= 48 && c <= 57) { a = a * 10 + (c - 48); c = b[++p]; }
  const n = p - f;
  if (c === 46) { const z = ++p; c = b[p]; while (c >= 48 && c <= 57) { a = a * 10 + (c - 48); c = b[++p]; } k = p - z; o = k === 0; }`;

/** DECIMAL of at most 15 digits with no more fraction digits than its scale. */
export function unscaledNumber(index: number, precision: number, scale: number, odd: string): string {
  return `{ ${digits} if (n === 0 || n > ${precision - scale} || k > ${scale} || o || (n > 1 && b[f] === 48) || c === 101 || c === 69) { p = q; ${odd} } else { a *= powers[${scale} - k]; v${index}[r] = g ? 0 - a : a; } }`;
}

/** "2024-02-29" at \`p\`, as milliseconds of the day's start in \`dm\`. The last day seen is remembered. */
const dayWords = `const x0 = w.getInt32(p, true), x1 = w.getInt32(p + 4, true), x2 = w.getInt16(p + 8, true); if (x0 !== y0 || x1 !== y1 || x2 !== y2) { dm = dayStart(b, p); y0 = x0; y1 = x1; y2 = x2; }`;
/** Declares what \`dayWords\` remembers. */
export const dayMemory = "let y0 = 0, y1 = 0, y2 = 0, dm = NaN;";

/** \`q\`: start to go back to; the value ends where \`behind\` (an expression on \`p\`) holds. */
export function dateValue(index: number, odd: string, behind: string): string {
  return `{ const q = p; ${dayWords} p += 10; if (dm === dm && ${behind}) v${index}[r] = dm / 86400000; else { p = q; ${odd} } }`;
}

/** "2024-02-29 23:59:59", with nothing or three digits behind the second, then "Z" for TIMESTAMP_LTZ. */
export function timestampValue(index: number, precision: number, separator: number, zulu: boolean, odd: string, behind: string): string {
  const cut = precision < 3 ? `ms -= ms % ${10 ** (3 - precision)};` : "";
  const ascii = (word: string): string => `(${word} & -252645136) === 808464432 && ((${word} + 101058054) & -252645136) === 808464432`;
  return `{ const q = p; ${dayWords}
  const t1 = w.getInt32(p + 11, true) ^ 655360, t2 = w.getInt32(p + 15, true) ^ 2560;
  const hh = (t1 & 15) * 10 + ((t1 >>> 8) & 15), mm = ((t1 >>> 24) & 15) * 10 + (t2 & 15), ss = ((t2 >>> 16) & 15) * 10 + ((t2 >>> 24) & 15);
  let ok = dm === dm && b[p + 10] === ${separator} && ${ascii("t1")} && ${ascii("t2")} && hh < 24 && mm < 60 && ss < 60, ms = 0;
  p += 19;
  if (b[p] === 46) { const t3 = w.getInt32(p, true) ^ 30; ok = ok && ${ascii("t3")}; ms = ((t3 >>> 8) & 15) * 100 + ((t3 >>> 16) & 15) * 10 + ((t3 >>> 24) & 15); p += 4; ${cut} }
  ${zulu ? "if (b[p] === 90) p++; else ok = false;" : ""}
  if (ok && ${behind}) { v${index}[r] = dm + hh * 3600000 + mm * 60000 + ss * 1000 + ms; } else { p = q; ${odd} } }`;
}

/** True where the bytes at \`p\` are not these: compared as words, the last one overlapping. */
export function differs(bytes: Uint8Array, from = "p"): string {
  if (bytes.length < 4) return [...bytes].map((byte, at) => `b[${from} + ${at}] !== ${byte}`).join(" || ");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const offsets = Array.from({ length: Math.floor(bytes.length / 4) }, (_, word) => word * 4);
  if (bytes.length % 4 !== 0) offsets.push(bytes.length - 4);
  return offsets.map((at) => `w.getInt32(${from} + ${at}, true) !== ${view.getInt32(at, true)}`).join(" || ");
}

/** What generated code calls by name. */
export const scannerGlobals = { powers: Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent), dayStart };

/** Milliseconds of the start of the day written as "2024-02-29" at `at`; NaN when that is no day. */
function dayStart(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== 45 || bytes[at + 7] !== 45) return NaN;
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  return month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month) ? daysOfDate(year, month, day) * 86_400_000 : NaN;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - 48;
  const ones = bytes[at + 1] - 48;
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? NaN : tens * 10 + ones;
}
