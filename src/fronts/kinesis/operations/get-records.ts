/** GetRecords: what stands behind an iterator, and the iterator behind that. */
import { HeadraceError } from "../../../core/index.ts";
import { forEachRecord, readBatchHeader, type ReadResult, type ShardState } from "../../../log/index.ts";
import { AwsError, type AwsResponse } from "../../aws/index.ts";
import type { KinesisContext } from "../context.ts";
import { asFast } from "../fast-buffer.ts";
import { payloadBytes, RecordsAnswer } from "../records-answer.ts";
import { decodeShardIterator, encodeShardIterator } from "../shard-iterator.ts";
import { hashKeyRange, parentIds, shardId } from "../shards.ts";

export interface GetRecordsInput {
  ShardIterator: string;
  /** Default 10,000. */
  Limit?: number;
}

const recordsMax = 10_000;
/** Data and keys of one answer; a single larger record is given alone. */
const answerBytesMax = 10 << 20;
/** Read from the log at once at least: a small limit is no reason to read again soon. */
const readBytesMin = 64 * 1024;

export async function getRecords(context: KinesisContext, input: GetRecordsInput): Promise<AwsResponse> {
  const sealer = await context.sealer();
  const { shard: number, offset } = decodeShardIterator(sealer, input.ShardIterator, context.nowMs());
  const shard = context.log.shard(number);
  if (shard === undefined || shard.stream.startsWith("$")) {
    throw new AwsError("ResourceNotFoundException", `The shard of this iterator under account ${context.accountId} does not exist any more.`);
  }
  const limit = input.Limit ?? recordsMax;
  const bytesMax = Math.min(answerBytesMax, Math.max(Math.ceil(limit * meanRecordBytes(shard)), readBytesMin));
  const read = await context.log.read({ shard: number, offset, bytesMax });
  const page = writePage(shard, read, Math.max(offset, read.startOffset), limit);
  const present = context.log.shard(number) ?? shard;
  const atEnd = present.closedMs !== null && page.nextOffset >= present.endOffset;
  const rest = [
    `"MillisBehindLatest":${millisBehindLatest(context, read, page)}`,
    `"NextShardIterator":${atEnd ? "null" : `"${encodeShardIterator(sealer, { shard: number, offset: page.nextOffset }, context.nowMs())}"`}`,
  ];
  if (atEnd) rest.push(`"ChildShards":${JSON.stringify(childShards(context, present))}`);
  return { body: page.answer.finish(rest.join(",")) };
}

/** So that a reader with a limit does not pull what it leaves unread. */
function meanRecordBytes(shard: ShardState): number {
  return shard.storedBytes / Math.max(1, shard.endOffset - shard.startOffset);
}

interface Page {
  answer: RecordsAnswer;
  nextOffset: number;
  /** Append time of the first record left unread in what was read, or of the last one read. */
  boundaryMs: number;
}

function writePage(shard: ShardState, read: ReadResult, offset: number, limit: number): Page {
  const expectedBytes = read.batches.reduce((sum, batch) => sum + batch.bytes.length, 0);
  const answer = new RecordsAnswer(shard, expectedBytes);
  let nextOffset = read.batches.length === 0 ? Math.max(offset, read.nextOffset) : read.nextOffset;
  let boundaryMs = 0;
  let full = false;
  for (const batch of read.batches) {
    if (full) break;
    boundaryMs = batch.appendTimeMs;
    if (!holdsRecords(batch.bytes)) continue;
    const bytes = asFast(batch.bytes);
    forEachRecord(bytes, (record) => {
      if (full || record.offset < offset) return;
      full = answer.count === limit || (answer.count > 0 && answer.payloadBytes + payloadBytes(record) > answerBytesMax);
      if (full) nextOffset = record.offset;
      else answer.append(bytes, record, batch.appendTimeMs);
    });
  }
  return { answer, nextOffset, boundaryMs };
}

/** Transaction markers are no records of a user. */
function holdsRecords(bytes: Uint8Array): boolean {
  const { isControl, compression } = readBatchHeader(bytes);
  if (isControl) return false;
  if (compression === 0) return true;
  throw new HeadraceError("decode", "this stream holds compressed batches, which Kinesis readers cannot be served from yet");
}

/** Zero only when nothing is left to read; else the age of where the reader stands, at least one. */
function millisBehindLatest(context: KinesisContext, read: ReadResult, page: Page): number {
  if (page.nextOffset >= read.endOffset) return 0;
  return Math.max(1, Math.round(context.nowMs() - page.boundaryMs));
}

function childShards(context: KinesisContext, shard: ShardState): object[] {
  return shard.children
    .map((child) => context.log.shard(child))
    .filter((child) => child !== undefined)
    .map((child) => ({ ShardId: shardId(child.index), ParentShards: parentIds(context.log, child), HashKeyRange: hashKeyRange(child) }));
}
