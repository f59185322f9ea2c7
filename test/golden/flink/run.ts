/** Runs the plan of a golden case in memory, row by row through the operators of the engine: the whole way from text to rows but for sources and sinks. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DataType } from "../../../src/data/index.ts";
import { batchFromRows, rowsOf } from "../../../src/data/index.ts";
import { Calc, interpret, type Evaluator } from "../../../src/engine/expressions/index.ts";
import type { Collector, Operator, Outcome } from "../../../src/engine/operator.ts";
import { createOverOperator, createWindowAggregateOperator } from "../../../src/engine/windows/index.ts";
import { ListCollector, SteppingClock, noRandom } from "../../../src/engine/windows/testing/harness.ts";
import { parseDate, parseTime, parseTimestampNanos } from "../../../src/sql/functions/index.ts";
import { decimalToText, floatToText } from "../../../src/sql/functions/numbers.ts";
import { dateToText, nanosToText, timestampToText, timeToText } from "../../../src/sql/functions/time-text.ts";
import type { Plan, ScanNode } from "../../../src/sql/plan/plan.ts";

export type Row = readonly unknown[];

export interface RunOptions {
  /** Where inputs lie, the first that has the name wins. */
  readonly folders: readonly string[];
  /** Generated loops, or the exact bodies alone. */
  readonly generate: boolean;
}

/** Whether the rows of this plan can be read and run here. */
export function canRun(plan: Plan): boolean {
  return plan.nodes.every((node) => node.kind !== "predict" && node.kind !== "sink" && (node.kind !== "scan" || isJson(node)));
}

function isJson({ table, fields }: ScanNode): boolean {
  return (table.options.format ?? "json") === "json" && fields.every(({ kind }) => kind === "physical");
}

/** Rows of the collect node. After every row the watermark rises, as in the recorded runs. */
export function runPlan(plan: Plan, options: RunOptions): Row[] {
  const run = new Run(plan, options);
  for (const node of plan.nodes) {
    if (node.kind === "scan") for (const row of readInput(node, options.folders)) run.rows(node.id, [row]);
    else if (node.kind === "values") run.rows(node.id, node.rows);
  }
  for (const node of plan.nodes) if (node.inputs.length === 0) run.watermark(node.id, Infinity);
  return run.collected;
}

class Run {
  readonly collected: Row[] = [];
  readonly #plan: Plan;
  readonly #timeZone: string;
  readonly #users: number[][];
  readonly #calcs = new Map<number, Calc>();
  readonly #operators = new Map<number, Operator>();
  readonly #expressions = new Map<number, Evaluator>();
  readonly #watermarks: number[];
  readonly #ended = new Map<number, number>();

  constructor(plan: Plan, { generate }: RunOptions) {
    this.#plan = plan;
    this.#timeZone = plan.configuration["table.local-time-zone"] ?? "UTC";
    this.#users = plan.nodes.map(({ id }) => plan.nodes.filter(({ inputs }) => inputs.includes(id)).map((user) => user.id));
    this.#watermarks = plan.nodes.map(() => 0);
    for (const node of plan.nodes) {
      const input = node.inputs.length === 0 ? { fields: [] } : plan.nodes[node.inputs[0]].schema;
      if (node.kind === "calc") this.#calcs.set(node.id, new Calc({ filter: node.filter, projection: node.projection, output: node.schema, timeZone: this.#timeZone, generate }));
      if (node.kind === "watermark") this.#expressions.set(node.id, interpret(node.expression, this.#timeZone));
      const operator = node.kind === "over" ? createOverOperator(node, input) : node.kind === "window-aggregate" ? createWindowAggregateOperator(node, input) : null;
      if (operator === null) continue;
      operator.open({ clock: new SteppingClock(), random: noRandom, timeZone: this.#timeZone, sliceMs: 1000, restored: false });
      this.#operators.set(node.id, operator);
    }
  }

  /** What node `id` sends. */
  rows(id: number, rows: readonly Row[]): void {
    for (const user of this.#users[id]) this.#receive(user, rows);
  }

  #receive(id: number, rows: readonly Row[]): void {
    const node = this.#plan.nodes[id];
    if (rows.length === 0) return;
    switch (node.kind) {
      case "calc":
        return this.rows(id, rowsOf(this.#calcs.get(id)!.run(batchFromRows(this.#plan.nodes[node.inputs[0]].schema, rows))));
      case "watermark": {
        this.rows(id, rows);
        for (const row of rows) this.watermark(id, (this.#expressions.get(id)!(row) as number | null) ?? -Infinity);
        return;
      }
      case "over":
      case "window-aggregate":
        return this.#work(id, (operator, output) => operator.push(0, batchFromRows(this.#plan.nodes[node.inputs[0]].schema, rows), output));
      case "collect":
        this.collected.push(...rows);
        return;
      default:
        this.rows(id, rows);
    }
  }

  /** The watermark of what node `id` sends rises. */
  watermark(id: number, timestampMs: number): void {
    if (timestampMs <= this.#watermarks[id]) return;
    this.#watermarks[id] = timestampMs;
    for (const user of this.#users[id]) {
      const node = this.#plan.nodes[user];
      // An input that ends waits for the others.
      if (timestampMs === Infinity) this.#ended.set(user, (this.#ended.get(user) ?? 0) + 1);
      if (timestampMs === Infinity && this.#ended.get(user)! < new Set(node.inputs).size) continue;
      if (node.kind === "watermark" && timestampMs !== Infinity) continue;
      const least = Math.min(...node.inputs.map((input) => this.#watermarks[input]));
      if (this.#operators.has(user)) this.#work(user, (operator, output) => operator.watermark(least, output));
      this.watermark(user, least);
    }
  }

  #work(id: number, work: (operator: Operator, output: Collector) => Outcome): void {
    const operator = this.#operators.get(id)!;
    const output = new ListCollector();
    let outcome = work(operator, output);
    while (outcome === "yield") outcome = operator.resume(output);
    this.rows(id, output.rows);
  }
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
