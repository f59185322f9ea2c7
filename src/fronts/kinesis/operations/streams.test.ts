import { describe, expect, it } from "vitest";
import { type Answer, startHarness, testAccount, testStartMs } from "../testing/harness.ts";

const notFound = `ResourceNotFoundException: Stream nope under account ${testAccount} not found.`;

describe("CreateStream, DescribeStream, DescribeStreamSummary, DeleteStream", () => {
  it("makes a provisioned stream that is active at once", async () => {
    const { call } = startHarness();
    expect(await call("CreateStream", { StreamName: "orders", ShardCount: 3, Tags: { team: "a" } })).toBeNull();
    const { StreamDescription: stream } = await call("DescribeStream", { StreamName: "orders" });
    expect(stream).toMatchObject({
      StreamName: "orders",
      StreamARN: `arn:aws:kinesis:us-east-1:${testAccount}:stream/orders`,
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: "PROVISIONED" },
      RetentionPeriodHours: 24,
      EncryptionType: "NONE",
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      HasMoreShards: false,
      StreamCreationTimestamp: testStartMs / 1000,
    });
    expect(stream.Shards.map((shard: Answer) => shard.ShardId)).toEqual(["shardId-000000000000", "shardId-000000000001", "shardId-000000000002"]);
    expect(stream.Shards[0].HashKeyRange.StartingHashKey).toBe("0");
    expect(stream.Shards[2].HashKeyRange.EndingHashKey).toBe("340282366920938463463374607431768211455");
    expect(stream.Shards[0].SequenceNumberRange.StartingSequenceNumber).toMatch(/^\d{56}$/);
    expect(stream.Shards[0].SequenceNumberRange.EndingSequenceNumber).toBeUndefined();
  });

  it("pages shards", async () => {
    const { call } = startHarness();
    await call("CreateStream", { StreamName: "orders", ShardCount: 3 });
    const first = await call("DescribeStream", { StreamName: "orders", Limit: 2 });
    expect([first.StreamDescription.Shards.length, first.StreamDescription.HasMoreShards]).toEqual([2, true]);
    const second = await call("DescribeStream", { StreamName: "orders", ExclusiveStartShardId: "shardId-000000000001" });
    expect(second.StreamDescription.Shards.map((shard: Answer) => shard.ShardId)).toEqual(["shardId-000000000002"]);
  });

  it("gives an on-demand stream four shards and takes the ARN for the name", async () => {
    const { call } = startHarness();
    await call("CreateStream", { StreamName: "orders", StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    const { StreamDescriptionSummary: summary } = await call("DescribeStreamSummary", { StreamARN: `arn:aws:kinesis:us-east-1:${testAccount}:stream/orders` });
    expect(summary).toMatchObject({ OpenShardCount: 4, ConsumerCount: 0, StreamModeDetails: { StreamMode: "ON_DEMAND" }, MaxRecordSizeInKiB: 1024 });
  });

  it("says CREATING as long as it was told to, and takes no records then", async () => {
    const { call, failure, platform } = startHarness({ createDelayMs: 500 });
    await call("CreateStream", { StreamName: "orders", ShardCount: 1 });
    expect((await call("DescribeStreamSummary", { StreamName: "orders" })).StreamDescriptionSummary).toMatchObject({
      StreamStatus: "CREATING",
      OpenShardCount: 0,
    });
    expect(await failure("PutRecord", { StreamName: "orders", Data: "YQ==", PartitionKey: "k" })).toMatch(/^ResourceNotFoundException/);
    expect(await failure("ListShards", { StreamName: "orders" })).toMatch(/^ResourceInUseException/);
    platform.setTime(testStartMs + 500);
    expect((await call("DescribeStreamSummary", { StreamName: "orders" })).StreamDescriptionSummary).toMatchObject({
      StreamStatus: "ACTIVE",
      OpenShardCount: 1,
    });
  });

  it("refuses what AWS refuses, in AWS's words", async () => {
    const { call, failure } = startHarness({ shardsMax: 10 });
    await call("CreateStream", { StreamName: "orders", ShardCount: 1 });
    expect(await failure("CreateStream", { StreamName: "orders", ShardCount: 1 })).toBe(
      `ResourceInUseException: Stream orders under account ${testAccount} already exists.`,
    );
    expect(await failure("CreateStream", { StreamName: "more", ShardCount: 10 })).toMatch(
      /^LimitExceededException: This request would exceed the shard limit for the account 123456789012 in us-east-1\. Current shard count for the account: 1\. Limit: 10\./,
    );
    expect(await failure("CreateStream", { StreamName: "bad name", ShardCount: 0 })).toBe(
      "ValidationException: 2 validation errors detected: Value 'bad name' at 'streamName' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; " +
        "Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
    expect(await failure("CreateStream", {})).toBe(
      "ValidationException: 1 validation error detected: Value null at 'streamName' failed to satisfy constraint: Member must not be null",
    );
    expect(await failure("CreateStream", { StreamName: "x", StreamModeDetails: { StreamMode: "OTHER" } })).toBe(
      "ValidationException: 1 validation error detected: Value 'OTHER' at 'streamModeDetails.streamMode' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]",
    );
    for (const operation of ["DescribeStream", "DescribeStreamSummary", "DeleteStream", "ListShards"])
      expect(await failure(operation, { StreamName: "nope" })).toBe(notFound);
    expect(await failure("DescribeStream", { StreamName: 5 })).toBe("SerializationException: class java.math.BigDecimal can not be converted to an String");
    expect(await failure("DescribeStream", {})).toMatch(/^InvalidArgumentException/);
    expect(await failure("MergeShards", {})).toBe("UnknownOperationException: MergeShards is not implemented here yet.");
    expect(await failure("Nonsense", {})).toBe("UnknownOperationException: Kinesis has no operation Nonsense.");
  });

  it("deletes a stream and knows nothing of it when it is made again", async () => {
    const { call, failure, log } = startHarness();
    await call("CreateStream", { StreamName: "orders", ShardCount: 2, Tags: { team: "a" } });
    await call("PutRecord", { StreamName: "orders", Data: "YQ==", PartitionKey: "k" });
    await call("DeleteStream", { StreamName: "orders" });
    expect(await failure("DescribeStream", { StreamName: "orders" })).toMatch(/^ResourceNotFoundException/);
    expect(log.table("kinesis").entries("stream/")).toEqual([]);
    await call("CreateStream", { StreamName: "orders", ShardCount: 1 });
    expect((await call("PutRecord", { StreamName: "orders", Data: "YQ==", PartitionKey: "k" })).ShardId).toBe("shardId-000000000000");
  });
});

describe("ListStreams", () => {
  it("pages by name and shows no internal streams", async () => {
    const { call, log, failure } = startHarness();
    for (const name of ["c", "a", "b"]) await call("CreateStream", { StreamName: name, ShardCount: 1 });
    await log.commit([{ kind: "create-stream", stream: "$internal", hashRanges: [{ start: 0n, end: (1n << 128n) - 1n }], retentionMs: null }]);
    const first = await call("ListStreams", { Limit: 2 });
    expect(first).toMatchObject({ StreamNames: ["a", "b"], HasMoreStreams: true });
    const second = await call("ListStreams", { NextToken: first.NextToken });
    expect(second).toMatchObject({ StreamNames: ["c"], HasMoreStreams: false });
    expect(second.StreamSummaries[0]).toMatchObject({ StreamName: "c", StreamStatus: "ACTIVE" });
    expect((await call("ListStreams", { ExclusiveStartStreamName: "a" })).StreamNames).toEqual(["b", "c"]);
    expect(await failure("ListStreams", { NextToken: "bm9uc2Vuc2U=" })).toMatch(/^InvalidArgumentException/);
    expect(await failure("DescribeStream", { StreamARN: `arn:aws:kinesis:us-east-1:${testAccount}:stream/$internal` })).toMatch(/^ResourceNotFoundException/);
  });
});

describe("ListShards", () => {
  it("pages with tokens that carry everything and expire", async () => {
    const { call, failure, platform } = startHarness();
    await call("CreateStream", { StreamName: "orders", ShardCount: 5 });
    const first = await call("ListShards", { StreamName: "orders", MaxResults: 2 });
    expect(first.Shards).toHaveLength(2);
    const second = await call("ListShards", { NextToken: first.NextToken, MaxResults: 10 });
    expect(second.Shards.map((shard: Answer) => shard.ShardId)).toEqual(["shardId-000000000002", "shardId-000000000003", "shardId-000000000004"]);
    expect(second.NextToken).toBeUndefined();
    expect(await failure("ListShards", { NextToken: first.NextToken, StreamName: "orders" })).toBe(
      "InvalidArgumentException: NextToken and StreamName cannot be provided together.",
    );
    expect(await failure("ListShards", {})).toBe("InvalidArgumentException: Either NextToken or StreamName should be provided.");
    platform.setTime(testStartMs + 300_001);
    expect(await failure("ListShards", { NextToken: first.NextToken })).toMatch(/^ExpiredNextTokenException/);
  });

  it("filters by the life of shards", async () => {
    const { call, log, platform } = startHarness();
    await call("CreateStream", { StreamName: "orders", ShardCount: 1 });
    const splitMs = testStartMs + 60_000;
    platform.setTime(splitMs);
    const whole = log.shard(0)!.hashRange;
    const middle = 1n << 127n;
    await log.commit([
      {
        kind: "reshard",
        stream: "orders",
        parents: [0],
        children: [
          { start: whole.start, end: middle - 1n },
          { start: middle, end: whole.end },
        ],
      },
    ]);
    platform.setTime(splitMs + 60_000);
    const list = async (ShardFilter: object): Promise<number[]> =>
      (await call("ListShards", { StreamName: "orders", ShardFilter })).Shards.map((shard: Answer) => Number(shard.ShardId.slice(-1)));
    expect(await list({ Type: "AT_LATEST" })).toEqual([1, 2]);
    expect(await list({ Type: "AT_TRIM_HORIZON" })).toEqual([0]);
    expect(await list({ Type: "FROM_TRIM_HORIZON" })).toEqual([0, 1, 2]);
    expect(await list({ Type: "AT_TIMESTAMP", Timestamp: (splitMs - 1) / 1000 })).toEqual([0]);
    expect(await list({ Type: "AT_TIMESTAMP", Timestamp: splitMs / 1000 })).toEqual([1, 2]);
    expect(await list({ Type: "AT_TIMESTAMP", Timestamp: 1 })).toEqual([0]);
    expect(await list({ Type: "FROM_TIMESTAMP", Timestamp: splitMs / 1000 })).toEqual([1, 2]);
    expect(await list({ Type: "AFTER_SHARD_ID", ShardId: "shardId-000000000000" })).toEqual([1, 2]);
    const { Shards: shards } = await call("ListShards", { StreamName: "orders" });
    expect(shards[0].SequenceNumberRange.EndingSequenceNumber).toMatch(/^\d{56}$/);
    expect(shards[1].ParentShardId).toBe("shardId-000000000000");
    expect(BigInt(shards[1].SequenceNumberRange.StartingSequenceNumber)).toBeGreaterThan(BigInt(shards[0].SequenceNumberRange.EndingSequenceNumber));
  });
});
