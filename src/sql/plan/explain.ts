/** A plan as text: a tree for each sink, shared parts written once. */
import { typeText, type DataType } from "../../data/index.ts";
import { toText, type WindowParameter } from "../functions/index.ts";
import type { AggregateCall, Expression } from "./expression.ts";
import type { OverWindow, Plan, PlanNode, ScanField } from "./plan.ts";

export function explain(plan: Plan): string {
  const users = new Map<number, number>();
  for (const node of plan.nodes) for (const input of node.inputs) users.set(input, (users.get(input) ?? 0) + 1);
  const written = new Set<number>();
  const lines: string[] = [];
  const write = (id: number, depth: number): void => {
    const node = plan.nodes[id];
    const indent = "  ".repeat(depth);
    const shared = (users.get(id) ?? 0) > 1;
    if (shared && written.has(id)) {
      lines.push(`${indent}(see ${node.name})`);
      return;
    }
    written.add(id);
    lines.push(`${indent}${describe(node, plan)}${shared ? `   [shared: ${node.name}]` : ""}`);
    for (const input of node.inputs) write(input, depth + 1);
  };
  for (const sink of plan.sinks) write(sink, 0);
  return lines.join("\n");
}

function describe(node: PlanNode, plan: Plan): string {
  const input = node.inputs.length === 0 ? [] : plan.nodes[node.inputs[0]].schema.fields.map(({ name }) => name);
  switch (node.kind) {
    case "scan":
      return `Scan ${node.table.name} (${node.table.connector}): ${node.fields.map((field, index) => scanText(field, node.schema.fields[index].name)).join(", ")}`;
    case "values":
      return `Values: ${node.rows.length} row${node.rows.length === 1 ? "" : "s"}`;
    case "calc": {
      const projection = node.projection.map((expression, index) => named(expressionText(expression, input), node.schema.fields[index].name)).join(", ");
      return `Calc ${node.filter === null ? "" : `where ${expressionText(node.filter, input)}; `}select ${projection}`;
    }
    case "union":
      return "Union all";
    case "watermark":
      return `Watermark of ${input[node.rowtime!]}: ${expressionText(node.expression, input)}${node.idleTimeoutMs > 0 ? `, idle after ${durationText(node.idleTimeoutMs)}` : ""}`;
    case "over":
      return `Over partition by ${node.partitionBy.map((column) => input[column]).join(", ") || "nothing"} order by ${input[node.orderBy]}: ${node.windows.map((window) => overText(window, input)).join("; ")}`;
    case "window-aggregate": {
      const { window } = node;
      const offset = window.offsetMs === 0 ? "" : ` offset ${durationText(window.offsetMs)}`;
      const size = `${durationText(window.sizeMs)}${window.kind === "hop" ? ` every ${durationText(window.slideMs)}` : ""}${offset}`;
      return `Window ${window.kind} ${size} of ${input[node.timeColumn]} group by ${node.groupBy.map((column) => input[column]).join(", ") || "nothing"}: ${[...node.aggregates.map((call) => callText(call, input)), ...node.windowColumns].join(", ")}`;
    }
    case "predict":
      return `Predict ${node.model.name} (${node.model.provider}): ${node.features.map((column) => input[column]).join(", ")} → ${node.model.outputs.map(({ name }) => name).join(", ")}`;
    case "sink":
      return `Sink ${node.table.name} (${node.table.connector}), ${node.changelog}: ${node.schema.fields.map(({ name, type }) => `${name} ${typeText(type)}`).join(", ")}`;
    case "collect":
      return `Collect, ${node.changelog}${node.limit === null ? "" : `, limit ${node.limit}`}: ${node.schema.fields.map(({ name, type }) => `${name} ${typeText(type)}`).join(", ")}`;
  }
}

function scanText(field: ScanField, name: string): string {
  return field.kind === "metadata" ? `${name} (metadata ${field.metadata})` : named(field.path.join("."), name);
}

function named(text: string, name: string): string {
  return text === name ? text : `${text} AS ${name}`;
}

function overText(window: OverWindow, input: readonly string[]): string {
  const { frame } = window;
  const preceding =
    frame.kind === "range"
      ? frame.precedingMs === null
        ? "unbounded"
        : durationText(frame.precedingMs)
      : frame.precedingRows === null
        ? "unbounded"
        : `${frame.precedingRows}`;
  return `${frame.kind} ${preceding} preceding: ${window.aggregates.map((call) => callText(call, input)).join(", ")}`;
}

function callText(call: AggregateCall, input: readonly string[]): string {
  const args =
    call.arguments.length === 0 && call.function === "COUNT"
      ? "*"
      : [...call.arguments.map((column) => input[column]), ...call.constants.map(String)].join(", ");
  return `${call.function}(${call.distinct ? "distinct " : ""}${args})${call.filter === null ? "" : ` filter ${input[call.filter]}`}`;
}

const infix = new Set(["+", "-", "*", "/", "%", "=", "<>", "<", "<=", ">", ">=", "AND", "OR", "||", "LIKE", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"]);

export function expressionText(expression: Expression, input: readonly string[]): string {
  switch (expression.kind) {
    case "column":
      return input[expression.index] ?? `$${expression.index}`;
    case "literal":
      return literalText(expression.value, expression.type);
    case "call": {
      const args = expression.arguments.map((argument) => expressionText(argument, input));
      const name = expression.function;
      if (infix.has(name) && args.length === 2) return `(${args[0]} ${name} ${args[1]})`;
      if (name === "CAST" || name === "TRY_CAST") return `${name}(${args[0]} AS ${typeText(expression.type, true)})`;
      if (name.startsWith("IS ")) return `(${args[0]} ${name})`;
      if (name === "CASE") return caseText(args);
      if (name === "IN")
        return `(${args[0]} IN (${(expression.parameter as readonly unknown[]).map((value) => literalText(value, expression.arguments[0].type)).join(", ")}))`;
      if (name === "NEGATE") return `(-${args[0]})`;
      if (infix.has(name) && args.length > 2) return `(${args.join(` ${name} `)})`;
      const parameter = expression.parameter === undefined ? [] : [parameterText(expression.parameter)];
      return `${name}(${[...args, ...parameter].join(", ")})`;
    }
  }
}

/** A unit, a side, a field's position, or a window. */
function parameterText(parameter: unknown): string {
  if (typeof parameter !== "object" || parameter === null) return String(parameter);
  const { sizeMs, offsetMs } = parameter as WindowParameter;
  return offsetMs === 0 ? durationText(sizeMs) : `${durationText(sizeMs)} offset ${durationText(offsetMs)}`;
}

function caseText(args: readonly string[]): string {
  const branches: string[] = [];
  for (let index = 0; index + 1 < args.length; index += 2) branches.push(`WHEN ${args[index]} THEN ${args[index + 1]}`);
  return `CASE ${branches.join(" ")}${args.length % 2 === 1 ? ` ELSE ${args.at(-1)}` : ""} END`;
}

function literalText(value: unknown, type: DataType): string {
  if (value === null) return "NULL";
  switch (type.kind) {
    case "char":
    case "varchar":
      return `'${(value as string).replaceAll("'", "''")}'`;
    case "binary":
    case "varbinary":
      return `X'${Buffer.from(value as Uint8Array).toString("hex")}'`;
    case "interval-millisecond":
      return durationText(value as number);
    case "interval-month":
      return `${value as number} months`;
    case "date":
    case "time":
    case "timestamp":
    case "timestamp-ltz":
      return `${typeText(type, true).replace(/\(\d\)/, "")} '${toText(value, type, "UTC")}'`;
    default:
      return toText(value, type, "UTC");
  }
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** The largest unit that counts it whole: "10 min", "1500 ms". */
function durationText(ms: number): string {
  const unit = units.find(([, size]) => ms !== 0 && ms % size === 0);
  return unit === undefined ? `${ms} ms` : `${ms / unit[1]} ${unit[0]}`;
}
