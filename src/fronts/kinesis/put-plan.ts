/** From the columns of a request to one batch per shard. */
import type { AppendEntry } from "../../log/index.ts";
import { AwsError, blobText, problemText, validationError } from "../aws/index.ts";
import { batchCapacity, hashKeyCapacity, RecordBatchWriter } from "./record-batch-writer.ts";
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
      throw new AwsError("InvalidArgumentException", `Record of ${bytes} bytes, data and partition key together, exceeds the stream's limit of ${recordBytesMax} bytes.`);
    }
    totalBytes += bytes;
  }
  if (totalBytes > requestBytesMax) {
    throw new AwsError("InvalidArgumentException", `Records of ${totalBytes} bytes, data and partition keys together, exceed the limit of ${requestBytesMax} bytes for a request.`);
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
    payloadBytes[entry]! += columns.dataBytes[record]! + keyEnd - keyStart + (hashKey === undefined ? 0 : hashKeyCapacity(hashKey));
  }
  const writers = makeWriters(counts, payloadBytes);
  for (let record = 0; record < columns.count; record++) {
    const writer = writers[entryOf[record]!]!;
    const { keys, keyStarts, keyEnds, dataBytes } = columns;
    if (!writer.append(keys, keyStarts[record]!, keyEnds[record]!, columns.dataText(record), dataBytes[record]!, columns.explicitHashKey(record))) return null;
  }
  const entries = writers.map((writer, index): AppendEntry => ({ kind: "append", shard: router.shards[shardOf[index]!]!.shard, batch: writer.finish(timestampMs) }));
  return { entries, entryOf, shardOf };
}

/** All batches of a request share one piece of memory. */
function makeWriters(counts: number[], payloadBytes: number[]): RecordBatchWriter[] {
  const capacities = counts.map((count, index) => batchCapacity(count, payloadBytes[index]!));
  const target = Buffer.allocUnsafeSlow(capacities.reduce((sum, bytes) => sum + bytes, 0));
  let position = 0;
  return capacities.map((bytes) => {
    const writer = new RecordBatchWriter(target, position);
    position += bytes;
    return writer;
  });
}
