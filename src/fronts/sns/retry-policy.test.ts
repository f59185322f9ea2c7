// Goal: pauses are those of the SNS guide's policies, and a policy that we would not keep to is refused.
import { expect, test } from "vitest";
import { defaultRetryDelaysMs, isPermanent, subscriptionRetryDelays, topicRetryDelays } from "./retry-policy.ts";

const policy = (healthyRetryPolicy: object): string => JSON.stringify({ healthyRetryPolicy });
const seconds = (healthyRetryPolicy: object): number[] => subscriptionRetryDelays(policy(healthyRetryPolicy)).map((delayMs) => delayMs / 1_000);

test("without values it is AWS's default, three retries 20 s apart; without a policy ours", () => {
  expect(seconds({})).toEqual([20, 20, 20]);
  expect(seconds({ minDelayTarget: 30 })).toEqual([30, 30, 30]);
  expect(subscriptionRetryDelays("{}")).toEqual(defaultRetryDelaysMs);
  expect(subscriptionRetryDelays('{"healthyRetryPolicy":null,"throttlePolicy":null}')).toEqual(defaultRetryDelaysMs);
});

test("four phases: at once, least, growing, greatest", () => {
  const phases = { numRetries: 8, numNoDelayRetries: 1, numMinDelayRetries: 2, numMaxDelayRetries: 1, minDelayTarget: 1, maxDelayTarget: 16 };
  expect(seconds({ ...phases, backoffFunction: "linear" })).toEqual([0, 1, 1, 1, 6, 11, 16, 16]);
  expect(seconds({ ...phases, numRetries: 9, backoffFunction: "geometric" })).toEqual([0, 1, 1, 1, 2, 4, 8, 16, 16].map((each) => expect.closeTo(each, 9)));
  expect(seconds({ numRetries: 0 })).toEqual([]);
  expect(seconds({ numRetries: 1, minDelayTarget: 2, maxDelayTarget: 9 })).toEqual([2]);
});

test.each([
  ["nonsense", "JSON"],
  ["[]", "the policy must be a JSON object"],
  ["null", "the policy must be a JSON object"],
  ['{"healthyRetryPolicy":3}', "healthyRetryPolicy must be a JSON object"],
  [policy({ numRetries: 101 }), "numRetries must be between 0 and 100"],
  [policy({ numRetries: 1.5 }), "numRetries must be between 0 and 100"],
  [policy({ minDelayTarget: 9, maxDelayTarget: 3 }), "minDelayTarget must be between 1 and 3"],
  [policy({ numRetries: 2, numNoDelayRetries: 2, numMaxDelayRetries: 1 }), "numMaxDelayRetries must be between 0 and 0"],
  [policy({ backoffFunction: "quadratic" }), "backoffFunction must be one of"],
  [policy({ numRetries: 100, minDelayTarget: 60, maxDelayTarget: 60 }), "longer than 3600 seconds"],
  ['{"throttlePolicy":{"maxReceivesPerSecond":1}}', "throttlePolicy is not supported"],
])("refuses %s", (document, text) => {
  expect(() => subscriptionRetryDelays(document)).toThrow(text);
});

test("a topic's policy, which may forbid those of subscriptions", () => {
  const http = { defaultHealthyRetryPolicy: { numRetries: 1, minDelayTarget: 1, maxDelayTarget: 1 } };
  expect(topicRetryDelays(JSON.stringify({ http }))).toEqual({ delaysMs: [1_000], overrides: true });
  expect(topicRetryDelays(JSON.stringify({ http: { ...http, disableSubscriptionOverrides: true } }))).toEqual({ delaysMs: [1_000], overrides: false });
  expect(topicRetryDelays("{}")).toEqual({ delaysMs: defaultRetryDelaysMs, overrides: true });
  expect(() => topicRetryDelays('{"https":{}}')).toThrow("https is not supported");
});

test("only answers that no retry changes are final", () => {
  expect([200, 302, 400, 404, 408, 410, 429, 500, 503].filter(isPermanent)).toEqual([400, 404, 410]);
});
