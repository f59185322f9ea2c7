// Goal: letters of an epoch become one append, and each stands in exactly one file whatever happens in between.
import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DeadLetterBuffer, deadLetterStream, type StoredDeadLetter } from "../connector/index.ts";
import { createSimulatedPlatform, type SimulatedPlatform } from "../core/platform/sim/index.ts";
import { connectLog, forEachRecord, openLog, serveLog, type OwnedLog, type RemoteLog } from "../log/index.ts";
import { DeadLetterFiles } from "./dead-letter-files.ts";
import { appendDeadLetters } from "./dead-letters.ts";

let platform: SimulatedPlatform;
let log: OwnedLog;
let remote: RemoteLog;
let stopServing: () => void;

beforeEach(async () => {
  platform = createSimulatedPlatform();
  log = await openLog({ platform, directory: "/data" });
  const { port1, port2 } = new MessageChannel();
  stopServing = serveLog(log, port1);
  remote = connectLog(port2);
});
afterEach(async () => {
  remote.close();
  stopServing();
  await log.close();
});

test("a buffer gives what came since the last epoch, and says when it is full", () => {
  const buffer = new DeadLetterBuffer({ job: "fraud", clock: platform.clock, bytesMax: 300 });
  expect(buffer.take()).toEqual([]);
  buffer.add({ reason: "decode", message: "column amount: no number", table: "t", position: "f:3", bytes: Buffer.from("a,b") });
  expect(buffer.full).toBe(false);
  buffer.add({ reason: "late", message: "late", table: "t", position: "", bytes: Buffer.from("x".repeat(200)) });
  expect(buffer.full).toBe(true);
  const [append] = buffer.take();
  expect(append).toMatchObject({ stream: deadLetterStream, count: 2 });
  const first = JSON.parse(Buffer.from(append.bytes.subarray(append.valueStarts[0], append.valueEnds[0])).toString()) as StoredDeadLetter;
  expect(first).toEqual({
    reason: "decode",
    message: "column amount: no number",
    job: "fraud",
    table: "t",
    position: "f:3",
    timeMs: platform.clock.nowMs(),
    bytes: Buffer.from("a,b").toString("base64"),
  });
  expect(buffer.full).toBe(false);
  expect(buffer.take()).toEqual([]);
  expect(buffer.counts()).toEqual({ decode: 1, late: 1 });
});

const letter = (job: string, message: string) => ({ reason: "undeliverable", message, job, table: "t", position: "", bytes: Buffer.from(message) });

async function storedMessages(): Promise<string[]> {
  const messages: string[] = [];
  const { batches } = await log.read({ shard: log.stream(deadLetterStream)!.shards[0], offset: 0, bytesMax: 1 << 20 });
  for (const { bytes } of batches)
    forEachRecord(bytes, ({ valueStart, valueEnd }) =>
      messages.push((JSON.parse(Buffer.from(bytes.subarray(valueStart, valueEnd)).toString()) as StoredDeadLetter).message),
    );
  return messages;
}

test("letters without an epoch are stored at once", async () => {
  await appendDeadLetters(log, platform.clock, [letter("a", "one"), letter("b", "two")]);
  await appendDeadLetters(remote, platform.clock, [letter("a", "three")]);
  expect(await storedMessages()).toEqual(["one", "two", "three"]);
});

async function fileMessages(): Promise<string[]> {
  const messages: string[] = [];
  for (const { name } of (await platform.disk.list("/letters")).sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const { sizeBytes } = (await platform.disk.stat(`/letters/${name}`))!;
    const bytes = new Uint8Array(sizeBytes);
    await (await platform.disk.open(`/letters/${name}`, "read")).read(bytes, 0);
    for (const line of Buffer.from(bytes).toString().trim().split("\n")) messages.push((JSON.parse(line) as StoredDeadLetter).message);
  }
  return messages;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

test("files hold a job's letters once each, over restarts and a file that was written without its cursor", async () => {
  const failures: unknown[] = [];
  const follow = (): DeadLetterFiles =>
    new DeadLetterFiles({ log: remote, platform, directory: "/letters", job: "a", gatherMs: 0, failed: (error) => failures.push(error) });
  await appendDeadLetters(log, platform.clock, [letter("a", "one"), letter("b", "other")]);
  const first = follow();
  await until(async () => (await fileMessages()).length === 1 && log.table("dead-letter-files").get("a") !== undefined);
  await first.close();
  // The crash: the file is there, the cursor is not.
  await log.commit([{ kind: "put", table: "dead-letter-files", key: "a", value: null }]);
  await appendDeadLetters(log, platform.clock, [letter("a", "two")]);
  const second = follow();
  await until(async () => (await fileMessages()).length === 2);
  await appendDeadLetters(log, platform.clock, [letter("a", "three")]);
  await until(async () => (await fileMessages()).length === 3);
  await appendDeadLetters(log, platform.clock, [letter("a", "four")]);
  await second.close();
  expect(await fileMessages()).toEqual(["one", "two", "three", "four"]);
  expect(failures).toEqual([]);
});
