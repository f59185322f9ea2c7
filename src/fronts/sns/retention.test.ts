// Goal: messages go after four days, but none that a confirmed subscription has not had. Method: a log on a simulated clock.
import { beforeEach, expect, test } from "vitest";
import { encodeEnvelope, ensureTopic, topicStream } from "../../connectors/index.ts";
import { createSimulatedPlatform, type SimulatedPlatform } from "../../core/platform/sim/index.ts";
import { BatchBuilder, openLog, type Log } from "../../log/index.ts";
import { messageRetentionMs, trimTopics } from "./retention.ts";
import { Subscriptions, type Subscription } from "./subscriptions.ts";

let platform: SimulatedPlatform;
let log: Log;
let subscriptions: Subscriptions;

beforeEach(async () => {
  platform = createSimulatedPlatform();
  log = await openLog({ platform, directory: "/data" });
  subscriptions = new Subscriptions(log);
  await ensureTopic(log, "t", { nowMs: platform.clock.nowMs() });
});

async function publish(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const builder = new BatchBuilder();
    builder.append(null, encodeEnvelope({ message: "m" }), platform.clock.nowMs());
    await log.commit([{ kind: "append", shard: log.stream(topicStream("t"))!.shards[0], batch: builder.finish() }]);
  }
}

const start = (): number => log.shard(log.stream(topicStream("t"))!.shards[0])!.startOffset;
const subscription = (id: string, token: string | null): Subscription =>
  ({
    arn: `arn:${id}`,
    id,
    topic: "t",
    protocol: "http",
    endpoint: "http://x/",
    token,
    tokenExpiresMs: 0,
    createdMs: 0,
    attributes: {},
    firstOffset: 0,
  }) as const;

test("nothing goes before its time; then what is old does, and nothing newer", async () => {
  await publish(3);
  platform.clock.advance(messageRetentionMs - 1);
  await publish(2);
  await trimTopics({ log, platform, subscriptions });
  expect(start()).toBe(0);
  platform.clock.advance(60_000);
  await trimTopics({ log, platform, subscriptions });
  expect(start()).toBe(3);
});

test("a confirmed subscription that has not had a message keeps it, a pending one does not", async () => {
  await subscriptions.put(subscription("behind", null));
  await subscriptions.put(subscription("pending", "token"));
  await publish(5);
  platform.clock.advance(2 * messageRetentionMs);
  await trimTopics({ log, platform, subscriptions });
  expect(start()).toBe(0);
  await subscriptions.moveCursor(subscription("behind", null), 2);
  await trimTopics({ log, platform, subscriptions });
  expect(start()).toBe(2);
  await subscriptions.remove(subscription("behind", null));
  await trimTopics({ log, platform, subscriptions });
  expect(start()).toBe(5);
});
