/** Runs the stateless part of a golden case, row by row through the exact bodies: what the generated loops are held against too. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DataType } from "../../../src/data/index.ts";
import { interpret } from "../../../src/engine/expressions/index.ts";
import { parseDate, parseTime, parseTimestampNanos } from "../../../src/sql/functions/index.ts";
import { decimalToText, floatToText } from "../../../src/sql/functions/numbers.ts";
import { dateToText, nanosToText, timestampToText, timeToText } from "../../../src/sql/functions/time-text.ts";
import type { Plan, ScanNode } from "../../../src/sql/plan/plan.ts";

export type Row = readonly unknown[];

export function isStateless(plan: Plan): boolean {
  return plan.nodes.every(({ kind }) => ["scan", "values", "calc", "union", "watermark", "collect"].includes(kind)) && plan.nodes.every((node) => node.kind !== "scan" || isJson(node));
}

function isJson({ table, fields }: ScanNode): boolean {
  return (table.options.format ?? "json") === "json" && fields.every(({ kind }) => kind === "physical");
}

/** Rows of the collect node. */
export function runStateless(plan: Plan, folders: readonly string[]): Row[] {
  const timeZone = plan.configuration["table.local-time-zone"] ?? "UTC";
  const results: Row[][] = [];
  for (const node of plan.nodes) {
    const inputs = node.inputs.map((input) => results[input]);
    if (node.kind === "scan") results.push(readInput(node, folders));
    else if (node.kind === "values") results.push([...node.rows]);
    else if (node.kind === "union") results.push(inputs.flat());
    else if (node.kind === "calc") {
      const filter = node.filter === null ? null : interpret(node.filter, timeZone);
      const projection = node.projection.map((expression) => interpret(expression, timeZone));
      results.push(inputs[0].filter((row) => filter === null || filter(row) === true).map((row) => projection.map((evaluate) => evaluate(row))));
    } else results.push(inputs[0]);
  }
  return results[plan.sinks[0]];
}

function readInput(node: ScanNode, folders: readonly string[]): Row[] {
  const name = node.table.options.input;
  const file = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`no input ${name}`);
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    // Whole numbers beyond 2^53 keep their digits.
    const value = JSON.parse(line.replaceAll(/([:[,]\s*)(-?\d{16,})(?=\s*[,\]}])/g, '$1"$2"')) as Record<string, unknown>;
    return node.fields.map((field) => {
      if (field.kind !== "physical") throw new Error("metadata");
      return toScalar(field.path.reduce((inner: unknown, key) => (inner as Record<string, unknown> | null)?.[key] ?? null, value), field.type);
    });
  });
}

function toScalar(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "bigint":
      return BigInt(value as number | string);
    case "float":
      return Math.fround(Number(value));
    case "double":
      return Number(value);
    case "decimal": {
      const [whole, fraction = ""] = String(value).replace(/^-/, "").split(".");
      const unscaled = BigInt(whole + fraction.slice(0, type.scale).padEnd(type.scale, "0"));
      return String(value).startsWith("-") ? -unscaled : unscaled;
    }
    case "date":
      return parseDate(value as string);
    case "time":
      return parseTime(value as string);
    case "timestamp":
    case "timestamp-ltz":
      return Number(parseTimestampNanos((value as string).replace("Z", "").replace("T", " "))! / 1_000n) / 1000;
    case "array":
      return (value as unknown[]).map((item) => toScalar(item, type.element));
    case "map":
      return new Map(Object.entries(value as object).map(([key, item]) => [key, toScalar(item, type.value)]));
    case "row":
      return type.fields.map((field) => toScalar((value as Record<string, unknown>)[field.name], field.type));
    case "char":
    case "varchar":
      return typeof value === "string" ? value : JSON.stringify(value);
    default:
      return value;
  }
}

/** The JSON form of the golden files. */
export function toGolden(value: unknown, type: DataType): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case "bigint":
      return String(value);
    case "decimal":
      return decimalToText(value as bigint, type.scale);
    case "float":
      return Number.isFinite(value) ? Number(floatToText(value as number)) : String(value);
    case "double":
      return Number.isFinite(value) ? value : String(value);
    case "date":
      return dateToText(value as number);
    case "time":
      return timeToText(value as number, 3);
    case "timestamp":
    case "timestamp-ltz": {
      const text = typeof value === "bigint" ? nanosToText(value, type.precision) : timestampToText(value as number, type.precision);
      return type.kind === "timestamp" ? text : `${text}Z`;
    }
    case "binary":
    case "varbinary":
      return Buffer.from(value as Uint8Array).toString("hex");
    case "array":
      return (value as unknown[]).map((item) => toGolden(item, type.element));
    case "map": {
      const entries = [...(value as Map<unknown, unknown>)].map(([key, item]) => [toGolden(key, type.key), toGolden(item, type.value)]);
      return entries.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
    }
    case "row":
      return Object.fromEntries(type.fields.map((field, index) => [field.name, toGolden((value as unknown[])[index], field.type)]));
    default:
      return value;
  }
}
