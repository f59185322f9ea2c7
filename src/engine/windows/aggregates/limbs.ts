/** Whole numbers of many digits in records: limbs of 32 bits, lowest first, the top one signed and wider. */
import type { Lane } from "../../state/lanes.ts";
import type { Movement } from "./accumulator.ts";

const unit = 4294967296;

/** Adds `sign` × a 64-bit value, given by halves, to `limbs` limbs at `at`. */
export function addHalves(words: Float64Array, at: number, limbs: number, low: number, high: number, sign: 1 | -1): void {
  let carry = 0;
  const fill = high < 0 ? unit - 1 : 0;
  for (let limb = 0; limb < limbs - 1; limb++) {
    const part = limb === 0 ? low >>> 0 : limb === 1 ? high >>> 0 : fill;
    let sum = words[at + limb]! + sign * part + carry;
    carry = 0;
    if (sum >= unit) {
      sum -= unit;
      carry = 1;
    } else if (sum < 0) {
      sum += unit;
      carry = -1;
    }
    words[at + limb] = sum;
  }
  words[at + limbs - 1]! += carry + (high < 0 ? -sign : 0);
}

/** Adds any whole number. */
export function addWhole(words: Float64Array, at: number, limbs: number, value: bigint): void {
  writeLimbs(words, at, limbs, readLimbs(words, at, limbs) + value);
}

export function readLimbs(words: Float64Array, at: number, limbs: number): bigint {
  let value = BigInt(words[at + limbs - 1]!);
  for (let limb = limbs - 2; limb >= 0; limb--) value = (value << 32n) + BigInt(words[at + limb]!);
  return value;
}

export function writeLimbs(words: Float64Array, at: number, limbs: number, value: bigint): void {
  let rest = value;
  for (let limb = 0; limb < limbs - 1; limb++) {
    words[at + limb] = Number(rest & 0xffffffffn);
    rest >>= 32n;
  }
  words[at + limbs - 1] = Number(rest);
}

/** The whole number that a row brings. `decode`: scalar of an interned id. */
export function wholeOf(movement: Movement, lane: Lane, row: number, entering: boolean, decode: (id: number) => unknown): bigint {
  if (lane === "number") return BigInt((entering ? movement.enterNumbers : movement.leaveNumbers)[row]!);
  if (lane === "wide") {
    const words = entering ? movement.enterWords : movement.leaveWords;
    return (BigInt(words[row * 2 + 1]!) << 32n) + BigInt(words[row * 2]! >>> 0);
  }
  return decode((entering ? movement.enterIds : movement.leaveIds)[row]!) as bigint;
}
