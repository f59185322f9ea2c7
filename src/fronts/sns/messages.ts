/** The bodies subscribers get (SNS guide, "HTTP/HTTPS notification JSON format"). */
import { createHash } from "node:crypto";
import type { Envelope } from "../../connectors/index.ts";
import { signMessage, type SigningIdentity } from "./signing.ts";
import type { Subscription } from "./subscriptions.ts";

/**
 * Stable for one published message: the same at every retry and after a restart. `source` names the topic's stream, so that
 * a topic that was deleted and made again does not repeat the ids of the first: receivers would take its messages for repeats.
 */
export function messageId(source: string, offset: number): string {
  const hex = createHash("sha256").update(`${source}:${offset}`).digest("hex");
  const variant = ((parseInt(hex[16], 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface MessageContext {
  readonly topicArn: string;
  /** Address of this server, for links. */
  readonly publicUrl: string;
  readonly certificateUrl: string;
  readonly identity: SigningIdentity;
  readonly signatureVersion: "1" | "2";
}

export function notification(context: MessageContext, subscription: Subscription, envelope: Envelope, id: string, timeMs: number): Delivery {
  const headers = baseHeaders("Notification", id, context.topicArn);
  headers["x-amz-sns-subscription-arn"] = subscription.arn;
  if (subscription.attributes.RawMessageDelivery === "true") return { headers: { ...headers, "x-amz-sns-rawdelivery": "true" }, body: envelope.message };
  const fields = {
    Type: "Notification",
    MessageId: id,
    TopicArn: context.topicArn,
    ...(envelope.subject === undefined ? {} : { Subject: envelope.subject }),
    Message: envelope.message,
    Timestamp: new Date(timeMs).toISOString(),
    SignatureVersion: context.signatureVersion,
  };
  const signed = {
    ...fields,
    Signature: signMessage(fields, context.signatureVersion, context.identity),
    SigningCertURL: context.certificateUrl,
    UnsubscribeURL: `${context.publicUrl}/?Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(subscription.arn)}`,
    ...(envelope.attributes === undefined
      ? {}
      : { MessageAttributes: Object.fromEntries(Object.entries(envelope.attributes).map(([name, { type, value }]) => [name, { Type: type, Value: value }])) }),
  };
  return { headers, body: JSON.stringify(signed, null, 2) };
}

export function confirmation(context: MessageContext, token: string, id: string, timeMs: number): Delivery {
  const fields = {
    Type: "SubscriptionConfirmation",
    MessageId: id,
    Token: token,
    TopicArn: context.topicArn,
    Message: `Somebody asked to subscribe this address to the topic ${context.topicArn}.\nVisit the SubscribeURL in this message to confirm it.`,
    SubscribeURL: `${context.publicUrl}/?Action=ConfirmSubscription&TopicArn=${encodeURIComponent(context.topicArn)}&Token=${token}`,
    Timestamp: new Date(timeMs).toISOString(),
    SignatureVersion: context.signatureVersion,
  };
  const signed = { ...fields, Signature: signMessage(fields, context.signatureVersion, context.identity), SigningCertURL: context.certificateUrl };
  return { headers: baseHeaders("SubscriptionConfirmation", id, context.topicArn), body: JSON.stringify(signed, null, 2) };
}

function baseHeaders(type: string, id: string, topicArn: string): Record<string, string> {
  return {
    // Not application/json although the body is: so AWS sends it, and so receivers expect it.
    "content-type": "text/plain; charset=UTF-8",
    "user-agent": "Headrace Notification Service Agent",
    "x-amz-sns-message-type": type,
    "x-amz-sns-message-id": id,
    "x-amz-sns-topic-arn": topicArn,
  };
}
