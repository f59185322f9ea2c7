/** `headrace stream tail`: prints records of all shards as they come. */
import { createNodePlatform, HeadraceError, sleep } from "../core/index.ts";
import { parseDuration } from "../connector/index.ts";
import { KinesisClient } from "./kinesis-client.ts";
import { exitCodes, print, printJson, wholeOption } from "./output.ts";
import { listShards } from "./stream.ts";

interface RecordsAnswer {
  readonly Records: readonly {
    readonly Data: string;
    readonly PartitionKey: string;
    readonly SequenceNumber: string;
    readonly ApproximateArrivalTimestamp: number;
  }[];
  readonly NextShardIterator?: string;
  readonly MillisBehindLatest: number;
  readonly ChildShards?: readonly { readonly ShardId: string }[];
}

const pauseMs = 200;
const { clock } = createNodePlatform();

export async function tailCommand([name]: readonly string[], options: Record<string, unknown>): Promise<number> {
  const limit = options.limit === undefined ? Infinity : wholeOption("--limit", options.limit, 1);
  const start = startingPosition(String(options.from));
  const client = await KinesisClient.connect(options, clock);
  const iterators = new Map<string, string>();
  for (const shard of await listShards(client, name)) iterators.set(shard.ShardId, await iterator(client, name, shard.ShardId, start));
  let printed = 0;
  while (iterators.size > 0) {
    let got = 0;
    for (const [shard, current] of iterators) {
      const answer = await client.call<RecordsAnswer>("GetRecords", { ShardIterator: current, Limit: 1000 });
      for (const record of answer.Records) {
        if (printed++ < limit) show(record, shard, options.json === true);
        if (printed >= limit) return exitCodes.done;
      }
      got += answer.Records.length;
      const caughtUp = options.end === true && answer.MillisBehindLatest === 0 && answer.Records.length === 0;
      if (answer.NextShardIterator === undefined || caughtUp) iterators.delete(shard);
      else iterators.set(shard, answer.NextShardIterator);
      for (const child of answer.ChildShards ?? []) {
        if (!iterators.has(child.ShardId)) iterators.set(child.ShardId, await iterator(client, name, child.ShardId, { ShardIteratorType: "TRIM_HORIZON" }));
      }
    }
    if (got === 0 && iterators.size > 0 && options.end !== true) await sleep(clock, pauseMs);
  }
  return exitCodes.done;
}

async function iterator(client: KinesisClient, stream: string, shard: string, start: object): Promise<string> {
  const answer = await client.call<{ ShardIterator: string }>("GetShardIterator", { StreamName: stream, ShardId: shard, ...start });
  return answer.ShardIterator;
}

function startingPosition(from: string): { ShardIteratorType: string; Timestamp?: number } {
  if (from === "latest") return { ShardIteratorType: "LATEST" };
  if (from === "trim-horizon") return { ShardIteratorType: "TRIM_HORIZON" };
  const timeMs = Date.parse(from);
  if (!Number.isNaN(timeMs) && /^\d{4}-/.test(from)) return { ShardIteratorType: "AT_TIMESTAMP", Timestamp: timeMs / 1000 };
  if (/^\d+\s*[a-z]+$/i.test(from)) return { ShardIteratorType: "AT_TIMESTAMP", Timestamp: (clock.nowMs() - durationMs(from)) / 1000 };
  throw notAPosition(from);
}

function durationMs(text: string): number {
  const value = parseDuration(text);
  if (typeof value !== "number") throw notAPosition(text);
  return value;
}

function notAPosition(from: string): HeadraceError {
  return new HeadraceError("usage", `--from is "${from}", expected trim-horizon, latest, an age such as 10m, or a time such as 2026-01-31T12:00:00Z`);
}

function show(record: RecordsAnswer["Records"][number], shard: string, json: boolean): void {
  const bytes = Buffer.from(record.Data, "base64");
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(bytes);
  if (!json) {
    print(isText ? text : record.Data);
    return;
  }
  const arrival = new Date(record.ApproximateArrivalTimestamp * 1000).toISOString();
  printJson({
    shard,
    sequenceNumber: record.SequenceNumber,
    partitionKey: record.PartitionKey,
    arrival,
    ...(isText ? { data: text } : { base64: record.Data }),
  });
}
