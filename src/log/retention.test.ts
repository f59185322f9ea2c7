import { beforeEach, describe, expect, test } from "vitest";
import { createSimulatedPlatform, type SimulatedPlatform } from "../core/platform/sim/index.ts";
import { encodeBatch, openLog, type LogOptions, type OwnedLog } from "./index.ts";

const wholeRange = { start: 0n, end: (1n << 128n) - 1n };
const hour = 3_600_000;
const options: Partial<LogOptions> = { segmentBytes: 8192, prewriteBytes: 0, cacheBytes: 4096, retentionIntervalMs: 60_000 };
let platform: SimulatedPlatform;
let log: OwnedLog;

async function makeStream(stream: string, retentionMs: number | null): Promise<number> {
  return (await log.commit([{ kind: "create-stream", stream, hashRanges: [wholeRange], retentionMs }])).opened[0][0];
}

function append(shard: number, valueBytes = 1000): Promise<{ baseOffset: number; appendTimeMs: number }> {
  return log
    .commit([{ kind: "append", shard, batch: encodeBatch([{ key: null, value: new Uint8Array(valueBytes), timestampMs: 0 }]) }])
    .then(({ appends }) => appends[0]);
}

const segments = (): number => platform.disk.paths().filter((path) => path.includes("segment")).length;
/** Timers start work that ends some turns later. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

async function reopen(): Promise<void> {
  await log.close();
  log = await openLog({ platform, directory: "/data", options });
}

beforeEach(async () => {
  platform = createSimulatedPlatform();
  log = await openLog({ platform, directory: "/data", options });
});

describe("retention", () => {
  test("moves the start behind expired records and never in front of a younger one, by a timer", async () => {
    const shard = await makeStream("events", hour);
    const times: number[] = [];
    for (let index = 0; index < 200; index++) {
      times.push((await append(shard)).appendTimeMs);
      platform.clock.advance(60_000);
      await settle();
    }
    const { startOffset, endOffset } = log.shard(shard)!;
    expect(endOffset).toBe(200);
    const horizonMs = platform.clock.nowMs() - hour;
    const firstYoung = times.findIndex((timeMs) => timeMs >= horizonMs);
    expect(startOffset).toBeLessThanOrEqual(firstYoung);
    // 64 KiB of index spacing is 60 of these records, the timer's minute is one more.
    expect(startOffset).toBeGreaterThan(firstYoung - 70);
    expect(segments()).toBeLessThan(22);
    await reopen();
    expect(log.shard(shard)).toMatchObject({ startOffset, endOffset });
  });

  test("a deleted stream frees its segments; another stream's old records keep theirs, still readable", async () => {
    const [short, long] = [await makeStream("short", hour), await makeStream("long", null)];
    await append(long);
    for (let index = 0; index < 50; index++) await append(short);
    const before = segments();
    await log.commit([{ kind: "delete-stream", stream: "short" }]);
    await log.expire(platform.clock.nowMs());
    expect(before).toBeGreaterThan(5);
    expect(segments()).toBeLessThanOrEqual(4);
    for (let round = 0; round < 2; round++) {
      expect((await log.read({ shard: long, offset: 0, bytesMax: 1 })).batches).toHaveLength(1);
      await reopen();
    }
  });

  test("tables and streams outlive the segments they were written in", async () => {
    await log.commit([{ kind: "put", table: "t", key: "k", value: Uint8Array.of(7) }]);
    const shard = await makeStream("events", hour);
    for (let index = 0; index < 50; index++) await append(shard);
    for (const durationMs of [3 * hour, 60_000]) {
      platform.clock.advance(durationMs);
      await settle();
    }
    expect(segments()).toBeLessThan(4);
    await reopen();
    expect(log.table("t").get("k")).toEqual(Uint8Array.of(7));
    expect(log.shard(shard)).toMatchObject({ startOffset: 50, endOffset: 50, storedBytes: 0 });
    expect((await append(shard)).baseOffset).toBe(50);
  });

  test("a closed shard is listed until its retention has passed since it closed", async () => {
    const shard = await makeStream("events", hour);
    await append(shard);
    platform.clock.advance(2 * hour);
    await log.commit([{ kind: "reshard", stream: "events", parents: [shard], children: [wholeRange] }]);
    await log.expire(platform.clock.nowMs());
    expect(log.stream("events")!.shards).toContain(shard);
    const tail = log.tail({ shard, offset: 0, bytesMax: 1 });
    expect(await tail.next()).toBeNull();
    platform.clock.advance(2 * hour);
    await log.expire(platform.clock.nowMs());
    expect(log.stream("events")!.shards).not.toContain(shard);
    expect(log.shard(shard)).toBeUndefined();
    await reopen();
    expect(log.stream("events")!.shards).toHaveLength(1);
  });

  test("a longer retention set in time saves the records", async () => {
    const shard = await makeStream("events", hour);
    await append(shard);
    await log.commit([{ kind: "set-retention", stream: "events", retentionMs: 10 * hour }]);
    for (const durationMs of [2 * hour, 60_000]) {
      platform.clock.advance(durationMs);
      await settle();
    }
    expect(log.shard(shard)!.startOffset).toBe(0);
    expect(log.stream("events")!.retentionMs).toBe(10 * hour);
  });

  test("a reader that retention overtakes goes on at the new start", async () => {
    const shard = await makeStream("events", hour);
    for (let index = 0; index < 50; index++) await append(shard);
    const reading = log.read({ shard, offset: 0, bytesMax: 1e6 });
    platform.clock.advance(2 * hour);
    const [result] = await Promise.all([reading, log.expire(platform.clock.nowMs())]);
    expect([0, 50]).toContain(result.startOffset);
    expect(await log.read({ shard, offset: 0, bytesMax: 1e6 })).toMatchObject({ batches: [], startOffset: 50, nextOffset: 50 });
  });
});

describe("time", () => {
  test("the offset at a time is that of the first record appended then or later", async () => {
    const shard = await makeStream("events", null);
    const times: number[] = [];
    for (let index = 0; index < 300; index++) {
      times.push((await append(shard, 700)).appendTimeMs);
      if (index % 3 === 0) platform.clock.advance(10);
    }
    for (let round = 0; round < 2; round++) {
      for (let timeMs = times[0] - 5; timeMs < times.at(-1)! + 20; timeMs += 7) {
        const expected = times.findIndex((each) => each >= timeMs);
        expect(await log.offsetAtTime(shard, timeMs), `at ${timeMs}`).toBe(expected < 0 ? 300 : expected);
      }
      await reopen();
    }
  });

  test("append times do not go back with the wall clock, not even over a restart", async () => {
    const shard = await makeStream("events", null);
    const first = (await append(shard)).appendTimeMs;
    platform.clock.setWallClock(first - hour);
    expect((await append(shard)).appendTimeMs).toBe(first);
    await reopen();
    expect((await append(shard)).appendTimeMs).toBe(first);
    expect(await log.offsetAtTime(shard, first)).toBe(0);
  });
});

test("repeats inside one commit and between commits in flight are stored once", async () => {
  const shard = await makeStream("events", null);
  const entry = (sequence: number): Parameters<OwnedLog["commit"]>[0][0] => {
    const batch = encodeBatch([{ key: null, value: new Uint8Array(10), timestampMs: 0 }]);
    return { kind: "append", shard, batch: stamped(batch, sequence), producer: { id: 5, epoch: 0, sequence } };
  };
  const { appends } = await log.commit([entry(0), entry(1), entry(0)]);
  expect(appends.map(({ baseOffset, duplicate }) => [baseOffset, duplicate])).toEqual([
    [0, false],
    [1, false],
    [0, true],
  ]);
  await expect(log.commit([entry(2), entry(4)])).rejects.toMatchObject({ code: "invalid-argument" });
  const order: string[] = [];
  await Promise.all([log.commit([entry(2)]).then(() => order.push("first")), log.commit([entry(2)]).then(() => order.push("repeat"))]);
  expect(order).toEqual(["first", "repeat"]);
  expect(log.shard(shard)!.endOffset).toBe(3);
});

/** Writes a producer's identity into a finished batch. The log does not look at the CRC. */
function stamped(batch: Uint8Array, sequence: number): Uint8Array {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
  view.setBigInt64(43, 5n);
  view.setInt16(51, 0);
  view.setInt32(53, sequence);
  return batch;
}

test("a commit beyond the bytes that may wait is refused, the others go on", async () => {
  await log.close();
  log = await openLog({ platform, directory: "/data", options: { ...options, bytesInFlightMax: 10_000 } });
  const shard = await makeStream("events", null);
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => append(shard)));
  const refused = results.filter((result) => result.status === "rejected");
  expect(refused.length).toBeGreaterThan(5);
  for (const result of refused) expect(result.reason).toMatchObject({ code: "limit-exceeded" });
  expect(log.shard(shard)!.endOffset).toBe(20 - refused.length);
  await append(shard, 50_000);
});
