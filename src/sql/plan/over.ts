/** OVER windows of a SELECT list: arguments projected, an OVER node for each partition, results put in their places. */
import { typeText, withNullable } from "../../data/index.ts";
import { castTo, unknownFunction } from "../bind/calls.ts";
import { inClause } from "../bind/clause.ts";
import { ExpressionBinder, unsupported } from "../bind/expressions.ts";
import { SqlError } from "../errors.ts";
import { lookupFunction } from "../functions/index.ts";
import type * as ast from "../parse/ast.ts";
import { columnsOf } from "./builder.ts";
import type { AggregateCall, Expression } from "./expression.ts";
import { addOver } from "./over-node.ts";
import type { OverWindow } from "./plan.ts";
import { fieldsOf, scopeOf, type PlanContext, type Relation } from "./relation.ts";
import { project, type Item } from "./select.ts";
import { callName, isOverCall, walk } from "./walk.ts";
import { checkRowtime, isProcessingTime } from "./window-functions.ts";

interface OverCall {
  readonly node: ast.CallExpression;
  readonly specification: ast.WindowSpecification;
}

/** Columns the OVER node needs beside the input's own. */
class Arguments {
  readonly projection: Expression[];
  readonly #context: PlanContext;

  constructor(input: Relation, context: PlanContext) {
    this.projection = columnsOf(context.builder.schema(input.node));
    this.#context = context;
  }

  /** Position of the expression's column, added if it is none yet. */
  position(expression: Expression): number {
    if (expression.kind === "column") return expression.index;
    const known = this.projection.findIndex((each) => JSON.stringify(each, jsonSafe) === JSON.stringify(expression, jsonSafe));
    if (known >= 0) return known;
    this.projection.push(expression);
    return this.projection.length - 1;
  }

  /** The input with these columns behind its own. */
  relation(input: Relation): Relation {
    const added = this.projection.slice(input.columns.length).map((expression, index) => ({ name: `$${index}`, type: expression.type, qualifier: null }));
    const columns = [...input.columns, ...added];
    const node = this.#context.builder.calc(input.node, null, this.projection, fieldsOf(columns), input.rowtime);
    return { ...input, node, columns };
  }
}

function jsonSafe(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

export function planOver(select: ast.Select, input: Relation, items: readonly Item[], context: PlanContext): Relation {
  const calls = findCalls(select, items);
  const binder = new ExpressionBinder(scopeOf(input), context);
  const args = new Arguments(input, context);
  const bound = inClause("SELECT list", () => calls.map((call) => bindOver(call, binder, args, input, context)));
  let relation = args.relation(input);
  const results = new Map<ast.Expression, Expression>();
  for (const group of byPartition(bound)) relation = addOver(relation, group, results, context);
  const upper = new ExpressionBinder(scopeOf(input), context, (node) => results.get(node));
  return project(items, (node) => upper.bind(node), relation, context);
}

function findCalls(select: ast.Select, items: readonly Item[]): OverCall[] {
  const calls: OverCall[] = [];
  for (const { node } of items) {
    walk(node, (each) => {
      if (!isOverCall(each)) return true;
      calls.push({ node: each, specification: windowOf(each.modifiers.over!, select) });
      return false;
    });
  }
  return calls;
}

function windowOf(over: ast.WindowSpecification | ast.WindowReference, select: ast.Select): ast.WindowSpecification {
  const named = (name: ast.Identifier): ast.WindowSpecification => {
    const found = select.windows.find((window) => window.name.name === name.name);
    if (found === undefined)
      throw new SqlError("sql-invalid", `there is no window ${name.name}`, name.span, {
        clause: "OVER",
        hint:
          select.windows.length === 0
            ? "WINDOW name AS (PARTITION BY … ORDER BY …) stands behind WHERE"
            : `windows: ${select.windows.map((window) => window.name.name).join(", ")}`,
      });
    return windowOf(found.specification, select);
  };
  if (over.kind === "window-reference") return named(over.name);
  if (over.base === undefined) return over;
  const base = named(over.base);
  return {
    ...over,
    base: undefined,
    partitionBy: base.partitionBy,
    orderBy: base.orderBy.length > 0 ? base.orderBy : over.orderBy,
    frame: over.frame ?? base.frame,
  };
}

export interface BoundOver {
  readonly node: ast.CallExpression;
  readonly partitionBy: readonly number[];
  readonly orderBy: number;
  readonly frame: OverWindow["frame"];
  readonly call: AggregateCall;
}

function bindOver({ node, specification }: OverCall, binder: ExpressionBinder, args: Arguments, input: Relation, context: PlanContext): BoundOver {
  const partitionBy = inClause("OVER", () => specification.partitionBy.map((each) => args.position(binder.bind(each))));
  const orderBy = inClause("OVER", () => orderOf(specification, binder, input, node, context));
  const call = bindAggregate(node, binder, args, "over");
  return { node, partitionBy, orderBy, frame: inClause("OVER", () => frameOf(specification, binder)), call };
}

function orderOf(specification: ast.WindowSpecification, binder: ExpressionBinder, input: Relation, node: ast.CallExpression, context: PlanContext): number {
  const [item, ...more] = specification.orderBy;
  if (item === undefined) throw new SqlError("sql-invalid", "OVER needs ORDER BY an event-time column", node.modifiers.over!.span, { clause: "OVER" });
  const bound = binder.bind(item.expression);
  const isTime = bound.kind === "column" && bound.index === input.rowtime;
  if (callName(node) === "ROW_NUMBER" && (item.descending || more.length > 0 || !isTime) && !isProcessingTime(bound, input, context)) {
    throw unsupported(
      "ROW_NUMBER in another order than ascending event time (top-N, deduplication)",
      item.span,
      "LAST_VALUE, MAX or MIN OVER an event-time window can often say the same",
    );
  }
  if (more.length > 0 || item.descending)
    throw unsupported(item.descending ? "OVER in descending order of time" : "OVER ordered by several columns", item.span);
  if (bound.kind !== "column")
    throw new SqlError("sql-invalid", "OVER is ordered by an event-time column, not by an expression", item.span, { clause: "OVER" });
  checkRowtime(bound.index, input, item.span, "ORDER BY of OVER", context);
  return bound.index;
}

function frameOf(specification: ast.WindowSpecification, binder: ExpressionBinder): OverWindow["frame"] {
  const { frame } = specification;
  if (frame === undefined) return { kind: "range", precedingMs: null };
  if (frame.end.type !== "CURRENT ROW") throw unsupported(`a frame that ends ${frame.end.type}`, frame.end.span, "frames end with CURRENT ROW");
  const { start } = frame;
  if (start.type === "UNBOUNDED PRECEDING") return frame.unit === "ROWS" ? { kind: "rows", precedingRows: null } : { kind: "range", precedingMs: null };
  if (start.type === "CURRENT ROW") return frame.unit === "ROWS" ? { kind: "rows", precedingRows: 0 } : { kind: "range", precedingMs: 0 };
  if (start.type !== "PRECEDING") throw unsupported(`a frame that begins ${start.type}`, start.span);
  const offset = binder.bind(start.offset!);
  if (offset.kind === "literal" && Number(offset.value) < 0)
    throw new SqlError("sql-invalid", "a frame begins at or before the current row", start.span, { clause: "OVER" });
  if (frame.unit === "ROWS") {
    if (offset.kind !== "literal" || offset.type.kind !== "integer")
      throw new SqlError("sql-invalid", "ROWS needs a whole number of rows", start.span, { clause: "OVER" });
    return { kind: "rows", precedingRows: offset.value as number };
  }
  if (offset.kind !== "literal" || offset.type.kind !== "interval-millisecond")
    throw new SqlError("sql-invalid", `RANGE needs an interval of days to seconds, not ${typeText(offset.type, true)}`, start.span, {
      clause: "OVER",
      hint: "INTERVAL '10' MINUTE PRECEDING",
    });
  return { kind: "range", precedingMs: offset.value as number };
}

/** Argument positions are given by `args`: an OVER's or a group's. */
export function bindAggregate(
  node: ast.CallExpression,
  binder: ExpressionBinder,
  args: { position(expression: Expression): number },
  place: "over" | "group",
): AggregateCall {
  const name = callName(node);
  const declaration = lookupFunction(name);
  if (declaration === undefined) throw unknownFunction(name, node.span);
  if (declaration.kind !== "aggregate")
    throw new SqlError("sql-invalid", `${name} is no aggregate`, node.span, { clause: place === "over" ? "OVER" : "SELECT list" });
  if (!declaration.places.includes(place))
    throw new SqlError("sql-invalid", `${name} stands only ${place === "over" ? "in grouped queries" : "with OVER"}`, node.span);
  if (node.orderBy.length > 0 || node.modifiers.withinGroup.length > 0) throw unsupported("an order inside an aggregate", node.span);
  const values = node.arguments.map((argument) => binder.bind(argument as ast.Expression));
  const types = values.map((value) => value.type);
  const resolved = declaration.resolve({ types, literals: values.map((value) => (value.kind === "literal" ? value.value : undefined)) });
  if (typeof resolved === "string") throw new SqlError("sql-invalid", `${name} ${resolved}`, node.span, { hint: `usage: ${declaration.documentation.usage}` });
  const cast = values.map((value, index) => castTo(value, resolved.parameters[index], node.span, binder.timeZone));
  // LAG's offset and default are constants; everything else is a column.
  const constants = declaration.name === "LAG" ? cast.slice(1).map((value, index) => constantOf(value, node.arguments[index + 1].span)) : [];
  const columns = declaration.name === "LAG" ? cast.slice(0, 1) : cast;
  const filter = node.modifiers.filter === undefined ? null : args.position(binder.condition(node.modifiers.filter, "FILTER"));
  // With FILTER there may be no row to aggregate.
  const type = filter === null || declaration.name === "COUNT" ? resolved.result : withNullable(resolved.result, true);
  return { function: declaration.name, type, arguments: columns.map((value) => args.position(value)), distinct: node.distinct, filter, constants };
}

function constantOf(value: Expression, span: ast.Span): unknown {
  if (value.kind === "literal") return value.value;
  throw unsupported("an offset or default of LAG that is no constant", span);
}

/** Calls that one OVER node can hold. */
function byPartition(calls: readonly BoundOver[]): BoundOver[][] {
  const groups = new Map<string, BoundOver[]>();
  for (const call of calls) {
    const key = JSON.stringify([call.partitionBy, call.orderBy]);
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()];
}
