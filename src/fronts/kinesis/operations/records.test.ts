import { describe, expect, it } from "vitest";
import { HeadraceError } from "../../../core/index.ts";
import { type Answer, base64, type Harness, startHarness, testAccount, testStartMs } from "../testing/harness.ts";

async function withStream(shardCount = 1): Promise<Harness> {
  const harness = startHarness();
  await harness.call("CreateStream", { StreamName: "orders", ShardCount: shardCount });
  return harness;
}

function iterator(harness: Harness, type: string, more: object = {}): Promise<string> {
  return harness
    .call("GetShardIterator", { StreamName: "orders", ShardId: "shardId-000000000000", ShardIteratorType: type, ...more })
    .then((answer) => answer.ShardIterator as string);
}

const texts = (answer: Answer): string[] => answer.Records.map((record: Answer) => Buffer.from(record.Data, "base64").toString());

async function read(harness: Harness, type: string, more: object = {}): Promise<string[]> {
  return texts(await harness.call("GetRecords", { ShardIterator: await iterator(harness, type, more) }));
}

describe("PutRecords and GetRecords", () => {
  it("gives back what was put, in order, with the numbers that were promised", async () => {
    const harness = await withStream();
    const Records = Array.from({ length: 300 }, (_, index) => ({ Data: base64(`record ${index}`), PartitionKey: `key-${index % 7}` }));
    const put = await harness.call("PutRecords", { StreamName: "orders", Records });
    expect(put.FailedRecordCount).toBe(0);
    const got = await harness.call("GetRecords", { ShardIterator: await iterator(harness, "TRIM_HORIZON") });
    expect(got.Records).toEqual(
      Records.map((record, index) => ({ ...record, SequenceNumber: put.Records[index].SequenceNumber, ApproximateArrivalTimestamp: testStartMs / 1000 })),
    );
    expect(got.MillisBehindLatest).toBe(0);
    expect(harness.log.commits.at(-1)).toBe(1);
  });

  it("spreads records over shards by MD5 and by explicit hash key, in one commit", async () => {
    const harness = await withStream(4);
    const commits = harness.log.commits.length;
    const keys = Array.from({ length: 64 }, (_, index) => `key-${index}`);
    const put = await harness.call("PutRecords", { StreamName: "orders", Records: keys.map((key) => ({ Data: "", PartitionKey: key })) });
    expect(harness.log.commits.length).toBe(commits + 1);
    const again = await harness.call("PutRecords", { StreamName: "orders", Records: keys.map((key) => ({ Data: "", PartitionKey: key })) });
    expect(again.Records.map((record: Answer) => record.ShardId)).toEqual(put.Records.map((record: Answer) => record.ShardId));
    expect(new Set(put.Records.map((record: Answer) => record.ShardId)).size).toBe(4);
    const last = (1n << 128n) - 1n;
    const explicit = await harness.call("PutRecords", {
      StreamName: "orders",
      Records: ["0", String(1n << 126n), String(last)].map((hash) => ({ Data: "", PartitionKey: "same", ExplicitHashKey: hash })),
    });
    expect(explicit.Records.map((record: Answer) => record.ShardId)).toEqual(["shardId-000000000000", "shardId-000000000001", "shardId-000000000003"]);
    expect(await harness.failure("PutRecords", { StreamName: "orders", Records: [{ Data: "", PartitionKey: "k", ExplicitHashKey: String(last + 1n) }] })).toBe(
      `InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${last + 1n}`,
    );
  });

  it("keeps keys and data of all sorts, also in bodies the scanner leaves alone", async () => {
    const harness = await withStream();
    const keys = ["plain", "ümläut", 'quote"back\\slash', "日本", "tab\t", "a".repeat(256), "\u{1f600}"];
    const body = JSON.stringify({ StreamName: "orders", Records: keys.map((PartitionKey, index) => ({ PartitionKey, Data: base64("x".repeat(index)) })) });
    await harness.callRaw("PutRecords", body);
    await harness.callRaw("PutRecords", body.replaceAll("plain", "\\u0070lain"));
    const got = await harness.call("GetRecords", { ShardIterator: await iterator(harness, "TRIM_HORIZON") });
    expect(got.Records.map((record: Answer) => record.PartitionKey)).toEqual([...keys, ...keys]);
    expect(texts(got).map((text) => text.length)).toEqual([...keys.keys(), ...keys.keys()]);
  });

  it("refuses bad input as AWS does", async () => {
    const { failure, callRaw } = await withStream();
    const put = (record: object): Promise<string> => failure("PutRecords", { StreamName: "orders", Records: [record] });
    expect(await put({ Data: "YQ" + "=", PartitionKey: "k" })).toBe(
      "SerializationException: 'YQ=' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 3",
    );
    expect(await put({ Data: "Y*==", PartitionKey: "k" })).toBe("SerializationException: 'Y*==' can not be converted to a Blob: Invalid Base64 character: '*'");
    expect(await put({ Data: "YQ==", PartitionKey: "" })).toBe(
      "ValidationException: 1 validation error detected: Value '' at 'records.1.member.partitionKey' failed to satisfy constraint: " +
        "Member must have length greater than or equal to 1",
    );
    expect(await put({ PartitionKey: "k" })).toBe(
      "ValidationException: 1 validation error detected: Value null at 'records.1.member.data' failed to satisfy constraint: Member must not be null",
    );
    expect(await failure("PutRecords", { StreamName: "orders", Records: [] })).toBe(
      "ValidationException: 1 validation error detected: Value '[]' at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
    const many = Array.from({ length: 501 }, () => ({ Data: "", PartitionKey: "k" }));
    expect(await failure("PutRecords", { StreamName: "orders", Records: many })).toMatch(
      /at 'records' failed to satisfy constraint: Member must have length less than or equal to 500$/,
    );
    expect(await failure("PutRecords", { StreamName: "nope", Records: [{ Data: "", PartitionKey: "k" }] })).toBe(
      `ResourceNotFoundException: Stream nope under account ${testAccount} not found.`,
    );
    await expect(callRaw("PutRecords", "{")).rejects.toMatchObject({ code: "SerializationException", message: "" });
  });

  it("takes 1 MiB and refuses one byte more", async () => {
    const { call, failure } = await withStream();
    const record = (bytes: number): object => ({ Data: Buffer.alloc(bytes).toString("base64"), PartitionKey: "k" });
    const max = 1 << 20;
    expect((await call("PutRecords", { StreamName: "orders", Records: [record(max - 1)] })).FailedRecordCount).toBe(0);
    expect(await failure("PutRecords", { StreamName: "orders", Records: [record(1), record(max)] })).toMatch(/^InvalidArgumentException/);
    expect(await failure("PutRecords", { StreamName: "orders", Records: [record(1), record(max + 1)] })).toBe(
      `ValidationException: 1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=${max + 1} cap=${max + 1}]' at 'records.2.member.data' ` +
        `failed to satisfy constraint: Member must have length less than or equal to ${max}`,
    );
    expect(await failure("PutRecord", { StreamName: "orders", ...record(max + 1) })).toMatch(/at 'data' failed to satisfy constraint/);
    const eleven = Array.from({ length: 11 }, () => record(max - 1));
    expect(await failure("PutRecords", { StreamName: "orders", Records: eleven })).toMatch(/^InvalidArgumentException/);
  });

  it("tells the log's refusals as Kinesis does", async () => {
    const { call, failure, log } = await withStream();
    const records = {
      StreamName: "orders",
      Records: [
        { Data: "", PartitionKey: "k" },
        { Data: "", PartitionKey: "l" },
      ],
    };
    log.refusal = new HeadraceError("disk-full", "no space");
    expect(await call("PutRecords", records)).toEqual({
      FailedRecordCount: 2,
      Records: Array(2).fill({ ErrorCode: "InternalFailure", ErrorMessage: "no space" }),
    });
    log.refusal = new HeadraceError("limit-exceeded", "slow down");
    expect((await call("PutRecords", records)).Records[0].ErrorCode).toBe("ProvisionedThroughputExceededException");
    log.refusal = new HeadraceError("log-stopped", "stopped");
    expect(await failure("PutRecord", { StreamName: "orders", Data: "", PartitionKey: "k" })).toBe("InternalFailureException: stopped");
  });

  it("routes again when a reshard came between", async () => {
    const harness = await withStream();
    await harness.call("PutRecords", { StreamName: "orders", Records: [{ Data: "", PartitionKey: "k" }] });
    harness.log.refusal = new HeadraceError("shard-closed", "closed");
    expect((await harness.call("PutRecords", { StreamName: "orders", Records: [{ Data: "", PartitionKey: "k" }] })).FailedRecordCount).toBe(0);
  });
});

describe("PutRecord", () => {
  it("shares commits and batches with those that wait at the same time", async () => {
    const harness = await withStream();
    const before = harness.log.commits.length;
    const puts = Array.from({ length: 50 }, (_, index) =>
      harness.call("PutRecord", { StreamName: "orders", Data: base64(`r${index}`), PartitionKey: `k${index}` }),
    );
    const numbers = (await Promise.all(puts)).map((answer) => BigInt(answer.SequenceNumber));
    expect(harness.log.commits.length - before).toBeLessThan(5);
    expect([...numbers].sort((left, right) => (left < right ? -1 : 1))).toEqual(numbers);
    expect(await read(harness, "TRIM_HORIZON")).toEqual(Array.from({ length: 50 }, (_, index) => `r${index}`));
  });

  it("goes on after a failed commit", async () => {
    const { call, failure, log } = await withStream();
    log.refusal = new HeadraceError("disk-full", "no space");
    expect(await failure("PutRecord", { StreamName: "orders", Data: "", PartitionKey: "k" })).toBe("InternalFailureException: no space");
    expect((await call("PutRecord", { StreamName: "orders", Data: "", PartitionKey: "k" })).ShardId).toBe("shardId-000000000000");
  });
});

describe("GetShardIterator", () => {
  it("starts at and after numbers, at times, at both ends", async () => {
    const harness = await withStream();
    const numbers: string[] = [];
    for (let index = 0; index < 4; index++) {
      harness.platform.setTime(testStartMs + index * 1000);
      numbers.push((await harness.call("PutRecord", { StreamName: "orders", Data: base64(`r${index}`), PartitionKey: "k" })).SequenceNumber);
    }
    const latest = await iterator(harness, "LATEST");
    harness.platform.setTime(testStartMs + 4000);
    await harness.call("PutRecord", { StreamName: "orders", Data: base64("r4"), PartitionKey: "k" });
    expect(await read(harness, "AT_SEQUENCE_NUMBER", { StartingSequenceNumber: numbers[2] })).toEqual(["r2", "r3", "r4"]);
    expect(await read(harness, "AFTER_SEQUENCE_NUMBER", { StartingSequenceNumber: numbers[2] })).toEqual(["r3", "r4"]);
    expect(await read(harness, "AT_TIMESTAMP", { Timestamp: (testStartMs + 2500) / 1000 })).toEqual(["r3", "r4"]);
    expect(await read(harness, "AT_TIMESTAMP", { Timestamp: 0 })).toHaveLength(5);
    expect(texts(await harness.call("GetRecords", { ShardIterator: latest }))).toEqual(["r4"]);
    const { Shards } = await harness.call("ListShards", { StreamName: "orders" });
    const start = Shards[0].SequenceNumberRange.StartingSequenceNumber;
    expect(await read(harness, "AFTER_SEQUENCE_NUMBER", { StartingSequenceNumber: start })).toHaveLength(5);
    harness.log.trim(0, 3);
    expect(await read(harness, "TRIM_HORIZON")).toEqual(["r3", "r4"]);
    expect(await read(harness, "AT_SEQUENCE_NUMBER", { StartingSequenceNumber: numbers[0] })).toEqual(["r3", "r4"]);
  });

  it("refuses what does not fit together", async () => {
    const harness = await withStream(2);
    const get = (more: object): Promise<string> => harness.failure("GetShardIterator", { StreamName: "orders", ShardId: "shardId-000000000000", ...more });
    const number = (await harness.call("ListShards", { StreamName: "orders" })).Shards[1].SequenceNumberRange.StartingSequenceNumber;
    expect(await get({ ShardIteratorType: "LATEST", StartingSequenceNumber: "1" })).toMatch(/Request specified LATEST and also a StartingSequenceNumber\.$/);
    expect(await get({ ShardIteratorType: "AT_SEQUENCE_NUMBER" })).toMatch(/Request specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber\.$/);
    expect(await get({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: "5" })).toBe(
      `InvalidArgumentException: StartingSequenceNumber 5 used in GetShardIterator on shard shardId-000000000000 in stream orders under account ${testAccount} is invalid.`,
    );
    expect(await get({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: number })).toBe(
      "InvalidArgumentException: Invalid StartingSequenceNumber. It encodes shardId-000000000001, while it was used in a call to a shard with shardId-000000000000",
    );
    expect(await get({ ShardIteratorType: "AT_TIMESTAMP" })).toMatch(/^InvalidArgumentException: Must specify timestampInMillis/);
    expect(await get({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: testStartMs / 1000 + 1 })).toMatch(/cannot be greater than the currentTimestampInMillis/);
    expect(await harness.failure("GetShardIterator", { StreamName: "orders", ShardId: "shardId-000000000009", ShardIteratorType: "LATEST" })).toBe(
      `ResourceNotFoundException: Shard shardId-000000000009 in stream orders under account ${testAccount} does not exist`,
    );
  });
});

describe("GetRecords", () => {
  it("keeps to its limit and says how far behind it is", async () => {
    const harness = await withStream();
    for (let index = 0; index < 3; index++) {
      harness.platform.setTime(testStartMs + index * 1000);
      const Records = Array.from({ length: 10 }, (_, record) => ({ Data: base64(`${index}.${record}`), PartitionKey: "k" }));
      await harness.call("PutRecords", { StreamName: "orders", Records });
    }
    harness.platform.setTime(testStartMs + 5000);
    const first = await harness.call("GetRecords", { ShardIterator: await iterator(harness, "TRIM_HORIZON"), Limit: 14 });
    expect(texts(first).slice(-2)).toEqual(["1.2", "1.3"]);
    expect(first.MillisBehindLatest).toBe(4000);
    const second = await harness.call("GetRecords", { ShardIterator: first.NextShardIterator });
    expect(texts(second)).toHaveLength(16);
    expect(texts(second)[0]).toBe("1.4");
    expect(second.MillisBehindLatest).toBe(0);
    const third = await harness.call("GetRecords", { ShardIterator: second.NextShardIterator });
    expect(third).toMatchObject({ Records: [], MillisBehindLatest: 0 });
  });

  it("gives at most 10 MiB", async () => {
    const harness = await withStream();
    const Data = Buffer.alloc((1 << 20) - 1).toString("base64");
    for (let index = 0; index < 12; index++) await harness.call("PutRecord", { StreamName: "orders", Data, PartitionKey: "k" });
    let ShardIterator = await iterator(harness, "TRIM_HORIZON");
    const counts: number[] = [];
    for (let calls = 0; calls < 4; calls++) {
      const got = await harness.call("GetRecords", { ShardIterator });
      counts.push(got.Records.length);
      ShardIterator = got.NextShardIterator;
    }
    expect(Math.max(...counts)).toBeLessThanOrEqual(10);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
  });

  it("refuses iterators that are old or not ours", async () => {
    const harness = await withStream();
    const ShardIterator = await iterator(harness, "TRIM_HORIZON");
    harness.platform.setTime(testStartMs + 300_000);
    await harness.call("GetRecords", { ShardIterator });
    harness.platform.setTime(testStartMs + 300_001);
    expect(await harness.failure("GetRecords", { ShardIterator })).toBe(
      "ExpiredIteratorException: Iterator expired. The iterator was created at time Fri Jan 02 03:04:05 UTC 2026 while right now it is " +
        "Fri Jan 02 03:09:05 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.",
    );
    const forged = Buffer.from(ShardIterator, "base64");
    forged[forged.length - 1]! ^= 1;
    for (const wrong of [forged.toString("base64"), "AAAA", "not base64"]) {
      expect(await harness.failure("GetRecords", { ShardIterator: wrong })).toBe("InvalidArgumentException: Invalid ShardIterator.");
    }
    expect(ShardIterator.length).toBeLessThanOrEqual(512);
  });

  it("ends a closed shard with its children", async () => {
    const harness = await withStream();
    await harness.call("PutRecord", { StreamName: "orders", Data: base64("last"), PartitionKey: "k" });
    const ShardIterator = await iterator(harness, "TRIM_HORIZON");
    const middle = 1n << 127n;
    await harness.log.commit([
      {
        kind: "reshard",
        stream: "orders",
        parents: [0],
        children: [
          { start: 0n, end: middle - 1n },
          { start: middle, end: (1n << 128n) - 1n },
        ],
      },
    ]);
    const got = await harness.call("GetRecords", { ShardIterator });
    expect(texts(got)).toEqual(["last"]);
    expect(got.NextShardIterator).toBeNull();
    expect(got.ChildShards).toEqual([
      { ShardId: "shardId-000000000001", ParentShards: ["shardId-000000000000"], HashKeyRange: { StartingHashKey: "0", EndingHashKey: String(middle - 1n) } },
      {
        ShardId: "shardId-000000000002",
        ParentShards: ["shardId-000000000000"],
        HashKeyRange: { StartingHashKey: String(middle), EndingHashKey: String((1n << 128n) - 1n) },
      },
    ]);
    expect((await harness.call("PutRecord", { StreamName: "orders", Data: "", PartitionKey: "k" })).ShardId).not.toBe("shardId-000000000000");
  });
});
