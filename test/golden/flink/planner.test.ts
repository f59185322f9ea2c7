/**
 * Goal: types, errors and results are Apache Flink's. Method: cases recorded from Flink 2.3 (cases/NAME/: the
 * script, the schema and rows it answered) are compiled; schemas are compared column by column, rows as multisets.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { typeText, type DataType } from "../../../src/data/index.ts";
import { Catalog, compileScript, SqlError, type Plan } from "../../../src/sql/index.ts";
import { canRun, runPlan, toGolden } from "./run.ts";

const cases = join(import.meta.dirname, "cases");
const inputs = join(import.meta.dirname, "inputs");

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** How many of Flink's rows are not ours, and of ours not Flink's, on purpose; the reference page of differences says why to users. */
const differences: Readonly<Record<string, { readonly theirs: number; readonly ours: number; readonly why: string }>> = {
  time_before_1970: { theirs: 1, ours: 1, why: "parts before 1970 are those of the calendar" },
  time_extract: { theirs: 1, ours: 1, why: "parts before 1970 are those of the calendar" },
  time_zone_dst: { theirs: 5, ours: 5, why: "parts before 1970 are those of the calendar, and FLOOR to DAY takes the offset of that midnight" },
  time_literals_compare: { theirs: 1, ours: 1, why: "CAST to DATE, TIME and TIMESTAMP(0) before 1970 goes down, not towards zero" },
  time_floor_ceil: { theirs: 4, ours: 4, why: "CEIL to WEEK is never before the time itself, FLOOR to YEAR and QUARTER before 1970 is right" },
  scalar_cast_from_string: { theirs: 2, ours: 2, why: "TRY_CAST('T' AS DECIMAL) is NULL, and so is one that rounds to more digits than the type has" },
  scalar_string_2: { theirs: 3, ours: 3, why: "INITCAP and OVERLAY beyond ASCII" },
  array_functions: { theirs: 1, ours: 1, why: "a map keeps the order of its entries, not that of their hashes" },
  over_nokey: { theirs: 2, ours: 1, why: "rows at or before the watermark are late in every OVER, whatever their key" },
  over_range_distinct: { theirs: 3, ours: 1, why: "rows at or before the watermark are late" },
  over_range_interval: { theirs: 3, ours: 1, why: "rows at or before the watermark are late" },
  over_rows: { theirs: 6, ours: 3, why: "rows at or before the watermark are late" },
  win_day_ltz_dst: { theirs: 0, ours: 1, why: "the day of 23 hours is not lost" },
};

function flinkText(type: DataType): string {
  return typeText(type, true).replaceAll("STRING", "VARCHAR(2147483647)").replaceAll("BYTES", "VARBINARY(2147483647)").replaceAll(/TIMESTAMP_LTZ\((\d)\)/g, "TIMESTAMP($1) WITH LOCAL TIME ZONE");
}

function compile(name: string): Plan {
  return compileScript(readFileSync(join(cases, name, "query.sql"), "utf8"), { catalog: new Catalog(), configuration: {} }).plan!;
}

function sinkSchema(plan: Plan): Column[] {
  return plan.nodes[plan.sinks[0]].schema.fields.map(({ name, type }) => ({ name, type: flinkText(type), nullable: type.nullable }));
}

function recordedSchema(name: string): Column[] {
  const columns = JSON.parse(readFileSync(join(cases, name, "expected-schema.json"), "utf8")) as Column[];
  return columns.map(({ name: column, type, nullable }) => ({ name: column, type: type.replaceAll(" NOT NULL", ""), nullable }));
}

const kinds = new Map(readdirSync(cases).map((name) => [name, (JSON.parse(readFileSync(join(cases, name, "case.json"), "utf8")) as { kind: string }).kind]));
const failing = [...kinds].flatMap(([name, kind]) => (kind === "error" ? [name] : []));
const planned = [...kinds].flatMap(([name, kind]) => (kind !== "error" && existsSync(join(cases, name, "expected-schema.json")) ? [name] : []));

describe("schemas", () => {
  it.each(planned.filter((name) => kinds.get(name) !== "sinks"))("%s", (name) => {
    expect(sinkSchema(compile(name))).toEqual(recordedSchema(name));
  });
});

describe.each([{ generate: true }, { generate: false }])("rows, with generated loops: $generate", ({ generate }) => {
  const runnable = planned.filter((name) => kinds.get(name) !== "sinks" && canRun(compile(name)));
  it.each(runnable)("%s", (name) => {
    const plan = compile(name);
    const { fields } = plan.nodes[plan.sinks[0]].schema;
    const rows = runPlan(plan, { folders: [join(cases, name), inputs], generate });
    const given = rows.map((row) => comparable(Object.fromEntries(row.map((value, index) => [fields[index].name, toGolden(value, fields[index].type)])), fields));
    const wanted = readFileSync(join(cases, name, "expected.ndjson"), "utf8").split("\n").filter((line) => line !== "").map((line) => comparable(JSON.parse(line) as Record<string, unknown>, fields));
    if (differences[name] === undefined) expect(given.toSorted()).toEqual(wanted.toSorted());
    else {
      const { theirs, ours } = differences[name];
      expect({ theirs: wanted.filter((row) => !given.includes(row)).length, ours: given.filter((row) => !wanted.includes(row)).length }).toEqual({ theirs, ours });
    }
  });
});

function comparable(row: Record<string, unknown>, fields: readonly { name: string; type: DataType }[]): string {
  return JSON.stringify(fields.map(({ name, type }) => rounded(row[name] ?? null, type)));
}

function rounded(value: unknown, type: DataType): unknown {
  if (typeof value !== "number" || (type.kind !== "double" && type.kind !== "float")) return value;
  return Number(value.toPrecision(type.kind === "double" ? 12 : 6)) || 0;
}

describe("errors", () => {
  it.each(failing)("%s", (name) => {
    let caught: unknown = null;
    try {
      compile(name);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SqlError);
    expect((caught as SqlError).position).toBeDefined();
  });
});
