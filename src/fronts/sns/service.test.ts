// Goal: the API answers the AWS SDK as SNS does. Method: the SDK with its default settings against a real port and log.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  paginateListTopics,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeEnvelope, ensureTopic, topicStream, type Envelope } from "../../connectors/index.ts";
import { forEachRecord } from "../../log/index.ts";
import { arn, Receiver, region, startSns, type SnsServer } from "./testing/harness.ts";

const directory = mkdtempSync(join(tmpdir(), "headrace-sns-"));
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
let server: SnsServer;
let receiver: Receiver;
let client: SNSClient;

beforeAll(async () => {
  server = await startSns({ directory });
  receiver = await Receiver.start();
  client = new SNSClient({ endpoint: server.url, region, credentials });
});
afterAll(async () => {
  client.destroy();
  await receiver.close();
  await server.close();
  rmSync(directory, { recursive: true });
});

const create = async (Name: string): Promise<string> => (await client.send(new CreateTopicCommand({ Name }))).TopicArn!;
const failure = (name: string, status: number, message: RegExp | string): object =>
  expect.objectContaining({
    name,
    message: typeof message === "string" ? message : (expect.stringMatching(message) as string),
    $metadata: expect.objectContaining({ httpStatusCode: status }) as object,
  }) as object;

/** What is in a topic's stream. */
async function stored(topic: string): Promise<Envelope[]> {
  const { batches } = await server.log.read({ shard: server.log.stream(topicStream(topic))!.shards[0], offset: 0, bytesMax: 1 << 24 });
  const envelopes: Envelope[] = [];
  for (const { bytes } of batches)
    forEachRecord(bytes, ({ valueStart, valueEnd }) => void envelopes.push(decodeEnvelope(bytes.subarray(valueStart, valueEnd))));
  return envelopes;
}

describe("topics", () => {
  it("are made once, with attributes that may not change", async () => {
    const Attributes = { DisplayName: "Alerts", SignatureVersion: "2" };
    const Tags = [{ Key: "team", Value: "risk" }];
    const { TopicArn } = await client.send(new CreateTopicCommand({ Name: "once", Attributes, Tags }));
    expect(TopicArn).toBe(arn("once"));
    expect((await client.send(new CreateTopicCommand({ Name: "once" }))).TopicArn).toBe(TopicArn);
    expect((await client.send(new CreateTopicCommand({ Name: "once", Attributes }))).TopicArn).toBe(TopicArn);
    const other = client.send(new CreateTopicCommand({ Name: "once", Attributes: { SignatureVersion: "1" } }));
    await expect(other).rejects.toEqual(failure("InvalidParameterException", 400, /already exists with different attributes/));
    expect(JSON.parse(Buffer.from(server.log.table("topics").get("once")!).toString())).toMatchObject({ attributes: Attributes, tags: { team: "risk" } });
  });

  it("two makers at once make one", async () => {
    await Promise.all([create("twice"), create("twice"), create("twice")]);
    expect(server.log.streams().filter(({ name }) => name === topicStream("twice"))).toHaveLength(1);
  });

  it.each([
    ["no name", { Name: "" }, /Topic Name/],
    ["a name with a dot", { Name: "a.b" }, /Topic Name/],
    ["a name of 257", { Name: "x".repeat(257) }, /Topic Name/],
    ["FIFO", { Name: "a.fifo", Attributes: { FifoTopic: "true" } }, /FIFO topics are not supported/],
    ["an unknown attribute", { Name: "a", Attributes: { Colour: "red" } }, /Unknown attribute Colour/],
    ["encryption", { Name: "a", Attributes: { KmsMasterKeyId: "alias/aws/sns" } }, /Unknown attribute KmsMasterKeyId/],
    ["a signature version", { Name: "a", Attributes: { SignatureVersion: "3" } }, /SignatureVersion: expected 1 or 2/],
    ["a policy", { Name: "a", Attributes: { DeliveryPolicy: "{" } }, /DeliveryPolicy: /],
  ])("refuses %s", async (_, input, text) => {
    await expect(client.send(new CreateTopicCommand(input))).rejects.toEqual(failure("InvalidParameterException", 400, text));
  });

  it("are listed in pages of a hundred, those of pipelines included", async () => {
    const names = Array.from({ length: 230 }, (_, index) => `page-${String(index).padStart(3, "0")}`);
    // The hundredth name ends a page: its token has to be taken back.
    const hundredth =
      99 -
      server.log
        .table("topics")
        .entries()
        .filter(([name]) => name < "page-").length;
    names.splice(hundredth, 0, `${names[hundredth - 1]}.fifo`);
    for (const name of names) await ensureTopic(server.log, name, { nowMs: 0 });
    const pages: string[][] = [];
    for await (const { Topics } of paginateListTopics({ client }, {})) pages.push(Topics!.map(({ TopicArn }) => TopicArn!));
    const listed = pages.flat();
    expect(listed.filter((each) => each.includes(":page-"))).toEqual(names.map(arn));
    expect(new Set(listed).size).toBe(listed.length);
    expect(pages[0].at(-1)).toMatch(/\.fifo$/);
    expect(pages.slice(0, -1).every((page) => page.length === 100)).toBe(true);
    await expect(client.send(new ListTopicsCommand({ NextToken: "%" }))).rejects.toEqual(failure("InvalidParameterException", 400, /NextToken/));
  });

  it("are deleted with what they hold; again is no error, nonsense is", async () => {
    const TopicArn = await create("gone");
    await client.send(new PublishCommand({ TopicArn, Message: "m" }));
    await client.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: receiver.url("/gone") }));
    await client.send(new DeleteTopicCommand({ TopicArn }));
    await client.send(new DeleteTopicCommand({ TopicArn }));
    await expect(client.send(new PublishCommand({ TopicArn, Message: "m" }))).rejects.toEqual(failure("NotFoundException", 404, "Topic does not exist"));
    await expect(client.send(new DeleteTopicCommand({ TopicArn: "gone" }))).rejects.toEqual(
      failure("InvalidParameterException", 400, "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1"),
    );
    await create("gone");
    expect((await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toEqual([]);
    expect(await stored("gone")).toEqual([]);
  });

  it("of another region, account or service do not exist", async () => {
    await create("here");
    for (const TopicArn of [arn("here").replace(region, "us-east-1"), arn("here").replace("123456789012", "000000000000"), arn("nowhere")])
      await expect(client.send(new PublishCommand({ TopicArn, Message: "m" }))).rejects.toEqual(failure("NotFoundException", 404, "Topic does not exist"));
    await expect(client.send(new PublishCommand({ TopicArn: "arn:aws:sqs:a:b:c", Message: "m" }))).rejects.toEqual(
      failure("InvalidParameterException", 400, /TopicArn/),
    );
  });

  it("what the API knows and this server does not is refused by name", async () => {
    const answer = client.send(new GetTopicAttributesCommand({ TopicArn: await create("here") }));
    await expect(answer).rejects.toEqual(failure("InvalidAction", 400, "The action GetTopicAttributes is not supported by this server."));
  });
});

describe("publishing", () => {
  it("stores message, subject and attributes, and answers the id of the message", async () => {
    const TopicArn = await create("publish");
    const MessageAttributes = {
      score: { DataType: "Number", StringValue: "0.5" },
      bytes: { DataType: "Binary", BinaryValue: Buffer.from([0, 255]) },
      names: { DataType: "String.Array", StringValue: '["a"]' },
    };
    const first = await client.send(new PublishCommand({ TopicArn, Message: "a & <b> ü", Subject: "s", MessageAttributes }));
    const second = await client.send(
      new PublishCommand({ TargetArn: TopicArn, Message: JSON.stringify({ default: "d", http: "h" }), MessageStructure: "json" }),
    );
    expect(first.MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.MessageId).not.toBe(first.MessageId);
    expect(await stored("publish")).toEqual([
      {
        message: "a & <b> ü",
        subject: "s",
        attributes: { score: { type: "Number", value: "0.5" }, bytes: { type: "Binary", value: "AP8=" }, names: { type: "String.Array", value: '["a"]' } },
      },
      { message: "h" },
    ]);
  });

  it("takes 262,144 bytes with their attributes, and not one more", async () => {
    const TopicArn = await create("size");
    const MessageAttributes = { a: { DataType: "String", StringValue: "vv" } };
    const bytes = 262_144 - "a".length - "String".length - "vv".length;
    await client.send(new PublishCommand({ TopicArn, MessageAttributes, Message: "ü".repeat(bytes / 2 - 0.5) + "x" }));
    const more = client.send(new PublishCommand({ TopicArn, MessageAttributes, Message: "x".repeat(bytes + 1) }));
    await expect(more).rejects.toEqual(failure("InvalidParameterException", 400, "Invalid parameter: Message too long"));
  });

  it.each([
    ["an empty message", { Message: "" }, "InvalidParameterException", "Invalid parameter: Empty message"],
    ["a subject of two lines", { Message: "m", Subject: "a\nb" }, "InvalidParameterException", "Invalid parameter: Subject"],
    ["a subject of 101", { Message: "m", Subject: "s".repeat(101) }, "InvalidParameterException", "Invalid parameter: Subject"],
    ["another structure", { Message: "m", MessageStructure: "xml" }, "InvalidParameterException", /Message Structure/],
    ["JSON that is none", { Message: "m", MessageStructure: "json" }, "InvalidParameterException", /failed to parse/],
    ["JSON without default", { Message: "null", MessageStructure: "json" }, "InvalidParameterException", /No default entry/],
    [
      "a type",
      { Message: "m", MessageAttributes: { a: { DataType: "Date", StringValue: "v" } } },
      "InvalidParameterValueException",
      /'a' has an invalid message attribute type/,
    ],
    [
      "a number",
      { Message: "m", MessageAttributes: { a: { DataType: "Number", StringValue: "1,5" } } },
      "InvalidParameterValueException",
      /'a' value to number/,
    ],
    [
      "an empty value",
      { Message: "m", MessageAttributes: { a: { DataType: "String", StringValue: "" } } },
      "InvalidParameterValueException",
      /'a' must contain non-empty/,
    ],
  ])("refuses %s", async (_, input, name, text) => {
    const TopicArn = await create("refusals");
    await expect(client.send(new PublishCommand({ TopicArn, ...input }))).rejects.toEqual(failure(name, 400, text));
    expect(await stored("refusals")).toEqual([]);
  });

  it("to a pipeline's FIFO topic is the pipeline's alone", async () => {
    await ensureTopic(server.log, "pipe.fifo", { nowMs: 0 });
    const answer = client.send(new PublishCommand({ TopicArn: arn("pipe.fifo"), Message: "m", MessageGroupId: "g" }));
    await expect(answer).rejects.toEqual(failure("InvalidParameterException", 400, /only pipelines publish/));
  });

  it("a batch tells of each entry", async () => {
    const TopicArn = await create("batch");
    const PublishBatchRequestEntries = [
      { Id: "a", Message: "1", Subject: "s" },
      { Id: "b", Message: "" },
      { Id: "c", Message: "3" },
    ];
    const { Successful, Failed } = await client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    expect(Successful!.map(({ Id }) => Id)).toEqual(["a", "c"]);
    expect(new Set(Successful!.map(({ MessageId }) => MessageId)).size).toBe(2);
    expect(Failed).toEqual([{ Id: "b", Code: "InvalidParameter", Message: "Invalid parameter: Empty message", SenderFault: true }]);
    expect(await stored("batch")).toEqual([{ message: "1", subject: "s" }, { message: "3" }]);
  });

  const entries = (count: number, message = "m"): { Id: string; Message: string }[] =>
    Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, Message: message }));
  it.each([
    ["no entries", [], "EmptyBatchRequestException"],
    ["eleven entries", entries(11), "TooManyEntriesInBatchRequestException"],
    ["one id twice", [...entries(1), ...entries(1)], "BatchEntryIdsNotDistinctException"],
    ["an id with a blank", [{ Id: "a b", Message: "m" }], "InvalidBatchEntryIdException"],
    ["more than the limit together", entries(3, "x".repeat(100_000)), "BatchRequestTooLongException"],
  ])("a batch of %s is refused whole", async (_, PublishBatchRequestEntries, name) => {
    const TopicArn = await create("batch-refusals");
    await expect(client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))).rejects.toEqual(failure(name, 400, /./));
    expect(await stored("batch-refusals")).toEqual([]);
  });
});
