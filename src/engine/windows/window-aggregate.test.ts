import { describe, expect, it } from "vitest";
import { batchFromRows, batchRowsMax, simpleType, stringType, timestampType, type Schema } from "../../data/index.ts";
import type { AggregateCall } from "../../sql/plan/expression.ts";
import type { WindowAggregateNode, WindowSpecification } from "../../sql/plan/plan.ts";
import { changesOf, snapshotStates } from "../state/snapshot.ts";
import { ListCollector, SteppingClock, noRandom } from "./testing/harness.ts";
import { createWindowAggregateOperator } from "./window-aggregate.ts";

const input: Schema = {
  fields: [
    { name: "user", type: stringType() },
    { name: "time", type: timestampType(3) },
    { name: "value", type: simpleType("integer") },
  ],
};
const call = (name: string, argument: number | null, distinct = false): AggregateCall => ({
  function: name,
  type: name === "COUNT" ? simpleType("bigint", false) : simpleType("integer"),
  arguments: argument === null ? [] : [argument],
  distinct,
  filter: null,
  constants: [],
});

function make(window: WindowSpecification, groupBy: readonly number[], aggregates: readonly AggregateCall[], clockStepMs = 0) {
  const windowColumns = ["window_start", "window_end", "window_time"] as const;
  const fields = [
    ...groupBy.map((column) => input.fields[column]!),
    ...aggregates.map((one, index) => ({ name: `x${index}`, type: one.type })),
    ...windowColumns.map((name) => ({ name, type: timestampType(3, false) })),
  ];
  const node: WindowAggregateNode = {
    kind: "window-aggregate",
    id: 1,
    inputs: [0],
    schema: { fields },
    rowtime: null,
    name: "window:test",
    window,
    timeColumn: 1,
    groupBy,
    aggregates,
    windowColumns,
  };
  const operator = createWindowAggregateOperator(node, input);
  operator.open({ clock: new SteppingClock(clockStepMs), random: noRandom, timeZone: "UTC", sliceMs: 1, restored: false });
  return operator;
}

const tumble = (sizeMs: number): WindowSpecification => ({ kind: "tumble", sizeMs, offsetMs: 0 });

describe("TUMBLE and HOP", () => {
  it("cut times before 1970 like all others", () => {
    const operator = make(tumble(10), [], [call("COUNT", null)]);
    const output = new ListCollector();
    operator.push(
      0,
      batchFromRows(input, [
        ["a", -1, 1],
        ["a", -10, 1],
        ["a", -11, 1],
        ["a", 0, 1],
      ]),
      output,
    );
    operator.watermark(Infinity, output);
    expect(output.rows).toEqual([
      [1n, -20, -10, -11],
      [2n, -10, 0, -1],
      [1n, 0, 10, 9],
    ]);
  });

  it("fire when the watermark reaches the last millisecond, and drop a row when all its windows have fired", () => {
    const operator = make({ kind: "hop", sizeMs: 20, slideMs: 10, offsetMs: 0 }, [0], [call("SUM", 2)]);
    const output = new ListCollector();
    operator.push(0, batchFromRows(input, [["a", 5, 1]]), output);
    operator.watermark(8, output);
    expect(output.rows).toEqual([]);
    operator.watermark(9, output);
    expect(output.rows).toEqual([["a", 1, -10, 10, 9]]);
    operator.push(
      0,
      batchFromRows(input, [
        ["a", 6, 10],
        ["a", -3, 100],
      ]),
      output,
    );
    expect(output.lateRows).toEqual([["a", -3, 100]]);
    operator.watermark(40, output);
    expect(output.rows.slice(1)).toEqual([["a", 11, 0, 20, 19]]);
    expect(operator.statistics()).toMatchObject({ rowsIn: 3, rowsOut: 2, rowsLate: 1, rowsWaiting: 0, keys: 1 });
  });

  it("count nothing between hops that leave gaps, and call it not late", () => {
    const operator = make({ kind: "hop", sizeMs: 10, slideMs: 30, offsetMs: 0 }, [], [call("COUNT", null)]);
    const output = new ListCollector();
    operator.push(
      0,
      batchFromRows(input, [
        ["a", 5, 1],
        ["a", 15, 1],
        ["a", 29, 1],
        ["a", 30, 1],
      ]),
      output,
    );
    operator.watermark(Infinity, output);
    expect(output.rows).toEqual([
      [1n, 0, 10, 9],
      [1n, 30, 40, 39],
    ]);
    expect(output.lateRows).toEqual([]);
  });

  it("fire windows of many keys in slices of time and batches of bounded size", () => {
    const operator = make({ kind: "hop", sizeMs: 20, slideMs: 10, offsetMs: 0 }, [0], [call("COUNT", null), call("COUNT", 2, true)], 2);
    const output = new ListCollector(1);
    const keys = 10_000;
    for (let first = 0; first < keys; first += 1000) {
      const rows = Array.from({ length: 1000 }, (_, at) => [`user ${first + at}`, (first + at) % 20, at]);
      operator.push(0, batchFromRows(input, rows), output);
    }
    let outcome = operator.watermark(19, output);
    let yields = 0;
    while (outcome === "yield") {
      yields++;
      output.empty();
      outcome = operator.resume(output);
    }
    expect(yields).toBeGreaterThan(10);
    expect(output.rows.length).toBe(keys + keys / 2);
    expect(Math.max(...output.batchLengths)).toBeLessThanOrEqual(batchRowsMax);
  });

  it("use the records of old slices again, and write small changes for small epochs", () => {
    const operator = make(tumble(10), [0], [call("COUNT", null), call("COUNT", 2, true)]);
    const output = new ListCollector();
    for (let window = 0; window < 200; window++) {
      const rows = Array.from({ length: 300 }, (_, at) => [`user ${at}`, window * 10 + (at % 10), at % 7]);
      operator.push(0, batchFromRows(input, rows), output);
      operator.watermark(window * 10 + 9, output);
    }
    expect(output.rows.length).toBe(200 * 300);
    expect(operator.statistics().stateBytes).toBeLessThan(500_000);
    const snapshot = snapshotStates(operator.states);
    operator.push(0, batchFromRows(input, [["user 1", 5000, 1]]), output);
    expect(changesOf(operator.states).length).toBeLessThan(snapshot.length / 20);
  });

  it("give nothing for a window without rows, also without keys", () => {
    const operator = make(tumble(10), [], [call("COUNT", null)]);
    const output = new ListCollector();
    operator.watermark(100, output);
    operator.watermark(Infinity, output);
    expect(output.rows).toEqual([]);
  });
});
