/** Unsubscribe (API reference). */
import type { Operation } from "./operation.ts";

export const unsubscribe: Operation = async (parameters, context) => {
  const subscription = context.subscriptionOf(parameters.get("SubscriptionArn"));
  await context.deliveries.stop(subscription);
  await context.subscriptions.remove(subscription);
  return null;
};
