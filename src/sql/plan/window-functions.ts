/** TUMBLE and HOP as table functions (Flink docs "Windowing TVF"). */
import { timestampType, typeText } from "../../data/index.ts";
import { inClause } from "../bind/clause.ts";
import { bindLiteral } from "../bind/literals.ts";
import { unsupported } from "../bind/expressions.ts";
import { SqlError } from "../errors.ts";
import type * as ast from "../parse/ast.ts";
import { columnOf } from "./builder.ts";
import type { Expression } from "./expression.ts";
import type { PlanNode, WindowSpecification } from "./plan.ts";
import { planSubquery } from "./query.ts";
import { windowColumnNames, type PlanContext, type Relation } from "./relation.ts";
import { planNamed } from "./tables.ts";

/** Arguments by name or position. */
export function argumentsOf(node: ast.TableFunction, names: readonly string[]): Map<string, ast.Argument> {
  const found = new Map<string, ast.Argument>();
  node.arguments.forEach((argument, index) => {
    if (argument.kind === "named-argument") {
      const name = argument.name.name.toUpperCase();
      if (!names.includes(name))
        throw new SqlError("sql-invalid", `${node.name.parts.at(-1)!.name} has no argument ${argument.name.name}`, argument.span, {
          hint: `arguments: ${names.join(", ")}`,
        });
      found.set(name, argument.value);
    } else if (index >= names.length)
      throw new SqlError("sql-invalid", `${node.name.parts.at(-1)!.name} takes at most ${names.length} arguments`, argument.span, {
        hint: `arguments: ${names.join(", ")}`,
      });
    else if (argument.kind !== "default-argument") found.set(names[index], argument);
  });
  return found;
}

export function required<Kind extends ast.Argument["kind"]>(
  found: ReadonlyMap<string, ast.Argument>,
  name: string,
  kind: Kind,
  node: ast.TableFunction,
): Extract<ast.Argument, { kind: Kind }> {
  const argument = found.get(name);
  if (argument === undefined) throw new SqlError("sql-invalid", `${node.name.parts.at(-1)!.name} lacks its argument ${name}`, node.span);
  if (argument.kind !== kind)
    throw new SqlError("sql-invalid", `argument ${name} of ${node.name.parts.at(-1)!.name} must be ${words[kind] ?? kind}`, argument.span);
  return argument as Extract<ast.Argument, { kind: Kind }>;
}

const words: Partial<Record<ast.Argument["kind"], string>> = {
  "table-argument": "TABLE name",
  "model-argument": "MODEL name",
  descriptor: "DESCRIPTOR(column, …)",
  "interval-literal": "an interval, such as INTERVAL '10' MINUTE",
};

export function planTableArgument(argument: Extract<ast.Argument, { kind: "table-argument" }>, context: PlanContext): Relation {
  if (argument.orderBy.length > 0) throw unsupported("ORDER BY of a table argument", argument.span);
  return argument.source.kind === "query" ? planSubquery(argument.source, context) : planNamed(argument.source, context);
}

export function intervalMs(argument: ast.Argument, what: string): number {
  const value = argument.kind === "interval-literal" ? bindLiteral(argument) : null;
  if (value === null || value.type.kind !== "interval-millisecond")
    throw new SqlError("sql-invalid", `${what} must be an interval of days to seconds`, argument.span, { hint: "INTERVAL '10' MINUTE" });
  return value.value as number;
}

export function planWindowFunction(name: "TUMBLE" | "HOP" | "CUMULATE" | "SESSION", node: ast.TableFunction, context: PlanContext): Relation {
  if (name === "CUMULATE" || name === "SESSION") throw unsupported(`the window ${name}`, node.span, "TUMBLE and HOP can be run");
  const found = argumentsOf(node, name === "TUMBLE" ? ["DATA", "TIMECOL", "SIZE", "OFFSET"] : ["DATA", "TIMECOL", "SLIDE", "SIZE", "OFFSET"]);
  const table = required(found, "DATA", "table-argument", node);
  const input = planTableArgument(table, context);
  if (input.window !== null) throw unsupported("a window over a window", node.span);
  const timeColumn = timeColumnOf(required(found, "TIMECOL", "descriptor", node), input, name, context);
  const sizeMs = intervalMs(required(found, "SIZE", "interval-literal", node), "SIZE");
  const offset = found.get("OFFSET");
  const offsetMs = offset === undefined ? 0 : intervalMs(offset, "OFFSET");
  const slide = name === "HOP" ? required(found, "SLIDE", "interval-literal", node) : null;
  return pendingWindow(input, timeColumn, specificationOf(sizeMs, slide === null ? null : intervalMs(slide, "SLIDE"), offsetMs, node.span), node.span);
}

export function specificationOf(sizeMs: number, slideMs: number | null, offsetMs: number, span: ast.Span): WindowSpecification {
  if (sizeMs <= 0 || (slideMs !== null && slideMs <= 0)) throw new SqlError("sql-invalid", "a window's size and slide must be positive", span);
  if (slideMs === null) return { kind: "tumble", sizeMs, offsetMs };
  if (sizeMs % slideMs !== 0)
    throw new SqlError("sql-invalid", `the size of a HOP must be a multiple of its slide, but ${sizeMs} ms is none of ${slideMs} ms`, span);
  return { kind: "hop", sizeMs, slideMs, offsetMs };
}

export function pendingWindow(input: Relation, timeColumn: number, specification: WindowSpecification, span: ast.Span, legacy = false): Relation {
  const { type } = input.columns[timeColumn];
  const bounds = windowColumnNames.map((name) => ({
    name,
    qualifier: input.columns[0]?.qualifier ?? null,
    type: name === "window_time" ? { ...type, nullable: legacy } : timestampType(3, false),
  }));
  return { ...input, columns: [...input.columns, ...bounds], window: { specification, timeColumn, span, legacy } };
}

function timeColumnOf(descriptor: ast.DescriptorArgument, input: Relation, clause: string, context: PlanContext): number {
  const [name] = descriptor.columns;
  const index = input.columns.findIndex((column) => column.name === name?.name);
  if (descriptor.columns.length !== 1 || index < 0)
    throw new SqlError("sql-invalid", `there is no column ${name?.name ?? ""} in the window's table`, descriptor.span, { clause });
  inClause(clause, () => checkRowtime(index, input, descriptor.span, "a window", context));
  return index;
}

/** @throws SqlError unless the column is the event time. */
export function checkRowtime(index: number, input: Relation, span: ast.Span, what: string, context: PlanContext): void {
  if (input.rowtime === index) return;
  const column = input.columns[index];
  if (isProcessingTime(columnOf(index, column.type), input, context))
    throw unsupported(`${what} over processing time`, span, "give the table a WATERMARK and use its event time");
  const hint =
    input.rowtime === null
      ? "give its table a WATERMARK FOR the column, and keep the column as it is on the way"
      : `the event time here is ${input.columns[input.rowtime].name}`;
  throw new SqlError("sql-invalid", `${what} needs an event-time column, but ${column.name} is a plain ${typeText(column.type, true)}`, span, { hint });
}

/** Whether a column is PROCTIME() below. */
export function isProcessingTime(expression: Expression, input: Relation, context: PlanContext): boolean {
  let current = expression;
  let id: number | undefined = input.node;
  while (id !== undefined && current.kind === "column") {
    const node: PlanNode = context.builder.nodes[id];
    if (node.kind === "calc") current = node.projection[current.index] ?? current;
    id = node.inputs[0];
    if (id !== undefined && current.kind === "column" && current.index >= context.builder.schema(id).fields.length) return false;
  }
  return current.kind === "call" && current.function === "PROCTIME";
}
