/** Publish (API reference): the message is durable before the answer leaves. */
import { encodeEnvelope, type Envelope } from "../../../connectors/index.ts";
import { AwsError } from "../../aws/index.ts";
import { BatchBuilder } from "../../../log/index.ts";
import { invalid, type SnsContext } from "../context.ts";
import { messageId } from "../messages.ts";
import type { Operation } from "./operation.ts";

export const messageBytesMax = 262_144;
const attributeTypes = /^(String|String\.Array|Number|Binary)(\..+)?$/;

export const publish: Operation = async (parameters, context) => {
  const topic = context.topicOf(parameters.get("TopicArn") ?? parameters.get("TargetArn"), "TopicArn or TargetArn");
  const envelope = readMessage(parameters, "");
  if (messageBytes(envelope) > messageBytesMax) throw invalid("Message too long");
  const [id] = await store(context, topic, [envelope]);
  return `<MessageId>${id}</MessageId>`;
};

/** Message, subject and attributes under a prefix of the form ("" or "PublishBatchRequestEntries.member.1."). */
export function readMessage(parameters: URLSearchParams, prefix: string): Envelope {
  const message = parameters.get(`${prefix}Message`) ?? "";
  if (message === "") throw invalid("Empty message");
  const subject = parameters.get(`${prefix}Subject`);
  if (subject !== null && (subject.length === 0 || subject.length > 100 || /[\r\n\u0000-\u001f]/.test(subject))) throw invalid("Subject");
  const structure = parameters.get(`${prefix}MessageStructure`);
  if (structure !== null && structure !== "json") throw invalid("Message Structure");
  const attributes = readAttributes(parameters, `${prefix}MessageAttributes`);
  return {
    message: structure === "json" ? defaultOf(message) : message,
    ...(subject === null ? {} : { subject }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
}

/** MessageStructure "json": one text per protocol, and "default" for the rest. */
function defaultOf(message: string): string {
  let parsed: { default?: unknown; http?: unknown } | null;
  try {
    parsed = JSON.parse(message) as typeof parsed;
  } catch {
    throw invalid("Message Structure - JSON message body failed to parse");
  }
  if (typeof parsed?.default !== "string") throw invalid("Message Structure - No default entry in JSON message body");
  return typeof parsed.http === "string" ? parsed.http : parsed.default;
}

function readAttributes(parameters: URLSearchParams, prefix: string): NonNullable<Envelope["attributes"]> {
  const attributes: Record<string, { type: string; value: string }> = {};
  for (let index = 1; parameters.has(`${prefix}.entry.${index}.Name`); index++) {
    const name = parameters.get(`${prefix}.entry.${index}.Name`)!;
    const type = parameters.get(`${prefix}.entry.${index}.Value.DataType`) ?? "";
    const value = parameters.get(`${prefix}.entry.${index}.Value.StringValue`) ?? parameters.get(`${prefix}.entry.${index}.Value.BinaryValue`) ?? "";
    if (!attributeTypes.test(type))
      throw new AwsError(
        "ParameterValueInvalid",
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    if (value === "")
      throw new AwsError(
        "ParameterValueInvalid",
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
      );
    if (/^Number(\.|$)/.test(type) && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value))
      throw new AwsError("ParameterValueInvalid", `Could not cast message attribute '${name}' value to number.`);
    attributes[name] = { type, value };
  }
  return attributes;
}

export function messageBytes(envelope: Envelope): number {
  let bytes = Buffer.byteLength(envelope.message);
  for (const [name, { type, value }] of Object.entries(envelope.attributes ?? {}))
    bytes += Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(value);
  return bytes;
}

/** Appends the messages in one commit; their ids. */
export async function store(context: SnsContext, topic: string, envelopes: readonly Envelope[]): Promise<string[]> {
  if (topic.endsWith(".fifo")) throw invalid("TopicArn Reason: only pipelines publish to FIFO topics here");
  const builder = new BatchBuilder();
  const nowMs = context.options.platform.clock.nowMs();
  const source = context.messageSource(topic);
  for (const envelope of envelopes) builder.append(null, encodeEnvelope(envelope), nowMs);
  const { appends } = await context.log.commit([{ kind: "append", shard: context.shard(topic), batch: builder.finish() }]);
  return envelopes.map((_, index) => messageId(source, appends[0].baseOffset + index));
}
