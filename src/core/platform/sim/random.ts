/** Randomness from a seed: the same seed gives the same run. */
import type { Random } from "../platform.ts";

export interface SeededRandom extends Random {
  /** Uniform whole number in [0, below). */
  integer(below: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
}

/** Mulberry32: a 32-bit state, good enough to vary test runs, of no use for secrets. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return (value ^ (value >>> 14)) >>> 0;
  };
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => next() & 0xff);
  return {
    bytes,
    float: () => next() / 4_294_967_296,
    uuid: () => formatUuid(bytes(16)),
    integer: (below) => Math.floor((next() / 4_294_967_296) * below),
    chance: (probability) => next() / 4_294_967_296 < probability,
  };
}

/** Sets the version and variant bits of RFC 4122, version 4. */
function formatUuid(bytes: Uint8Array): string {
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
