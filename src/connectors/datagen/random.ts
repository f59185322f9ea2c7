/**
 * Random numbers by position instead of by state: the value of a row depends on seed, column and row number alone, so a
 * restart goes on at any row without repeating the ones before it.
 */

/** 32 bits for (seed, column, row, lane); the mix is the finaliser of MurmurHash3, twice. */
export function hashWord(seed: number, column: number, row: number, lane: number): number {
  let word = seed ^ Math.imul(column + 1, 0x9e3779b1) ^ Math.imul(lane + 1, 0x85ebca77);
  word = mix(word ^ (row | 0));
  return mix(word ^ Math.imul(Math.floor(row / 2 ** 32) + 1, 0xc2b2ae3d)) >>> 0;
}

/** Uniform in [0, 1) with 53 bits. */
export function uniform(seed: number, column: number, row: number, lane = 0): number {
  const high = hashWord(seed, column, row, 2 * lane) >>> 5;
  const low = hashWord(seed, column, row, 2 * lane + 1) >>> 6;
  return (high * 67_108_864 + low) / 9_007_199_254_740_992;
}

function mix(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
