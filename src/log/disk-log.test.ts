import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodePlatform } from "../core/index.ts";
import { encodeBatch, forEachRecord, openLog, type OwnedLog } from "./index.ts";

const fullRange = { start: 0n, end: (1n << 128n) - 1n };
const platform = createNodePlatform();
let directory: string;
let log: OwnedLog;

async function reopen(options = {}): Promise<void> {
  await log.close();
  log = await openLog({ platform, directory, options });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "headrace-log-"));
  log = await openLog({ platform, directory });
});
afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true });
});

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function createStream(name: string): Promise<number> {
  const { opened } = await log.commit([{ kind: "create-stream", stream: name, hashRanges: [fullRange], retentionMs: 86_400_000 }]);
  return opened[0][0];
}

async function put(shard: number, values: readonly string[]): Promise<number> {
  const batch = encodeBatch(values.map((value) => ({ key: text("key"), value: text(value), timestampMs: 1 })));
  return (await log.commit([{ kind: "append", shard, batch }])).appends[0].baseOffset;
}

async function readAll(shard: number, from = 0, bytesMax = 1_000): Promise<string[]> {
  const values: string[] = [];
  let offset = from;
  for (;;) {
    const result = await log.read({ shard, offset, bytesMax });
    for (const { bytes } of result.batches)
      forEachRecord(bytes, (record) => record.offset >= offset && values.push(new TextDecoder().decode(bytes.subarray(record.valueStart, record.valueEnd))));
    if (result.batches.length === 0) return values;
    offset = result.nextOffset;
  }
}

describe("disk log", () => {
  it("keeps records, tables and streams over a restart", async () => {
    const shard = await createStream("5n");
    expect(await put(shard, ["a", "b"])).toBe(0);
    expect(await put(shard, ["c"])).toBe(2);
    await log.commit([{ kind: "put", table: "t", key: "k", value: text("v") }]);
    await reopen();
    expect(await readAll(shard)).toEqual(["a", "b", "c"]);
    expect(await readAll(shard, 1)).toEqual(["b", "c"]);
    expect(log.stream("5n")?.shards).toEqual([shard]);
    expect(log.shard(shard)).toMatchObject({ endOffset: 3, hashRange: fullRange });
    expect(new TextDecoder().decode(log.table("t").get("k"))).toBe("v");
    expect(await put(shard, ["d"])).toBe(3);
  });

  it("rolls segments, reads all of them, and restarts from the checkpoint", async () => {
    await reopen({ segmentBytes: 64 * 1024, cacheBytes: 10_000 });
    const shard = await createStream("s");
    const expected: string[] = [];
    for (let index = 0; index < 400; index++) {
      expected.push(`${index}-${"x".repeat(1_000)}`);
      await put(shard, [expected[index]]);
    }
    expect(await readAll(shard, 0, 50_000)).toEqual(expected);
    await reopen({ segmentBytes: 64 * 1024, cacheBytes: 10_000 });
    expect(await readAll(shard, 0, 50_000)).toEqual(expected);
    expect(await readAll(shard, 237, 50_000)).toEqual(expected.slice(237));
  });

  it("deletes segments that retention has passed", async () => {
    await reopen({ segmentBytes: 64 * 1024, cacheBytes: 1_000 });
    const shard = await createStream("s");
    for (let index = 0; index < 400; index++) await put(shard, ["x".repeat(1_000)]);
    const before = (await platform.disk.list(join(directory, "log"))).filter(({ name }) => name.startsWith("segment")).length;
    await log.expire(platform.clock.nowMs() + 90_000_000);
    const after = (await platform.disk.list(join(directory, "log"))).filter(({ name }) => name.startsWith("segment")).length;
    expect(before).toBeGreaterThan(5);
    expect(after).toBeLessThanOrEqual(2);
    expect(log.shard(shard)).toMatchObject({ startOffset: 400, endOffset: 400 });
    await reopen();
    expect(await put(shard, ["after"])).toBe(400);
    expect(await readAll(shard)).toEqual(["after"]);
  });

  it("refuses a commit whole", async () => {
    const shard = await createStream("s");
    const good = { kind: "append", shard, batch: encodeBatch([{ key: null, value: text("x"), timestampMs: 1 }]) } as const;
    await expect(log.commit([good, { kind: "delete-stream", stream: "missing" }])).rejects.toMatchObject({ code: "not-found" });
    expect(log.shard(shard)?.endOffset).toBe(0);
    await expect(log.commit([{ kind: "create-stream", stream: "s", hashRanges: [fullRange], retentionMs: null }])).rejects.toMatchObject({
      code: "already-exists",
    });
    await expect(log.commit([{ kind: "create-stream", stream: "gap", hashRanges: [{ start: 0n, end: 5n }], retentionMs: null }])).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  it("pushes to a tail, also one that was waiting", async () => {
    const shard = await createStream("s");
    const tail = log.tail({ shard, offset: 0, bytesMax: 1_000 });
    const next = tail.next();
    await put(shard, ["now"]);
    expect((await next)?.batches).toHaveLength(1);
    const waiting = tail.next();
    tail.close();
    expect(await waiting).toBeNull();
  });

  it("opens once", async () => {
    await expect(openLog({ platform, directory })).rejects.toMatchObject({ code: "in-use" });
  });
});
