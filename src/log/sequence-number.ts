/**
 * Kinesis sequence numbers from shard and offset, and back, without a table.
 *
 * The layout is the one observed on AWS: 47 hexadecimal digits read as one integer and printed in decimal (56 digits).
 * From the left: `2`, `0`, 8 digits creation second of the shard, 1 digit low nibble of the shard's index, 16 digits counter,
 * `000`, 8 digits arrival second, 8 digits shard index, `2`.
 * The counter is our offset plus one, so that the shard's starting number (counter 0) stands before its first record and
 * "after" the starting number means "from the first record". Order in a shard is the counter's; a child shard sorts behind
 * its parents because its creation second is later, which whoever reshards has to see to.
 */
import type { Offset, ShardState } from "./log.ts";

const counterShift = 80n;
/** Counter of an ending sequence number: behind everything a shard can hold. */
const endCounter = 0x7fff_ffff_ffff_ffffn;

export interface SequencePosition {
  createdSecond: number;
  shardIndex: number;
  /** Offset of the record; -1 for a starting number; Infinity for an ending one. */
  offset: number;
  arrivalSecond: number;
}

function compose(shard: ShardState, counter: bigint, arrivalMs: number): bigint {
  const created = BigInt(Math.floor(shard.createdMs / 1000)) & 0xffff_ffffn;
  const arrival = BigInt(Math.floor(arrivalMs / 1000)) & 0xffff_ffffn;
  const index = BigInt(shard.index);
  return (2n << 184n) | (created << 148n) | ((index & 0xfn) << 144n) | (counter << counterShift) | (arrival << 36n) | (index << 4n) | 2n;
}

/** Sequence number of the record at `offset`, appended at `appendTimeMs`. 56 decimal digits. */
export function sequenceNumber(shard: ShardState, offset: Offset, appendTimeMs: number): string {
  return compose(shard, BigInt(offset) + 1n, appendTimeMs).toString();
}

/** Below the number of every record of the shard. */
export function startingSequenceNumber(shard: ShardState): string {
  return compose(shard, 0n, shard.createdMs).toString();
}

/** Above the number of every record of a closed shard. */
export function endingSequenceNumber(shard: ShardState): string {
  return compose(shard, endCounter, shard.closedMs ?? shard.createdMs).toString();
}

/** Null for a number that has not this layout. */
export function parseSequenceNumber(text: string): SequencePosition | null {
  if (!/^[1-9]\d{54,56}$/.test(text)) return null;
  const value = BigInt(text);
  if (value >> 180n !== 0x20n || (value & 0xfn) !== 2n) return null;
  const shardIndex = Number((value >> 4n) & 0xffff_ffffn);
  if ((BigInt(shardIndex) & 0xfn) !== ((value >> 144n) & 0xfn)) return null;
  const counter = (value >> counterShift) & 0xffff_ffff_ffff_ffffn;
  return {
    createdSecond: Number((value >> 148n) & 0xffff_ffffn),
    shardIndex,
    offset: counter > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(counter) - 1,
    arrivalSecond: Number((value >> 36n) & 0xffff_ffffn),
  };
}

/** Digits of 2^80, which the next record's number is higher by, lowest digit first. */
const stepDigits = Uint8Array.from((1n << counterShift).toString().split("").reverse(), Number);

/** Counts sequence numbers up as ASCII digits in place: ten times cheaper than making and printing a big integer per record. */
export function advanceSequenceNumber(digits: Uint8Array, end: number): void {
  let carry = 0;
  let position = end - 1;
  for (let index = 0; index < stepDigits.length; index++, position--) {
    let digit = digits[position]! + stepDigits[index]! + carry;
    carry = 0;
    if (digit > 57) {
      digit -= 10;
      carry = 1;
    }
    digits[position] = digit;
  }
  while (carry === 1) {
    if (digits[position]! < 57) {
      digits[position]!++;
      carry = 0;
    } else digits[position] = 48;
    position--;
  }
}
