import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNodePlatform, type Platform } from "../core/index.ts";
import { createSimulatedPlatform } from "../core/platform/sim/index.ts";
import { BatchBuilder, encodeBatch, forEachRecord, openLog, type Log, type ReadResult } from "./index.ts";

const wholeRange = { start: 0n, end: (1n << 128n) - 1n };
const hour = 3_600_000;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

function batchOf(...values: string[]): Uint8Array {
  return encodeBatch(values.map((value) => ({ key: null, value: bytes(value), timestampMs: 1 })));
}

interface Producer {
  id: number;
  epoch: number;
  sequence: number;
  transactional?: boolean;
}

function batchFrom(producer: Producer, ...values: string[]): Uint8Array {
  const builder = new BatchBuilder();
  for (const value of values) builder.append(null, bytes(value), 1);
  return builder.finish(producer);
}

function values(result: ReadResult | null): string[] {
  const found: string[] = [];
  for (const batch of result?.batches ?? [])
    forEachRecord(batch.bytes, (record) => void found.push(text(batch.bytes.subarray(record.valueStart, record.valueEnd))));
  return found;
}

async function makeStream(log: Log, stream = "events", shards = 1, retentionMs: number | null = hour): Promise<number[]> {
  const size = (1n << 128n) / BigInt(shards);
  const hashRanges = Array.from({ length: shards }, (_, index) => ({
    start: BigInt(index) * size,
    end: index === shards - 1 ? wholeRange.end : BigInt(index + 1) * size - 1n,
  }));
  const { opened } = await log.commit([{ kind: "create-stream", stream, hashRanges, retentionMs }]);
  return opened[0];
}

const machines: [string, () => Promise<{ platform: Platform; directory: string; clean(): Promise<void> }>][] = [
  ["simulated disk", async () => ({ platform: createSimulatedPlatform(), directory: "/data", clean: async () => {} })],
  [
    "real disk",
    async () => {
      const directory = await mkdtemp(join(tmpdir(), "headrace-log-"));
      return { platform: createNodePlatform(), directory: join(directory, "data"), clean: () => rm(directory, { recursive: true }) };
    },
  ],
];

describe.each(machines)("a log on a %s", (_, start) => {
  let machine: Awaited<ReturnType<typeof start>>;
  let log: Log;
  const open = (): Promise<Log> => openLog({ platform: machine.platform, directory: machine.directory });
  const reopen = async (): Promise<void> => {
    await log.close();
    log = await open();
  };
  beforeEach(async () => {
    machine = await start();
    log = await open();
  });
  afterEach(async () => {
    await log.close();
    await machine.clean();
  });

  test("gives back what was committed, before and after a restart", async () => {
    const [shard] = await makeStream(log);
    const { appends } = await log.commit([{ kind: "append", shard, batch: batchOf("a", "b") }]);
    expect(appends).toMatchObject([{ shard, baseOffset: 0, duplicate: false }]);
    await log.commit([{ kind: "append", shard, batch: batchOf("c") }]);
    for (let round = 0; round < 3; round++) {
      const result = await log.read({ shard, offset: 0, bytesMax: 1e6 });
      expect(values(result)).toEqual(["a", "b", "c"]);
      expect(result).toMatchObject({ nextOffset: 3, startOffset: 0, endOffset: 3 });
      expect(result.batches.map(({ baseOffset, recordCount }) => [baseOffset, recordCount])).toEqual([
        [0, 2],
        [2, 1],
      ]);
      expect(values(await log.read({ shard, offset: 1, bytesMax: 1 }))).toEqual(["a", "b"]);
      expect(await log.read({ shard, offset: 99, bytesMax: 1e6 })).toMatchObject({ batches: [] });
      expect(log.shard(shard)).toMatchObject({
        stream: "events",
        index: 0,
        startOffset: 0,
        endOffset: 3,
        lastStableOffset: 3,
        closedMs: null,
        parents: [],
        hashRange: wholeRange,
      });
      await reopen();
    }
    const more = await log.commit([{ kind: "append", shard, batch: batchOf("d") }]);
    expect(more.appends[0].baseOffset).toBe(3);
  });

  test("commits of one moment keep the order of the calls", async () => {
    const [shard] = await makeStream(log);
    const results = await Promise.all(Array.from({ length: 200 }, (_, index) => log.commit([{ kind: "append", shard, batch: batchOf(`${index}`) }])));
    expect(results.map((result) => result.appends[0].baseOffset)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    await reopen();
    expect(values(await log.read({ shard, offset: 0, bytesMax: 1e6 }))).toEqual(Array.from({ length: 200 }, (_, index) => `${index}`));
  });

  test("a refused commit stores nothing of itself", async () => {
    const [shard] = await makeStream(log);
    const refused = log.commit([
      { kind: "append", shard, batch: batchOf("no") },
      { kind: "put", table: "t", key: "k", value: bytes("no") },
      { kind: "append", shard: 12_345, batch: batchOf("no") },
    ]);
    await expect(refused).rejects.toMatchObject({ code: "not-found" });
    expect(log.table("t").latest("k")).toBeUndefined();
    const { appends } = await log.commit([{ kind: "append", shard, batch: batchOf("yes") }]);
    expect(appends[0].baseOffset).toBe(0);
    expect(values(await log.read({ shard, offset: 0, bytesMax: 1e6 }))).toEqual(["yes"]);
    await expect(log.commit([{ kind: "append", shard, batch: new Uint8Array(10) }])).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(log.commit([{ kind: "create-stream", stream: "events", hashRanges: [wholeRange], retentionMs: 1 }])).rejects.toMatchObject({
      code: "already-exists",
    });
    await expect(log.commit([{ kind: "delete-stream", stream: "absent" }])).rejects.toMatchObject({ code: "not-found" });
    await expect(
      log.commit([{ kind: "create-stream", stream: "gap", hashRanges: [{ start: 1n, end: wholeRange.end }], retentionMs: 1 }]),
    ).rejects.toMatchObject({ code: "invalid-argument" });
  });

  test("readers see a commit only when it is durable", async () => {
    const [shard] = await makeStream(log);
    const pending = log.commit([
      { kind: "append", shard, batch: batchOf("a") },
      { kind: "put", table: "t", key: "k", value: bytes("v") },
    ]);
    expect(log.shard(shard)!.endOffset).toBe(0);
    expect(log.table("t").get("k")).toBeUndefined();
    expect(text(log.table("t").latest("k")!)).toBe("v");
    await pending;
    expect(log.shard(shard)!.endOffset).toBe(1);
    expect(text(log.table("t").get("k")!)).toBe("v");
  });

  test("tables: put, replace, remove, by prefix, over restarts", async () => {
    await log.commit(["b/1", "a/2", "a/1", "c"].map((key) => ({ kind: "put", table: "leases", key, value: bytes(key) })));
    await log.commit([
      { kind: "put", table: "leases", key: "a/2", value: null },
      { kind: "put", table: "leases", key: "c", value: bytes("new") },
      { kind: "put", table: "other", key: "c", value: new Uint8Array(0) },
    ]);
    for (let round = 0; round < 2; round++) {
      expect(
        log
          .table("leases")
          .entries()
          .map(([key, value]) => [key, text(value)]),
      ).toEqual([
        ["a/1", "a/1"],
        ["b/1", "b/1"],
        ["c", "new"],
      ]);
      expect(
        log
          .table("leases")
          .entries("a/")
          .map(([key]) => key),
      ).toEqual(["a/1"]);
      expect(log.table("leases").get("a/2")).toBeUndefined();
      expect(log.table("other").get("c")).toEqual(new Uint8Array(0));
      expect(log.table("absent").entries()).toEqual([]);
      await reopen();
    }
  });

  test("streams: list, reshard, lineage, delete, over restarts", async () => {
    const [first, second] = await makeStream(log, "events", 2);
    await makeStream(log, "$internal", 1, null);
    const middle = log.shard(first)!.hashRange.end / 2n;
    const split = await log.commit([
      { kind: "append", shard: first, batch: batchOf("before") },
      {
        kind: "reshard",
        stream: "events",
        parents: [first],
        children: [
          { start: 0n, end: middle },
          { start: middle + 1n, end: log.shard(first)!.hashRange.end },
        ],
      },
    ]);
    const [left, right] = split.opened[0];
    await expect(log.commit([{ kind: "append", shard: first, batch: batchOf("late") }])).rejects.toMatchObject({ code: "shard-closed" });
    const merge = await log.commit([{ kind: "reshard", stream: "events", parents: [right, second], children: [{ start: middle + 1n, end: wholeRange.end }] }]);
    for (let round = 0; round < 2; round++) {
      expect(log.streams().map((stream) => [stream.name, stream.retentionMs])).toEqual([
        ["$internal", null],
        ["events", hour],
      ]);
      expect(log.stream("events")!.shards).toEqual([first, second, left, right, merge.opened[0][0]]);
      expect(log.shard(first)).toMatchObject({ children: [left, right], index: 0, endOffset: 1 });
      expect(log.shard(first)!.closedMs).not.toBeNull();
      expect(log.shard(merge.opened[0][0])).toMatchObject({ parents: [right, second], index: 4, closedMs: null });
      expect(values(await log.read({ shard: first, offset: 0, bytesMax: 1e6 }))).toEqual(["before"]);
      await reopen();
    }
    await log.commit([
      { kind: "delete-stream", stream: "events" },
      { kind: "create-stream", stream: "events", hashRanges: [wholeRange], retentionMs: hour },
    ]);
    expect(log.shard(first)).toBeUndefined();
    const again = log.stream("events")!.shards;
    expect(again).toHaveLength(1);
    // Numbers are never used again.
    expect(again[0]).toBeGreaterThan(merge.opened[0][0]);
    await expect(log.read({ shard: first, offset: 0, bytesMax: 1 })).rejects.toMatchObject({ code: "not-found" });
  });

  test("a tail pushes what becomes durable and ends with its shard", async () => {
    const [shard] = await makeStream(log);
    await log.commit([{ kind: "append", shard, batch: batchOf("a") }]);
    const tail = log.tail({ shard, offset: 0, bytesMax: 1e6 });
    expect(values(await tail.next())).toEqual(["a"]);
    const waiting = tail.next();
    await log.commit([{ kind: "append", shard, batch: batchOf("b") }]);
    expect(values(await waiting)).toEqual(["b"]);
    for (const value of ["c", "d", "e"]) await log.commit([{ kind: "append", shard, batch: batchOf(value) }]);
    expect(values(await tail.next())).toEqual(["c", "d", "e"]);
    const last = tail.next();
    await log.commit([{ kind: "reshard", stream: "events", parents: [shard], children: [wholeRange] }]);
    expect(await last).toBeNull();
    const closed = log.tail({ shard: log.stream("events")!.shards[1], offset: 0, bytesMax: 1 });
    const pending = closed.next();
    closed.close();
    expect(await pending).toBeNull();
  });

  test("idempotent producers: repeats stored once, gaps and old epochs refused, over restarts", async () => {
    const [shard] = await makeStream(log);
    const send = (sequence: number, epoch = 0, count = 2): Promise<{ baseOffset: number; duplicate: boolean }> => {
      const producer = { id: 7, epoch, sequence };
      const batch = batchFrom(producer, ...Array.from({ length: count }, (_, index) => `${sequence + index}`));
      return log.commit([{ kind: "append", shard, batch, producer }]).then((result) => result.appends[0]);
    };
    for (let sequence = 0; sequence < 14; sequence += 2) await send(sequence);
    for (let round = 0; round < 2; round++) {
      expect(await send(12)).toMatchObject({ baseOffset: 12, duplicate: true });
      expect(await send(4)).toMatchObject({ baseOffset: 4, duplicate: true });
      await expect(send(2)).rejects.toMatchObject({ code: "invalid-argument" });
      await expect(send(16)).rejects.toMatchObject({ code: "invalid-argument" });
      await reopen();
    }
    // A repeat while the first is still in flight waits for it.
    const [first, repeat] = await Promise.all([send(14), send(14)]);
    expect([first.duplicate, repeat.duplicate, first.baseOffset, repeat.baseOffset]).toEqual([false, true, 14, 14]);
    expect(await send(0, 1)).toMatchObject({ baseOffset: 16, duplicate: false });
    await expect(send(16)).rejects.toMatchObject({ code: "fenced" });
    expect(log.shard(shard)!.endOffset).toBe(18);
  });

  test("transactions: unseen until committed, left out when aborted, over restarts", async () => {
    const [shard] = await makeStream(log);
    const send = (id: number, sequence: number, value: string): Promise<unknown> => {
      const producer = { id, epoch: 0, sequence, transactional: true };
      return log.commit([{ kind: "append", shard, batch: batchFrom(producer, value), producer }]);
    };
    const read = async (isolation: "committed" | "uncommitted"): Promise<string[]> => {
      const result = await log.read({ shard, offset: 0, bytesMax: 1e6, isolation });
      const found: string[] = [];
      for (const batch of result.batches) {
        if ((batch.bytes[22] & 0x20) === 0) found.push(...values({ ...result, batches: [batch] }));
      }
      return found;
    };
    await log.commit([{ kind: "append", shard, batch: batchOf("plain") }]);
    await send(1, 0, "one");
    await send(2, 0, "two");
    expect(await read("committed")).toEqual(["plain"]);
    expect(await read("uncommitted")).toEqual(["plain", "one", "two"]);
    await reopen();
    expect(log.shard(shard)!.lastStableOffset).toBe(1);
    const tail = log.tail({ shard, offset: 1, bytesMax: 1e6 });
    const waiting = tail.next();
    await log.commit([{ kind: "transaction-marker", producerId: 2, producerEpoch: 0, outcome: "commit" }]);
    expect(await read("committed")).toEqual(["plain"]);
    await log.commit([{ kind: "transaction-marker", producerId: 1, producerEpoch: 0, outcome: "abort" }]);
    expect(await read("committed")).toEqual(["plain", "two"]);
    expect(values(await waiting)).toContain("two");
    tail.close();
    await send(1, 1, "three");
    await log.commit([{ kind: "transaction-marker", producerId: 1, producerEpoch: 0, outcome: "commit" }]);
    await reopen();
    expect(await read("committed")).toEqual(["plain", "two", "three"]);
    expect(await read("uncommitted")).toEqual(["plain", "one", "two", "three"]);
    expect(log.shard(shard)!.lastStableOffset).toBe(log.shard(shard)!.endOffset);
  });

  test("a trim is for good", async () => {
    const [shard] = await makeStream(log, "events", 1, null);
    // Nothing to trim yet.
    await log.commit([{ kind: "trim", shard, offset: 2 }]);
    expect(log.shard(shard)).toMatchObject({ startOffset: 0, storedBytes: 0 });
    for (const value of ["a", "b", "c"]) await log.commit([{ kind: "append", shard, batch: batchOf(value) }]);
    await log.commit([{ kind: "trim", shard, offset: 2 }]);
    for (let round = 0; round < 2; round++) {
      expect(log.shard(shard)!.startOffset).toBe(2);
      const result = await log.read({ shard, offset: 0, bytesMax: 1e6 });
      expect([result.startOffset, values(result)]).toEqual([2, ["c"]]);
      await reopen();
    }
  });

  test("the folder belongs to one log at a time", async () => {
    await expect(open()).rejects.toMatchObject({ code: "in-use" });
    await log.close();
    log = await open();
  });

  test("after close everything is refused", async () => {
    const [shard] = await makeStream(log);
    const pending = log.commit([{ kind: "append", shard, batch: batchOf("a") }]);
    await log.close();
    await pending;
    await expect(log.commit([{ kind: "put", table: "t", key: "k", value: null }])).rejects.toMatchObject({ code: "log-stopped" });
    log = await open();
    expect(log.shard(shard)!.endOffset).toBe(1);
    expect(log.health()).toEqual({ writable: true, reason: null });
  });
});
