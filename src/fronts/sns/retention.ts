/**
 * How long published messages are kept: four days, as SQS keeps them by default, and beyond that until every confirmed
 * subscription has had them. The log's own retention knows time only, so topics' streams have none and are trimmed here.
 */
import { topicsTable, topicStream } from "../../connectors/index.ts";
import type { Logger, Platform } from "../../core/index.ts";
import type { Entry, Log } from "../../log/index.ts";
import { pause } from "./pause.ts";
import type { Subscriptions } from "./subscriptions.ts";

export const messageRetentionMs = 4 * 86_400_000;
const intervalMs = 600_000;

export interface RetentionOptions {
  readonly log: Log;
  readonly platform: Platform;
  readonly logger: Logger;
  readonly subscriptions: Subscriptions;
}

/** Trims every ten minutes until the signal aborts. Never rejects. */
export async function keepRetention(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await trimTopics(options);
    } catch (error) {
      options.logger.warn({ error: String(error) }, "old messages of topics were not deleted");
    }
    await pause(options.platform.clock, intervalMs, signal);
  }
}

export async function trimTopics({ log, platform, subscriptions }: Omit<RetentionOptions, "logger">): Promise<void> {
  const oldestMs = platform.clock.nowMs() - messageRetentionMs;
  const entries: Entry[] = [];
  for (const [topic] of log.table(topicsTable).entries()) {
    const number = log.stream(topicStream(topic))?.shards[0];
    const shard = number === undefined ? undefined : log.shard(number);
    if (shard === undefined || shard.startOffset === shard.endOffset) continue;
    const confirmed = subscriptions.ofTopic(topic).filter(({ token }) => token === null);
    const offset = Math.min(await log.offsetAtTime(shard.shard, oldestMs), ...confirmed.map((subscription) => subscriptions.cursor(subscription)));
    // A topic that was deleted meanwhile would have the whole commit refused.
    if (offset > shard.startOffset && log.shard(shard.shard) !== undefined) entries.push({ kind: "trim", shard: shard.shard, offset });
  }
  if (entries.length > 0) await log.commit(entries);
}
