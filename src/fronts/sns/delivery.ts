/**
 * Delivers a topic's messages to one subscriber: follows the topic's stream from the subscription's cursor, several posts
 * in flight, each retried with growing pauses. A message that cannot be delivered becomes a dead letter before the cursor
 * passes it. The cursor is durable, and never ahead of a message that is still in flight.
 */
import { decodeEnvelope, type Envelope } from "../../connectors/index.ts";
import { sleep, type Logger, type Platform } from "../../core/index.ts";
import { forEachRecord, type Log, type ReadResult, type Tail } from "../../log/index.ts";
import { post } from "./http-post.ts";
import { messageId, notification, type MessageContext } from "./messages.ts";
import { defaultRetryDelaysMs, isPermanent, retryDelays } from "./retry-policy.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";
import { keepUndeliverable } from "./undeliverable.ts";

const inFlightMax = 16;
const cursorIntervalMs = 200;

export interface DeliveryOptions {
  readonly log: Log;
  readonly platform: Platform;
  readonly logger: Logger;
  readonly subscriptions: Subscriptions;
  readonly subscription: Subscription;
  readonly shard: number;
  context(): MessageContext;
}

interface Message {
  readonly offset: number;
  readonly timeMs: number;
  readonly bytes: Uint8Array;
}

export class DeliveryWorker {
  readonly #options: DeliveryOptions;
  readonly #tail: Tail;
  /** Offsets in flight. */
  readonly #inFlight = new Set<number>();
  #next: number;
  #saved: number;
  #closed = false;
  #freed: (() => void) | null = null;
  readonly #done: Promise<void>;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#next = this.#saved = options.subscriptions.cursor(options.subscription);
    this.#tail = options.log.tail({ shard: options.shard, offset: this.#next, bytesMax: 256 * 1024 });
    this.#done = Promise.all([this.#follow(), this.#keepCursor()]).then(() => {});
  }

  /** Stops; messages in flight are delivered again after a restart. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#tail.close();
    this.#freed?.();
    await this.#done;
  }

  async #follow(): Promise<void> {
    for (;;) {
      const result = await this.#tail.next();
      if (result === null || this.#closed) return;
      for (const message of messagesOf(result, this.#next)) {
        while (this.#inFlight.size >= inFlightMax && !this.#closed) await new Promise<void>((resolve) => (this.#freed = resolve));
        if (this.#closed) return;
        this.#inFlight.add(message.offset);
        this.#next = message.offset + 1;
        void this.#deliver(message).finally(() => {
          this.#freed?.();
        });
      }
    }
  }

  async #deliver(message: Message): Promise<void> {
    const problem = await this.#attempts(message);
    if (this.#closed && problem !== null) return;
    if (problem !== null) await keepUndeliverable(this.#options, message.bytes, `${this.#options.subscription.endpoint}: ${problem}`, message.offset);
    this.#inFlight.delete(message.offset);
  }

  /** Null when it was delivered, else why not. */
  async #attempts(message: Message): Promise<string | null> {
    const { subscription, platform, context } = this.#options;
    const envelope: Envelope = decodeEnvelope(message.bytes);
    const delivery = notification(context(), subscription, envelope, messageId(context().topicArn, message.offset), message.timeMs);
    const delays = subscription.attributes.DeliveryPolicy === undefined ? defaultRetryDelaysMs : retryDelays(subscription.attributes.DeliveryPolicy);
    let problem = "";
    for (let attempt = 0; attempt <= delays.length; attempt++) {
      if (attempt > 0) await sleep(platform.clock, delays[attempt - 1]);
      if (this.#closed) return "closed";
      try {
        const status = await post(subscription.endpoint, delivery.headers, delivery.body);
        if (status >= 200 && status < 300) return null;
        problem = `answered ${status}`;
        if (isPermanent(status)) return problem;
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
    }
    return `${problem}, after ${delays.length + 1} attempts`;
  }

  /** Saves the cursor now and then rather than after each message: a crash repeats a few, with the same MessageId. */
  async #keepCursor(): Promise<void> {
    const { platform, subscriptions, subscription, logger } = this.#options;
    while (!this.#closed) {
      await new Promise<void>((resolve) => {
        platform.clock.setTimer(cursorIntervalMs, resolve, { unref: true });
      });
      const cursor = this.#inFlight.size === 0 ? this.#next : Math.min(...this.#inFlight);
      if (cursor <= this.#saved || this.#closed) continue;
      try {
        await subscriptions.moveCursor(subscription, cursor);
        this.#saved = cursor;
      } catch (error) {
        logger.warn({ subscription: subscription.arn, error: String(error) }, "cursor of a subscription was not saved");
      }
    }
  }
}

function messagesOf(result: ReadResult, from: number): Message[] {
  const messages: Message[] = [];
  for (const batch of result.batches) {
    forEachRecord(batch.bytes, (record) => {
      const offset = batch.baseOffset + (record.offset - batch.baseOffset);
      if (offset >= from) messages.push({ offset, timeMs: batch.appendTimeMs, bytes: batch.bytes.slice(record.valueStart, record.valueEnd) });
    });
  }
  return messages;
}
