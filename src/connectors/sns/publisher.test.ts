// Goal: the AWS SDK sends what SNS expects, and its answers are read rightly. Method: a server that answers as SNS does.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isPassing, openPublisher } from "./publisher.ts";

let server: Server;
let requests: URLSearchParams[];
let answer: { status: number; body: string };
const credentials = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
const before = credentials.map((name) => process.env[name]);

beforeEach(async () => {
  requests = [];
  for (const name of credentials) process.env[name] = "test";
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      requests.push(new URLSearchParams(body));
      response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  credentials.forEach((name, index) => (before[index] === undefined ? delete process.env[name] : (process.env[name] = before[index])));
  await new Promise((resolve) => server.close(resolve));
});

const topicArn = "arn:aws:sns:eu-central-1:000000000000:alerts.fifo";
const open = () => openPublisher({ topicArn, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, region: "eu-central-1" });
const entries = ["0", "1"].map((id) => ({
  id,
  envelope: { message: `m${id}`, subject: "s", attributes: { a: { type: "Number", value: "1" } } },
  group: "g",
  deduplicationId: `d${id}`,
}));

test("a batch on the wire, and entries that failed", async () => {
  answer = {
    status: 200,
    body: `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful><member><Id>0</Id><MessageId>x</MessageId></member></Successful>
      <Failed><member><Id>1</Id><Code>InvalidParameter</Code><Message>bad</Message><SenderFault>true</SenderFault></member></Failed></PublishBatchResult></PublishBatchResponse>`,
  };
  const publisher = await open();
  expect(await publisher.publish(entries)).toEqual([{ id: "1", reason: "InvalidParameter: bad", final: true }]);
  publisher.close();
  const form = Object.fromEntries(requests[0]);
  expect(form).toMatchObject({ Action: "PublishBatch", TopicArn: topicArn });
  expect(Object.values(form)).toEqual(expect.arrayContaining(["m0", "m1", "s", "g", "d0", "d1", "Number"]));
});

test.each([
  [503, "ServiceUnavailable", true],
  [429, "Throttled", true],
  [404, "NotFound", false],
  [403, "AuthorizationError", false],
])("status %i passes: %s %s", async (status, code, passes) => {
  answer = {
    status,
    body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
  };
  const publisher = await open();
  const error: unknown = await publisher.publish(entries).catch((each: unknown) => each);
  expect(isPassing(error)).toBe(passes);
  expect(requests).toHaveLength(1);
  publisher.close();
});

test("nobody there passes", async () => {
  const publisher = await openPublisher({ topicArn, endpoint: "http://127.0.0.1:1", region: "eu-central-1" });
  expect(isPassing(await publisher.publish(entries).catch((each: unknown) => each))).toBe(true);
  publisher.close();
});
