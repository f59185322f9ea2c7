import { describe, expect, it } from "vitest";
import { batchFromRows, batchRowsMax, simpleType, stringType, timestampType, type Schema } from "../../data/index.ts";
import type { AggregateCall } from "../../sql/plan/expression.ts";
import type { OverNode, OverWindow } from "../../sql/plan/plan.ts";
import { changesOf, restoreStates, snapshotStates } from "../state/snapshot.ts";
import { ListCollector, noRandom, runOperator, SteppingClock, type Event } from "./testing/harness.ts";
import { naiveOver } from "./testing/naive-over.ts";
import { createOverOperator } from "./over.ts";

const input: Schema = {
  fields: [
    { name: "card", type: stringType() },
    { name: "time", type: timestampType(3) },
    { name: "amount", type: simpleType("double") },
    { name: "city", type: stringType() },
  ],
};
const bigint = simpleType("bigint", false);
const double = simpleType("double");
const call = (name: string, argument: number | null, options: Partial<AggregateCall> = {}): AggregateCall => ({
  function: name,
  type: name === "COUNT" ? bigint : argument === 3 ? stringType() : double,
  arguments: argument === null ? [] : [argument],
  distinct: false,
  filter: null,
  constants: [],
  ...options,
});

function node(windows: readonly OverWindow[], partitionBy: readonly number[] = [0]): OverNode {
  const added = windows.flatMap((window) => window.aggregates.map((one, index) => ({ name: `x${index}`, type: one.type })));
  return { kind: "over", id: 1, inputs: [0], schema: { fields: [...input.fields, ...added] }, rowtime: 1, name: "over:test", partitionBy, orderBy: 1, windows };
}

const range = (precedingMs: number, aggregates: readonly AggregateCall[]): OverWindow => ({ frame: { kind: "range", precedingMs }, aggregates });
const rows = (precedingRows: number, aggregates: readonly AggregateCall[]): OverWindow => ({ frame: { kind: "rows", precedingRows }, aggregates });
const context = { clock: new SteppingClock(), random: noRandom, timeZone: "UTC", sliceMs: 1, restored: false };

/** A repeatable stream: `count` rows, one a millisecond on average, up to `disorderMs` out of order. */
function stream(count: number, keys: number, disorderMs: number, batchRows: number): Event[] {
  let seed = 11;
  const random = (): number => ((seed = (Math.imul(seed, 1664525) + 1013904223) | 0) >>> 0) / 4294967296;
  const events: Event[] = [];
  for (let first = 0; first < count; first += batchRows) {
    const batch = Array.from({ length: Math.min(batchRows, count - first) }, (_, at) => [
      `card ${Math.floor(random() * keys)}`,
      first + at - Math.floor(random() * disorderMs),
      random() < 0.1 ? null : Math.floor(random() * 1000) / 4,
      random() < 0.1 ? null : `city ${Math.floor(random() * 9)}`,
    ]);
    events.push({ kind: "rows", rows: batch }, { kind: "watermark", timestampMs: first + batch.length - disorderMs - 1 });
  }
  return [...events, { kind: "watermark", timestampMs: Infinity }];
}

const everything = [
  call("COUNT", null),
  call("COUNT", 3, { distinct: true }),
  call("SUM", 2),
  call("AVG", 2),
  call("MIN", 2),
  call("MAX", 3),
  call("FIRST_VALUE", 3),
  call("LAST_VALUE", 2),
];

describe("OVER", () => {
  it("is right over logs that wrap, grow and shrink, and over restores of them", () => {
    const plan = node([range(3000, everything), range(400, [call("COUNT", 3, { distinct: true }), call("MAX", 2)]), rows(4, everything)]);
    const steady = stream(9000, 150, 500, 700);
    const burst = Array.from({ length: 6000 }, (_, at) => [`card ${at % 150}`, 20_000 + (at % 50), at / 4, `city ${at % 11}`]);
    const quiet: Event[] = Array.from({ length: 40 }, (_, at): Event[] => [
      { kind: "rows", rows: [[`card ${at}`, 30_000 + at * 200, at, "city"]] },
      { kind: "watermark", timestampMs: 30_000 + at * 200 },
    ]).flat();
    const barriers = (events: readonly Event[]): Event[] =>
      events.flatMap((event, at) =>
        at % 5 === 3 ? [event, { kind: "barrier", full: at % 3 === 0 } as const] : at % 11 === 10 ? [event, { kind: "crash" } as const] : [event],
      );
    const events = barriers([
      ...steady.slice(0, -1),
      { kind: "rows", rows: burst.slice(0, 3000) },
      { kind: "rows", rows: burst.slice(3000) },
      { kind: "watermark", timestampMs: 21_000 },
      ...quiet,
      { kind: "watermark", timestampMs: Infinity },
    ]);
    const actual = runOperator(() => createOverOperator(plan, input), events);
    expect(actual.rows).toEqual(naiveOver(plan, input, events).rows);
  });

  it("lets more rows of one time than a batch holds see each other, and sends no larger batch", () => {
    const operator = createOverOperator(node([range(0, [call("COUNT", null)]), rows(1, [call("COUNT", null)])], []), input);
    operator.open(context);
    const output = new ListCollector();
    const same = Array.from({ length: 3000 }, () => ["a", 5, 1, "x"]);
    for (let batch = 0; batch < 4; batch++) operator.push(0, batchFromRows(input, same), output);
    operator.watermark(5, output);
    expect(output.rows.length).toBe(12_000);
    expect(new Set(output.rows.map((row) => row[4]))).toEqual(new Set([12_000n]));
    expect(Math.max(...output.batchLengths)).toBeLessThanOrEqual(batchRowsMax);
  });

  it("yields to a full collector and goes on where it was", () => {
    const events = stream(5000, 20, 0, 1000);
    const plan = node([range(100, [call("COUNT", null)])]);
    const slow = runOperator(() => createOverOperator(plan, input), events, { collectorCapacity: 1, clockStepMs: 2 });
    expect(slow.rows).toEqual(runOperator(() => createOverOperator(plan, input), events).rows);
  });

  it("sends late rows to the collector, counts them, and lets no other row see them", () => {
    const operator = createOverOperator(node([range(1000, [call("SUM", 2)])]), input);
    operator.open(context);
    const output = new ListCollector();
    operator.push(
      0,
      batchFromRows(input, [
        ["a", 10, 1, null],
        ["a", 30, 2, null],
      ]),
      output,
    );
    operator.watermark(20, output);
    operator.push(
      0,
      batchFromRows(input, [
        ["a", 20, 100, null],
        ["a", 21, 4, null],
        ["a", -7, 100, null],
      ]),
      output,
    );
    operator.watermark(Infinity, output);
    expect(output.rows.map((row) => row[4])).toEqual([1, 5, 7]);
    expect(output.lateRows).toEqual([
      ["a", 20, 100, null],
      ["a", -7, 100, null],
    ]);
    expect(operator.statistics()).toMatchObject({ rowsIn: 5, rowsOut: 3, rowsLate: 2, rowsWaiting: 0, keys: 1 });
  });

  it("refuses a row without event time, saying what to do", () => {
    const operator = createOverOperator(node([range(1000, [call("SUM", 2)])]), input);
    operator.open(context);
    expect(() => operator.push(0, batchFromRows(input, [["a", null, 1, null]]), new ListCollector())).toThrow(/without event time/);
  });

  it("does not let sums drift: what was huge leaves no trace", () => {
    const plan = node([range(10, [call("SUM", 2), call("AVG", 2), call("VAR_POP", 2)]), rows(2, [call("SUM", 2)])]);
    const values = [1e300, 1e150, 1e30, 0.1, 0.7, 1e300, 0.2, 0.3];
    const events: Event[] = [
      ...values.map((value, at): Event => ({ kind: "rows", rows: [["a", at * 4, value, null]] })),
      { kind: "watermark", timestampMs: Infinity },
    ];
    const { rows: actual } = runOperator(() => createOverOperator(plan, input), events);
    const sums = values.map((_, at) => values.slice(Math.max(0, at - 2), at + 1).reduce((total, value) => total + value, 0));
    expect(actual.map((row) => row[7])).toEqual(sums);
    expect(actual[4]![4]).toBe(1e30);
    expect(actual[5]![4]).toBe(1e300);
    const calm: Event[] = [
      ...[1e300, 1e150, 1e20, 0.1, 0.1, 0.1, 0.1, 0.1].map((value, at): Event => ({ kind: "rows", rows: [["a", at * 4, value, null]] })),
      { kind: "watermark", timestampMs: Infinity },
    ];
    const after = runOperator(() => createOverOperator(plan, input), calm).rows.at(-1)!;
    expect(after.slice(4)).toEqual([0.1 + 0.2, (0.1 + 0.2) / 3, expect.closeTo(0, 15), 0.1 + 0.2]);
  });

  it("slides over twenty thousand amounts and is exact to the last digit", () => {
    const plan = node([range(50, [call("SUM", 2)])], []);
    const count = 20_000;
    const events: Event[] = [
      { kind: "rows", rows: [] },
      { kind: "watermark", timestampMs: -1 },
    ];
    for (let first = 0; first < count; first += 2000)
      events.push({ kind: "rows", rows: Array.from({ length: 2000 }, (_, at) => ["a", first + at, ((first + at) % 97) / 10, null]) });
    events.push({ kind: "watermark", timestampMs: Infinity });
    const { rows: actual } = runOperator(() => createOverOperator(plan, input), events);
    expect(actual.slice(-200)).toEqual(naiveOver(plan, input, events.slice(-3)).rows.slice(-200));
  });

  it("frees what no window needs, and writes small changes for small epochs", () => {
    const operator = createOverOperator(node([range(1000, everything)]), input);
    operator.open(context);
    const output = new ListCollector();
    for (const event of stream(60_000, 3000, 100, 1000).slice(0, -1)) {
      if (event.kind === "rows") operator.push(0, batchFromRows(input, event.rows), output);
      else if (event.kind === "watermark") operator.watermark(event.timestampMs, output);
      output.rows.length = 0;
    }
    expect(operator.statistics().stateBytes).toBeLessThan(4_000_000);
    const snapshot = snapshotStates(operator.states);
    operator.push(0, batchFromRows(input, [["card 1", 70_000, 1, "x"]]), output);
    const small = changesOf(operator.states);
    expect(small.length).toBeLessThan(snapshot.length / 50);
    const twin = createOverOperator(node([range(1000, everything)]), input);
    restoreStates(twin.states, snapshot, [small]);
    twin.open({ ...context, restored: true });
    expect(twin.statistics().rowsWaiting).toBe(operator.statistics().rowsWaiting);
    expect(snapshotStates(twin.states).length).toBe(snapshotStates(operator.states).length);
  });
});
