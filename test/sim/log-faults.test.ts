/** A log on a disk that is damaged, full, or fails its syncs. */
import { expect, test } from "vitest";
import { createSimulatedPlatform, seededRandom, SimulatedDisk } from "../../src/core/platform/sim/index.ts";
import { encodeBatch, openLog, type OwnedLog } from "../../src/log/index.ts";
import { LogModel, pictureOf, type Picture } from "./log-model.ts";
import { drawScript, open, options, runScript, tables, transactionalStream, type Step } from "./log-workload.ts";

const wholeRange = { start: 0n, end: (1n << 128n) - 1n };

async function written(script: readonly Step[]): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(1);
  const run = await runScript(disk, script);
  if (run.failure !== null) throw run.failure;
  return disk.afterPowerCut(1);
}

function wholePicture(script: readonly Step[]): Picture {
  const model = new LogModel();
  for (const step of script) if (step.kind === "commit") model.apply(step.entries());
  return model.picture();
}

async function whatIsFound(disk: SimulatedDisk): Promise<Picture | string> {
  try {
    const log = await open(disk);
    return await pictureOf(log, tables, transactionalStream);
  } catch (error) {
    return (error as { code: string; message: string }).code;
  }
}

test("a flipped bit is refused or without effect, never a record less", { timeout: 120_000 }, async () => {
  const script = drawScript(4, 50);
  const whole = wholePicture(script);
  const random = seededRandom(1);
  const disk = await written(script);
  let refused = 0;
  for (const path of disk.paths()) {
    for (let position = 0; position < disk.sizeOf(path); position += 1 + random.integer(30)) {
      const damaged = disk.afterPowerCut(1);
      damaged.flipBit(path, position, random.integer(8));
      const found = await whatIsFound(damaged);
      if (found === "corrupt") refused++;
      else expect(found, `${path} byte ${position}`).toEqual(whole);
    }
  }
  expect(refused).toBeGreaterThan(500);
});

test("a refused folder is left as it was, and the error names file and byte", async () => {
  const script = drawScript(4, 30);
  const disk = await written(script);
  const path = disk
    .paths()
    .filter((name) => name.includes("segment"))
    .at(-1)!;
  disk.flipBit(path, 40, 1);
  await expect(open(disk)).rejects.toMatchObject({ code: "corrupt", message: expect.stringMatching(/segment-\d+\.journal.*byte \d+/) as string });
  disk.flipBit(path, 40, 1);
  expect(await whatIsFound(disk.afterPowerCut(1))).toEqual(wholePicture(script));
});

test("a missing segment or checkpoint is noticed", async () => {
  const script = drawScript(4, 50);
  const disk = await written(script);
  for (const path of disk.paths().filter((name) => name.includes("segment"))) {
    const damaged = disk.afterPowerCut(1);
    await damaged.unlink(path);
    const found = await whatIsFound(damaged);
    // A segment that holds only what was trimmed or deleted is not missed.
    if (found !== "corrupt") expect(found, path).toEqual(wholePicture(script));
  }
  const without = disk.afterPowerCut(1);
  await without.unlink(
    disk.paths().find(
      (name) =>
        name.includes("segment") &&
        name.endsWith(
          disk
            .paths()
            .filter((each) => each.includes("segment"))
            .at(-1)!
            .slice(-20),
        ),
    )!,
  );
  expect(await whatIsFound(without)).toBe("corrupt");
});

interface Filled {
  stored: string[];
  refused: number;
}

async function fill(log: OwnedLog, shard: number, label: string): Promise<Filled> {
  const filled: Filled = { stored: [], refused: 0 };
  for (let index = 0; index < 100 && filled.refused < 3; index++) {
    const names = Array.from({ length: 3 }, (_, at) => `${label} ${index}.${at}`);
    const results = await Promise.allSettled(
      names.map((name) =>
        log.commit([{ kind: "append", shard, batch: encodeBatch([{ key: null, value: new TextEncoder().encode(name.padEnd(600)), timestampMs: 1 }]) }]),
      ),
    );
    results.forEach((result, at) => {
      if (result.status === "fulfilled") filled.stored.push(names[at].padEnd(600));
      else {
        expect(result.reason).toMatchObject({ code: "disk-full" });
        filled.refused++;
      }
    });
  }
  return filled;
}

test("a full disk: refused with its code, nothing lost, and writing again when there is room", async () => {
  for (const capacityBytes of [9_000, 12_345, 20_000, 33_333, 50_001]) {
    const disk = new SimulatedDisk(capacityBytes, { capacityBytes });
    const platform = createSimulatedPlatform({ disk });
    const log = await openLog({ platform, directory: "/data", options });
    const [[shard]] = (await log.commit([{ kind: "create-stream", stream: "events", hashRanges: [wholeRange], retentionMs: null }])).opened;
    const first = await fill(log, shard, "first");
    expect(first.refused).toBeGreaterThan(0);
    expect(log.health()).toMatchObject({ writable: false });
    const values = async (): Promise<string[]> => (await pictureOf(log, [], "")).streams.events[shard].values;
    expect(await values()).toEqual(first.stored);
    disk.faults.capacityBytes = capacityBytes * 2;
    platform.clock.advance(5_000);
    await expect.poll(() => log.health().writable).toBe(true);
    const second = await fill(log, shard, "second");
    expect(second.stored.length).toBeGreaterThan(0);
    const stored = [...first.stored, ...second.stored];
    expect(await values()).toEqual(stored);
    disk.faults.capacityBytes = Infinity;
    const after = await openLog({ platform: createSimulatedPlatform({ disk: disk.afterPowerCut(7) }), directory: "/data", options });
    expect((await pictureOf(after, [], "")).streams.events[shard].values).toEqual(stored);
  }
});

test("a failed sync stops the log for good; what was acknowledged is there after a restart", async () => {
  for (let failSyncNumber = 3; failSyncNumber < 20; failSyncNumber++) {
    const disk = new SimulatedDisk(failSyncNumber, { failSyncNumber });
    const log = await openLog({ platform: createSimulatedPlatform({ disk }), directory: "/data", options: { ...options, segmentBytes: 1 << 20 } });
    const acknowledged: string[] = [];
    let failure: unknown = null;
    const put = async (key: string): Promise<void> => {
      await log.commit([{ kind: "put", table: "t", key, value: Uint8Array.of(1) }]);
      acknowledged.push(key);
    };
    for (let index = 10; index < 40 && failure === null; index++) await put(`${index}`).catch((error: unknown) => (failure = error));
    expect(failure).toMatchObject({ code: "log-stopped" });
    expect(log.health().writable).toBe(false);
    await expect(put("99")).rejects.toMatchObject({ code: "log-stopped" });
    expect(
      log
        .table("t")
        .entries()
        .map(([key]) => key),
    ).toEqual(acknowledged);
    await log.close();
    const after = await openLog({ platform: createSimulatedPlatform({ disk: disk.afterPowerCut(3) }), directory: "/data", options });
    const found = after
      .table("t")
      .entries()
      .map(([key]) => key);
    expect(found.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(found.length).toBeLessThanOrEqual(acknowledged.length + 1);
  }
});
