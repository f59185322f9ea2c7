/** Publishes to another SNS through the AWS SDK, which is loaded only here: it brings credentials, signatures and regions. */
import type * as Sdk from "@aws-sdk/client-sns";
import { HeadraceError } from "../../core/index.ts";
import type { Message } from "./messages.ts";

export interface PublicationEntry extends Message {
  /** Unique in the batch. */
  readonly id: string;
  /** The same at every repeat; null for topics without order, which take none. */
  readonly deduplicationId: string | null;
}

export interface RefusedEntry {
  readonly id: string;
  readonly reason: string;
  /** True: the entry itself is at fault and would be refused again. */
  readonly final: boolean;
}

export interface Publisher {
  /** At most ten entries. Answers those that were not taken; rejects when the whole request failed. */
  publish(entries: readonly PublicationEntry[]): Promise<readonly RefusedEntry[]>;
  close(): void;
}

export interface PublisherOptions {
  readonly topicArn: string;
  readonly endpoint: string;
  readonly region: string | undefined;
}

export async function openPublisher({ topicArn, endpoint, region }: PublisherOptions): Promise<Publisher> {
  const sdk = await loadSdk();
  const client: Sdk.SNSClient = new sdk.SNSClient({ endpoint, ...(region === undefined ? {} : { region }), maxAttempts: 1 });
  return {
    async publish(entries) {
      const command = new sdk.PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries.map(requestEntry) });
      const { Failed = [] } = await client.send(command);
      return Failed.map(({ Id, Code, Message: text, SenderFault }) => ({
        id: Id ?? "",
        reason: `${Code ?? "refused"}: ${text ?? "no reason given"}`,
        final: SenderFault === true,
      }));
    },
    close: () => client.destroy(),
  };
}

function requestEntry({ id, envelope, group, deduplicationId }: PublicationEntry) {
  const attributes = Object.entries(envelope.attributes ?? {}).map(([name, { type, value }]) => [name, { DataType: type, StringValue: value }] as const);
  return {
    Id: id,
    Message: envelope.message,
    ...(envelope.subject === undefined ? {} : { Subject: envelope.subject }),
    ...(attributes.length === 0 ? {} : { MessageAttributes: Object.fromEntries(attributes) }),
    ...(group === null ? {} : { MessageGroupId: group }),
    ...(deduplicationId === null ? {} : { MessageDeduplicationId: deduplicationId }),
  };
}

async function loadSdk(): Promise<typeof Sdk> {
  try {
    return await import("@aws-sdk/client-sns");
  } catch (error) {
    throw new HeadraceError("connector-failed", "the package @aws-sdk/client-sns is not installed, which 'endpoint' needs", {
      cause: error,
      hint: "npm install @aws-sdk/client-sns",
    });
  }
}

/** Failures that pass: no answer, throttling, a fault of the service. What is left is the caller's own (credentials, a missing topic). */
export function isPassing(error: unknown): boolean {
  const { $metadata, name, code } = error as { $metadata?: { httpStatusCode?: number }; name?: string; code?: string };
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return code !== undefined || name === "TimeoutError";
  return status >= 500 || status === 429 || /Throttl|RequestTimeout/.test(name ?? "");
}
