/** Messages that could not be delivered, kept in the dead letters' stream with reason and position. */
import { appendDeadLetters } from "../../connectors/index.ts";
import type { Platform } from "../../core/index.ts";
import type { Log } from "../../log/index.ts";
import type { Subscription } from "./subscriptions.ts";

export async function keepUndeliverable(
  { log, platform, subscription }: { log: Log; platform: Platform; subscription: Subscription },
  bytes: Uint8Array,
  problem: string,
  offset: number,
): Promise<void> {
  await appendDeadLetters(log, platform.clock, [
    {
      reason: "undeliverable",
      message: problem,
      job: "sns",
      table: subscription.topic,
      position: `$sns/${subscription.topic}@${offset} to ${subscription.arn}`,
      bytes,
    },
  ]);
}
