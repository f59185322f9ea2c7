/** Batches by count and time, in order, each row to its asker. Method: a simulated clock and runs that end when told. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulatedClock } from "../../core/platform/sim/clock.ts";
import type { OutputTensors } from "../model.ts";
import { MicroBatcher, type BatcherOptions } from "./batcher.ts";

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

/** Doubles the first column and numbers rows by text; fails when any value is 13. */
function double(rows: number, features: Float64Array): OutputTensors {
  const values = features.subarray(0, rows);
  if (values.includes(13)) throw new Error("thirteen");
  return [[values.map((value) => value * 2)], [Array.from(values, String)]];
}

function setUp(options: Partial<BatcherOptions> = {}) {
  const clock = simulatedClock();
  const waiting: { rows: number; finish: () => void }[] = [];
  const batcher = new MicroBatcher({
    clock,
    batchRowsMax: 4,
    batchDelayMs: 0,
    lanes: 1,
    run: (_lane, rows, features) =>
      new Promise((resolve, reject) =>
        waiting.push({
          rows,
          finish: () => {
            try {
              resolve(double(rows, features));
            } catch (error) {
              reject(error);
            }
          },
        }),
      ),
    ...options,
  });
  return { clock, batcher, waiting, sizes: () => waiting.map(({ rows }) => rows) };
}

const one = (...values: number[]): Float64Array[] => [Float64Array.from(values)];

describe("micro-batches", () => {
  it("send a request at once while a lane is free, and gather behind it", async () => {
    const { batcher, waiting, sizes } = setUp();
    const answers = [1, 2, 3, 4, 5, 6].map((value) => batcher.predict(1, one(value)));
    expect(sizes()).toEqual([1]);
    waiting[0].finish();
    await settle();
    expect(sizes()).toEqual([1, 4]);
    waiting[1].finish();
    await settle();
    expect(sizes()).toEqual([1, 4, 1]);
    waiting[2].finish();
    expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10, 12].map((value) => [[Float64Array.of(value)], [[String(value / 2)]]]));
  });

  it("wait for the delay, no longer, and not when full", async () => {
    const { batcher, clock, sizes } = setUp({ batchDelayMs: 5 });
    void batcher.predict(2, one(1, 2));
    clock.advance(4);
    expect(sizes()).toEqual([]);
    clock.advance(1);
    expect(sizes()).toEqual([2]);
    const full = setUp({ batchDelayMs: 5 });
    void full.batcher.predict(2, one(1, 2));
    void full.batcher.predict(2, one(3, 4));
    expect(full.sizes()).toEqual([4]);
  });

  it("cut large requests and use every lane, never more", async () => {
    const { batcher, waiting, sizes } = setUp({ lanes: 2 });
    const answer = batcher.predict(10, one(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    expect(sizes()).toEqual([4, 4]);
    waiting[1].finish();
    await settle();
    expect(sizes()).toEqual([4, 4, 2]);
    waiting[2].finish();
    waiting[0].finish();
    expect((await answer)[0][0]).toEqual(Float64Array.of(2, 4, 6, 8, 10, 12, 14, 16, 18, 20));
  });

  it("fail the askers of a failed run and go on with the others", async () => {
    const { batcher, waiting, sizes } = setUp();
    const first = batcher.predict(1, one(1));
    const failing = batcher.predict(6, one(13, 2, 3, 4, 5, 6));
    const last = batcher.predict(1, one(7));
    waiting[0].finish();
    await settle();
    waiting[1].finish();
    await expect(failing).rejects.toThrow("thirteen");
    await settle();
    // What was left of the failed request is not run.
    expect(sizes()).toEqual([1, 4, 1]);
    waiting[2].finish();
    expect((await first)[0][0]).toEqual(Float64Array.of(2));
    expect((await last)[0][0]).toEqual(Float64Array.of(14));
  });

  it("give every row its own answer, whatever sizes come and however runs end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat(2)),
        async (sizes, lanes, batchRowsMax, picks) => {
          const { batcher, waiting } = setUp({ lanes, batchRowsMax });
          let next = 100;
          const asked = sizes.map((size) => Float64Array.from({ length: size }, () => next++));
          const answers = Promise.all(asked.map((values) => batcher.predict(values.length, [values])));
          while (waiting.length > 0) {
            expect(waiting.length).toBeLessThanOrEqual(lanes);
            const [run] = waiting.splice((picks.next().value as number) % waiting.length, 1);
            expect(run.rows).toBeLessThanOrEqual(batchRowsMax);
            run.finish();
            await settle();
          }
          expect((await answers).map(([[column]]) => column)).toEqual(asked.map((values) => values.map((value) => value * 2)));
        },
      ),
      { numRuns: 200 },
    );
  });
});
