// Goal: records are read once each and in order, over restarts, resharding, bounds and drains; written ones carry their keys.
// Method: the real log over a simulated disk, reached through a message port as a pipeline reaches it.
import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  evenHashRanges,
  parseOptions,
  type ConnectorContext,
  type ConnectorTable,
  type RawChunk,
  type Sink,
  type Source,
  type Split,
  type SplitReader,
} from "../../connector/index.ts";
import { checkDeclaration, checkSourcePositions, checkTransactionalSink, readSplit } from "../../connector/testing/index.ts";
import { createSimulatedPlatform } from "../../core/platform/sim/index.ts";
import { batchFromRows, rowsOf, simpleType, stringType, type Field } from "../../data/index.ts";
import { sequenceNumber as frontSequenceNumber } from "../../log/index.ts";
import { connectLog, encodeBatch, openLog, serveLog, type OwnedLog, type RemoteLog } from "../../log/index.ts";
import { streamConnector } from "./connector.ts";

let log: OwnedLog;
let remote: RemoteLog;
let stopServing: () => void;

beforeEach(async () => {
  log = await openLog({ platform: createSimulatedPlatform(), directory: "/data" });
  const { port1, port2 } = new MessageChannel();
  stopServing = serveLog(log, port1);
  remote = connectLog(port2);
});
afterEach(async () => {
  remote.close();
  stopServing();
  await log.close();
});

const text: Field[] = [{ name: "value", type: stringType() }];

function table(options: Record<string, string>, fields: Field[] = text, partitionedBy: string[] = []): ConnectorTable {
  return {
    name: "t",
    options: parseOptions(streamConnector.options, { stream: "s", format: "raw", ...options }, { connector: "stream", table: "t" }),
    schema: { fields },
    partitionedBy,
    primaryKey: null,
  };
}
const context = (): ConnectorContext => ({ log: remote, scope: "job/t" }) as unknown as ConnectorContext;
const openSource = (options: Record<string, string> = {}): Promise<Source> => streamConnector.source!(table(options), context());

async function makeStream(shards = 1): Promise<number[]> {
  const { opened } = await log.commit([{ kind: "create-stream", stream: "s", hashRanges: evenHashRanges(shards), retentionMs: null }]);
  return opened[0];
}
async function put(shard: number, ...values: string[]): Promise<void> {
  const records = values.map((value) => ({
    key: Buffer.from(`k${value}`),
    value: Buffer.from(value),
    timestampMs: 5,
    headers: [{ key: "h", value: Buffer.from(value) }],
  }));
  await log.commit([{ kind: "append", shard, batch: encodeBatch(records) }]);
}
async function readTexts(source: Source, split: Split): Promise<string[]> {
  return (await readSplit(source, split, 1 << 20)).flatMap(({ records }) => [...records]);
}

/** The next chunk that is not idle. */
async function next(reader: SplitReader): Promise<RawChunk | null> {
  for (;;) {
    const chunk = await reader.read(1024);
    if (chunk === null || chunk.kind === "raw") return chunk;
    if (chunk.kind === "idle") await chunk.ready;
  }
}

test("declaration", () => checkDeclaration(streamConnector));

test("an absent stream is an error that says how to make it; 'create' makes it once", async () => {
  const source = await openSource();
  await expect(source.discover(new Set())).rejects.toMatchObject({ code: "not-found", hint: expect.stringContaining("headrace stream create s") });
  await openSource({ create: "true", shards: "3" });
  await openSource({ create: "true", shards: "5" });
  expect(log.stream("s")?.shards).toHaveLength(3);
});

test("a bounded source gives what is stored, from any position", async () => {
  const [one, two] = await makeStream(2);
  for (let index = 0; index < 20; index++) await put(one, `a${index}`, `b${index}`);
  await put(two, "c");
  const found = await checkSourcePositions(() => openSource({ "scan.bounded.mode": "latest-offset" }), 200);
  expect([...found.values()].map((records) => records.length)).toEqual([40, 1]);
});

test("latest, and bounded at a time", async () => {
  const [shard] = await makeStream();
  await put(shard, "old");
  const latest = await openSource({ "scan.startup.mode": "latest-offset" });
  const [split] = await latest.discover(new Set());
  await put(shard, "new");
  const reader = await latest.open(split);
  expect((await next(reader))?.count).toBe(1);
  await latest.close();
  await expect(openSource({ "scan.startup.mode": "timestamp" }).then((source) => source.discover(new Set()))).rejects.toMatchObject({ code: "invalid-option" });
});

test("metadata, keys and descriptions of records", async () => {
  const [shard] = await makeStream();
  await put(shard, "x", "y");
  const source = await openSource({ "scan.bounded.mode": "latest-offset" });
  const reader = await source.open((await source.discover(new Set()))[0]);
  const chunk = (await reader.read(1024)) as RawChunk;
  const state = log.shard(shard)!;
  const number = frontSequenceNumber(state, 1, state.lastAppendMs);
  expect(chunk.metadata("sequence-number", 1)).toBe(number);
  expect(chunk.metadata("timestamp", 1)).toBe(state.lastAppendMs);
  expect(chunk.metadata("partition-key", 1)).toBe("ky");
  expect(chunk.metadata("shard-id", 1)).toBe("shardId-000000000000");
  expect(chunk.metadata("offset", 1)).toBe(1n);
  expect((chunk.metadata("headers", 1) as Map<string, Uint8Array>).get("h")).toEqual(new Uint8Array(Buffer.from("y")));
  expect(chunk.describe(1)).toBe(`s/shardId-000000000000@${number}`);
  expect(Buffer.from(chunk.bytes.subarray(chunk.keyStarts![0], chunk.keyEnds![0])).toString()).toBe("kx");
  for (const key of Object.keys(streamConnector.metadata)) expect(chunk.metadata(key, 0)).toBeDefined();
});

test("records without a value are left out, and reading goes on behind them", async () => {
  const [shard] = await makeStream();
  await log.commit([{ kind: "append", shard, batch: encodeBatch([{ key: Buffer.from("k"), value: null, timestampMs: 1 }]) }]);
  await put(shard, "x");
  const source = await openSource({ "scan.bounded.mode": "latest-offset" });
  expect(await readTexts(source, (await source.discover(new Set()))[0])).toEqual(["x"]);
});

test("children of a resharding are read after their parent, also after a restart in between", async () => {
  const [parent] = await makeStream();
  await put(parent, "p1", "p2");
  const { opened } = await log.commit([{ kind: "reshard", stream: "s", parents: [parent], children: evenHashRanges(2) }]);
  for (const child of opened[0]) await put(child, `c${child}`);

  const source = await openSource();
  const first = await source.discover(new Set());
  expect(first).toHaveLength(1);
  const known = new Set(first.map(({ id }) => id));
  const reader = await source.open(first[0]);
  expect((await next(reader))?.count).toBe(2);
  expect(await source.discover(known)).toEqual([]);
  expect(await next(reader)).toBeNull();
  const children = await source.discover(known);
  expect(children.map(({ position }) => position)).toEqual([{ offset: 0 }, { offset: 0 }]);
  await source.close();

  const restarted = await openSource();
  expect((await restarted.discover(known)).map(({ id }) => id)).toEqual(children.map(({ id }) => id));
  const reopened = await openSource();
  await reopened.open({ id: first[0].id, position: { offset: 1 } });
  expect(await reopened.discover(known)).toEqual([]);
  await reopened.close();
});

test("drain ends at what is durable, also in shards that wait for their parents", async () => {
  const [parent] = await makeStream();
  await put(parent, "p");
  const { opened } = await log.commit([{ kind: "reshard", stream: "s", parents: [parent], children: evenHashRanges(2) }]);
  await put(opened[0][0], "c");
  const source = await openSource();
  const [split] = await source.discover(new Set());
  const reader = await source.open(split);
  await source.drain();
  expect(source.bounded).toBe(false);
  await put(opened[0][0], "too late");
  const records: string[] = [];
  for (let chunk = await next(reader); chunk !== null; chunk = await next(reader))
    records.push(Buffer.from(chunk.bytes.subarray(chunk.starts[0], chunk.ends[0])).toString());
  expect(records).toEqual(["p"]);
  const children = await source.discover(new Set([split.id]));
  expect(children).toHaveLength(1);
  expect(source.bounded).toBe(true);
  expect(await readTexts(source, children[0])).toEqual(["c"]);
});

test("an idle reader is woken by a record, and by a drain", async () => {
  const [shard] = await makeStream();
  const source = await openSource();
  const reader = await source.open((await source.discover(new Set()))[0]);
  const idle = await reader.read(1024);
  if (idle?.kind !== "idle") throw new Error("nothing is stored yet");
  await put(shard, "x");
  await idle.ready;
  expect((await next(reader))?.count).toBe(1);
  const again = await reader.read(1024);
  if (again?.kind !== "idle") throw new Error("nothing more is stored");
  await source.drain();
  await again.ready;
  expect(await reader.read(1024)).toBeNull();
  expect(source.bounded).toBe(true);
});

test("the sink's records are visible once, whatever crashes", async () => {
  await makeStream();
  await checkTransactionalSink(async () => ({
    epochs: [[batchFromRows({ fields: text }, [["a"], ["b"]]), batchFromRows({ fields: text }, [["c"]])], [], [batchFromRows({ fields: text }, [["d"]])]],
    open: () => streamConnector.sink!(table({}), context()),
    rows: (batch) => rowsOf(batch).map(([value]) => String(value)),
    visible: async (appends) =>
      appends.flatMap(({ bytes, count, valueStarts, valueEnds }) =>
        Array.from({ length: count }, (_, index) => Buffer.from(bytes.subarray(valueStarts[index], valueEnds[index])).toString()),
      ),
  }));
});

async function keysOf(sink: Sink, ...batches: ReturnType<typeof batchFromRows>[]): Promise<(string | null)[]> {
  for (const batch of batches) sink.write(batch);
  const [append] = (await sink.prepare(1)).appends;
  return Array.from({ length: append.count }, (_, index) =>
    append.keyStarts[index] < 0 ? null : Buffer.from(append.bytes.subarray(append.keyStarts[index], append.keyEnds[index])).toString(),
  );
}

test("partition keys: from a column, from none, absent columns refused", async () => {
  await makeStream();
  const rows = [batchFromRows({ fields: text }, [["a"], [null]]), batchFromRows({ fields: text }, [["b"]])];
  expect(await keysOf(await streamConnector.sink!(table({ "sink.partition-key": "value" }), context()), ...rows)).toEqual(["a", null, "b"]);
  expect(await keysOf(await streamConnector.sink!(table({ "key.fields": "value" }), context()), ...rows)).toEqual(["a", null, "b"]);
  expect(await keysOf(await streamConnector.sink!(table({}, text, ["value"]), context()), ...rows)).toEqual(["a", null, "b"]);
  expect(await keysOf(await streamConnector.sink!(table({}), context()), ...rows)).toEqual(["job/t-1-0", "job/t-1-0", "job/t-1-1"]);
  await expect(streamConnector.sink!(table({ "sink.partition-key": "vlue" }), context())).rejects.toMatchObject({ code: "invalid-option" });
  await expect(streamConnector.sink!(table({ stream: "a;b" }), context())).rejects.toMatchObject({ code: "invalid-option" });
  const numbers: Field[] = [{ name: "n", type: simpleType("integer") }];
  await expect(streamConnector.sink!(table({}, numbers), context())).rejects.toMatchObject({ code: "sql-invalid" });
});
