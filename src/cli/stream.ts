/** `headrace stream create|ls|describe|delete`. */
import { createNodePlatform } from "../core/index.ts";
import { KinesisClient } from "./kinesis-client.ts";
import { exitCodes, note, print, printJson, table, wholeOption } from "./output.ts";

interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: { readonly StartingSequenceNumber: string; readonly EndingSequenceNumber?: string };
}

interface Summary {
  readonly StreamDescriptionSummary: {
    readonly StreamName: string;
    readonly StreamARN: string;
    readonly StreamStatus: string;
    readonly RetentionPeriodHours: number;
    readonly OpenShardCount: number;
    readonly StreamCreationTimestamp: number;
  };
}

const { clock } = createNodePlatform();

export async function createCommand([name]: readonly string[], options: Record<string, unknown>): Promise<number> {
  const shards = wholeOption("--shards", options.shards, 1);
  const client = await KinesisClient.connect(options, clock);
  await client.call("CreateStream", { StreamName: name, ShardCount: shards });
  if (options.json === true) printJson({ stream: name, shards });
  else note(`stream ${name} created with ${shards} shard${shards === 1 ? "" : "s"}`);
  return exitCodes.done;
}

export async function listCommand(_: readonly string[], options: Record<string, unknown>): Promise<number> {
  const client = await KinesisClient.connect(options, clock);
  const rows: (string | number)[][] = [];
  for (const name of await streamNames(client)) {
    const { StreamDescriptionSummary: summary } = await client.call<Summary>("DescribeStreamSummary", { StreamName: name });
    if (options.json === true)
      printJson({ stream: name, status: summary.StreamStatus, openShards: summary.OpenShardCount, retentionHours: summary.RetentionPeriodHours });
    rows.push([name, summary.StreamStatus, summary.OpenShardCount, `${summary.RetentionPeriodHours} h`]);
  }
  if (options.json === true) return exitCodes.done;
  if (rows.length === 0) note("no streams; `headrace stream create NAME` makes one");
  else print(table(["stream", "status", "shards", "retention"], rows));
  return exitCodes.done;
}

async function streamNames(client: KinesisClient): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const start = names.at(-1);
    const page = await client.call<{ StreamNames: string[]; HasMoreStreams: boolean }>(
      "ListStreams",
      start === undefined ? {} : { ExclusiveStartStreamName: start },
    );
    names.push(...page.StreamNames);
    if (!page.HasMoreStreams) return names;
  }
}

/** All shards of a stream, over all pages. */
export async function listShards(client: KinesisClient, stream: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let token: string | undefined;
  do {
    const page: { Shards: Shard[]; NextToken?: string } = await client.call("ListShards", token === undefined ? { StreamName: stream } : { NextToken: token });
    shards.push(...page.Shards);
    token = page.NextToken;
  } while (token !== undefined);
  return shards;
}

export async function describeCommand([name]: readonly string[], options: Record<string, unknown>): Promise<number> {
  const client = await KinesisClient.connect(options, clock);
  const { StreamDescriptionSummary: summary } = await client.call<Summary>("DescribeStreamSummary", { StreamName: name });
  const shards = await listShards(client, name);
  if (options.json === true) {
    printJson({ ...summary, Shards: shards });
    return exitCodes.done;
  }
  print(`${summary.StreamName}  ${summary.StreamStatus}  ${summary.OpenShardCount} open shards, kept ${summary.RetentionPeriodHours} h`);
  print(`${summary.StreamARN}\n`);
  const share = (range: Shard["HashKeyRange"]): string =>
    `${(Number(((BigInt(range.EndingHashKey) - BigInt(range.StartingHashKey) + 1n) * 10_000n) >> 128n) / 100).toFixed(2)} %`;
  print(
    table(
      ["shard", "state", "share of keys", "parents", "first sequence number"],
      shards.map((shard) => [
        shard.ShardId,
        shard.SequenceNumberRange.EndingSequenceNumber === undefined ? "open" : "closed",
        share(shard.HashKeyRange),
        [shard.ParentShardId, shard.AdjacentParentShardId].filter((parent) => parent !== undefined).join(", ") || "none",
        shard.SequenceNumberRange.StartingSequenceNumber,
      ]),
    ),
  );
  return exitCodes.done;
}

export async function deleteCommand([name]: readonly string[], options: Record<string, unknown>): Promise<number> {
  const client = await KinesisClient.connect(options, clock);
  await client.call("DeleteStream", { StreamName: name });
  if (options.json === true) printJson({ stream: name, deleted: true });
  else note(`stream ${name} deleted`);
  return exitCodes.done;
}
