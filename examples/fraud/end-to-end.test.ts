/**
 * The fraud pipeline on a server of its own: through the Kinesis API, the SQL, the model, the topic and the lake. Goal: what
 * comes out is what the feature reference says, once, whenever the server is killed.
 *
 * SEED=n repeats a run's kills.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprint, lakeRows, runFraud } from "./run.mjs";
import { simulateRows, withChargebacks } from "./simulator/index.mjs";
import { createRandom } from "./simulator/random.mjs";
import { computeFeatures, featureNames } from "./training/features.mjs";

type Kill = NonNullable<Parameters<typeof runFraud>[0]["kills"]>[number];

const simulation = { customers: 250, terminals: 500, days: 45, seed: 7 };
/** 45 days in five seconds: a pipeline that is warm ends some ten epochs a second. */
const killedSpeed = 780_000;
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const events = [...withChargebacks(simulateRows(simulation))];
const transactionCount = events.filter((event) => event.row !== null).length;
let folder: string;
let whole: Awaited<ReturnType<typeof runFraud>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "headrace-fraud-"));
  whole = await runFraud({ folder: join(folder, "whole"), simulation });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("all transactions", () => {
  it("are in the lake with the reference's features", async () => {
    expect(whole.job).toMatchObject({ state: "finished", restarts: 0, deadLetters: {} });
    const rows = await lakeRows(whole.folder);
    expect(rows).toHaveLength(transactionCount);
    const wrong: string[] = [];
    let index = 0;
    for (const { row, features } of computeFeatures(events)) {
      const stored = rows[index++];
      const { transactionId, cardId, terminalId, city, timeMs } = row;
      const day = new Date(timeMs).toISOString().slice(0, 10);
      expect(stored).toMatchObject({ transaction_id: transactionId, card_id: cardId, terminal_id: terminalId, city, time_ms: timeMs, day });
      for (const name of featureNames) {
        const expected = features[name];
        if (!(Math.abs(stored[name] - expected) <= 1e-9 * Math.max(1, Math.abs(expected))))
          wrong.push(`${name} of ${transactionId}: ${stored[name]}, not ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("over the threshold are published, and no others", async () => {
    const rows = await lakeRows(whole.folder);
    const high = rows.filter(({ score }) => score > 0.9);
    expect(high.length).toBeGreaterThan(50);
    const published = whole.decisions.map((text) => JSON.parse(text) as Record<string, unknown>);
    const byId = (one: Record<string, unknown>, other: Record<string, unknown>): number => Number(one.transaction_id) - Number(other.transaction_id);
    expect(published.map(({ card_id, transaction_id, score }) => ({ card_id, transaction_id, score })).sort(byId)).toEqual(
      high.map(({ card_id, transaction_id, score }) => ({ card_id, transaction_id, score })),
    );
  });
});

describe("a server that is killed", { timeout: 120_000 }, () => {
  async function expectTheSame(name: string, kills: readonly Kill[]): Promise<void> {
    const said: string[] = [`SEED=${seed}`];
    const outcome = await runFraud({
      folder: join(folder, name),
      simulation,
      kills,
      speed: killedSpeed,
      report: (text) => text.startsWith("killed") && said.push(text),
    });
    console.log(said.join("\n"));
    expect(outcome.kills).toBe(kills.length);
    // A server that starts after the job's end knows it as stopped.
    expect(["finished", "stopped"]).toContain(outcome.job.state);
    expect(outcome.job.deadLetters).toEqual({});
    expect(await fingerprint(outcome.folder)).toEqual(await fingerprint(whole.folder));
    expect(outcome.decisions).toEqual(whole.decisions);
  }

  it("three times while transactions come gives the same lake and decisions", async () => {
    const random = createRandom(seed);
    const counts = [0, 1, 2].map(() => 1 + random.integer(transactionCount - 2000)).sort((one, other) => one - other);
    await expectTheSame(
      "killed",
      counts.map((count) => ({ at: "transactions", count, afterMs: random.integer(300) })),
    );
  });

  it("while it recovers and while it drains, too", async () => {
    const random = createRandom(seed + 1);
    await expectTheSame("harder", [
      { at: "transactions", count: Math.round(transactionCount * (0.4 + 0.4 * random.uniform())), afterMs: random.integer(200) },
      { at: "recovery", afterMs: 150 + random.integer(500) },
      { at: "recovery", afterMs: 150 + random.integer(500) },
      { at: "draining", afterMs: 1 + random.integer(300) },
      { at: "draining", afterMs: 1 + random.integer(900) },
    ]);
  });
});
