/** ConfirmSubscription (API reference). From then on the subscriber gets what is published; a second visit changes nothing. */
import { escapeXml } from "../../aws/index.ts";
import { invalid } from "../context.ts";
import type { Operation } from "./operation.ts";

export const confirmSubscription: Operation = async (parameters, context) => {
  const topic = context.topicOf(parameters.get("TopicArn"), "TopicArn");
  const token = parameters.get("Token");
  if (token === null || token === "") throw invalid("Token Reason: no value for required parameter");
  const found = context.subscriptions.ofTopic(topic).find((subscription) => (subscription.token ?? subscription.confirmedToken) === token);
  if (found === undefined || found.tokenExpiresMs < context.options.platform.clock.nowMs()) throw invalid("Token");
  if (found.token !== null) {
    const confirmed = {
      ...found,
      token: null,
      confirmedToken: token,
      firstOffset: context.log.shard(context.shard(topic))?.endOffset ?? 0,
      authenticateOnUnsubscribe: parameters.get("AuthenticateOnUnsubscribe") === "true",
    };
    await context.subscriptions.put(confirmed);
    context.deliveries.start(confirmed);
  }
  return `<SubscriptionArn>${escapeXml(found.arn)}</SubscriptionArn>`;
};
