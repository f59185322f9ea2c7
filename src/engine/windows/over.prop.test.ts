import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OverNode, OverWindow } from "../../sql/plan/plan.ts";
import { dictionaryBatches, eventsOf, input, overCalls, partitions, quiet, rowtime } from "./testing/arbitraries.ts";
import { runOperator } from "./testing/harness.ts";
import { naiveOver } from "./testing/naive-over.ts";
import { createOverOperator } from "./over.ts";

const frames: fc.Arbitrary<OverWindow["frame"]> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 7, 40).map((precedingMs) => ({ kind: "range" as const, precedingMs })) },
  fc.constant({ kind: "range" as const, precedingMs: null }),
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 3, 9).map((precedingRows) => ({ kind: "rows" as const, precedingRows })) },
  fc.constant({ kind: "rows" as const, precedingRows: null }),
);
const windows = fc.array(fc.record({ frame: frames, aggregates: fc.uniqueArray(fc.constantFrom(...overCalls), { minLength: 1, maxLength: 6 }) }), {
  minLength: 1,
  maxLength: 3,
});

function overNode(windowsOf: readonly OverWindow[], partitionBy: readonly number[]): OverNode {
  const added = windowsOf.flatMap((window) => window.aggregates.map((one, index) => ({ name: `x${index}`, type: one.type })));
  return {
    kind: "over",
    id: 1,
    inputs: [0],
    schema: { fields: [...input.fields, ...added] },
    rowtime,
    name: "over:test",
    partitionBy,
    orderBy: rowtime,
    windows: windowsOf,
  };
}

describe("OVER", () => {
  it("equals the naive computation, whatever the disorder, the batches, the watermarks and the crashes", () => {
    fc.assert(
      fc.property(windows, partitions, eventsOf(60, 12), fc.boolean(), (windowsOf, partitionBy, events, asDictionary) => {
        const node = overNode(windowsOf, partitionBy);
        const expected = naiveOver(node, input, events);
        const actual = runOperator(() => createOverOperator(node, input), events, {
          clockStepMs: 1,
          collectorCapacity: 1,
          ...(asDictionary ? { makeBatch: dictionaryBatches() } : {}),
        });
        expect(actual.rows).toEqual(expected.rows);
        expect(actual.lateRows).toEqual(expected.lateRows);
      }),
      { numRuns: 400 },
    );
  });

  it("gives the same bits with and without crashes, far apart in time too", () => {
    fc.assert(
      fc.property(windows, partitions, eventsOf(100_000_000, 20), (windowsOf, partitionBy, events) => {
        const node = overNode(windowsOf, partitionBy);
        const make = () => createOverOperator(node, input);
        const calm = runOperator(make, quiet(events));
        const crashing = runOperator(make, events);
        expect(crashing.rows).toEqual(calm.rows);
        expect(calm.rows).toEqual(naiveOver(node, input, events).rows);
      }),
      { numRuns: 100 },
    );
  });
});
