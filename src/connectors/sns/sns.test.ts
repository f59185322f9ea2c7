// Goal: rows become messages with their group, subject and attributes; our topics get them once, an endpoint at least once, refused ones are kept.
import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseOptions, type ConnectorContext, type ConnectorTable, type Sink } from "../../connector/index.ts";
import { checkDeclaration, checkTransactionalSink } from "../../connector/testing/index.ts";
import { createSimulatedPlatform, type SimulatedPlatform } from "../../core/platform/sim/index.ts";
import { batchFromRows, rowsOf, simpleType, stringType, type Field } from "../../data/index.ts";
import { connectLog, openLog, serveLog, type OwnedLog, type RemoteLog } from "../../log/index.ts";
import { snsConnector } from "./connector.ts";
import { decodeEnvelope, type Envelope } from "./envelope.ts";
import type { PublicationEntry, Publisher, RefusedEntry } from "./publisher.ts";
import { RemoteSink } from "./remote-sink.ts";
import { ensureTopic, topicName } from "./topics.ts";

let platform: SimulatedPlatform;
let log: OwnedLog;
let remote: RemoteLog;
let stopServing: () => void;

beforeEach(async () => {
  platform = createSimulatedPlatform();
  log = await openLog({ platform, directory: "/data" });
  const { port1, port2 } = new MessageChannel();
  stopServing = serveLog(log, port1);
  remote = connectLog(port2);
});
afterEach(async () => {
  remote.close();
  stopServing();
  await log.close();
});

const fields: Field[] = [
  { name: "card", type: stringType() },
  { name: "score", type: simpleType("double") },
];
const rows = batchFromRows({ fields }, [
  ["c1", 0.5],
  ["c2", null],
]);
const context = (): ConnectorContext => ({ log: remote, platform, scope: "job/t" }) as unknown as ConnectorContext;

function table(options: Record<string, string>): ConnectorTable {
  return {
    name: "t",
    options: parseOptions(snsConnector.options, { topic: "alerts", ...options }, { connector: "sns", table: "t" }),
    schema: { fields },
    partitionedBy: [],
    primaryKey: null,
  };
}

async function published(sink: Sink): Promise<{ key: string | null; envelope: Envelope }[]> {
  sink.write(rows);
  const [append] = (await sink.prepare(1)).appends;
  expect(append.stream).toMatch(/^\$sns\//);
  return Array.from({ length: append.count }, (_, index) => ({
    key: append.keyStarts[index] < 0 ? null : Buffer.from(append.bytes.subarray(append.keyStarts[index], append.keyEnds[index])).toString(),
    envelope: decodeEnvelope(append.bytes.subarray(append.valueStarts[index], append.valueEnds[index])),
  }));
}

test("declaration", () => checkDeclaration(snsConnector));

test("asks for an epoch at once while it holds messages", async () => {
  const sink = await snsConnector.sink!(table({}), context());
  sink.write(batchFromRows({ fields }, []));
  expect(sink.epochDueMs!()).toBeNull();
  sink.write(rows);
  expect(sink.epochDueMs!()).toBe(platform.clock.monotonicMs());
  await sink.prepare(1);
  expect(sink.epochDueMs!()).toBeNull();
});

test("a topic of ours is made once and gets the rows as JSON", async () => {
  const sink = await snsConnector.sink!(table({}), context());
  await snsConnector.sink!(table({ topic: "arn:aws:sns:eu-central-1:123456789012:alerts" }), context());
  expect(log.stream("$sns/alerts")?.shards).toHaveLength(1);
  expect(JSON.parse(Buffer.from(log.table("topics").get("alerts")!).toString())).toEqual({
    name: "alerts",
    createdMs: platform.clock.nowMs(),
    attributes: {},
    tags: {},
  });
  const messages = await published(sink);
  expect(messages.map(({ key, envelope }) => [key, JSON.parse(envelope.message)])).toEqual([
    [null, { card: "c1", score: 0.5 }],
    [null, { card: "c2", score: null }],
  ]);
});

test("subject, group and attributes from columns", async () => {
  const options = {
    subject: "card {card}: {{{score}}}",
    "message-group-id": "{card}",
    "message-attributes.score": "{score}",
    "message-attributes.kind": "fraud",
  };
  const messages = await published(await snsConnector.sink!(table(options), context()));
  expect(messages.map(({ key, envelope: { subject, attributes } }) => ({ key, subject, attributes }))).toEqual([
    { key: "c1", subject: "card c1: {0.5}", attributes: { score: { type: "Number", value: "0.5" }, kind: { type: "String", value: "fraud" } } },
    { key: "c2", subject: "card c2: {null}", attributes: { kind: { type: "String", value: "fraud" } } },
  ]);
});

test.each([
  [{ subject: "{crd}" }, "columns of the table in braces; 'crd' is none"],
  [{ subject: "a { b" }, "braces in pairs"],
  [{ topic: "x.fifo" }, "message-group-id"],
  [{ topic: "bad name" }, "no topic name"],
  [{ endpoint: "http://127.0.0.1:1" }, "the topic's ARN"],
])("refuses %j", async (options, text) => {
  await expect(snsConnector.sink!(table(options as unknown as Record<string, string>), context())).rejects.toThrow(text);
});

test("names", () => {
  expect(topicName("arn:aws:sns:us-east-1:000000000000:a.fifo")).toBe("a.fifo");
  expect(() => topicName("arn:aws:sns:us-east-1:1")).toThrow("no topic name");
});

test("two makers at once make one topic", async () => {
  await Promise.all([ensureTopic(remote, "x", { nowMs: 1 }), ensureTopic(log, "x", { nowMs: 2 }), ensureTopic(remote, "x", { nowMs: 3 })]);
  expect(log.stream("$sns/x")?.shards).toHaveLength(1);
});

test("each message is in the epochs' commits once", async () => {
  await checkTransactionalSink(async () => ({
    epochs: [[rows], [], [rows]],
    open: () => snsConnector.sink!(table({}), context()),
    rows: (batch) => rowsOf(batch).map(([card]) => String(card)),
    visible: async (appends) =>
      appends.flatMap(({ bytes, count, valueStarts, valueEnds }) =>
        Array.from(
          { length: count },
          (_, index) => (JSON.parse(decodeEnvelope(bytes.subarray(valueStarts[index], valueEnds[index])).message) as { card: string }).card,
        ),
      ),
  }));
});

function remoteSink(
  options: Record<string, string>,
  answer: (entries: readonly PublicationEntry[]) => readonly RefusedEntry[],
): { sink: RemoteSink; calls: (readonly PublicationEntry[])[]; letters: string[] } {
  const calls: (readonly PublicationEntry[])[] = [];
  const letters: string[] = [];
  const publisher: Publisher = {
    async publish(entries) {
      calls.push(entries);
      return answer(entries);
    },
    close() {},
  };
  const topic = options.topic ?? "alerts";
  // Waits pass at once.
  const clock = { ...platform.clock, setTimer: (_: number, callback: () => void) => (queueMicrotask(callback), { cancel() {} }) };
  const bury = async (given: readonly { message: string }[]): Promise<void> => void letters.push(...given.map(({ message }) => message));
  return { sink: new RemoteSink({ table: table(options), platform: { ...platform, clock }, bury, publisher, topic, scope: "job/t" }), calls, letters };
}

test("an endpoint gets messages when their epoch is durable, with the same ids at a repeat", async () => {
  const { sink, calls } = remoteSink({ topic: "a.fifo", "message-group-id": "{card}" }, () => []);
  sink.write(rows);
  const { committable } = await sink.prepare();
  expect(calls).toEqual([]);
  await sink.commit(4, committable);
  await sink.commit(4, committable);
  const ids = calls.map((entries) => entries.map(({ deduplicationId, group }) => [deduplicationId, group]));
  expect(ids.flat()).toEqual([
    ["job/t-4-0", "c1"],
    ["job/t-4-1", "c2"],
    ["job/t-4-0", "c1"],
    ["job/t-4-1", "c2"],
  ]);
});

test("at most ten to a request; what is refused for good is kept, what may pass is tried again alone", async () => {
  let tries = 0;
  const many = batchFromRows(
    { fields },
    Array.from({ length: 23 }, (_, index) => [`c${index}`, index]),
  );
  const { sink, calls, letters } = remoteSink({ "sink.requests.max-inflight": "1" }, (entries) => {
    const refused: RefusedEntry[] = [];
    for (const { id } of entries) {
      if (id === "3") refused.push({ id, reason: "InvalidParameter: bad", final: true });
      if (id === "5" && tries++ < 2) refused.push({ id, reason: "InternalError: later", final: false });
    }
    return refused;
  });
  sink.write(many);
  await sink.commit(1, (await sink.prepare()).committable);
  expect(calls.map((entries) => entries.length)).toEqual([10, 1, 1, 10, 3]);
  expect(letters).toEqual(["topic 'alerts' refused the message: InvalidParameter: bad"]);
});

test("an endpoint that stays away fails the commit with its reason", async () => {
  const { sink } = remoteSink({ "sink.retries": "3" }, () => {
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  });
  sink.write(rows);
  await expect(sink.commit(1, (await sink.prepare()).committable)).rejects.toMatchObject({
    code: "connector-failed",
    message: "publishing to 'alerts' failed after 3 tries: connect ECONNREFUSED",
  });
});

test("a message that is too long is kept without a request", async () => {
  const { sink, calls, letters } = remoteSink({}, () => []);
  sink.write(batchFromRows({ fields }, [["x".repeat(300_000), 1]]));
  await sink.commit(1, (await sink.prepare()).committable);
  expect(calls).toEqual([]);
  expect(letters[0]).toContain("more than the 262144");
});
