/** CreateStream (API 2013-12-02): shards over even hash ranges, stream metadata with it in one commit. */
import { HeadraceError } from "../../../core/index.ts";
import { AwsError } from "../../aws/index.ts";
import type { KinesisContext } from "../context.ts";
import { evenHashRanges } from "../shards.ts";
import { type StreamMode, writeStreamMetadata } from "../stream-metadata.ts";

export interface CreateStreamInput {
  StreamName: string;
  ShardCount?: number;
  StreamModeDetails?: { StreamMode: StreamMode };
  Tags?: Record<string, string>;
  WarmThroughputMiBps?: number;
  MaxRecordSizeInKiB?: number;
}

export async function createStream(context: KinesisContext, input: CreateStreamInput): Promise<null> {
  const mode = input.StreamModeDetails?.StreamMode ?? "PROVISIONED";
  const shardCount = shardCountFor(context, mode, input.ShardCount);
  if (context.log.stream(input.StreamName) !== undefined) throw inUse(context, input.StreamName);
  checkShardLimit(context, shardCount);
  const metadata = writeStreamMetadata(input.StreamName, {
    mode,
    tags: { ...input.Tags },
    maxRecordSizeKiB: input.MaxRecordSizeInKiB ?? 1024,
    warmThroughputMiBps: input.WarmThroughputMiBps ?? null,
  });
  try {
    await context.log.commit([
      { kind: "create-stream", stream: input.StreamName, hashRanges: evenHashRanges(shardCount), retentionMs: context.settings.retentionMs },
      metadata,
    ]);
  } catch (error) {
    // Two creations at the same moment: the log takes one.
    if (error instanceof HeadraceError && error.code === "already-exists") throw inUse(context, input.StreamName);
    throw error;
  }
  return null;
}

function shardCountFor(context: KinesisContext, mode: StreamMode, shardCount: number | undefined): number {
  if (mode === "ON_DEMAND") {
    if (shardCount !== undefined) throw new AwsError("ValidationException", "ShardCount must not be specified for a stream in ON_DEMAND mode.");
    return context.settings.onDemandShards;
  }
  if (shardCount === undefined) throw new AwsError("ValidationException", "ShardCount must be specified for a stream in PROVISIONED mode.");
  return shardCount;
}

function checkShardLimit(context: KinesisContext, added: number): void {
  const limit = context.settings.shardsMax;
  const present = context.streams().reduce((sum, stream) => sum + context.routers.for(stream).shards.length, 0);
  if (present + added <= limit) return;
  throw new AwsError(
    "LimitExceededException",
    `This request would exceed the shard limit for the account ${context.accountId} in ${context.region}. ` +
      `Current shard count for the account: ${present}. Limit: ${limit}. Number of additional shards that would have resulted from this request: ${added}.`,
  );
}

function inUse(context: KinesisContext, name: string): AwsError {
  return new AwsError("ResourceInUseException", `Stream ${name} under account ${context.accountId} already exists.`);
}
