import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timestampType } from "../../data/index.ts";
import type { AggregateCall } from "../../sql/plan/expression.ts";
import type { WindowAggregateNode, WindowSpecification } from "../../sql/plan/plan.ts";
import { dictionaryBatches, eventsOf, groupCalls, input, partitions, quiet, rowtime } from "./testing/arbitraries.ts";
import { runOperator } from "./testing/harness.ts";
import { naiveWindows } from "./testing/naive-window.ts";
import { createWindowAggregateOperator } from "./window-aggregate.ts";

const specifications = (unit: number): fc.Arbitrary<WindowSpecification> =>
  fc.oneof(
    fc.record({ kind: fc.constant("tumble" as const), sizeMs: fc.constantFrom(unit, 5 * unit, 12 * unit), offsetMs: fc.constantFrom(0, 3 * unit, -4 * unit) }),
    fc.record({
      kind: fc.constant("hop" as const),
      sizeMs: fc.constantFrom(4 * unit, 10 * unit, 12 * unit),
      slideMs: fc.constantFrom(unit, 4 * unit, 5 * unit, 15 * unit),
      offsetMs: fc.constantFrom(0, 3 * unit, -4 * unit),
    }),
  );

const windowColumns = fc.constantFrom<WindowAggregateNode["windowColumns"]>(
  ["window_start", "window_end", "window_time"],
  ["window_time"],
  ["window_end", "window_start"],
);
const aggregates = fc.uniqueArray(fc.constantFrom(...groupCalls), { minLength: 1, maxLength: 8 });

function windowNode(
  window: WindowSpecification,
  groupBy: readonly number[],
  calls: readonly AggregateCall[],
  columns: WindowAggregateNode["windowColumns"],
): WindowAggregateNode {
  const fields = [
    ...groupBy.map((column) => input.fields[column]!),
    ...calls.map((call, index) => ({ name: `x${index}`, type: call.type })),
    ...columns.map((name) => ({ name, type: timestampType(3, false) })),
  ];
  return {
    kind: "window-aggregate",
    id: 1,
    inputs: [0],
    schema: { fields },
    rowtime: null,
    name: "window:test",
    window,
    timeColumn: rowtime,
    groupBy,
    aggregates: calls,
    windowColumns: columns,
  };
}

describe("TUMBLE and HOP", () => {
  it("equal the naive computation, whatever the disorder, the batches, the watermarks and the crashes", () => {
    fc.assert(
      fc.property(
        specifications(1),
        partitions,
        aggregates,
        windowColumns,
        eventsOf(60, 12),
        fc.boolean(),
        (window, groupBy, calls, columns, events, asDictionary) => {
          const node = windowNode(window, groupBy, calls, columns);
          const expected = naiveWindows(node, input, events);
          const actual = runOperator(() => createWindowAggregateOperator(node, input), events, {
            clockStepMs: 1,
            collectorCapacity: 1,
            ...(asDictionary ? { makeBatch: dictionaryBatches() } : {}),
          });
          expect(actual.rows).toEqual(expected.rows);
          expect(actual.lateRows).toEqual(expected.lateRows);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("give the same bits with and without crashes, far apart in time too", () => {
    fc.assert(
      fc.property(specifications(1_000_000), partitions, aggregates, eventsOf(100_000_000, 20), (window, groupBy, calls, events) => {
        const node = windowNode(window, groupBy, calls, ["window_start"]);
        const make = () => createWindowAggregateOperator(node, input);
        const calm = runOperator(make, quiet(events));
        expect(runOperator(make, events).rows).toEqual(calm.rows);
        expect(calm.rows).toEqual(naiveWindows(node, input, events).rows);
      }),
      { numRuns: 100 },
    );
  });
});
