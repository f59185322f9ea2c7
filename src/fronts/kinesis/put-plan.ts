/** From the columns of a request to one batch per shard. */
import { type AppendEntry, BatchBuilder } from "../../log/index.ts";
import { AwsError, blobText, problemText, validationError } from "../aws/index.ts";
import { asFast } from "./fast-buffer.ts";
import { parseHashKey, type RecordColumns } from "./record-columns.ts";
import type { ShardRouter } from "./shard-router.ts";

export interface PutPlan {
  /** One per shard that gets records, in the order the shards first occur. */
  entries: AppendEntry[];
  /** Per record: index into {@link entries}. Within an entry the records keep the order of the request. */
  entryOf: Uint16Array;
  /** Per entry: index into the router's shards. */
  shardOf: number[];
}

/** Header that keeps a record's ExplicitHashKey; Kinesis readers do not see it. */
const hashKeyHeader = "ExplicitHashKey";

/** A batch's header, and what a record takes beside key, value and headers, at most. */
const batchBytes = 64;
const recordOverheadBytes = 24;

/** Records with their keys, over a whole request. */
const requestBytesMax = 10 << 20;

/** Throws for a record or a request above its limit. `path` names record i in the texts. */
export function checkSizes(columns: RecordColumns, recordBytesMax: number, path: (record: number) => string): void {
  let totalBytes = 0;
  for (let record = 0; record < columns.count; record++) {
    const dataBytes = columns.dataBytes[record]!;
    const bytes = dataBytes + columns.keyEnds[record]! - columns.keyStarts[record]!;
    if (dataBytes > recordBytesMax) {
      throw validationError([problemText(blobText(dataBytes), path(record), `Member must have length less than or equal to ${recordBytesMax}`)]);
    }
    if (bytes > recordBytesMax) {
      throw new AwsError(
        "InvalidArgumentException",
        `Record of ${bytes} bytes, data and partition key together, exceeds the stream's limit of ${recordBytesMax} bytes.`,
      );
    }
    totalBytes += bytes;
  }
  if (totalBytes > requestBytesMax) {
    throw new AwsError(
      "InvalidArgumentException",
      `Records of ${totalBytes} bytes, data and partition keys together, exceed the limit of ${requestBytesMax} bytes for a request.`,
    );
  }
}

/** Null when a record's text is not the base64 it looked like. Throws InvalidArgumentException for a hash key out of range. */
export function planPut(columns: RecordColumns, router: ShardRouter, timestampMs: number): PutPlan | null {
  const entryOf = new Uint16Array(columns.count);
  const entryOfShard = new Int32Array(router.shards.length).fill(-1);
  const shardOf: number[] = [];
  const counts: number[] = [];
  const payloadBytes: number[] = [];
  for (let record = 0; record < columns.count; record++) {
    const hashKey = columns.explicitHashKey(record);
    const keyStart = columns.keyStarts[record]!;
    const keyEnd = columns.keyEnds[record]!;
    const shard = hashKey === undefined ? router.routeKey(columns.keys, keyStart, keyEnd) : router.routeHash(parseHashKey(hashKey));
    let entry = entryOfShard[shard]!;
    if (entry < 0) {
      entry = entryOfShard[shard] = shardOf.push(shard) - 1;
      counts.push(0);
      payloadBytes.push(0);
    }
    entryOf[record] = entry;
    counts[entry]!++;
    payloadBytes[entry]! += columns.dataBytes[record]! + keyEnd - keyStart + (hashKey === undefined ? 0 : hashKeyHeader.length + hashKey.length);
  }
  const builders = counts.map((count, entry) => new BatchBuilder(batchBytes + count * recordOverheadBytes + payloadBytes[entry]!));
  if (!writeRecords(columns, entryOf, builders, timestampMs)) return null;
  const entries = builders.map((builder, entry): AppendEntry => ({ kind: "append", shard: router.shards[shardOf[entry]!]!.shard, batch: builder.finish() }));
  return { entries, entryOf, shardOf };
}

/** Decodes every record's base64 straight into its batch: its bytes exist nowhere else in between. */
function writeRecords(columns: RecordColumns, entryOf: Uint16Array, builders: BatchBuilder[], timestampMs: number): boolean {
  const { keys, keyStarts, keyEnds, dataBytes } = columns;
  const buffers = builders.map((builder) => asFast(builder.buffer));
  for (let record = 0; record < columns.count; record++) {
    const entry = entryOf[record]!;
    const builder = builders[entry]!;
    const hashKey = columns.explicitHashKey(record);
    const headers = hashKey === undefined ? undefined : [{ key: hashKeyHeader, value: Buffer.from(hashKey, "latin1") }];
    const bytes = dataBytes[record]!;
    const at = builder.reserve(keys.subarray(keyStarts[record]!, keyEnds[record]!), bytes, timestampMs, headers);
    if (builder.buffer.buffer !== buffers[entry]!.buffer) buffers[entry] = asFast(builder.buffer);
    if (bytes > 0 && buffers[entry]!.base64Write(columns.dataText(record), at) !== bytes) return false;
  }
  return true;
}
