import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalType, simpleType, stringColumn, stringType, timestampType, batchFromRows, StringDictionary, type Batch, type DataType, type Schema } from "../../data/index.ts";
import type { AggregateCall } from "../../sql/plan/expression.ts";
import type { OverNode, OverWindow } from "../../sql/plan/plan.ts";
import { runOperator, type Event } from "./oracle/harness.ts";
import { naiveOver } from "./oracle/naive-over.ts";
import { createOverOperator } from "./over.ts";

const input: Schema = {
  fields: [
    { name: "card", type: stringType() },
    { name: "time", type: timestampType(3) },
    { name: "amount", type: simpleType("double") },
    { name: "quantity", type: simpleType("integer") },
    { name: "total", type: simpleType("bigint") },
    { name: "city", type: stringType() },
    { name: "price", type: decimalType(10, 2) },
    { name: "flag", type: simpleType("boolean") },
    { name: "big", type: decimalType(25, 3) },
    { name: "small", type: simpleType("tinyint") },
  ],
};
const column = (name: string): number => input.fields.findIndex((field) => field.name === name);
const rowtime = column("time");

const amounts = fc.oneof(fc.integer({ min: -40, max: 40 }).map((value) => value / 4), fc.constantFrom(1e15, -1e15, 3.5e300, 2 ** -40, -0, Number.NaN, Infinity, -Infinity));
const row = (span: number): fc.Arbitrary<unknown[]> =>
  fc.tuple(
    fc.constantFrom("a", "b", "c", "", null),
    fc.integer({ min: -span, max: span }),
    fc.option(amounts, { freq: 6 }),
    fc.option(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(2147483647, -2147483648)), { freq: 6 }),
    fc.option(fc.oneof(fc.bigInt(-9n, 9n), fc.constantFrom(2n ** 62n, -(2n ** 63n), 2n ** 53n + 1n)), { freq: 6 }),
    fc.option(fc.constantFrom("rome", "oslo", "bern", "ürümqi", "東京"), { freq: 6 }),
    fc.option(fc.bigInt(-9999999999n, 9999999999n), { freq: 6 }),
    fc.option(fc.boolean(), { freq: 6 }),
    fc.option(fc.oneof(fc.constantFrom(5n, -7n), fc.bigInt(-(10n ** 24n), 10n ** 24n)), { freq: 6 }),
    fc.option(fc.integer({ min: -128, max: 127 }), { freq: 6 }),
  );

function resultType(name: string, argument: DataType): DataType {
  if (name === "COUNT") return simpleType("bigint", false);
  if (argument.kind === "decimal" && name === "SUM") return decimalType(38, argument.scale);
  if (argument.kind === "decimal" && name === "AVG") return decimalType(38, Math.max(6, argument.scale));
  return argument;
}

function call(name: string, argument: string | null, options: Partial<AggregateCall> = {}): AggregateCall {
  const index = argument === null ? -1 : column(argument);
  return {
    function: name,
    type: argument === null ? simpleType("bigint", false) : resultType(name, input.fields[index]!.type),
    arguments: argument === null ? [] : [index],
    distinct: false,
    filter: null,
    constants: [],
    ...options,
  };
}

const calls: readonly AggregateCall[] = [
  call("COUNT", null),
  call("COUNT", null, { filter: column("flag") }),
  call("COUNT", "city"),
  call("COUNT", "city", { distinct: true }),
  call("COUNT", "amount", { distinct: true, filter: column("flag") }),
  call("COUNT", "total", { distinct: true }),
  call("COUNT", "big", { distinct: true }),
  call("SUM", "amount"),
  call("SUM", "amount", { distinct: true }),
  call("AVG", "amount", { filter: column("flag") }),
  call("SUM", "quantity"),
  call("AVG", "quantity"),
  call("SUM", "quantity", { distinct: true }),
  call("SUM", "small"),
  call("AVG", "small"),
  call("SUM", "total"),
  call("AVG", "total"),
  call("SUM", "price"),
  call("AVG", "price"),
  call("SUM", "big"),
  call("AVG", "big"),
  call("MIN", "amount"),
  call("MAX", "amount", { filter: column("flag") }),
  call("MIN", "total"),
  call("MAX", "total"),
  call("MIN", "city"),
  call("MAX", "city"),
  call("MAX", "big"),
  call("MIN", "quantity"),
  call("MAX", "price"),
  call("MAX", "flag"),
  call("FIRST_VALUE", "city"),
  call("LAST_VALUE", "amount"),
  call("FIRST_VALUE", "total"),
  call("LAST_VALUE", "big", { filter: column("flag") }),
  call("STDDEV_POP", "quantity"),
  call("VAR_SAMP", "quantity"),
  call("LAG", "amount", { constants: [] }),
  call("LAG", "city", { constants: [2, "none"] }),
  call("LAG", "total", { constants: [1n, 2n ** 61n] }),
  call("LAG", "quantity", { constants: [0] }),
  call("ROW_NUMBER", null),
];

const frames: fc.Arbitrary<OverWindow["frame"]> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 7, 40).map((precedingMs) => ({ kind: "range" as const, precedingMs })) },
  fc.constant({ kind: "range" as const, precedingMs: null }),
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 3, 9).map((precedingRows) => ({ kind: "rows" as const, precedingRows })) },
  fc.constant({ kind: "rows" as const, precedingRows: null }),
);
const windows = fc.array(fc.record({ frame: frames, aggregates: fc.uniqueArray(fc.constantFrom(...calls), { minLength: 1, maxLength: 6 }) }), { minLength: 1, maxLength: 3 });

function overNode(windowsOf: readonly OverWindow[], partitionBy: readonly number[]): OverNode {
  const added = windowsOf.flatMap((window) => window.aggregates.map((one, index) => ({ name: `x${index}`, type: one.type })));
  return { kind: "over", id: 1, inputs: [0], schema: { fields: [...input.fields, ...added] }, rowtime, name: "over:test", partitionBy, orderBy: rowtime, windows: windowsOf };
}

/** Rows in random order and batches, watermarks in between, at the end all is due. */
const eventsOf = (span: number, rowsMax: number): fc.Arbitrary<Event[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: fc.array(row(span), { minLength: 1, maxLength: rowsMax }).map((rows): Event => ({ kind: "rows", rows })) },
        { weight: 2, arbitrary: fc.integer({ min: 1, max: Math.ceil(span / 2) }).map((timestampMs): Event => ({ kind: "watermark", timestampMs })) },
        { weight: 2, arbitrary: fc.boolean().map((full): Event => ({ kind: "barrier", full })) },
        { weight: 1, arbitrary: fc.constant<Event>({ kind: "crash" }) },
      ),
      { minLength: 1, maxLength: 25 },
    )
    .map((events) => {
      let watermark = -span;
      const rising = events.map((event) => (event.kind === "watermark" ? { ...event, timestampMs: (watermark += event.timestampMs) } : event));
      return [...rising, { kind: "watermark", timestampMs: Infinity }];
    });

const partitions = fc.constantFrom([0], [], [0, 3], [5, 7, 0], [2], [4], [8]);
const quiet = (events: readonly Event[]): Event[] => events.filter((event) => event.kind === "rows" || event.kind === "watermark");

/** Texts as ids of one of two dictionaries, so that ids must be translated. */
function dictionaryBatches(): (schema: Schema, rows: readonly (readonly unknown[])[]) => Batch {
  const dictionaries = [new StringDictionary(), new StringDictionary()];
  let turn = 0;
  return (schema, rows) => {
    const batch = batchFromRows(schema, rows);
    const dictionary = dictionaries[turn++ % 2]!;
    if (turn % 3 === 0) dictionary.internText(`noise ${turn}`);
    const columns = batch.columns.map((one, index) => (schema.fields[index]!.type.kind === "varchar" ? stringColumn(rows.map((values) => values[index] as string | null), dictionary) : one));
    return { ...batch, columns };
  };
}

describe("OVER", () => {
  it("equals the naive computation, whatever the disorder, the batches, the watermarks and the crashes", () => {
    fc.assert(
      fc.property(windows, partitions, eventsOf(60, 12), fc.boolean(), (windowsOf, partitionBy, events, asDictionary) => {
        const node = overNode(windowsOf, partitionBy);
        const expected = naiveOver(node, input, events);
        const actual = runOperator(() => createOverOperator(node, input), events, { clockStepMs: 1, collectorCapacity: 1, ...(asDictionary ? { makeBatch: dictionaryBatches() } : {}) });
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
