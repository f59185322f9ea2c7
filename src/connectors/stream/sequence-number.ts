import type { Offset, ShardState } from "../../log/index.ts";

/** The number that the Kinesis API shows for a record: 56 digits, in the layout of `fronts/kinesis/sequence-number.ts`. */
export function sequenceNumber({ createdMs, index }: ShardState, offset: Offset, appendTimeMs: number): string {
  const second = (milliseconds: number): bigint => BigInt(Math.floor(milliseconds / 1000)) & 0xffff_ffffn;
  const shard = BigInt(index);
  const number =
    (2n << 184n) | (second(createdMs) << 148n) | ((shard & 0xfn) << 144n) | ((BigInt(offset) + 1n) << 80n) | (second(appendTimeMs) << 36n) | (shard << 4n) | 2n;
  return number.toString();
}
