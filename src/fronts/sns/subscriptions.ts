/** Subscriptions and how far each has been served, in the log's tables. */
import type { Log } from "../../log/index.ts";

const subscriptionsTable = "sns-subscriptions";
const cursorsTable = "sns-cursors";

export interface Subscription {
  /** TopicArn + ":" + id. */
  readonly arn: string;
  readonly id: string;
  readonly topic: string;
  readonly protocol: "http" | "https";
  readonly endpoint: string;
  /** Set until confirmed. */
  readonly token: string | null;
  readonly tokenExpiresMs: number;
  /** Token it was confirmed with: who visits the link twice is told the same twice. */
  readonly confirmedToken?: string;
  /** Unsubscribing takes a signature: the link in the messages is not enough. */
  readonly authenticateOnUnsubscribe?: boolean;
  readonly createdMs: number;
  /** RawMessageDelivery, DeliveryPolicy. */
  readonly attributes: Readonly<Record<string, string>>;
  /** First message of the topic it shall get; set when confirmed. */
  readonly firstOffset: number;
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const decode = <Value>(bytes: Uint8Array): Value => JSON.parse(new TextDecoder().decode(bytes)) as Value;

export class Subscriptions {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  ofTopic(topic: string): Subscription[] {
    return this.#log
      .table(subscriptionsTable)
      .entries(`${topic}/`)
      .map(([, value]) => decode<Subscription>(value));
  }

  all(): Subscription[] {
    return this.#log
      .table(subscriptionsTable)
      .entries()
      .map(([, value]) => decode<Subscription>(value));
  }

  get(topic: string, id: string): Subscription | undefined {
    const value = this.#log.table(subscriptionsTable).latest(`${topic}/${id}`);
    return value === undefined ? undefined : decode<Subscription>(value);
  }

  async put(subscription: Subscription): Promise<void> {
    await this.#log.commit([{ kind: "put", table: subscriptionsTable, key: `${subscription.topic}/${subscription.id}`, value: encode(subscription) }]);
  }

  async remove(subscription: Subscription): Promise<void> {
    const key = `${subscription.topic}/${subscription.id}`;
    await this.#log.commit([
      { kind: "put", table: subscriptionsTable, key, value: null },
      { kind: "put", table: cursorsTable, key, value: null },
    ]);
  }

  /** Offset of the next message to deliver. */
  cursor(subscription: Subscription): number {
    const value = this.#log.table(cursorsTable).latest(`${subscription.topic}/${subscription.id}`);
    return value === undefined ? subscription.firstOffset : decode<number>(value);
  }

  async moveCursor(subscription: Subscription, offset: number): Promise<void> {
    await this.#log.commit([{ kind: "put", table: cursorsTable, key: `${subscription.topic}/${subscription.id}`, value: encode(offset) }]);
  }
}
