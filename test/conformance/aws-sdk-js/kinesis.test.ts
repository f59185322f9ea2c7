/**
 * The AWS SDK for JavaScript v3 against a server process. Goal: its default client (HTTP/2 with prior knowledge) and its
 * HTTP/1.1 client work unmodified. Method: 10,000 records out and back, every byte and the order per key checked.
 */
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  type KinesisClientConfig,
  ListShardsCommand,
  paginateListStreams,
  PutRecordCommand,
  PutRecordsCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { allowed, conformanceCase } from "../support/cases.ts";
import { checkRecords, recordCount, recordData, recordKey } from "../support/records.ts";
import { haveBuild, type ServerProcess, startServer } from "../support/server.ts";

const list = allowed(import.meta.dirname);
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const transports: [name: string, configuration: KinesisClientConfig][] = [
  ["default settings, HTTP/2", {}],
  ["HTTP/1.1", { requestHandler: new NodeHttpHandler() }],
];

async function putAll(client: KinesisClient, StreamName: string): Promise<void> {
  for (let start = 0; start < recordCount; start += 500) {
    const Records = Array.from({ length: 500 }, (_, index) => ({ PartitionKey: recordKey(start + index), Data: recordData(start + index) }));
    const answer = await client.send(new PutRecordsCommand({ StreamName, Records }));
    expect(answer.FailedRecordCount).toBe(0);
    expect(answer.Records).toHaveLength(500);
  }
}

async function readAll(client: KinesisClient, StreamName: string): Promise<{ key: string; data: Uint8Array }[]> {
  const records: { key: string; data: Uint8Array }[] = [];
  const { Shards } = await client.send(new ListShardsCommand({ StreamName }));
  for (const { ShardId } of Shards!) {
    let { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" }));
    for (;;) {
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: ShardIterator!, Limit: 1000 }));
      for (const record of answer.Records!) records.push({ key: record.PartitionKey!, data: record.Data! });
      if (answer.MillisBehindLatest === 0) break;
      ShardIterator = answer.NextShardIterator;
    }
  }
  return records;
}

describe.skipIf(!haveBuild())("AWS SDK for JavaScript v3", () => {
  let server: ServerProcess;
  let guarded: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
    guarded = await startServer(credentials);
  });
  afterAll(async () => {
    await server?.stop();
    await guarded?.stop();
  });
  const connect = (configuration: KinesisClientConfig, endpoint = server.url): KinesisClient =>
    new KinesisClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1, ...configuration });

  for (const [transport, configuration] of transports) {
    conformanceCase(list, `10,000 records over four shards (${transport})`, async () => {
      const client = connect(configuration);
      const StreamName = `roundtrip-${transport.replace(/\W+/g, "-")}`;
      await client.send(new CreateStreamCommand({ StreamName, ShardCount: 4 }));
      await waitUntilStreamExists({ client, minDelay: 1, maxWaitTime: 20 }, { StreamName });
      await putAll(client, StreamName);
      checkRecords(await readAll(client, StreamName));
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }));
      expect(StreamDescription!.Shards).toHaveLength(4);
      expect(StreamDescription!.StreamCreationTimestamp!.getTime()).toBeLessThanOrEqual(Date.now());
      await client.send(new DeleteStreamCommand({ StreamName }));
      client.destroy();
    });

    conformanceCase(list, `single puts, iterators and arrival times (${transport})`, async () => {
      const client = connect(configuration);
      const StreamName = `single-${transport.replace(/\W+/g, "-")}`;
      await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
      const before = Date.now();
      const puts: { ShardId?: string | undefined; SequenceNumber?: string | undefined }[] = [];
      for (let index = 0; index < 3; index++) puts.push(await client.send(new PutRecordCommand({ StreamName, PartitionKey: "k", Data: Buffer.from([index]) })));
      const read = async (input: object): Promise<number[]> => {
        const { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName, ShardId: puts[0]!.ShardId!, ...input } as never));
        const { Records } = await client.send(new GetRecordsCommand({ ShardIterator: ShardIterator! }));
        for (const record of Records!) expect(record.ApproximateArrivalTimestamp!.getTime()).toBeGreaterThanOrEqual(before - 1000);
        return Records!.map((record) => record.Data![0]!);
      };
      expect(await read({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: puts[1]!.SequenceNumber })).toEqual([1, 2]);
      expect(await read({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: puts[1]!.SequenceNumber })).toEqual([2]);
      expect(await read({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(before - 1000) })).toEqual([0, 1, 2]);
      expect(await read({ ShardIteratorType: "LATEST" })).toEqual([]);
      client.destroy();
    });

    conformanceCase(list, `errors by their classes (${transport})`, async () => {
      const client = connect(configuration);
      await expect(client.send(new DescribeStreamSummaryCommand({ StreamName: "nope" }))).rejects.toBeInstanceOf(ResourceNotFoundException);
      await client.send(new CreateStreamCommand({ StreamName: `twice-${transport.length}`, ShardCount: 1 }));
      await expect(client.send(new CreateStreamCommand({ StreamName: `twice-${transport.length}`, ShardCount: 1 }))).rejects.toBeInstanceOf(
        ResourceInUseException,
      );
      const tooLarge = new PutRecordCommand({ StreamName: `twice-${transport.length}`, PartitionKey: "k", Data: Buffer.alloc((1 << 20) + 1) });
      await expect(client.send(tooLarge)).rejects.toMatchObject({
        name: "ValidationException",
        $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      });
      client.destroy();
    });

    conformanceCase(list, `signatures are checked (${transport})`, async () => {
      const right = connect(configuration, guarded.url);
      expect((await right.send(new CreateStreamCommand({ StreamName: `signed-${transport.length}`, ShardCount: 1 }))).$metadata.httpStatusCode).toBe(200);
      const wrongSecret = connect({ ...configuration, credentials: { ...credentials, secretAccessKey: "wrong" } }, guarded.url);
      await expect(wrongSecret.send(new ListShardsCommand({ StreamName: "x" }))).rejects.toMatchObject({ name: "InvalidSignatureException" });
      const wrongKey = connect({ ...configuration, credentials: { ...credentials, accessKeyId: "OTHER" } }, guarded.url);
      await expect(wrongKey.send(new ListShardsCommand({ StreamName: "x" }))).rejects.toMatchObject({ name: "UnrecognizedClientException" });
      for (const client of [right, wrongSecret, wrongKey]) client.destroy();
    });
  }

  conformanceCase(list, "a clock that is off is corrected by the client's retry", async () => {
    for (const offMs of [-20 * 60_000, 20 * 60_000]) {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + offMs });
      try {
        const client = connect({ maxAttempts: 3 }, guarded.url);
        await expect(client.send(new DescribeStreamSummaryCommand({ StreamName: "nope" }))).rejects.toBeInstanceOf(ResourceNotFoundException);
        client.destroy();
      } finally {
        vi.useRealTimers();
      }
    }
  });

  conformanceCase(list, "streams by pages", async () => {
    const client = connect({});
    for (let index = 0; index < 5; index++) await client.send(new CreateStreamCommand({ StreamName: `page-${index}`, ShardCount: 1 }));
    const names: string[] = [];
    for await (const page of paginateListStreams({ client, pageSize: 2 }, {})) names.push(...page.StreamNames!);
    expect(names.filter((name) => name.startsWith("page-"))).toEqual(["page-0", "page-1", "page-2", "page-3", "page-4"]);
    expect(names).toEqual([...new Set(names)].sort());
    client.destroy();
  });
});
