import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSimulatedPlatform } from "../../core/platform/sim/index.ts";
import { BatchBuilder, connectLog, encodeBatch, forEachRecord, openLog, serveLog, type Log, type ReadResult, type RemoteLog } from "../index.ts";

const wholeRange = { start: 0n, end: (1n << 128n) - 1n };
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
let log: Log;
let remote: RemoteLog;
let stop: () => void;

beforeEach(async () => {
  log = await openLog({ platform: createSimulatedPlatform(), directory: "/data" });
  const { port1, port2 } = new MessageChannel();
  stop = serveLog(log, port1);
  remote = connectLog(port2);
});
afterEach(async () => {
  stop();
  await log.close();
});

function values(result: ReadResult | null): string[] {
  const found: string[] = [];
  for (const batch of result?.batches ?? [])
    forEachRecord(batch.bytes, (record) => void found.push(new TextDecoder().decode(batch.bytes.subarray(record.valueStart, record.valueEnd))));
  return found;
}

async function makeStream(): Promise<number> {
  return (await remote.commit([{ kind: "create-stream", stream: "events", hashRanges: [wholeRange], retentionMs: null }])).opened[0][0];
}

function batchOf(...texts: string[]): Uint8Array {
  const builder = new BatchBuilder();
  for (const text of texts) builder.append(null, bytes(text), 1);
  return builder.finish();
}

test("commits and look-ups mean the same as on the log itself", async () => {
  const shard = await makeStream();
  const result = await remote.commit([
    { kind: "append", shard, batch: batchOf("a", "b") },
    { kind: "put", table: "t", key: "k", value: bytes("v") },
    { kind: "put", table: "t", key: "none", value: null },
    { kind: "append", shard, batch: encodeBatch([{ key: null, value: bytes("c"), timestampMs: 1 }]) },
  ]);
  expect(result.appends.map(({ baseOffset }) => baseOffset)).toEqual([0, 2]);
  const read = await remote.read({ shard, offset: 0, bytesMax: 1e6 });
  expect(values(read)).toEqual(["a", "b", "c"]);
  expect(read).toMatchObject({ nextOffset: 3, startOffset: 0, endOffset: 3 });
  expect(await remote.shard(shard)).toEqual(log.shard(shard));
  expect(await remote.shard(99)).toBeUndefined();
  expect(await remote.stream("events")).toEqual(log.stream("events"));
  expect(await remote.streams()).toEqual(log.streams());
  expect(await remote.tableGet("t", "k")).toEqual(bytes("v"));
  expect(await remote.tableGet("t", "none")).toBeUndefined();
  expect(await remote.tableEntries("t", "k")).toEqual([["k", bytes("v")]]);
  expect(await remote.offsetAtTime(shard, 0)).toBe(0);
  expect(await remote.health()).toEqual({ writable: true, reason: null });
});

test("what the log keeps is not taken from it", async () => {
  const shard = await makeStream();
  await log.commit([{ kind: "append", shard, batch: batchOf("a") }]);
  for (let round = 0; round < 2; round++) expect(values(await remote.read({ shard, offset: 0, bytesMax: 1e6 }))).toEqual(["a"]);
  expect(values(await log.read({ shard, offset: 0, bytesMax: 1e6 }))).toEqual(["a"]);
});

test("errors keep code and hint", async () => {
  await expect(remote.commit([{ kind: "delete-stream", stream: "absent" }])).rejects.toMatchObject({ name: "HeadraceError", code: "not-found" });
  await expect(remote.read({ shard: 99, offset: 0, bytesMax: 1 })).rejects.toMatchObject({ code: "not-found" });
});

test("a tail pushes, and ends when it is closed at this end", async () => {
  const shard = await makeStream();
  const tail = remote.tail({ shard, offset: 0, bytesMax: 1e6 });
  const next = tail.next();
  await log.commit([{ kind: "append", shard, batch: batchOf("a") }]);
  expect(values(await next)).toEqual(["a"]);
  const waiting = tail.next();
  tail.close();
  expect(await waiting).toBeNull();
  expect(await tail.next()).toBeNull();
});

test("when the log's end goes, waiting calls are told", async () => {
  const shard = await makeStream();
  const waiting = remote.tail({ shard, offset: 0, bytesMax: 1 }).next();
  waiting.catch(() => {});
  stop();
  await waiting.then(
    (result) => expect(result).toBeNull(),
    (error: unknown) => expect(error).toMatchObject({ code: "log-stopped" }),
  );
  await expect(remote.streams()).rejects.toMatchObject({ code: "log-stopped" });
});

test("two connections to one log", async () => {
  const { port1, port2 } = new MessageChannel();
  const stopOther = serveLog(log, port1);
  const other = connectLog(port2);
  const shard = await makeStream();
  await Promise.all([remote, other].map((each, index) => each.commit([{ kind: "append", shard, batch: batchOf(`${index}`) }])));
  expect(values(await other.read({ shard, offset: 0, bytesMax: 1e6 })).sort()).toEqual(["0", "1"]);
  stopOther();
});
