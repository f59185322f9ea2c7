/** ListShards: shards of a stream, filtered by time or position, in pages whose tokens live five minutes. */
import type { ShardState, StreamState } from "../../../log/index.ts";
import { AwsError } from "../../aws/index.ts";
import type { KinesisContext, StreamReference } from "../context.ts";
import { describeShard, parseShardId, shardStates } from "../shards.ts";

export interface ShardFilter {
  Type: "AFTER_SHARD_ID" | "AT_TRIM_HORIZON" | "FROM_TRIM_HORIZON" | "AT_LATEST" | "AT_TIMESTAMP" | "FROM_TIMESTAMP";
  ShardId?: string;
  /** Seconds since 1970. */
  Timestamp?: number;
}

export interface ListShardsInput extends StreamReference {
  NextToken?: string;
  ExclusiveStartShardId?: string;
  /** Default 1,000. */
  MaxResults?: number;
  StreamCreationTimestamp?: number;
  ShardFilter?: ShardFilter;
}

/** What a token carries from page to page. */
interface PageMark {
  stream: string;
  createdMs: number;
  after: number;
  filter: ShardFilter | null;
  madeMs: number;
}

const shardsPerPage = 1000;
const tokenLifeMs = 300_000;
const purpose = "list-shards";

export async function listShards(context: KinesisContext, input: ListShardsInput): Promise<object> {
  const mark = input.NextToken === undefined ? firstMark(context, input) : await openMark(context, input, input.NextToken);
  const stream = context.stream({ StreamName: mark.stream });
  if (stream.createdMs !== mark.createdMs) throw context.streamNotFound(mark.stream);
  const accepts = shardTest(context, stream, mark.filter);
  const rest = shardStates(context.log, stream).filter((shard) => shard.index > mark.after && accepts(shard));
  const page = rest.slice(0, input.MaxResults ?? shardsPerPage);
  const more = page.length < rest.length;
  const next: PageMark = { ...mark, after: page[page.length - 1]?.index ?? mark.after, madeMs: context.nowMs() };
  return {
    Shards: page.map((shard) => describeShard(context.log, shard)),
    ...(more ? { NextToken: (await context.sealer()).seal(purpose, Buffer.from(JSON.stringify(next), "utf8")) } : {}),
  };
}

function firstMark(context: KinesisContext, input: ListShardsInput): PageMark {
  if (input.StreamName === undefined && input.StreamARN === undefined) {
    throw new AwsError("InvalidArgumentException", "Either NextToken or StreamName should be provided.");
  }
  const stream = context.stream(input);
  if (context.status(stream) === "CREATING") {
    throw new AwsError("ResourceInUseException", `Stream ${stream.name} under account ${context.accountId} not ACTIVE, instead in state CREATING`);
  }
  if (input.StreamCreationTimestamp !== undefined && Math.abs(input.StreamCreationTimestamp * 1000 - stream.createdMs) >= 1000) {
    throw context.streamNotFound(stream.name);
  }
  const after = input.ExclusiveStartShardId === undefined ? -1 : (parseShardId(input.ExclusiveStartShardId) ?? -1);
  return { stream: stream.name, createdMs: stream.createdMs, after, filter: input.ShardFilter ?? null, madeMs: context.nowMs() };
}

async function openMark(context: KinesisContext, input: ListShardsInput, token: string): Promise<PageMark> {
  for (const name of ["StreamName", "StreamARN", "ExclusiveStartShardId", "StreamCreationTimestamp"] as const) {
    if (input[name] !== undefined) throw new AwsError("InvalidArgumentException", `NextToken and ${name} cannot be provided together.`);
  }
  const payload = (await context.sealer()).open(purpose, token);
  if (payload === null) throw new AwsError("InvalidArgumentException", "NextToken is invalid.");
  const mark = JSON.parse(payload.toString("utf8")) as PageMark;
  if (context.nowMs() - mark.madeMs > tokenLifeMs) throw new AwsError("ExpiredNextTokenException", "The NextToken has expired.");
  return mark;
}

/** The filter as a test. Times before the stream or its horizon count as the later of the two, so that the answer covers all hashes. */
function shardTest(context: KinesisContext, stream: StreamState, filter: ShardFilter | null): (shard: ShardState) => boolean {
  if (filter === null) return () => true;
  const horizonMs = Math.max(stream.createdMs, context.nowMs() - (stream.retentionMs ?? Number.POSITIVE_INFINITY));
  const closedAfter = (shard: ShardState, timeMs: number): boolean => shard.closedMs === null || shard.closedMs > timeMs;
  const openAt = (shard: ShardState, timeMs: number): boolean => (shard.createdMs <= timeMs || shard.parents.length === 0) && closedAfter(shard, timeMs);
  switch (filter.Type) {
    case "AT_TRIM_HORIZON":
      return (shard) => openAt(shard, horizonMs);
    case "FROM_TRIM_HORIZON":
      return (shard) => closedAfter(shard, horizonMs);
    case "AT_LATEST":
      return (shard) => shard.closedMs === null;
    case "AT_TIMESTAMP": {
      const timeMs = Math.max(horizonMs, timestampMs(filter));
      return (shard) => openAt(shard, timeMs);
    }
    case "FROM_TIMESTAMP": {
      const timeMs = Math.max(horizonMs, timestampMs(filter));
      return (shard) => closedAfter(shard, timeMs);
    }
    case "AFTER_SHARD_ID": {
      const after = filter.ShardId === undefined ? null : parseShardId(filter.ShardId);
      if (after === null) throw new AwsError("InvalidArgumentException", "ShardFilter of type AFTER_SHARD_ID needs a ShardId.");
      return (shard) => shard.index > after;
    }
  }
}

function timestampMs(filter: ShardFilter): number {
  if (filter.Timestamp === undefined) throw new AwsError("InvalidArgumentException", `ShardFilter of type ${filter.Type} needs a Timestamp.`);
  return filter.Timestamp * 1000;
}
