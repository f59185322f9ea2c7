/**
 * The AWS CLI against a server process. Goal: its commands work unmodified, with 10,000 records out and back.
 * Method: 20 calls of put-records from files, get-records by shard; texts beyond ASCII, as the CLI takes blobs as text.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { allowed, conformanceCase } from "../support/cases.ts";
import { findAwsCli } from "../../clients.ts";
import { recordCount, recordKey } from "../support/records.ts";
import { haveBuild, type ServerProcess, startServer } from "../support/server.ts";

const list = allowed(import.meta.dirname);
const command = haveBuild() ? findAwsCli() : null;
const run = promisify(execFile);

const text = (index: number): string => `${index} ünïcode ${"x".repeat((index * 37) % 300)}`;

describe.skipIf(command === null)("AWS CLI", () => {
  let server: ServerProcess;
  let folder: string;
  let rawBlobs: string[];
  beforeAll(async () => {
    server = await startServer();
    folder = mkdtempSync(join(tmpdir(), "headrace-aws-cli-"));
    const { stdout } = await run(command!, ["--version"]);
    // Version 2 takes blobs as base64 unless told otherwise; version 1 knows no such option.
    rawBlobs = stdout.startsWith("aws-cli/1.") ? [] : ["--cli-binary-format", "raw-in-base64-out"];
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function kinesis(...argv: string[]): Promise<ReturnType<typeof JSON.parse>> {
    const environment = {
      ...process.env,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_PAGER: "",
      AWS_MAX_ATTEMPTS: "1",
    };
    const { stdout } = await run(command!, ["kinesis", ...argv, "--endpoint-url", server.url, "--output", "json"], { env: environment, maxBuffer: 1 << 26 });
    return stdout.trim() === "" ? null : JSON.parse(stdout);
  }

  async function readShard(shardId: string): Promise<{ PartitionKey: string; Data: string }[]> {
    const records: { PartitionKey: string; Data: string }[] = [];
    let { ShardIterator: iterator } = await kinesis(
      "get-shard-iterator",
      "--stream-name",
      "cli",
      "--shard-id",
      shardId,
      "--shard-iterator-type",
      "TRIM_HORIZON",
    );
    for (;;) {
      const answer = await kinesis("get-records", "--shard-iterator", iterator);
      records.push(...answer.Records);
      if (answer.MillisBehindLatest === 0) return records;
      iterator = answer.NextShardIterator;
    }
  }

  conformanceCase(
    list,
    "10,000 records over four shards",
    async () => {
      expect(await kinesis("create-stream", "--stream-name", "cli", "--shard-count", "4")).toBeNull();
      for (let start = 0; start < recordCount; start += 500) {
        const Records = Array.from({ length: 500 }, (_, index) => ({ PartitionKey: recordKey(start + index), Data: text(start + index) }));
        const file = join(folder, "records.json");
        writeFileSync(file, JSON.stringify({ StreamName: "cli", Records }));
        expect((await kinesis("put-records", "--cli-input-json", `file://${file}`, ...rawBlobs)).FailedRecordCount).toBe(0);
      }
      const { Shards } = await kinesis("list-shards", "--stream-name", "cli");
      expect(Shards).toHaveLength(4);
      const seen = new Set<number>();
      for (const { ShardId } of Shards) {
        const last = new Map<string, number>();
        for (const { PartitionKey, Data } of await readShard(ShardId)) {
          const data = Buffer.from(Data, "base64").toString("utf8");
          const index = Number.parseInt(data, 10);
          expect([PartitionKey, data]).toEqual([recordKey(index), text(index)]);
          expect(last.get(PartitionKey) ?? -1).toBeLessThan(index);
          last.set(PartitionKey, index);
          seen.add(index);
        }
      }
      expect(seen.size).toBe(recordCount);
    },
    120_000,
  );

  conformanceCase(
    list,
    "describes, lists, waits and deletes",
    async () => {
      await kinesis("create-stream", "--stream-name", "short", "--stream-mode-details", "StreamMode=ON_DEMAND");
      await kinesis("wait", "stream-exists", "--stream-name", "short");
      expect((await kinesis("describe-stream-summary", "--stream-name", "short")).StreamDescriptionSummary).toMatchObject({
        StreamStatus: "ACTIVE",
        OpenShardCount: 4,
      });
      expect((await kinesis("list-streams")).StreamNames).toContain("short");
      const put = await kinesis("put-record", "--stream-name", "short", "--partition-key", "k", "--data", "aGk=", ...rawBlobs);
      expect(put.SequenceNumber).toMatch(/^\d{56}$/);
      await kinesis("delete-stream", "--stream-name", "short");
      await expect(kinesis("describe-stream", "--stream-name", "short")).rejects.toThrow(
        /ResourceNotFoundException.*Stream short under account \d{12} not found\./,
      );
    },
    60_000,
  );
});
