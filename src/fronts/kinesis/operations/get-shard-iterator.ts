/** GetShardIterator: a position in a shard from one of five kinds of start. */
import type { Offset, ShardState, StreamState } from "../../../log/index.ts";
import { AwsError } from "../../aws/index.ts";
import type { KinesisContext, StreamReference } from "../context.ts";
import { parseSequenceNumber } from "../../../log/index.ts";
import { encodeShardIterator } from "../shard-iterator.ts";
import { parseShardId, shardByIndex, shardId } from "../shards.ts";

export interface GetShardIteratorInput extends StreamReference {
  ShardId: string;
  ShardIteratorType: "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER" | "TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP";
  StartingSequenceNumber?: string;
  /** Seconds since 1970. */
  Timestamp?: number;
}

export async function getShardIterator(context: KinesisContext, input: GetShardIteratorInput): Promise<object> {
  const stream = context.stream(input);
  const index = parseShardId(input.ShardId);
  if (index === null) {
    throw new AwsError("ResourceNotFoundException", `Could not find shard ${input.ShardId} in stream ${stream.name} under account ${context.accountId}.`);
  }
  const shard = shardByIndex(context.log, stream, index);
  if (shard === undefined) throw context.shardNotFound(shardId(index), stream.name);
  const offset = await startOffset(context, stream, shard, input);
  return { ShardIterator: encodeShardIterator(await context.sealer(), { shard: shard.shard, offset }, context.nowMs()) };
}

async function startOffset(context: KinesisContext, stream: StreamState, shard: ShardState, input: GetShardIteratorInput): Promise<Offset> {
  const type = input.ShardIteratorType;
  const bySequence = type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER";
  if (bySequence !== (input.StartingSequenceNumber !== undefined)) {
    throw new AwsError(
      "InvalidArgumentException",
      "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or " +
        "(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. " +
        `Request specified ${type} and ${bySequence ? "no" : "also a"} StartingSequenceNumber.`,
    );
  }
  switch (type) {
    case "TRIM_HORIZON":
      return shard.startOffset;
    case "LATEST":
      // Fixed here and now: what is appended between this call and the first read belongs to the reader.
      return shard.lastStableOffset;
    case "AT_TIMESTAMP":
      return context.log.offsetAtTime(shard.shard, timestampMs(context, input));
    default:
      return offsetOfSequence(context, stream, shard, input.StartingSequenceNumber!, type === "AFTER_SEQUENCE_NUMBER");
  }
}

function timestampMs(context: KinesisContext, input: GetShardIteratorInput): number {
  if (input.Timestamp === undefined) {
    throw new AwsError(
      "InvalidArgumentException",
      "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
    );
  }
  const nowMs = context.nowMs();
  const timeMs = Math.ceil(input.Timestamp * 1000);
  if (timeMs > nowMs) {
    throw new AwsError(
      "InvalidArgumentException",
      `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${timeMs}, currentTimestampInMillis: ${nowMs}`,
    );
  }
  return timeMs;
}

function offsetOfSequence(context: KinesisContext, stream: StreamState, shard: ShardState, text: string, after: boolean): Offset {
  const used = `StartingSequenceNumber ${text} used in GetShardIterator on shard ${shardId(shard.index)} in stream ${stream.name} under account ${context.accountId} is invalid`;
  const position = parseSequenceNumber(text);
  if (position === null) throw new AwsError("InvalidArgumentException", `${used}.`);
  if (position.shardIndex !== shard.index) {
    throw new AwsError(
      "InvalidArgumentException",
      `Invalid StartingSequenceNumber. It encodes ${shardId(position.shardIndex)}, while it was used in a call to a shard with ${shardId(shard.index)}`,
    );
  }
  if (position.createdSecond !== Math.floor(shard.createdMs / 1000)) {
    throw new AwsError("InvalidArgumentException", `${used} because it did not come from this stream.`);
  }
  return Math.min(Math.max(position.offset + (after ? 1 : 0), 0), shard.endOffset);
}
