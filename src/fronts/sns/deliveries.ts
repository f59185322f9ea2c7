/** One delivery worker for each confirmed subscription. */
import { DeliveryWorker } from "./delivery.ts";
import { closeConnections, post } from "./http-post.ts";
import type { SnsContext } from "./context.ts";
import { confirmation, type MessageContext } from "./messages.ts";
import { defaultRetryDelaysMs, isPermanent } from "./retry-policy.ts";
import { sleep } from "../../core/index.ts";
import type { Subscription } from "./subscriptions.ts";

export class Deliveries {
  readonly #context: SnsContext;
  readonly #workers = new Map<string, DeliveryWorker>();
  #closed = false;

  constructor(context: SnsContext) {
    this.#context = context;
  }

  /** Goes on with every confirmed subscription. */
  startAll(): void {
    for (const subscription of this.#context.subscriptions.all()) if (subscription.token === null) this.start(subscription);
  }

  start(subscription: Subscription): void {
    if (this.#closed || this.#workers.has(subscription.arn)) return;
    const { log, platform, logger } = this.#context.options;
    const worker = new DeliveryWorker({
      log,
      platform,
      logger,
      subscriptions: this.#context.subscriptions,
      subscription,
      shard: this.#context.shard(subscription.topic),
      context: () => this.messageContext(subscription.topic),
    });
    this.#workers.set(subscription.arn, worker);
  }

  async stop(subscription: Subscription): Promise<void> {
    const worker = this.#workers.get(subscription.arn);
    this.#workers.delete(subscription.arn);
    await worker?.close();
  }

  messageContext(topic: string): MessageContext {
    const { publicUrl, certificateUrl } = this.#context.options;
    const signatureVersion = this.#context.topic(topic)?.attributes.SignatureVersion === "2" ? "2" : "1";
    return { topicArn: this.#context.arn(topic), publicUrl: publicUrl(), certificateUrl: certificateUrl(), identity: this.#context.identity!, signatureVersion };
  }

  /** Asks the endpoint to confirm, in the background; nobody waits for it. */
  askToConfirm(subscription: Subscription, token: string): void {
    const { platform, logger } = this.#context.options;
    const delivery = confirmation(this.messageContext(subscription.topic), token, platform.random.uuid(), platform.clock.nowMs());
    const attempts = async (): Promise<void> => {
      for (const delayMs of [0, ...defaultRetryDelaysMs]) {
        await sleep(platform.clock, delayMs);
        if (this.#closed) return;
        try {
          const status = await post(subscription.endpoint, delivery.headers, delivery.body);
          if (status < 300 || isPermanent(status)) return;
        } catch (error) {
          logger.warn({ endpoint: subscription.endpoint, error: String(error) }, "a subscriber was not reached to confirm");
        }
      }
    };
    void attempts();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#workers.values()].map((worker) => worker.close()));
    closeConnections();
  }
}
