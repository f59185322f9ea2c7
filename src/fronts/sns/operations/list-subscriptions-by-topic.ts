/** ListSubscriptionsByTopic (API reference): pages of 100. */
import { escapeXml } from "../../aws/index.ts";
import type { Operation } from "./operation.ts";

const pageSize = 100;

export const listSubscriptionsByTopic: Operation = (parameters, context) => {
  const topic = context.topicOf(parameters.get("TopicArn"), "TopicArn");
  const after = parameters.get("NextToken") ?? "";
  const left = context.subscriptions.ofTopic(topic).filter((subscription) => subscription.id > after);
  const page = left.slice(0, pageSize);
  const members = page.map((subscription) => {
    const arn = subscription.token === null ? subscription.arn : "PendingConfirmation";
    const fields = {
      TopicArn: context.arn(topic),
      Protocol: subscription.protocol,
      SubscriptionArn: arn,
      Owner: context.options.accountId,
      Endpoint: subscription.endpoint,
    };
    return `<member>${Object.entries(fields)
      .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
      .join("")}</member>`;
  });
  const next = left.length > pageSize ? `<NextToken>${page.at(-1)!.id}</NextToken>` : "";
  return `<Subscriptions>${members.join("")}</Subscriptions>${next}`;
};
