/** PublishBatch (API reference): up to ten messages; each may fail by itself. */
import type { Envelope } from "../../../connectors/index.ts";
import { AwsError, escapeXml } from "../../aws/index.ts";
import type { Operation } from "./operation.ts";
import { messageBytes, messageBytesMax, readMessage, store } from "./publish.ts";

const entriesMax = 10;

interface Entry {
  readonly id: string;
  readonly envelope: Envelope | null;
  readonly error: AwsError | null;
}

export const publishBatch: Operation = async (parameters, context) => {
  const topic = context.topicOf(parameters.get("TopicArn"), "TopicArn");
  const entries = readEntries(parameters);
  const good = entries.filter((entry) => entry.envelope !== null);
  if (good.reduce((total, { envelope }) => total + messageBytes(envelope!), 0) > messageBytesMax) {
    throw new AwsError("BatchRequestTooLong", "The length of all the messages put together is more than the limit.");
  }
  const ids =
    good.length === 0
      ? []
      : await store(
          context,
          topic,
          good.map(({ envelope }) => envelope!),
        );
  const successful = good.map((entry, index) => `<member><Id>${escapeXml(entry.id)}</Id><MessageId>${ids[index]}</MessageId></member>`).join("");
  const failed = entries
    .filter((entry) => entry.error !== null)
    .map(
      ({ id, error }) =>
        `<member><Id>${escapeXml(id)}</Id><Code>${error!.code}</Code><Message>${escapeXml(error!.message)}</Message><SenderFault>true</SenderFault></member>`,
    )
    .join("");
  return `<Successful>${successful}</Successful><Failed>${failed}</Failed>`;
};

function readEntries(parameters: URLSearchParams): Entry[] {
  const entries: Entry[] = [];
  for (let index = 1; parameters.has(`PublishBatchRequestEntries.member.${index}.Id`); index++) {
    const prefix = `PublishBatchRequestEntries.member.${index}.`;
    const id = parameters.get(`${prefix}Id`)!;
    if (!/^[a-zA-Z0-9_-]{1,80}$/.test(id))
      throw new AwsError("InvalidBatchEntryId", "The Id of a batch entry in a batch request doesn't abide by the specification.");
    if (entries.some((entry) => entry.id === id)) throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
    entries.push(readEntry(parameters, prefix, id));
  }
  if (entries.length === 0) throw new AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  if (entries.length > entriesMax) throw new AwsError("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.");
  return entries;
}

function readEntry(parameters: URLSearchParams, prefix: string, id: string): Entry {
  try {
    return { id, envelope: readMessage(parameters, prefix), error: null };
  } catch (error) {
    if (error instanceof AwsError) return { id, envelope: null, error };
    throw error;
  }
}
