/** What every SNS operation works with. */
import { ensureTopic, topicStream, topicsTable } from "../../connectors/index.ts";
import type { Logger, Platform } from "../../core/index.ts";
import type { Log } from "../../log/index.ts";
import { AwsError } from "../aws/index.ts";
import type { Deliveries } from "./deliveries.ts";
import type { SigningIdentity } from "./signing.ts";
import { Subscriptions, type Subscription } from "./subscriptions.ts";

export interface SnsOptions {
  readonly log: Log;
  readonly platform: Platform;
  readonly logger: Logger;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Address of this server, http and without a path, for links in messages; known once it listens. It serves https too. */
  publicUrl(): string;
}

export interface TopicRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export class SnsContext {
  readonly options: SnsOptions;
  readonly subscriptions: Subscriptions;
  deliveries!: Deliveries;
  identity: SigningIdentity | null = null;

  constructor(options: SnsOptions) {
    this.options = options;
    this.subscriptions = new Subscriptions(options.log);
  }

  get log(): Log {
    return this.options.log;
  }

  arn(topic: string): string {
    return `arn:aws:sns:${this.options.region}:${this.options.accountId}:${topic}`;
  }

  topic(name: string): TopicRecord | undefined {
    const value = this.log.table(topicsTable).latest(name);
    return value === undefined ? undefined : (JSON.parse(new TextDecoder().decode(value)) as TopicRecord);
  }

  topics(): string[] {
    return this.log
      .table(topicsTable)
      .entries()
      .map(([name]) => name);
  }

  async createTopic(name: string, attributes: Readonly<Record<string, string>>, tags: Readonly<Record<string, string>>): Promise<void> {
    await ensureTopic(this.log, name, { attributes, tags, nowMs: this.options.platform.clock.nowMs() });
  }

  /** Shard of the topic's stream. */
  shard(name: string): number {
    const stream = this.log.stream(topicStream(name));
    if (stream === undefined) throw noTopic();
    return stream.shards[0];
  }

  /** What {@link messageId} is made of beside the offset: no two streams of a topic, also of two data folders, have the same. */
  messageSource(name: string): string {
    return `${this.arn(name)}:${this.topic(name)?.createdMs ?? 0}:${this.shard(name)}`;
  }

  /** Name of the topic that the parameter's ARN means. Throws InvalidParameter, NotFound. */
  topicOf(arn: string | null, parameter: string): string {
    const name = this.topicNameOf(arn, parameter);
    if (arn !== this.arn(name) || this.topic(name) === undefined) throw noTopic();
    return name;
  }

  /** Name in the parameter's ARN, whether or not there is such a topic. Throws InvalidParameter. */
  topicNameOf(arn: string | null, parameter: string): string {
    if (arn === null || arn === "") throw invalid(`${parameter} Reason: no value for required parameter`);
    const parts = arn.split(":");
    if (parts.length < 6) throw invalid(`${parameter} Reason: An ARN must have at least 6 elements, not ${parts.length}`);
    if (parts.length > 6 || parts[0] !== "arn" || parts[2] !== "sns") throw invalid(parameter);
    return parts[5];
  }

  subscriptionOf(arn: string | null): Subscription {
    if (arn === null || arn === "") throw invalid("SubscriptionArn Reason: no value for required parameter");
    const parts = arn.split(":");
    if (parts.length < 6) throw invalid(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
    if (parts.length !== 7 || parts[0] !== "arn" || parts[2] !== "sns") throw invalid("SubscriptionId");
    const subscription = this.subscriptions.get(parts[5], parts[6]);
    if (subscription === undefined || subscription.arn !== arn) throw new AwsError("NotFound", "Subscription does not exist", 404);
    return subscription;
  }
}

function noTopic(): AwsError {
  return new AwsError("NotFound", "Topic does not exist", 404);
}

export function invalid(text: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${text}`);
}

/** Entries of `Attributes.entry.N.key|value`. */
export function attributeEntries(parameters: URLSearchParams): Record<string, string> {
  return pairs(parameters, "Attributes.entry", "key", "value");
}

/** Entries of `Tags.member.N.Key|Value`. */
export function tagEntries(parameters: URLSearchParams): Record<string, string> {
  return pairs(parameters, "Tags.member", "Key", "Value");
}

function pairs(parameters: URLSearchParams, prefix: string, keyName: string, valueName: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (let index = 1; parameters.has(`${prefix}.${index}.${keyName}`); index++) {
    entries[parameters.get(`${prefix}.${index}.${keyName}`)!] = parameters.get(`${prefix}.${index}.${valueName}`) ?? "";
  }
  return entries;
}
