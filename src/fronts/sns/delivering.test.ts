// Goal: every confirmed subscriber gets every message at least once, whatever it answers and whenever the server stops, and
// what it will not take is kept. Method: a subscriber that fails as told; pauses pass fifty times as fast as they say.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
  type CreateTopicCommandInput,
} from "@aws-sdk/client-sns";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createNodePlatform, type Platform } from "../../core/index.ts";
import { forEachRecord } from "../../log/index.ts";
import { postTimeoutMs } from "./http-post.ts";
import { Receiver, region, startSns, type Received, type SnsServer, type SnsServerOptions } from "./testing/harness.ts";

const node = createNodePlatform();
const hurry = 50;
/** Pauses that were asked for. */
let pausesMs: number[];
/** Whether the limit of a post passes as fast as the rest. */
let impatient: boolean;
const platform: Platform = {
  ...node,
  clock: {
    ...node.clock,
    setTimer(delayMs, callback, options) {
      pausesMs.push(delayMs);
      return node.clock.setTimer(delayMs === postTimeoutMs && !impatient ? delayMs : delayMs / hurry, callback, options);
    },
  },
};

/** A data folder that has its key already: making one takes half a second. */
const template = mkdtempSync(join(tmpdir(), "headrace-sns-"));
let directory: string;
let server: SnsServer;
let receiver: Receiver;
let client: SNSClient;

beforeAll(async () => (await startSns({ directory: template })).close());
afterAll(() => rmSync(template, { recursive: true }));
beforeEach(async () => {
  pausesMs = [];
  impatient = false;
  directory = mkdtempSync(join(tmpdir(), "headrace-sns-"));
  cpSync(template, directory, { recursive: true });
  receiver = await Receiver.start();
  await start();
});
afterEach(async () => {
  client.destroy();
  await server.close();
  await receiver.close();
  rmSync(directory, { recursive: true });
});

async function start(options: Partial<SnsServerOptions> = {}): Promise<void> {
  server = await startSns({ directory, platform, ...options });
  client = new SNSClient({ endpoint: server.url, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
}

/** A topic with a confirmed subscription of the path. */
async function subscribed(
  path = "/hook",
  topic: Partial<CreateTopicCommandInput> = {},
  Attributes: Record<string, string> = {},
): Promise<{ TopicArn: string; SubscriptionArn: string }> {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: "alerts", ...topic }));
  const { SubscriptionArn } = await client.send(
    new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: receiver.url(path), Attributes, ReturnSubscriptionArn: true }),
  );
  const confirmation = (): Received | undefined => receiver.received.find((each) => each.path === path && each.message?.SubscribeURL !== undefined);
  await vi.waitFor(() => expect(confirmation()).toBeDefined());
  expect((await fetch(confirmation()!.message!.SubscribeURL)).status).toBe(200);
  return { TopicArn: TopicArn!, SubscriptionArn: SubscriptionArn! };
}

const isNotification = ({ headers }: Received): boolean => headers["x-amz-sns-message-type"] === "Notification";
const publish = async (TopicArn: string, Message: string): Promise<string> => (await client.send(new PublishCommand({ TopicArn, Message }))).MessageId!;
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });
const messages = (path?: string): string[] => receiver.notifications(path).map(({ message }) => message!.Message);

interface Letter {
  readonly reason: string;
  readonly message: string;
  readonly job: string;
  readonly table: string;
  readonly position: string;
  readonly bytes: string;
}

async function letters(): Promise<Letter[]> {
  const stream = server.log.stream("$dead-letters");
  if (stream === undefined) return [];
  const { batches } = await server.log.read({ shard: stream.shards[0], offset: 0, bytesMax: 1 << 24 });
  const found: Letter[] = [];
  for (const { bytes } of batches)
    forEachRecord(bytes, ({ valueStart, valueEnd }) => void found.push(JSON.parse(Buffer.from(bytes.subarray(valueStart, valueEnd)).toString()) as Letter));
  return found;
}

test("a subscriber that fails twice gets the message a third time, after growing pauses, with the same id", async () => {
  const { TopicArn } = await subscribed();
  let failures = 2;
  receiver.answer = (received) => (isNotification(received) && failures-- > 0 ? 500 : 200);
  const id = await publish(TopicArn, "block c1");
  await until(() => expect(receiver.notifications()).toHaveLength(3));
  expect(receiver.notifications().map(({ message }) => message!.MessageId)).toEqual([id, id, id]);
  expect(new Set(receiver.notifications().map(({ body }) => body)).size).toBe(1);
  expect(pausesMs.filter((each) => each === 200 || each === 1_000 || each === 5_000)).toEqual(expect.arrayContaining([200, 1_000]));
  expect(await letters()).toEqual([]);
});

test.each([400, 404, 410])("%i is final: the message is kept at once with the reason", async (status) => {
  const { TopicArn, SubscriptionArn } = await subscribed();
  receiver.answer = (received) => (isNotification(received) ? status : 200);
  await publish(TopicArn, "refused");
  await until(() => expect(server.log.stream("$dead-letters")).toBeDefined());
  await vi.waitFor(async () => expect(await letters()).toHaveLength(1));
  const [letter] = await letters();
  expect(letter).toMatchObject({ reason: "undeliverable", message: `${receiver.url()}: answered ${status}`, job: "sns", table: "alerts" });
  expect(letter.position).toBe(`$sns/alerts@0 to ${SubscriptionArn}`);
  expect(JSON.parse(Buffer.from(letter.bytes, "base64").toString())).toEqual({ message: "refused" });
  receiver.answer = () => 200;
  await publish(TopicArn, "next");
  await until(() => expect(messages()).toEqual(["refused", "next"]));
});

test.each([
  ["408", 408],
  ["429", 429],
  ["a redirect", 302],
])("%s is tried again", async (_, status) => {
  const { TopicArn } = await subscribed();
  receiver.answer = (received, number) => (isNotification(received) && number < 2 ? status : 200);
  await publish(TopicArn, "m");
  await until(() => expect(messages()).toEqual(["m", "m"]));
});

test("a subscription's DeliveryPolicy counts the tries; then the message is kept", async () => {
  const policy = { healthyRetryPolicy: { numRetries: 2, minDelayTarget: 1, maxDelayTarget: 3 } };
  const { TopicArn } = await subscribed("/hook", {}, { DeliveryPolicy: JSON.stringify(policy) });
  receiver.answer = (received) => (isNotification(received) ? 503 : 200);
  await publish(TopicArn, "m");
  await vi.waitFor(async () => expect(await letters()).toHaveLength(1));
  expect((await letters())[0].message).toBe(`${receiver.url()}: answered 503, after 3 attempts`);
  expect(messages()).toHaveLength(3);
  expect(pausesMs).toEqual(expect.arrayContaining([1_000, 3_000]));
});

test("a topic's DeliveryPolicy holds where it lets no other", async () => {
  const http = { defaultHealthyRetryPolicy: { numRetries: 0 }, disableSubscriptionOverrides: true };
  const own = { DeliveryPolicy: '{"healthyRetryPolicy":{"numRetries":9}}' };
  const { TopicArn } = await subscribed("/hook", { Attributes: { DeliveryPolicy: JSON.stringify({ http }) } }, own);
  receiver.answer = (received) => (isNotification(received) ? 500 : 200);
  await publish(TopicArn, "m");
  await vi.waitFor(async () => expect(await letters()).toHaveLength(1));
  expect(messages()).toHaveLength(1);
});

test("who does not answer in time is tried again", async () => {
  const { TopicArn } = await subscribed();
  impatient = true;
  receiver.answer = (received, number) => (isNotification(received) && number < 2 ? null : 200);
  await publish(TopicArn, "m");
  await until(() => expect(messages()).toEqual(["m", "m"]));
});

test("one subscriber that hangs does not hold up another, nor itself below sixteen", async () => {
  const { TopicArn } = await subscribed("/slow");
  await subscribed("/fast");
  receiver.answer = ({ path, message }) => (path === "/slow" && message?.Message === "0" ? null : 200);
  const all = Array.from({ length: 10 }, (_, index) => String(index));
  await client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: all.map((Id) => ({ Id, Message: Id })) }));
  await until(() => expect(messages("/fast").sort()).toEqual(all));
  await until(() => expect(messages("/slow").sort()).toEqual(all));
});

test("a restart delivers what is left, with the ids that were answered", async () => {
  // A minute even in a hurry: closing does not wait for it.
  const policy = { healthyRetryPolicy: { numRetries: 1, minDelayTarget: 3_000, maxDelayTarget: 3_000 } };
  const { TopicArn } = await subscribed("/hook", {}, { DeliveryPolicy: JSON.stringify(policy) });
  receiver.answer = (received) => (isNotification(received) && Number(received.message!.Message) >= 3 ? 500 : 200);
  const ids: string[] = [];
  for (let index = 0; index < 8; index++) ids.push(await publish(TopicArn, String(index)));
  await until(() => expect(new Set(messages()).size).toBe(8));
  const beforeMs = node.clock.monotonicMs();
  await server.close();
  expect(node.clock.monotonicMs() - beforeMs).toBeLessThan(1_500);
  client.destroy();
  const seenBefore = receiver.received.length;
  receiver.answer = () => 200;
  await start({ port: server.port });
  await until(() => expect(new Set(messages()).size).toBe(8));
  await until(() => {
    const after = receiver.received.slice(seenBefore).map(({ message }) => [message!.Message, message!.MessageId]);
    expect(after.sort()).toEqual([3, 4, 5, 6, 7].map((index) => [String(index), ids[index]]));
  });
  expect(await publish(TopicArn, "8")).not.toBe(ids[0]);
  await until(() => expect(messages().at(-1)).toBe("8"));
  expect(server.complaints).toEqual([]);
});

test("nothing comes any more after Unsubscribe, by the link too; pending retries end", async () => {
  const { TopicArn } = await subscribed("/link");
  const { SubscriptionArn } = await subscribed("/call");
  await publish(TopicArn, "1");
  await until(() => expect([messages("/link"), messages("/call")]).toEqual([["1"], ["1"]]));
  receiver.answer = (received) => (isNotification(received) ? 500 : 200);
  await publish(TopicArn, "2");
  await until(() => expect([messages("/link").length, messages("/call").length]).toEqual([expect.any(Number), expect.any(Number)]));
  expect((await fetch(receiver.notifications("/link")[0].message!.UnsubscribeURL)).status).toBe(200);
  await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  receiver.answer = () => 200;
  const counts = [messages("/link").length, messages("/call").length];
  await publish(TopicArn, "3");
  await node.clock.nextTurn();
  await new Promise((resolve) => node.clock.setTimer(100, () => resolve(null)));
  expect([messages("/link").length, messages("/call").length]).toEqual(counts);
  expect(await letters()).toEqual([]);
  await expect(client.send(new UnsubscribeCommand({ SubscriptionArn }))).rejects.toMatchObject({ name: "NotFoundException" });
});
