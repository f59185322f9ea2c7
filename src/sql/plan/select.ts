/** SELECT: FROM, WHERE, then plain projection, OVER windows or window aggregation. */
import { simpleType, type Field } from "../../data/index.ts";
import { inClause } from "../bind/clause.ts";
import { ExpressionBinder, unsupported } from "../bind/expressions.ts";
import type { ScopeColumn } from "../bind/scope.ts";
import { SqlError } from "../errors.ts";
import type * as ast from "../parse/ast.ts";
import { columnOf, columnsOf } from "./builder.ts";
import type { Expression } from "./expression.ts";
import { planOver } from "./over.ts";
import { fieldsOf, scopeOf, type PlanContext, type Relation } from "./relation.ts";
import { planTable } from "./tables.ts";
import { isAggregateCall, isOverCall, walk } from "./walk.ts";
import { planAggregation } from "./window-aggregation.ts";
import { materialised } from "./window-columns.ts";

/** A column of the result before it is bound. */
export interface Item {
  readonly name: string;
  /** An expression, or a column of the input for a star. */
  readonly node: ast.Expression | null;
  readonly column: number;
}

export function planSelect(select: ast.Select, context: PlanContext): Relation {
  if (select.distinct)
    throw unsupported(
      "SELECT DISTINCT",
      { start: select.span.start, end: select.items[0].span.start },
      "GROUP BY the columns in a window gives each once a window",
    );
  if (select.qualify !== undefined) throw unsupported("QUALIFY", select.qualify.span);
  const { from: source } = select;
  const from = source === undefined ? singleRow(context) : inClause("FROM", () => planTable(source, context));
  const items = expandItems(select, from);
  const parts = [...items.map(({ node }) => node), select.having];
  if (select.groupBy !== undefined || contains(parts, isAggregateCall)) return planAggregation(select, from, items, context);
  const input = filtered(
    inClause("FROM", () => materialised(from, context)),
    select.where,
    context,
  );
  if (contains(parts, isOverCall)) return planOver(select, input, items, context);
  if (select.having !== undefined) throw new SqlError("sql-invalid", "HAVING needs GROUP BY or an aggregate", select.having.span);
  const binder = new ExpressionBinder(scopeOf(input), context);
  return project(items, (node) => binder.bind(node), input, context);
}

function contains(nodes: readonly unknown[], matches: (node: ast.Expression) => boolean): boolean {
  let found = false;
  for (const each of nodes) walk(each, (node) => ((found ||= matches(node)), !found));
  return found;
}

/** SELECT without FROM: one row. */
function singleRow(context: PlanContext): Relation {
  const fields: Field[] = [{ name: "row", type: simpleType("integer", false) }];
  const node = context.builder.add({ kind: "values", inputs: [], schema: { fields }, rowtime: null, rows: [[0]] }, "values");
  return { node, columns: [], rowtime: null, window: null };
}

export function filtered(relation: Relation, where: ast.Expression | undefined, context: PlanContext): Relation {
  if (where === undefined) return relation;
  const condition = inClause("WHERE", () => new ExpressionBinder(scopeOf(relation), context).condition(where, "WHERE"));
  const { builder } = context;
  const schema = builder.schema(relation.node);
  return { ...relation, node: builder.calc(relation.node, condition, columnsOf(schema), schema.fields, relation.rowtime) };
}

/** Stars written out, names given. */
function expandItems(select: ast.Select, from: Relation): Item[] {
  return select.items.flatMap((item, position): Item[] => {
    if (item.kind === "select-star") return expandStar(item, from);
    return [{ name: item.alias?.name ?? ownName(item.expression) ?? `EXPR$${position}`, node: item.expression, column: -1 }];
  });
}

function ownName(node: ast.Expression): string | null {
  if (node.kind === "column") return node.parts.at(-1)!.name;
  return node.kind === "field" ? node.field.name : null;
}

function expandStar(item: ast.SelectStar, from: Relation): Item[] {
  const qualifier = item.qualifier.at(-1)?.name;
  const chosen = from.columns.flatMap((column, index): Item[] =>
    qualifier === undefined || column.qualifier === qualifier ? [{ name: column.name, node: null, column: index }] : [],
  );
  if (chosen.length === 0)
    throw new SqlError(
      "sql-invalid",
      qualifier === undefined ? "* has no columns here: there is no FROM" : `there is no table ${qualifier} in FROM`,
      item.span,
    );
  return chosen;
}

/** The last calc of a SELECT. Columns of stars stand at the same place in the input. */
export function project(
  items: readonly Item[],
  bind: (node: ast.Expression) => Expression,
  input: Relation,
  context: PlanContext,
  filter: Expression | null = null,
): Relation {
  const projection = inClause("SELECT list", () =>
    items.map(({ node, column }) => (node === null ? columnOf(column, input.columns[column].type) : bind(node))),
  );
  const columns = items.map(({ name }, index): ScopeColumn => ({ name, type: projection[index].type, qualifier: null }));
  const rowtime = projection.findIndex((expression) => expression.kind === "column" && expression.index === input.rowtime);
  const node = context.builder.calc(input.node, filter, projection, fieldsOf(columns), rowtime < 0 ? null : rowtime);
  return { node, columns, rowtime: rowtime < 0 ? null : rowtime, window: null };
}
