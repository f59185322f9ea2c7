/** Random rows, aggregate calls and event sequences that the property tests of windows share. */
import * as fc from "fast-check";
import {
  batchFromRows,
  decimalType,
  simpleType,
  stringColumn,
  StringDictionary,
  stringType,
  timestampType,
  type Batch,
  type DataType,
  type Schema,
} from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import type { Event } from "./harness.ts";

export const input: Schema = {
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
export const column = (name: string): number => input.fields.findIndex((field) => field.name === name);
export const rowtime = column("time");

const amounts = fc.oneof(
  fc.integer({ min: -40, max: 40 }).map((value) => value / 4),
  fc.constantFrom(1e15, -1e15, 3.5e300, 2 ** -40, -0, Number.NaN, Infinity, -Infinity),
);
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

export function call(name: string, argument: string | null, options: Partial<AggregateCall> = {}): AggregateCall {
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

export const groupCalls: readonly AggregateCall[] = [
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
];

export const overCalls: readonly AggregateCall[] = [
  ...groupCalls,
  call("LAG", "amount", { constants: [] }),
  call("LAG", "city", { constants: [2, "none"] }),
  call("LAG", "total", { constants: [1n, 2n ** 61n] }),
  call("LAG", "quantity", { constants: [0] }),
  call("ROW_NUMBER", null),
];

/** Rows in random order and batches, watermarks in between, at the end all is due. */
export const eventsOf = (span: number, rowsMax: number): fc.Arbitrary<Event[]> =>
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

export const partitions = fc.constantFrom([0], [], [0, 3], [5, 7, 0], [2], [4], [8]);
export const quiet = (events: readonly Event[]): Event[] => events.filter((event) => event.kind === "rows" || event.kind === "watermark");

/** Texts as ids of one of two dictionaries, so that ids must be translated. */
export function dictionaryBatches(): (schema: Schema, rows: readonly (readonly unknown[])[]) => Batch {
  const dictionaries = [new StringDictionary(), new StringDictionary()];
  let turn = 0;
  return (schema, rows) => {
    const batch = batchFromRows(schema, rows);
    const dictionary = dictionaries[turn++ % 2]!;
    if (turn % 3 === 0) dictionary.internText(`noise ${turn}`);
    const columns = batch.columns.map((one, index) =>
      schema.fields[index]!.type.kind === "varchar"
        ? stringColumn(
            rows.map((values) => values[index] as string | null),
            dictionary,
          )
        : one,
    );
    return { ...batch, columns };
  };
}
