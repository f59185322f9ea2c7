// Goal: files hold each row exactly once, whatever happens between two steps or at any disk call.
// Method: the conformance driver over a simulated disk; crashes after every step, and a power cut before every disk call.
import { deepStrictEqual } from "node:assert/strict";
import { expect, test } from "vitest";
import { checkRun, checkTransactionalSink, type SinkSubject } from "../../../connector/testing/index.ts";
import { createSimulatedPlatform, type SimulatedDisk, type SimulatedPlatform } from "../../../core/platform/sim/index.ts";
import { batchFromRows, rowsOf, simpleType, stringType, type Batch, type Schema } from "../../../data/index.ts";
import { findFiles } from "../source/files.ts";
import type { FileEncoder } from "./encoders.ts";
import { FilesystemSink, type FilesystemSinkOptions } from "./sink.ts";

const schema: Schema = {
  fields: [
    { name: "id", type: simpleType("integer") },
    { name: "day", type: stringType() },
    { name: "amount", type: simpleType("double") },
  ],
};

/** One JSON array per line. */
function lineEncoder(): FileEncoder {
  return {
    bufferedBytes: 0,
    write: (batch) => [
      Buffer.from(
        rowsOf(batch)
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(""),
      ),
    ],
    flush: () => [],
    finish: () => [],
  };
}

const policy = { fileBytesMax: 1 << 20, openMsMax: 1000, memoryBytesMax: 1 << 20, filesMax: 100 };

interface World {
  platform: SimulatedPlatform;
  cuts: number;
}

function makeSubject(world: World, epochs: readonly (readonly Batch[])[], options: Partial<FilesystemSinkOptions> = {}): SinkSubject {
  return {
    epochs,
    rows: (batch) => rowsOf(batch).map((row) => JSON.stringify(row)),
    open: async () => {
      return new FilesystemSink({
        platform: world.platform,
        root: "/lake/t",
        workDirectory: "/staging/t",
        scope: "abc",
        extension: ".json",
        schema,
        partition: { columns: ["day"], style: "plain", defaultName: "none" },
        policy,
        openEncoder: lineEncoder,
        ...options,
      });
    },
    died: () => world.platform.disk.powerCut,
    crash: () => {
      if (world.platform.disk.faults.cutPowerAtStep === undefined) return;
      world.cuts++;
      world.platform = createSimulatedPlatform({ seed: world.cuts + 7, disk: world.platform.disk.afterPowerCut(world.cuts + 11) });
    },
    visible: () => visibleRows(world.platform.disk),
  };
}

async function visibleRows(disk: SimulatedDisk): Promise<string[]> {
  const rows: string[] = [];
  for (const { path, sizeBytes } of await findFiles(disk, "/lake", null)) {
    const bytes = new Uint8Array(sizeBytes);
    const file = await disk.open(path, "read");
    await file.read(bytes, 0);
    await file.close();
    rows.push(
      ...Buffer.from(bytes)
        .toString("utf8")
        .split("\n")
        .filter((line) => line !== ""),
    );
  }
  return rows;
}

let nextId = 0;
function batch(...days: (string | null)[]): Batch {
  return batchFromRows(
    schema,
    days.map((day) => [nextId++, day, nextId / 2]),
  );
}
const threeEpochs = (): Batch[][] => [[batch("a", "b", "a"), batch("b", null)], [batch("a")], [batch("c", "a"), batch("c")]];

test("each row once, with a crash after any step; files stay open over epochs", async () => {
  const epochs = threeEpochs();
  await checkTransactionalSink(async () => makeSubject({ platform: createSimulatedPlatform(), cuts: 0 }, epochs));
});

test("each row once, when every epoch rolls", async () => {
  const epochs = threeEpochs();
  await checkTransactionalSink(async () => makeSubject({ platform: createSimulatedPlatform(), cuts: 0 }, epochs, { policy: { ...policy, openMsMax: 0 } }));
});

test("each row once, when files roll by size and by number, in the middle of an epoch, over several staging segments", async () => {
  const epochs = [threeEpochs(), threeEpochs(), threeEpochs()].map((part) => part.flat());
  const tight = { policy: { ...policy, fileBytesMax: 40, filesMax: 2 }, staging: { segmentBytes: 100, flushBytes: 64 } };
  await checkTransactionalSink(async () => makeSubject({ platform: createSimulatedPlatform(), cuts: 0 }, epochs, tight));
});

test("each row once, with the power cut before any disk call", async () => {
  const epochs = threeEpochs();
  const options = { policy: { ...policy, filesMax: 2 }, staging: { segmentBytes: 100, flushBytes: 64 } };
  const calm: World = { platform: createSimulatedPlatform(), cuts: 0 };
  const subject = makeSubject(calm, epochs, options);
  let steps = 0;
  const visible = async (): Promise<string[]> => {
    steps = calm.platform.disk.steps;
    return visibleRows(calm.platform.disk);
  };
  await checkRun({ ...subject, visible }, "calm", () => false);
  expect(steps).toBeGreaterThan(40);
  for (let step = 1; step <= steps; step++) {
    const world: World = { platform: createSimulatedPlatform({ seed: step, faults: { cutPowerAtStep: step } }), cuts: step * 3 };
    await checkRun(makeSubject(world, epochs, options), `power cut before disk call ${step} of ${steps}`, () => false);
  }
});

test("a disk that lies about syncs loses rows: the test above can fail", async () => {
  const epochs = threeEpochs();
  let failures = 0;
  for (let step = 1; step <= 40; step++) {
    const world: World = { platform: createSimulatedPlatform({ seed: step, faults: { cutPowerAtStep: step, lyingSyncs: true } }), cuts: step };
    await checkRun(makeSubject(world, epochs), "lying", () => false).catch(() => failures++);
  }
  expect(failures).toBeGreaterThan(0);
});

test("folders, names and what is left behind", async () => {
  const world: World = { platform: createSimulatedPlatform(), cuts: 0 };
  const subject = makeSubject(world, [[batch("2001/01/31", "..", "", "a=b", null)]], { partition: { columns: ["day"], style: "hive", defaultName: "none" } });
  await checkRun({ ...subject, visible: async () => [], rows: () => [] }, "names", () => false);
  const names = (await findFiles(world.platform.disk, "/lake", null)).map(({ name }) => name);
  expect(names.map((name) => name.replace(/part-abc-[0-9a-z]{6}-/, "part-"))).toEqual([
    "t/day=../part-1-1.json",
    "t/day=2001%2F01%2F31/part-1-0.json",
    "t/day=a%3Db/part-1-3.json",
    "t/day=none/part-1-2.json",
  ]);
  expect(await world.platform.disk.list("/lake/t")).not.toContainEqual(expect.objectContaining({ name: expect.stringMatching(/^\./) }));
  expect(await world.platform.disk.list("/staging/t")).toEqual([]);
  // The partition column stands in the folder's name alone.
  expect((await visibleRows(world.platform.disk)).every((row) => (JSON.parse(row) as unknown[]).length === 2)).toBe(true);
});

test("a new run under the same name leaves the files of the one before", async () => {
  const world: World = { platform: createSimulatedPlatform({ seed: 1 }), cuts: 0 };
  const subject = makeSubject(world, [[batch("a")]]);
  await checkRun(subject, "first", () => false);
  const before = await visibleRows(world.platform.disk);
  const again: World = { platform: { ...createSimulatedPlatform({ seed: 2 }), disk: world.platform.disk }, cuts: 0 };
  const second = makeSubject(again, [[batch("a")]]);
  await checkRun({ ...second, visible: async () => (await visibleRows(again.platform.disk)).filter((row) => !before.includes(row)) }, "second", () => false);
  deepStrictEqual((await visibleRows(again.platform.disk)).length, 2);
});

test("files that are due ask for an epoch, and appear with it", async () => {
  const world: World = { platform: createSimulatedPlatform(), cuts: 0 };
  const sink = await makeSubject(world, []).open();
  await sink.restore(0, null);
  expect(sink.epochDueMs!()).toBeNull();
  const startMs = world.platform.clock.monotonicMs();
  sink.write(batch("a"));
  world.platform.clock.advance(400);
  sink.write(batch("b"));
  expect(sink.epochDueMs!()).toBe(startMs + 1000);
  await sink.commit(1, (await sink.prepare(1)).committable);
  expect(await visibleRows(world.platform.disk)).toHaveLength(0);
  world.platform.clock.advance(600);
  await sink.commit(2, (await sink.prepare(2)).committable);
  expect(await visibleRows(world.platform.disk)).toHaveLength(1);
  expect(sink.epochDueMs!()).toBe(startMs + 1400);
  await sink.close();
});
