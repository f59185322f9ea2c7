/** DescribeStreamSummary: the stream without its shards. */
import type { StreamState } from "../../../log/index.ts";
import type { KinesisContext, StreamReference } from "../context.ts";

export function describeStreamSummary(context: KinesisContext, input: StreamReference): object {
  const stream = context.stream(input);
  const metadata = context.metadata(stream);
  return {
    StreamDescriptionSummary: {
      ...describeCommon(context, stream),
      OpenShardCount: context.status(stream) === "CREATING" ? 0 : context.routers.for(stream).shards.length,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: metadata.maxRecordSizeKiB,
      ...(metadata.warmThroughputMiBps === null
        ? {}
        : { WarmThroughput: { TargetMiBps: metadata.warmThroughputMiBps, CurrentMiBps: metadata.warmThroughputMiBps } }),
    },
  };
}

/** Members that DescribeStream and DescribeStreamSummary share. */
export function describeCommon(context: KinesisContext, stream: StreamState): object {
  return {
    StreamName: stream.name,
    StreamARN: context.arn(stream.name),
    StreamStatus: context.status(stream),
    StreamModeDetails: { StreamMode: context.metadata(stream).mode },
    RetentionPeriodHours: retentionHours(stream),
    StreamCreationTimestamp: stream.createdMs / 1000,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: "NONE",
  };
}

/** The longest that the API knows. */
const retentionHoursMax = 8760;

/** A stream that keeps its records for ever (made by another front) says the most that Kinesis has a number for. */
function retentionHours(stream: StreamState): number {
  return stream.retentionMs === null ? retentionHoursMax : Math.round(stream.retentionMs / 3_600_000);
}
