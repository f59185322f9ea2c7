/** DeleteTopic (API reference): with its subscriptions and messages; one that does not exist is no error. */
import { topicsTable, topicStream } from "../../../connectors/index.ts";
import type { Operation } from "./operation.ts";

export const deleteTopic: Operation = async (parameters, context) => {
  const arn = parameters.get("TopicArn");
  const name = context.topicNameOf(arn, "TopicArn");
  if (arn !== context.arn(name) || context.topic(name) === undefined) return null;
  for (const subscription of context.subscriptions.ofTopic(name)) {
    await context.deliveries.stop(subscription);
    await context.subscriptions.remove(subscription);
  }
  await context.log.commit([
    { kind: "put", table: topicsTable, key: name, value: null },
    { kind: "delete-stream", stream: topicStream(name) },
  ]);
  return null;
};
