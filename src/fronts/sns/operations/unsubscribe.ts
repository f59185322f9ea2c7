/** Unsubscribe (API reference): by the link in each message, or signed where the subscriber asked for that when it confirmed. */
import { AwsError } from "../../aws/index.ts";
import type { Operation } from "./operation.ts";

export const unsubscribe: Operation = async (parameters, context, request) => {
  const subscription = context.subscriptionOf(parameters.get("SubscriptionArn"));
  // Where there are credentials a signature that is present was checked; where there are none it is the client's word.
  const isSigned = request.headers.authorization !== undefined || /(^|&)X-Amz-Signature=/.test(request.query);
  if (subscription.authenticateOnUnsubscribe === true && !isSigned)
    throw new AwsError("AuthorizationError", "This subscription was confirmed with AuthenticateOnUnsubscribe: the request has to be signed", 403);
  await context.deliveries.stop(subscription);
  await context.subscriptions.remove(subscription);
  return null;
};
