/** CreateTopic (API reference): idempotent; another set of attributes for an existing name is refused. */
import { escapeXml } from "../../aws/index.ts";
import { attributeEntries, invalid } from "../context.ts";
import type { Operation } from "./operation.ts";

const known = new Set(["DisplayName", "DeliveryPolicy", "SignatureVersion", "Policy", "TracingConfig", "KmsMasterKeyId"]);

export const createTopic: Operation = async (parameters, context) => {
  const name = parameters.get("Name") ?? "";
  if (name.endsWith(".fifo")) throw invalid("Topic Name Reason: FIFO topics are not supported");
  if (!/^[a-zA-Z0-9_-]{1,256}$/.test(name)) throw invalid("Topic Name");
  const attributes = attributeEntries(parameters);
  for (const key of Object.keys(attributes)) if (!known.has(key)) throw invalid(`Attributes Reason: Unknown attribute ${key}`);
  if (attributes.SignatureVersion !== undefined && !["1", "2"].includes(attributes.SignatureVersion)) throw invalid("SignatureVersion");
  const existing = context.topic(name);
  if (existing === undefined) await context.createTopic(name, attributes);
  else if (Object.entries(attributes).some(([key, value]) => existing.attributes[key] !== value)) {
    throw invalid("Attributes Reason: Topic already exists with different attributes");
  }
  return `<TopicArn>${escapeXml(context.arn(name))}</TopicArn>`;
};
