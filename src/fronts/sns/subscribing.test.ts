// Goal: a subscriber gets what was published since it confirmed, signed so that public validators take it. Method: real
// ports and log, the AWS SDK as client, `sns-validator` as the subscriber's judge.
import { globalAgent } from "node:https";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import MessageValidator from "sns-validator";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Receiver, region, startSns, type Received, type SnsServer } from "./testing/harness.ts";

const directory = mkdtempSync(join(tmpdir(), "headrace-sns-"));
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
let server: SnsServer;
let receiver: Receiver;
let client: SNSClient;
let caBefore: typeof globalAgent.options.ca;

beforeAll(async () => {
  server = await startSns({ directory });
  receiver = await Receiver.start();
  client = new SNSClient({ endpoint: server.url, region, credentials });
  // The validator fetches the certificate by https with the default agent.
  caBefore = globalAgent.options.ca;
  globalAgent.options.ca = server.certificate;
});
afterAll(async () => {
  globalAgent.options.ca = caBefore;
  globalAgent.destroy();
  client.destroy();
  await receiver.close();
  await server.close();
  rmSync(directory, { recursive: true });
});

const validator = new MessageValidator(/^127\.0\.0\.1:\d+$/);
const validate = (message: string | Record<string, unknown>): Promise<unknown> =>
  new Promise((resolve, reject) => validator.validate(message, (error, checked) => (error ? reject(error) : resolve(checked))));

async function topic(Name: string, Attributes: Record<string, string> = {}): Promise<string> {
  return (await client.send(new CreateTopicCommand({ Name, Attributes }))).TopicArn!;
}

/** The message that asks a path to confirm. */
async function asked(path: string, count = 1): Promise<Received> {
  const found = (): Received[] =>
    receiver.received.filter((each) => each.path === path && each.headers["x-amz-sns-message-type"] === "SubscriptionConfirmation");
  await vi.waitFor(() => expect(found().length).toBeGreaterThanOrEqual(count));
  return found()[count - 1];
}

/** Subscribes a path of the receiver and confirms as a subscriber would, by the link; the subscription's ARN. */
async function subscribe(TopicArn: string, path: string, Attributes: Record<string, string> = {}): Promise<string> {
  await client.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: receiver.url(path), Attributes }));
  const answer = await fetch((await asked(path)).message!.SubscribeURL);
  expect(answer.status).toBe(200);
  return /<SubscriptionArn>(.*)<\/SubscriptionArn>/.exec(await answer.text())![1];
}

async function notified(path: string, count: number): Promise<Received[]> {
  await vi.waitFor(() => expect(receiver.notifications(path)).toHaveLength(count), { timeout: 10_000 });
  return receiver.notifications(path);
}

describe("a subscription", () => {
  it.each(["1", "2"])("is confirmed by its link and gets signed notifications, version %s", async (SignatureVersion) => {
    const path = `/signed-${SignatureVersion}`;
    const TopicArn = await topic(`signed-${SignatureVersion}`, { SignatureVersion });
    await client.send(new PublishCommand({ TopicArn, Message: "before anybody listened" }));
    const subscriptionArn = await subscribe(TopicArn, path);
    expect(subscriptionArn).toMatch(new RegExp(`^${TopicArn}:[0-9a-f-]{36}$`));
    const MessageAttributes = { score: { DataType: "Number", StringValue: "0.9" } };
    const one = await client.send(new PublishCommand({ TopicArn, Message: "grüß & <€>\n", Subject: "Ü", MessageAttributes }));
    const PublishBatchRequestEntries = ["a", "b", "c"].map((Id) => ({ Id, Message: Id }));
    const { Successful } = await client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    const received = await notified(path, 4);
    const sent = new Map([[one.MessageId, "grüß & <€>\n"], ...Successful!.map(({ Id, MessageId }) => [MessageId, Id] as const)]);
    expect(new Map(received.map(({ message }) => [message!.MessageId, message!.Message]))).toEqual(sent);
    for (const { body, message, headers } of [await asked(path), ...received]) {
      expect(message).toMatchObject({ SignatureVersion, TopicArn });
      expect(headers).toMatchObject({ "x-amz-sns-message-id": message!.MessageId, "x-amz-sns-topic-arn": TopicArn });
      expect(await validate(body)).toMatchObject({ MessageId: message!.MessageId });
      for (const field of ["Message", "MessageId", "Timestamp", "TopicArn"])
        await expect(validate({ ...message, [field]: `${message![field]} ` })).rejects.toThrow("The message signature is invalid.");
    }
    const first = received.find(({ message }) => message!.MessageId === one.MessageId)!;
    expect(first.message).toMatchObject({ Subject: "Ü", MessageAttributes: { score: { Type: "Number", Value: "0.9" } } });
    expect(first.headers["x-amz-sns-subscription-arn"]).toBe(subscriptionArn);
    await expect(new Promise((_, reject) => new MessageValidator().validate(first.body, reject))).rejects.toThrow("invalid domain");
  });

  it("waits until it is confirmed; the link works twice, another token never", async () => {
    const TopicArn = await topic("pending");
    const subscribed = await client.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: receiver.url("/pending") }));
    expect(subscribed.SubscriptionArn).toBe("pending confirmation");
    const again = await client.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: receiver.url("/pending"), ReturnSubscriptionArn: true }));
    const listed = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(listed.Subscriptions).toEqual([
      { SubscriptionArn: "PendingConfirmation", Owner: "123456789012", Protocol: "http", Endpoint: receiver.url("/pending"), TopicArn },
    ]);
    await client.send(new PublishCommand({ TopicArn, Message: "nobody" }));
    const link = (await asked("/pending", 2)).message!.SubscribeURL;
    expect((await fetch(link.replace(/Token=../, "Token=zz"))).status).toBe(400);
    for (let visit = 0; visit < 2; visit++) expect(await (await fetch(link)).text()).toContain(`<SubscriptionArn>${again.SubscriptionArn}</SubscriptionArn>`);
    expect((await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions![0].SubscriptionArn).toBe(again.SubscriptionArn);
    await client.send(new PublishCommand({ TopicArn, Message: "one" }));
    expect((await notified("/pending", 1))[0].message!.Message).toBe("one");
  });

  it("to the same endpoint is the same; with other attributes it is refused", async () => {
    const TopicArn = await topic("same");
    const subscriptionArn = await subscribe(TopicArn, "/same");
    const input = { TopicArn, Protocol: "http", Endpoint: receiver.url("/same") };
    expect((await client.send(new SubscribeCommand(input))).SubscriptionArn).toBe(subscriptionArn);
    const other = client.send(new SubscribeCommand({ ...input, Attributes: { RawMessageDelivery: "true" } }));
    await expect(other).rejects.toMatchObject({ name: "InvalidParameterException", message: /already exists with different attributes/ });
  });

  it.each([
    [{ Protocol: "sqs", Endpoint: "arn:aws:sqs:a:b:c" }, /does not support this protocol string: sqs/],
    [{ Protocol: "https", Endpoint: "http://127.0.0.1/" }, /Endpoint must match the specified protocol/],
    [{ Protocol: "http", Endpoint: "nonsense" }, /Endpoint must match the specified protocol/],
    [{ Attributes: { FilterPolicy: "{}" } }, /FilterPolicy is not supported/],
    [{ Attributes: { RawMessageDelivery: "yes" } }, /RawMessageDelivery/],
    [{ Attributes: { DeliveryPolicy: '{"healthyRetryPolicy":{"numRetries":101}}' } }, /numRetries must be between 0 and 100/],
  ])("refuses %j", async (input, message) => {
    const TopicArn = await topic("refusing");
    const answer = client.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: "http://127.0.0.1/", ...input }));
    await expect(answer).rejects.toMatchObject({ name: "InvalidParameterException", message });
  });

  it("may ask for the message alone", async () => {
    const TopicArn = await topic("raw");
    await subscribe(TopicArn, "/raw", { RawMessageDelivery: "true" });
    await client.send(new PublishCommand({ TopicArn, Message: '{"card":"c1"}', Subject: "unseen" }));
    const [{ body, headers }] = await notified("/raw", 1);
    expect(body).toBe('{"card":"c1"}');
    expect(headers["x-amz-sns-rawdelivery"]).toBe("true");
  });
});

describe("with credentials", () => {
  let guarded: SnsServer;
  let owner: SNSClient;
  const guardedDirectory = mkdtempSync(join(tmpdir(), "headrace-sns-"));
  const credential = { accessKeyId: "AKID", secretAccessKey: "secret" };
  beforeAll(async () => {
    guarded = await startSns({ directory: guardedDirectory, credentials: [credential] });
    owner = new SNSClient({ endpoint: guarded.url, region, credentials: credential });
  });
  afterAll(async () => {
    owner.destroy();
    await guarded.close();
    rmSync(guardedDirectory, { recursive: true });
  });

  async function pending(path: string): Promise<{ TopicArn: string; link: string }> {
    const { TopicArn } = await owner.send(new CreateTopicCommand({ Name: "guarded" }));
    await owner.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: receiver.url(path) }));
    return { TopicArn: TopicArn!, link: (await asked(path)).message!.SubscribeURL };
  }

  it("only the links in messages go without a signature, and a wrong one never does", async () => {
    const { TopicArn, link } = await pending("/links");
    expect((await fetch(`${guarded.url}/?Action=ListTopics&Version=2010-03-31`)).status).toBe(403);
    const stranger = new SNSClient({ endpoint: guarded.url, region, credentials: { ...credential, secretAccessKey: "guess" } });
    const confirm = new ConfirmSubscriptionCommand({ TopicArn, Token: new URL(link).searchParams.get("Token")! });
    await expect(stranger.send(confirm)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    stranger.destroy();
    expect((await fetch(link)).status).toBe(200);
    await owner.send(new PublishCommand({ TopicArn, Message: "m" }));
    expect((await fetch((await notified("/links", 1))[0].message!.UnsubscribeURL)).status).toBe(200);
    expect((await owner.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toEqual([]);
  });

  it("a subscriber may ask that only the signed unsubscribe it", async () => {
    const { TopicArn, link } = await pending("/locked");
    const Token = new URL(link).searchParams.get("Token")!;
    const { SubscriptionArn } = await owner.send(new ConfirmSubscriptionCommand({ TopicArn, Token, AuthenticateOnUnsubscribe: "true" }));
    const answer = await fetch(`${guarded.url}/?Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(SubscriptionArn!)}`);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("<Code>AuthorizationError</Code>")]);
    await owner.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect((await owner.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toEqual([]);
  });
});
