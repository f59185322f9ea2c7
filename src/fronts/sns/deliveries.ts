/** One delivery worker for each confirmed subscription. */
import { setMaxListeners } from "node:events";
import { DeliveryWorker } from "./delivery.ts";
import { Poster } from "./http-post.ts";
import type { SnsContext } from "./context.ts";
import { confirmation, type MessageContext } from "./messages.ts";
import { pause } from "./pause.ts";
import { defaultRetryDelaysMs, isPermanent, subscriptionRetryDelays, topicRetryDelays } from "./retry-policy.ts";
import { certificatePath } from "./signing.ts";
import type { Subscription } from "./subscriptions.ts";

export class Deliveries {
  readonly #context: SnsContext;
  readonly #poster: Poster;
  readonly #workers = new Map<string, DeliveryWorker>();
  readonly #abort = new AbortController();

  constructor(context: SnsContext) {
    this.#context = context;
    // One for each endpoint that is being asked.
    setMaxListeners(0, this.#abort.signal);
    this.#poster = new Poster(context.options.platform.clock);
  }

  /** Goes on with every confirmed subscription. */
  startAll(): void {
    for (const subscription of this.#context.subscriptions.all()) {
      if (subscription.token !== null) continue;
      // Somebody subscribed while the topic was deleted.
      if (this.#context.topic(subscription.topic) === undefined)
        this.#context.options.logger.warn({ subscription: subscription.arn }, "a subscription has no topic, nothing is delivered to it");
      else this.start(subscription);
    }
  }

  start(subscription: Subscription): void {
    if (this.#abort.signal.aborted || this.#workers.has(subscription.arn)) return;
    const { log, platform, logger } = this.#context.options;
    const worker = new DeliveryWorker({
      log,
      platform,
      logger,
      poster: this.#poster,
      subscriptions: this.#context.subscriptions,
      subscription,
      shard: this.#context.shard(subscription.topic),
      ordered: subscription.topic.endsWith(".fifo"),
      messageSource: this.#context.messageSource(subscription.topic),
      retryDelaysMs: this.#retryDelaysMs(subscription),
      context: () => this.messageContext(subscription.topic),
    });
    this.#workers.set(subscription.arn, worker);
  }

  /** The subscription's policy, unless the topic forbids it; else the topic's; else ours. */
  #retryDelaysMs({ topic, attributes }: Subscription): readonly number[] {
    const ofTopic = this.#context.topic(topic)?.attributes.DeliveryPolicy;
    const { delaysMs, overrides } = ofTopic === undefined ? { delaysMs: defaultRetryDelaysMs, overrides: true } : topicRetryDelays(ofTopic);
    return overrides && attributes.DeliveryPolicy !== undefined ? subscriptionRetryDelays(attributes.DeliveryPolicy) : delaysMs;
  }

  async stop(subscription: Subscription): Promise<void> {
    const worker = this.#workers.get(subscription.arn);
    this.#workers.delete(subscription.arn);
    await worker?.close();
  }

  messageContext(topic: string): MessageContext {
    const identity = this.#context.identity!;
    const publicUrl = this.#context.options.publicUrl();
    const signatureVersion = this.#context.topic(topic)?.attributes.SignatureVersion === "2" ? "2" : "1";
    return {
      topicArn: this.#context.arn(topic),
      publicUrl,
      // Validators take https only.
      certificateUrl: publicUrl.replace(/^http:/, "https:") + certificatePath(identity),
      identity,
      signatureVersion,
    };
  }

  /** Asks the endpoint to confirm, in the background; nobody waits for it. */
  askToConfirm(subscription: Subscription, token: string): void {
    const { platform, logger } = this.#context.options;
    const { signal } = this.#abort;
    const delivery = confirmation(this.messageContext(subscription.topic), token, platform.random.uuid(), platform.clock.nowMs());
    const attempts = async (): Promise<void> => {
      for (const delayMs of [0, ...defaultRetryDelaysMs]) {
        await pause(platform.clock, delayMs, signal);
        // Confirmed by other means, asked for anew, or gone.
        if (signal.aborted || this.#context.subscriptions.get(subscription.topic, subscription.id)?.token !== token) return;
        try {
          const status = await this.#poster.post(subscription.endpoint, delivery.headers, delivery.body, signal);
          if (status < 300) return;
          logger.warn({ endpoint: subscription.endpoint, status }, "a subscriber did not take the message that asks it to confirm");
          if (isPermanent(status)) return;
        } catch (error) {
          if (!signal.aborted) logger.warn({ endpoint: subscription.endpoint, error: String(error) }, "a subscriber was not reached to confirm");
        }
      }
    };
    void attempts();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await Promise.all([...this.#workers.values()].map((worker) => worker.close()));
    this.#poster.close();
  }
}
