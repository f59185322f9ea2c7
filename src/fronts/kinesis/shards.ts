/** Shards as Kinesis shows them. */
import type { Log, ShardState, StreamState } from "../../log/index.ts";
import { endingSequenceNumber, startingSequenceNumber } from "../../log/index.ts";

export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`;
}

/** Index in a shard id; like AWS, a bare number is taken too. Null when there is none. */
export function parseShardId(id: string): number | null {
  const digits = /^(?:shardId-)?(\d{1,12})$/.exec(id)?.[1];
  return digits === undefined ? null : Number(digits);
}

export interface ShardDescription {
  ShardId: string;
  ParentShardId?: string;
  AdjacentParentShardId?: string;
  HashKeyRange: { StartingHashKey: string; EndingHashKey: string };
  SequenceNumberRange: { StartingSequenceNumber: string; EndingSequenceNumber?: string };
}

/** Shards of a stream that still have a state, by index. */
export function shardStates(log: Log, stream: StreamState): ShardState[] {
  return stream.shards.map((shard) => log.shard(shard)).filter((shard) => shard !== undefined);
}

export function shardByIndex(log: Log, stream: StreamState, index: number): ShardState | undefined {
  return shardStates(log, stream).find((shard) => shard.index === index);
}

export function hashKeyRange(shard: ShardState): ShardDescription["HashKeyRange"] {
  return { StartingHashKey: shard.hashRange.start.toString(), EndingHashKey: shard.hashRange.end.toString() };
}

/** Ids of the parents that are still known; a parent whose records all expired has no state left. */
export function parentIds(log: Log, shard: ShardState): string[] {
  return shard.parents
    .map((parent) => log.shard(parent))
    .filter((parent) => parent !== undefined)
    .map((parent) => shardId(parent.index));
}

export function describeShard(log: Log, shard: ShardState): ShardDescription {
  const [parent, adjacentParent] = parentIds(log, shard);
  return {
    ShardId: shardId(shard.index),
    ...(parent === undefined ? {} : { ParentShardId: parent }),
    ...(adjacentParent === undefined ? {} : { AdjacentParentShardId: adjacentParent }),
    HashKeyRange: hashKeyRange(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: startingSequenceNumber(shard),
      ...(shard.closedMs === null ? {} : { EndingSequenceNumber: endingSequenceNumber(shard) }),
    },
  };
}

const hashSpace = 1n << 128n;

/** The whole hash space in `count` equal ranges; what does not divide goes to the last one. */
export function evenHashRanges(count: number): { start: bigint; end: bigint }[] {
  const width = hashSpace / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: width * BigInt(index),
    end: index === count - 1 ? hashSpace - 1n : width * BigInt(index + 1) - 1n,
  }));
}
