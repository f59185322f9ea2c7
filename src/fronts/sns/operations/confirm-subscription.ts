/** ConfirmSubscription (API reference). From then on the subscriber gets what is published. */
import { escapeXml } from "../../aws/index.ts";
import { invalid } from "../context.ts";
import type { Operation } from "./operation.ts";

export const confirmSubscription: Operation = async (parameters, context) => {
  const topic = context.topicOf(parameters.get("TopicArn"), "TopicArn");
  const token = parameters.get("Token") ?? "";
  const pending = context.subscriptions.ofTopic(topic).find((subscription) => subscription.token !== null && subscription.token === token);
  if (pending === undefined || pending.tokenExpiresMs < context.options.platform.clock.nowMs()) throw invalid("Token");
  const firstOffset = context.log.shard(context.shard(topic))?.endOffset ?? 0;
  const confirmed = { ...pending, token: null, firstOffset };
  await context.subscriptions.put(confirmed);
  context.deliveries.start(confirmed);
  return `<SubscriptionArn>${escapeXml(confirmed.arn)}</SubscriptionArn>`;
};
