// Goal: bodies, headers and ids are those of the SNS guide, and signatures cover what it says they cover.
import { createVerify } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSimulatedPlatform } from "../../core/platform/sim/index.ts";
import { openLog, type OwnedLog } from "../../log/index.ts";
import { confirmation, messageId, notification, type Delivery, type MessageContext } from "./messages.ts";
import { certificatePath, openSigningIdentity, type SigningIdentity } from "./signing.ts";
import type { Subscription } from "./subscriptions.ts";

const platform = createSimulatedPlatform({ startMs: Date.UTC(2026, 0, 2) });
let log: OwnedLog;
let identity: SigningIdentity;
beforeAll(async () => {
  log = await openLog({ platform, directory: "/data" });
  identity = await openSigningIdentity(log, platform);
});
afterAll(() => log.close());

const topicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";
const context = (signatureVersion: "1" | "2"): MessageContext => ({
  topicArn,
  publicUrl: "http://127.0.0.1:4566",
  certificateUrl: "https://127.0.0.1:4566/x.pem",
  identity,
  signatureVersion,
});
const subscription = { arn: `${topicArn}:id`, attributes: {} } as unknown as Subscription;
const raw = { arn: `${topicArn}:id`, attributes: { RawMessageDelivery: "true" } } as unknown as Subscription;

function fields(delivery: Delivery): Record<string, string> {
  return JSON.parse(delivery.body) as Record<string, string>;
}

/** The guide's text: of each field in order its name and its value, a line each. */
function isSigned(message: Record<string, string>, names: readonly string[]): boolean {
  const text = names.map((name) => `${name}\n${message[name]}\n`).join("");
  return createVerify(message.SignatureVersion === "1" ? "RSA-SHA1" : "RSA-SHA256")
    .update(text)
    .verify(identity.certificate, message.Signature, "base64");
}

test("a notification has the guide's fields and headers", () => {
  const envelope = { message: "grüß €", subject: "s", attributes: { score: { type: "Number", value: "0.9" } } };
  const { headers, body } = notification(context("1"), subscription, envelope, "the-id", Date.UTC(2026, 0, 2, 3, 4, 5, 6));
  expect(headers).toMatchObject({
    "content-type": "text/plain; charset=UTF-8",
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-message-id": "the-id",
    "x-amz-sns-topic-arn": topicArn,
    "x-amz-sns-subscription-arn": `${topicArn}:id`,
  });
  expect(JSON.parse(body)).toEqual({
    Type: "Notification",
    MessageId: "the-id",
    TopicArn: topicArn,
    Subject: "s",
    Message: "grüß €",
    Timestamp: "2026-01-02T03:04:05.006Z",
    SignatureVersion: "1",
    Signature: expect.any(String) as string,
    SigningCertURL: "https://127.0.0.1:4566/x.pem",
    UnsubscribeURL: `http://127.0.0.1:4566/?Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(`${topicArn}:id`)}`,
    MessageAttributes: { score: { Type: "Number", Value: "0.9" } },
  });
});

test.each(["1", "2"] as const)("signature version %s covers the guide's fields, subject only if there is one", (version) => {
  const plain = fields(notification(context(version), subscription, { message: "m" }, "i", 0));
  expect(plain).not.toHaveProperty("Subject");
  expect(isSigned(plain, ["Message", "MessageId", "Timestamp", "TopicArn", "Type"])).toBe(true);
  const withSubject = fields(notification(context(version), subscription, { message: "m", subject: "" }, "i", 0));
  expect(isSigned(withSubject, ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"])).toBe(true);
  const ask = fields(confirmation(context(version), "token", "i", 0));
  const names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  expect(isSigned(ask, names)).toBe(true);
  expect(isSigned({ ...ask, SubscribeURL: "http://elsewhere/" }, names)).toBe(false);
});

test("raw delivery is the message alone, marked by a header", () => {
  const { headers, body } = notification(context("1"), raw, { message: "just this", subject: "s" }, "i", 0);
  expect(body).toBe("just this");
  expect(headers["x-amz-sns-rawdelivery"]).toBe("true");
});

test("the link to confirm leads to the API with topic and token", () => {
  const url = new URL(fields(confirmation(context("1"), "abc", "i", 0)).SubscribeURL);
  expect(Object.fromEntries(url.searchParams)).toEqual({ Action: "ConfirmSubscription", TopicArn: topicArn, Token: "abc" });
});

test("ids are UUIDs of their own for each message and stream", () => {
  const ids = new Set(["a", "b"].flatMap((source) => Array.from({ length: 1000 }, (_, offset) => messageId(source, offset))));
  expect(ids.size).toBe(2000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(messageId("a", 7)).toBe(messageId("a", 7));
});

test("the identity stays until a year before its end, then another one has another address", async () => {
  expect(await openSigningIdentity(log, platform)).toEqual(identity);
  const later = { ...platform, clock: { ...platform.clock, nowMs: () => platform.clock.nowMs() + 9.1 * 365 * 86_400_000 } };
  const next = await openSigningIdentity(log, later);
  expect(certificatePath(next)).toMatch(/^\/SimpleNotificationService-[0-9a-f]{32}\.pem$/);
  expect(certificatePath(next)).not.toBe(certificatePath(identity));
  expect(await openSigningIdentity(log, later)).toEqual(next);
});
