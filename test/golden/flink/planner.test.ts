/**
 * Goal: types, errors and stateless results are Apache Flink's. Method: cases recorded from Flink 2.3 (cases/NAME/: the
 * script, the schema and rows it answered) are compiled; schemas are compared column by column, stateless plans are run.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { typeText, type DataType } from "../../../src/data/index.ts";
import { Catalog, compileScript, SqlError, type Plan } from "../../../src/sql/index.ts";
import { isStateless, runStateless, toGolden } from "./stateless.ts";

const cases = join(import.meta.dirname, "cases");
const inputs = join(import.meta.dirname, "inputs");

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** How many rows are meant to differ, and why; the reference page of differences says it to users. */
const differences: Readonly<Record<string, { readonly rows: number; readonly why: string }>> = {
  time_before_1970: { rows: 1, why: "parts before 1970 are those of the calendar" },
  time_extract: { rows: 1, why: "parts before 1970 are those of the calendar" },
  time_zone_dst: { rows: 5, why: "parts before 1970 are those of the calendar, and FLOOR to DAY takes the offset of that midnight" },
  time_literals_compare: { rows: 1, why: "CAST to DATE, TIME and TIMESTAMP(0) before 1970 goes down, not towards zero" },
  time_floor_ceil: { rows: 4, why: "CEIL to WEEK is never before the time itself, FLOOR to YEAR and QUARTER before 1970 is right" },
  scalar_cast_from_string: { rows: 2, why: "TRY_CAST('T' AS DECIMAL) is NULL, and so is one that rounds to more digits than the type has" },
  scalar_string_2: { rows: 3, why: "INITCAP and OVERLAY beyond ASCII" },
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

describe("rows of stateless queries", () => {
  const stateless = planned.filter((name) => kinds.get(name) !== "sinks" && isStateless(compile(name)));
  it.each(stateless)("%s", (name) => {
    const plan = compile(name);
    const { fields } = plan.nodes[plan.sinks[0]].schema;
    const rows = runStateless(plan, [join(cases, name), inputs]).map((row) => Object.fromEntries(row.map((value, index) => [fields[index].name, toGolden(value, fields[index].type)])));
    const given = rows.map((row) => comparable(row, fields));
    const wanted = readFileSync(join(cases, name, "expected.ndjson"), "utf8").split("\n").filter((line) => line !== "").map((line) => comparable(JSON.parse(line) as Record<string, unknown>, fields));
    if (differences[name] === undefined) expect(given.toSorted()).toEqual(wanted.toSorted());
    else expect(wanted.filter((row) => !given.includes(row))).toHaveLength(differences[name].rows);
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
