import { invalidOption, rowFormatOptions, type ConnectorDeclaration } from "../../connector/index.ts";
import { HeadraceError } from "../../core/index.ts";
import { appendDeadLetters } from "../dead-letters.ts";
import { option, snsOptions } from "./options.ts";
import { openPublisher } from "./publisher.ts";
import { RemoteSink } from "./remote-sink.ts";
import { TopicSink } from "./topic-sink.ts";
import { ensureTopic, topicName } from "./topics.ts";

const formats = ["json", "csv", "raw"];

/** Publishes rows as messages. */
export const snsConnector: ConnectorDeclaration = {
  name: "sns",
  summary: "Publishes each row as a message: to a topic of this server exactly once, to another SNS at least once with a stable deduplication id.",
  options: [...snsOptions, ...rowFormatOptions(formats, "json")],
  formats: { source: [], sink: formats },
  metadata: {},
  async sink(table, context) {
    const { options } = table;
    const topic = topicName(options.text("topic"));
    if (topic.endsWith(".fifo") && options.optionalText("message-group-id") === undefined) {
      throw new HeadraceError("invalid-option", `table '${table.name}': the FIFO topic '${topic}' needs 'message-group-id'`, {
        hint: "Example: 'message-group-id' = '{card_id}'.",
      });
    }
    const endpoint = options.optionalText("endpoint");
    if (endpoint === undefined) {
      await ensureTopic(context.log, topic, { attributes: topic.endsWith(".fifo") ? { FifoTopic: "true" } : {}, nowMs: context.platform.clock.nowMs() });
      return new TopicSink(table, topic, context.platform.clock);
    }
    const topicArn = options.text("topic");
    if (!topicArn.startsWith("arn:"))
      throw invalidOption(option("topic"), topicArn, { connector: "sns", table: table.name }, "the topic's ARN when 'endpoint' is given");
    const region = options.optionalText("region") ?? (topicArn.split(":")[3] || undefined);
    const publisher = await openPublisher({ topicArn, endpoint, region });
    const { platform, log, scope } = context;
    const bury = (letters: readonly { readonly message: string; readonly bytes: Uint8Array }[]): Promise<void> =>
      appendDeadLetters(
        log,
        platform.clock,
        letters.map((letter) => ({ ...letter, reason: "sink-refused", job: scope, table: table.name, position: "" })),
      );
    return new RemoteSink({ table, platform, bury, publisher, topic, scope });
  },
};
