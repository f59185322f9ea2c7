/** PutRecord: one record, committed together with those that arrive at the same time. */
import type { AwsResponse } from "../../aws/index.ts";
import type { KinesisContext, StreamReference } from "../context.ts";
import { checkSizes } from "../put-plan.ts";
import { columnsFromInput, parseHashKey } from "../record-columns.ts";
import { sequenceNumber } from "../../../log/index.ts";
import { shardId } from "../shards.ts";
import type { SingleRecordWriter } from "../single-record-writer.ts";

export interface PutRecordInput extends StreamReference {
  Data: string;
  PartitionKey: string;
  ExplicitHashKey?: string;
  /** Taken and not needed: records of one caller that waits for its answers are in order anyway. */
  SequenceNumberForOrdering?: string;
}

export async function putRecord(context: KinesisContext, writer: SingleRecordWriter, input: PutRecordInput): Promise<AwsResponse> {
  const stream = context.activeStream(input);
  checkSizes(columnsFromInput(input, [input]), context.metadata(stream).maxRecordSizeKiB * 1024, () => "data");
  if (input.ExplicitHashKey !== undefined) parseHashKey(input.ExplicitHashKey);
  const { shard, offset, appendTimeMs } = await writer.put(stream, input);
  return { body: `{"ShardId":"${shardId(shard.index)}","SequenceNumber":"${sequenceNumber(shard, offset, appendTimeMs)}"}` };
}
