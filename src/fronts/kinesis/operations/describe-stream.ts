/** DescribeStream: the stream and a page of its shards. */
import type { KinesisContext, StreamReference } from "../context.ts";
import { describeShard, parseShardId, shardStates, type ShardDescription } from "../shards.ts";
import { describeCommon } from "./describe-stream-summary.ts";

export interface DescribeStreamInput extends StreamReference {
  /** Default 100. */
  Limit?: number;
  ExclusiveStartShardId?: string;
}

const shardsPerPage = 100;

export function describeStream(context: KinesisContext, input: DescribeStreamInput): object {
  const stream = context.stream(input);
  const after = input.ExclusiveStartShardId === undefined ? -1 : (parseShardId(input.ExclusiveStartShardId) ?? -1);
  const creating = context.status(stream) === "CREATING";
  const rest = creating ? [] : shardStates(context.log, stream).filter((shard) => shard.index > after);
  const page: ShardDescription[] = rest.slice(0, input.Limit ?? shardsPerPage).map((shard) => describeShard(context.log, shard));
  return { StreamDescription: { ...describeCommon(context, stream), HasMoreShards: page.length < rest.length, Shards: page } };
}
