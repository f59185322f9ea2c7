/**
 * Delivers a topic's messages to one subscriber: follows the topic's stream from the subscription's cursor, several posts
 * in flight, each retried with growing pauses. A message that cannot be delivered becomes a dead letter before the cursor
 * passes it. The cursor is durable, and never ahead of a message that is still in flight.
 */
import { setMaxListeners } from "node:events";
import { decodeEnvelope } from "../../connectors/index.ts";
import type { Logger, Platform } from "../../core/index.ts";
import { forEachRecord, type Log, type ReadResult, type Tail } from "../../log/index.ts";
import type { Poster } from "./http-post.ts";
import { messageId, notification, type Delivery, type MessageContext } from "./messages.ts";
import { pause } from "./pause.ts";
import { isPermanent } from "./retry-policy.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";
import { keepUndeliverable } from "./undeliverable.ts";

const inFlightMax = 16;
const readBytesMax = 256 * 1024;
const cursorIntervalMs = 200;
/** Before a dead letter that the log refused is tried again; the message waits so long. */
const letterRetryMs = 5_000;

export interface DeliveryOptions {
  readonly log: Log;
  readonly platform: Platform;
  readonly logger: Logger;
  readonly poster: Poster;
  readonly subscriptions: Subscriptions;
  readonly subscription: Subscription;
  readonly shard: number;
  /** True for FIFO topics: one message at a time. */
  readonly ordered: boolean;
  readonly messageSource: string;
  readonly retryDelaysMs: readonly number[];
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
  readonly #abort = new AbortController();
  /** By offset. */
  readonly #inFlight = new Map<number, Promise<void>>();
  #freed: (() => void) | null = null;
  #next: number;
  #saved: number;
  readonly #done: Promise<unknown>;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    // One for each message in flight, which Node would take for a leak.
    setMaxListeners(0, this.#abort.signal);
    this.#next = this.#saved = options.subscriptions.cursor(options.subscription);
    this.#tail = options.log.tail({ shard: options.shard, offset: this.#next, bytesMax: readBytesMax });
    this.#done = Promise.all([this.#follow(), this.#keepCursor()]);
  }

  /** Stops at once; messages in flight are delivered again after a restart. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#freed?.();
    this.#tail.close();
    await this.#done;
    await Promise.all(this.#inFlight.values());
    await this.#saveCursor();
  }

  async #follow(): Promise<void> {
    const { logger, subscription, ordered } = this.#options;
    const { signal } = this.#abort;
    try {
      for (let result = await this.#tail.next(); result !== null; result = await this.#tail.next()) {
        for (const message of messagesOf(result, this.#next)) {
          while (this.#inFlight.size >= (ordered ? 1 : inFlightMax) && !signal.aborted) await new Promise<void>((resolve) => (this.#freed = resolve));
          if (signal.aborted) return;
          this.#next = message.offset + 1;
          this.#inFlight.set(message.offset, this.#deliver(message));
        }
      }
    } catch (error) {
      logger.error({ subscription: subscription.arn, error: String(error) }, "a topic cannot be read, its deliveries stop until restart");
    }
  }

  /** Never rejects. What was cut off by `close` stays in flight, so that the cursor stays before it. */
  async #deliver(message: Message): Promise<void> {
    const problem = await this.#attempts(message);
    if (problem === null || (await this.#bury(message, problem))) this.#inFlight.delete(message.offset);
    this.#freed?.();
  }

  /** Null when it was delivered, else why not. */
  async #attempts(message: Message): Promise<string | null> {
    const { platform, poster, subscription, retryDelaysMs } = this.#options;
    const { signal } = this.#abort;
    let problem = "";
    let delivery: Delivery;
    try {
      delivery = this.#delivery(message);
    } catch (error) {
      return `the message cannot be read: ${textOf(error)}`;
    }
    for (let attempt = 0; attempt <= retryDelaysMs.length && !signal.aborted; attempt++) {
      if (attempt > 0) await pause(platform.clock, retryDelaysMs[attempt - 1], signal);
      if (signal.aborted) break;
      try {
        const status = await poster.post(subscription.endpoint, delivery.headers, delivery.body, signal);
        if (status >= 200 && status < 300) return null;
        problem = `answered ${status}`;
        if (isPermanent(status)) return problem;
      } catch (error) {
        problem = textOf(error);
      }
    }
    return `${problem}, after ${retryDelaysMs.length + 1} attempts`;
  }

  #delivery(message: Message): Delivery {
    const { context, messageSource, subscription } = this.#options;
    return notification(context(), subscription, decodeEnvelope(message.bytes), messageId(messageSource, message.offset), message.timeMs);
  }

  /** Keeps what cannot be delivered; false when the worker closes before that is done. */
  async #bury(message: Message, problem: string): Promise<boolean> {
    const { platform, logger, subscription } = this.#options;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await keepUndeliverable(this.#options, message.bytes, `${subscription.endpoint}: ${problem}`, message.offset);
        return true;
      } catch (error) {
        logger.error({ subscription: subscription.arn, error: textOf(error) }, "a message that cannot be delivered was not kept yet");
        await pause(platform.clock, letterRetryMs, signal);
      }
    }
    return false;
  }

  /** Saves the cursor now and then rather than after each message: a crash repeats a few, with the same MessageId. */
  async #keepCursor(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await pause(this.#options.platform.clock, cursorIntervalMs, signal);
      if (!signal.aborted) await this.#saveCursor();
    }
  }

  async #saveCursor(): Promise<void> {
    const { subscriptions, subscription, logger } = this.#options;
    const cursor = Math.min(this.#next, ...this.#inFlight.keys());
    if (cursor <= this.#saved) return;
    try {
      await subscriptions.moveCursor(subscription, cursor);
      this.#saved = cursor;
    } catch (error) {
      logger.warn({ subscription: subscription.arn, error: textOf(error) }, "cursor of a subscription was not saved");
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function messagesOf(result: ReadResult, from: number): Message[] {
  const messages: Message[] = [];
  for (const batch of result.batches) {
    forEachRecord(batch.bytes, (record) => {
      if (record.offset < from) return;
      messages.push({ offset: record.offset, timeMs: batch.appendTimeMs, bytes: batch.bytes.slice(record.valueStart, record.valueEnd) });
    });
  }
  return messages;
}
