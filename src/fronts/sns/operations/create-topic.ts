/** CreateTopic (API reference): idempotent; another set of attributes for an existing name is refused. */
import { escapeXml } from "../../aws/index.ts";
import { attributeEntries, invalid, tagEntries } from "../context.ts";
import { topicRetryDelays } from "../retry-policy.ts";
import type { Operation } from "./operation.ts";

/** Policy and TracingConfig are kept and have no effect: tools send them unasked. */
const checks: Readonly<Record<string, (value: string) => void>> = {
  DisplayName: (value) => ensure(value.length <= 100, "at most 100 characters"),
  SignatureVersion: (value) => ensure(value === "1" || value === "2", "1 or 2"),
  DeliveryPolicy: (value) => void topicRetryDelays(value),
  Policy: (value) => void JSON.parse(value),
  TracingConfig: (value) => ensure(value === "PassThrough" || value === "Active", "PassThrough or Active"),
};

export const createTopic: Operation = async (parameters, context) => {
  const name = parameters.get("Name") ?? "";
  if (name.endsWith(".fifo")) throw invalid("Topic Name Reason: FIFO topics are not supported");
  if (!/^[a-zA-Z0-9_-]{1,256}$/.test(name)) throw invalid("Topic Name");
  const attributes = attributeEntries(parameters);
  for (const [key, value] of Object.entries(attributes)) checkAttribute(key, value);
  const existing = context.topic(name);
  if (existing === undefined) await context.createTopic(name, attributes, tagEntries(parameters));
  else if (Object.entries(attributes).some(([key, value]) => existing.attributes[key] !== value)) {
    throw invalid("Attributes Reason: Topic already exists with different attributes");
  }
  return `<TopicArn>${escapeXml(context.arn(name))}</TopicArn>`;
};

function checkAttribute(key: string, value: string): void {
  const check = checks[key];
  if (check === undefined) throw invalid(`Attributes Reason: Unknown attribute ${key}`);
  try {
    check(value);
  } catch (error) {
    throw invalid(`Attributes Reason: ${key}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function ensure(condition: boolean, expected: string): void {
  if (!condition) throw new RangeError(`expected ${expected}`);
}
