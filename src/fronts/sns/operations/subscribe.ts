/** Subscribe (API reference) with protocols http and https: pending until the endpoint confirms. */
import { isDeepStrictEqual } from "node:util";
import { escapeXml } from "../../aws/index.ts";
import { attributeEntries, invalid } from "../context.ts";
import { subscriptionRetryDelays } from "../retry-policy.ts";
import type { Subscription } from "../subscriptions.ts";
import type { Operation } from "./operation.ts";

/** API reference of ConfirmSubscription: tokens are valid for two days. */
const tokenLifeMs = 2 * 86_400_000;
const known = new Set(["RawMessageDelivery", "DeliveryPolicy"]);

export const subscribe: Operation = async (parameters, context) => {
  const topic = context.topicOf(parameters.get("TopicArn"), "TopicArn");
  const protocol = parameters.get("Protocol");
  const endpoint = parameters.get("Endpoint") ?? "";
  if (protocol !== "http" && protocol !== "https") {
    throw invalid(`Amazon SNS does not support this protocol string: ${protocol ?? "null"} Reason: this server delivers by http and https`);
  }
  if (!isUrl(endpoint, protocol)) throw invalid("Endpoint Reason: Endpoint must match the specified protocol");
  const attributes = attributeEntries(parameters);
  checkAttributes(attributes);
  const same = context.subscriptions.ofTopic(topic).find((subscription) => subscription.endpoint === endpoint);
  if (same !== undefined && same.token === null) {
    if (!isDeepStrictEqual(same.attributes, attributes)) throw invalid("Attributes Reason: Subscription already exists with different attributes");
    return `<SubscriptionArn>${escapeXml(same.arn)}</SubscriptionArn>`;
  }
  const { platform } = context.options;
  const nowMs = platform.clock.nowMs();
  const id = same?.id ?? platform.random.uuid();
  const token = Buffer.from(platform.random.bytes(32)).toString("hex");
  const subscription: Subscription = {
    arn: `${context.arn(topic)}:${id}`,
    id,
    topic,
    protocol,
    endpoint,
    token,
    tokenExpiresMs: nowMs + tokenLifeMs,
    createdMs: nowMs,
    attributes,
    firstOffset: 0,
  };
  await context.subscriptions.put(subscription);
  context.deliveries.askToConfirm(subscription, token);
  const shown = parameters.get("ReturnSubscriptionArn") === "true" ? subscription.arn : "pending confirmation";
  return `<SubscriptionArn>${escapeXml(shown)}</SubscriptionArn>`;
};

function isUrl(text: string, protocol: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === `${protocol}:`;
}

function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (!known.has(key)) throw invalid(`Attributes Reason: ${key} is not supported`);
    if (key === "RawMessageDelivery" && !["true", "false"].includes(value)) throw invalid("Attributes Reason: RawMessageDelivery: Invalid value");
    if (key !== "DeliveryPolicy") continue;
    try {
      subscriptionRetryDelays(value);
    } catch (error) {
      throw invalid(`Attributes Reason: DeliveryPolicy: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
