/** Rows that Apache Flink 2.3.0 produced for these aggregates, statement by statement. Watermarks as in Flink: after every row. */
import { describe, expect, it } from "vitest";
import { batchFromRows as batchOf, simpleType, stringType, timestampType, type Schema } from "../../data/index.ts";
import type { AggregateCall } from "../../sql/plan/expression.ts";
import type { OverNode, OverWindow, WindowAggregateNode, WindowSpecification } from "../../sql/plan/plan.ts";
import type { Operator } from "../operator.ts";
import flink from "./testing/flink-results.json" with { type: "json" };
import { ListCollector, runOperator, SteppingClock, noRandom, type Event } from "./testing/harness.ts";
import { createOverOperator } from "./over.ts";
import { createWindowAggregateOperator } from "./window-aggregate.ts";

type Case = keyof typeof flink.cases;
const second = 1000;
const bigint = simpleType("bigint", false);
const double = simpleType("double");

const clicks: Schema = {
  fields: [
    { name: "id", type: simpleType("integer") },
    { name: "u", type: stringType() },
    { name: "page", type: stringType() },
    { name: "v", type: double },
    { name: "ts", type: timestampType(3) },
  ],
};

const timePattern = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/;
const toValue = (value: unknown): unknown =>
  typeof value !== "string"
    ? value
    : timePattern.test(value)
      ? Date.parse(value.replace(" ", "T").replace(/Z?$/, "Z"))
      : /^-?\d+$/.test(value)
        ? BigInt(value)
        : value;

/** Each row, then the watermark it leads to. */
function events(rows: readonly (readonly unknown[])[], timeColumn: number, delayMs: number): Event[] {
  let watermark = 0;
  return [
    ...rows.flatMap((row): Event[] => {
      const values = row.map(toValue);
      const next = (values[timeColumn] as number) - delayMs;
      const events: Event[] = [{ kind: "rows", rows: [values] }];
      if (next > watermark) events.push({ kind: "watermark", timestampMs: (watermark = next) });
      return events;
    }),
    { kind: "watermark", timestampMs: Infinity },
  ];
}

function call(name: string, argument: number | null, type = bigint, options: Partial<AggregateCall> = {}): AggregateCall {
  return { function: name, type, arguments: argument === null ? [] : [argument], distinct: false, filter: null, constants: [], ...options };
}
const [id, u, page, v, ts] = [0, 1, 2, 3, 4];

/** Results are compared by name: an OVER row has more columns than the statement selected. Sums to 12 digits. */
function compare(
  name: Case,
  operator: Operator,
  run: readonly unknown[][],
  columns: readonly string[],
  leaveOut: (row: readonly unknown[]) => boolean = () => false,
): void {
  const expected = flink.cases[name];
  const places = expected.columns.map((column) => columns.indexOf(column));
  const wanted = places.map((place, at) => ({ place, at })).filter(({ place }) => place >= 0);
  const text = (values: readonly unknown[]): string =>
    JSON.stringify(values.map((value) => (typeof value === "bigint" ? `${value}n` : typeof value === "number" ? Number(value.toPrecision(12)) : value)));
  const actual = run.map((row) => wanted.map(({ place }) => row[place]));
  const ours = actual.filter((row) => !leaveOut(row)).map(text);
  const theirs = expected.rows
    .map((row) => wanted.map(({ at }) => toValue((row as readonly unknown[])[at])))
    .filter((row) => !leaveOut(row))
    .map(text);
  expect(wanted.length).toBeGreaterThan(1);
  expect(ours.sort()).toEqual(theirs.sort());
  expect(operator.statistics().rowsIn).toBeGreaterThan(0);
}

function over(windows: readonly (OverWindow & { names: readonly string[] })[], partitionBy: readonly number[]): { node: OverNode; columns: string[] } {
  const added = windows.flatMap((window) => window.aggregates.map((aggregate, index) => ({ name: window.names[index]!, type: aggregate.type })));
  const schema = { fields: [...clicks.fields, ...added] };
  return {
    columns: schema.fields.map((field) => field.name),
    node: { kind: "over", id: 1, inputs: [0], schema, rowtime: ts, name: "over:clicks", partitionBy, orderBy: ts, windows },
  };
}

function checkOver(
  name: Case,
  windows: readonly (OverWindow & { names: readonly string[] })[],
  options: { partitionBy?: readonly number[]; rows?: typeof flink.clicks; affected?: readonly number[] } = {},
): void {
  const { node, columns } = over(windows, options.partitionBy ?? [u]);
  const { rows, operator } = runOperator(() => createOverOperator(node, clicks), events(options.rows ?? flink.clicks, ts, 2 * second));
  compare(name, operator, rows, columns, (row) => options.affected?.includes(row[0] as number) ?? false);
}

const range = (precedingMs: number | null): OverWindow["frame"] => ({ kind: "range", precedingMs });
const rowsFrame = (precedingRows: number | null): OverWindow["frame"] => ({ kind: "rows", precedingRows });
const inTime = flink.clicks.filter(([row]) => ![7, 11, 12, 16, 17].includes(row as number));

describe("OVER gives what Flink gave", () => {
  it("RANGE", () => {
    checkOver(
      "over_range_in_time",
      [
        {
          frame: range(10 * second),
          names: ["n", "dp", "s", "a", "lo", "hi"],
          aggregates: [
            call("COUNT", null),
            call("COUNT", page, bigint, { distinct: true }),
            call("SUM", v, double),
            call("AVG", v, double),
            call("MIN", v, double),
            call("MAX", v, double),
          ],
        },
      ],
      { rows: inTime },
    );
  });

  it("ROWS", () => {
    checkOver(
      "over_rows_in_time",
      [
        {
          frame: rowsFrame(2),
          names: ["n", "dp", "s", "f", "lv", "sd"],
          aggregates: [
            call("COUNT", null),
            call("COUNT", page, bigint, { distinct: true }),
            call("SUM", v, double),
            call("FIRST_VALUE", id, simpleType("integer")),
            call("LAST_VALUE", v, double),
            call("STDDEV_POP", v, double),
          ],
        },
      ],
      { rows: inTime },
    );
  });

  it("UNBOUNDED PRECEDING", () => {
    checkOver("over_range_unbounded", [
      {
        frame: range(null),
        names: ["n", "s", "f", "l"],
        aggregates: [call("COUNT", null), call("SUM", v, double), call("FIRST_VALUE", page, stringType()), call("LAST_VALUE", page, stringType())],
      },
    ]);
    checkOver("over_rows_unbounded", [
      { frame: rowsFrame(null), names: ["n", "sd", "vs"], aggregates: [call("COUNT", null), call("STDDEV_POP", v, double), call("VAR_SAMP", v, double)] },
    ]);
  });

  it("LAG and ROW_NUMBER", () => {
    checkOver("over_lag", [
      {
        frame: range(null),
        names: ["p1", "p2", "pi"],
        aggregates: [call("LAG", v, double), call("LAG", v, double, { constants: [2] }), call("LAG", id, simpleType("integer"), { constants: [1, -1] })],
      },
    ]);
    checkOver("over_row_number", [{ frame: rowsFrame(null), names: ["rn"], aggregates: [call("ROW_NUMBER", null)] }]);
  });

  it("but judges lateness by the watermark: rows 12 and 16 are late, and those that saw them differ", () => {
    const names = ["n", "nv", "s", "a", "lo", "hi"];
    const aggregates = [call("COUNT", null), call("COUNT", v), call("SUM", v, double), call("AVG", v, double), call("MIN", v, double), call("MAX", v, double)];
    checkOver("over_range_interval", [{ frame: range(10 * second), names, aggregates }], { affected: [12, 13, 16] });
    checkOver(
      "over_range_distinct",
      [{ frame: range(10 * second), names: ["dp", "a"], aggregates: [call("COUNT", page, bigint, { distinct: true }), call("AVG", v, double)] }],
      { affected: [12, 13, 16] },
    );
    checkOver("over_nokey", [{ frame: range(5 * second), names: ["n", "s"], aggregates: [call("COUNT", null), call("SUM", v, double)] }], {
      partitionBy: [],
      affected: [15, 16],
    });
  });
});

function windowed(
  window: WindowSpecification,
  groupBy: readonly number[],
  calls: readonly AggregateCall[],
  names: readonly string[],
  input = clicks,
  timeColumn = ts,
): { node: WindowAggregateNode; columns: string[] } {
  const windowColumns = ["window_start", "window_end", "window_time"] as const;
  const fields = [
    ...groupBy.map((column) => input.fields[column]!),
    ...calls.map((aggregate, index) => ({ name: names[index]!, type: aggregate.type })),
    ...windowColumns.map((name) => ({ name, type: timestampType(3, false) })),
  ];
  return {
    columns: fields.map((field) => field.name),
    node: {
      kind: "window-aggregate",
      id: 1,
      inputs: [0],
      schema: { fields },
      rowtime: fields.length - 1,
      name: "window:clicks",
      window,
      timeColumn,
      groupBy,
      aggregates: calls,
      windowColumns,
    },
  };
}

describe("windows give what Flink gave", () => {
  const all = [call("COUNT", null), call("COUNT", v), call("SUM", v, double), call("AVG", v, double), call("MIN", v, double), call("MAX", v, double)];
  const names = ["n", "nv", "s", "a", "lo", "hi"];
  const tumble = (sizeMs: number, offsetMs = 0): WindowSpecification => ({ kind: "tumble", sizeMs, offsetMs });
  const hop = (slideMs: number, sizeMs: number): WindowSpecification => ({ kind: "hop", sizeMs, slideMs, offsetMs: 0 });
  const cases: readonly [Case, ReturnType<typeof windowed>][] = [
    ["win_tumble", windowed(tumble(5 * second), [u], all, names)],
    [
      "win_tumble_nokey",
      windowed(tumble(5 * second), [], [call("COUNT", null), call("COUNT", u, bigint, { distinct: true }), call("SUM", v, double)], ["n", "du", "s"]),
    ],
    ["win_tumble_offset", windowed(tumble(10 * second, -3 * second), [], [call("COUNT", null)], ["n"])],
    ["win_hop", windowed(hop(5 * second, 15 * second), [u], all, names)],
    ["win_hop_nokey", windowed(hop(2 * second, 10 * second), [], [call("COUNT", null), call("SUM", v, double)], ["n", "s"])],
  ];
  it.each(cases)("%s", (name, { node, columns }) => {
    const { rows, operator } = runOperator(() => createWindowAggregateOperator(node, clicks), events(flink.clicks, ts, 2 * second));
    compare(name, operator, rows, columns);
  });

  const instants: Schema = {
    fields: [
      { name: "id", type: simpleType("integer") },
      { name: "ts", type: { kind: "timestamp-ltz", precision: 3, nullable: true } },
    ],
  };
  const inBerlin = (sizeMs: number): { rows: unknown[][]; columns: string[]; operator: Operator } => {
    const { node, columns } = windowed(tumble(sizeMs), [], [call("COUNT", null)], ["n"], instants, 1);
    const operator = createWindowAggregateOperator(node, instants);
    operator.open({ clock: new SteppingClock(), random: noRandom, timeZone: "Europe/Berlin", sliceMs: 1, restored: false });
    return { rows: driveAll(operator, events(flink.dst, 1, 0)), columns, operator };
  };

  it("hours of a zone: the hour that comes twice is one window", () => {
    const { rows, columns, operator } = inBerlin(3600 * second);
    compare("win_hour_ltz_dst", operator, rows, columns);
  });

  it("days of a zone, with the day of 23 hours that Flink loses", () => {
    const { rows, columns, operator } = inBerlin(86_400 * second);
    const lost = Date.parse("2024-03-31T00:00:00Z");
    compare("win_day_ltz_dst", operator, rows, columns, (row) => row[0] === lost);
    expect(rows.filter((row) => row[1] === lost)).toEqual([[4n, lost, Date.parse("2024-04-01T00:00:00Z"), Date.parse("2024-03-31T21:59:59.999Z")]]);
  });
});

function driveAll(operator: Operator, all: readonly Event[]): unknown[][] {
  const output = new ListCollector();
  for (const event of all) {
    if (event.kind === "rows") operator.push(0, batchOf(operator.inputs[0]!, event.rows), output);
    else if (event.kind === "watermark") operator.watermark(event.timestampMs, output);
  }
  return output.rows;
}
