/**
 * Power cuts at every step of the disk and at random ones. After each, the log must hold exactly the first k commits of
 * the script for some k that is no less than the number acknowledged: that is durability, atomicity and order at once.
 *
 * A failing seed is printed; SEED=n repeats it alone.
 */
import { expect, test } from "vitest";
import { seededRandom, SimulatedDisk } from "../../src/core/platform/sim/index.ts";
import { LogModel, pictureOf, type Picture } from "./log-model.ts";
import { drawScript, open, runScript, tables, transactionalStream, type Run, type Step } from "./log-workload.ts";

function pictureAfter(steps: readonly Step[], commits: number): Picture {
  const model = new LogModel();
  let left = commits;
  for (const step of steps) {
    if (step.kind !== "commit") continue;
    if (left-- === 0) break;
    model.apply(step.entries());
  }
  return model.picture();
}

async function recovered(disk: SimulatedDisk): Promise<Picture> {
  const log = await open(disk);
  const picture = await pictureOf(log, tables, transactionalStream);
  await log.close();
  return picture;
}

/**
 * Goes on with the script where the recovered log stands, a commit at a time with a kill or a power cut after it: leftovers
 * of torn groups must not come back to life behind new frames of the same size.
 */
async function checkContinuation(disk: SimulatedDisk, steps: readonly Step[], commits: number, seed: number): Promise<void> {
  const rest = steps.filter((step) => step.kind === "commit").slice(commits, commits + 2);
  let current = disk;
  for (const [index, step] of rest.entries()) {
    const log = await open(current);
    await log.commit(step.entries());
    current = index === 0 ? current.afterProcessEnd() : current.afterPowerCut(seed);
    expect(await recovered(current), `after going on with commit ${commits + index + 1}`).toEqual(pictureAfter(steps, commits + index + 1));
  }
}

/** The number of commits a picture shows; fails when it shows no prefix, or one without an acknowledged commit. */
function commitsIn(picture: Picture, steps: readonly Step[], run: Run): number {
  const found = JSON.stringify(picture);
  for (let commits = run.issued; commits >= 0; commits--) {
    if (found !== JSON.stringify(pictureAfter(steps, commits))) continue;
    if (commits < run.acknowledged) throw new Error(`${run.acknowledged} commits were acknowledged, only ${commits} are there`);
    return commits;
  }
  expect(picture, "what is stored is not the result of the first commits").toEqual(pictureAfter(steps, run.acknowledged));
  throw new Error("unreachable");
}

/** A disk with the same stable content, for another attempt: nothing is pending after a power cut. */
const copyOf = (disk: SimulatedDisk, faults = {}): SimulatedDisk => disk.afterPowerCut(1, faults);

async function checkCrash(disk: SimulatedDisk, steps: readonly Step[], run: Run, seed: number): Promise<void> {
  if (run.failure !== null) throw run.failure;
  const image = disk.afterPowerCut(seed);
  const whole = copyOf(image);
  const picture = await recovered(whole);
  const recoverySteps = whole.steps;
  await checkContinuation(copyOf(image), steps, commitsIn(picture, steps, run), seed);
  // Power goes again while the log recovers: the second attempt must find the same.
  const random = seededRandom(seed);
  const interrupted = copyOf(image, { cutPowerAtStep: 1 + random.integer(recoverySteps) });
  await Promise.race([recovered(interrupted), interrupted.powerCut]);
  expect(await recovered(interrupted.afterPowerCut(seed + 1)), "after a power cut during recovery").toEqual(picture);
}

/** A killed process leaves its writes in the kernel: what the next one reads must survive a power cut after that. */
async function checkKill(disk: SimulatedDisk, steps: readonly Step[], run: Run, seed: number): Promise<void> {
  if (run.failure !== null) throw run.failure;
  const next = disk.afterProcessEnd();
  const log = await open(next);
  const picture = await pictureOf(log, tables, transactionalStream);
  commitsIn(picture, steps, run);
  expect(await recovered(next.afterPowerCut(seed)), "after a power cut behind a kill").toEqual(picture);
}

async function stepsOf(script: readonly Step[]): Promise<number> {
  const disk = new SimulatedDisk(1);
  const run = await runScript(disk, script);
  if (run.failure !== null) throw run.failure;
  commitsIn(await recovered(copyOf(disk)), script, run);
  return disk.steps;
}

test("a power cut before every single step of the disk", async () => {
  const script = drawScript(4, 50);
  const steps = await stepsOf(script);
  expect(steps).toBeGreaterThan(100);
  for (let step = 1; step <= steps; step++) {
    for (let seed = 0; seed < 4; seed++) {
      const disk = new SimulatedDisk(seed, { cutPowerAtStep: step });
      const run = await runScript(disk, script);
      try {
        await checkCrash(disk, script, run, step * 10 + seed);
      } catch (error) {
        throw new Error(`power cut before step ${step}, seed ${seed}`, { cause: error });
      }
    }
  }
});

const seeds = process.env.SEED === undefined ? Array.from({ length: 2000 }, (_, index) => index + 1) : [Number(process.env.SEED)];

async function trial(seed: number, lyingSyncs: boolean): Promise<void> {
  const random = seededRandom(seed);
  const script = drawScript(seed, 5 + random.integer(40));
  const disk = new SimulatedDisk(seed, { cutPowerAtStep: 1 + random.integer(30 + script.length * 4), lyingSyncs });
  const run = await runScript(disk, script);
  if (!lyingSyncs && random.chance(0.25)) await checkKill(disk, script, run, seed);
  else await checkCrash(disk, script, run, seed);
}

test("power cuts and kills at random", { timeout: 120_000 }, async () => {
  for (const seed of seeds) {
    try {
      await trial(seed, false);
    } catch (error) {
      throw new Error(`SEED=${seed}`, { cause: error });
    }
  }
});

test("control: on a disk whose syncs lie, the same check finds losses", async () => {
  let losses = 0;
  for (let seed = 1; seed <= 50; seed++) await trial(seed, true).catch(() => losses++);
  expect(losses).toBeGreaterThan(10);
});
