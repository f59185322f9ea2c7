/** Queries: WITH, set operations, VALUES, SELECT. */
import { sameType, typeText, type Field } from "../../data/index.ts";
import { castTo } from "../bind/calls.ts";
import { inClause } from "../bind/clause.ts";
import { ExpressionBinder, unsupported } from "../bind/expressions.ts";
import { Scope, type ScopeColumn } from "../bind/scope.ts";
import { SqlError } from "../errors.ts";
import { commonType } from "../functions/index.ts";
import type * as ast from "../parse/ast.ts";
import { columnOf } from "./builder.ts";
import { fieldsOf, type PlanContext, type Relation } from "./relation.ts";
import { planSelect } from "./select.ts";
import { planNamed } from "./tables.ts";
import { materialised } from "./window-columns.ts";

export interface PlannedQuery {
  readonly relation: Relation;
  /** LIMIT, null without. */
  readonly limit: number | null;
}

export function planQuery(query: ast.Query, outer: PlanContext): PlannedQuery {
  const commonTables = new Map(outer.commonTables);
  for (const table of query.commonTables) commonTables.set(table.name.name, table);
  const context = { ...outer, commonTables };
  if (query.orderBy.length > 0) {
    inClause("ORDER BY", () => {
      throw unsupported("ORDER BY of a whole query", query.orderBy[0].span, "an endless stream has no last row; windows put rows in order of time");
    });
  }
  if (query.offset !== undefined) throw unsupported("OFFSET", query.offset.span);
  const relation = planBody(query.body, context);
  return { relation, limit: query.limit === undefined ? null : limitOf(query.limit) };
}

/** A query inside another, of a view or of a common table: without LIMIT. */
export function planSubquery(query: ast.Query, context: PlanContext): Relation {
  const { relation, limit } = planQuery(query, context);
  if (limit !== null) throw unsupported("LIMIT inside a query", query.limit!.span, "LIMIT stands at the end of a query that is shown");
  return relation;
}

function limitOf(node: ast.Expression): number {
  if (node.kind === "number-literal" && node.form === "integer") return Number(node.text);
  throw new SqlError("sql-invalid", "LIMIT takes a whole number", node.span);
}

function planBody(body: ast.QueryBody, context: PlanContext): Relation {
  switch (body.kind) {
    case "select":
      return planSelect(body, context);
    case "set-operation":
      return inClause(body.operator, () => planSetOperation(body, context));
    case "values":
      return planValues(body, context);
    case "explicit-table":
      return materialised(planNamed(body.name, context), context);
    case "query": {
      return planSubquery(body, context);
    }
  }
}

function planSetOperation(node: ast.SetOperation, context: PlanContext): Relation {
  if (node.operator !== "UNION" || !node.all)
    throw unsupported(`${node.operator}${node.all ? " ALL" : ""}`, node.span, node.operator === "UNION" ? "UNION ALL keeps copies and can be run" : undefined);
  const left = planBody(node.left, context);
  const right = planBody(node.right, context);
  if (left.columns.length !== right.columns.length)
    throw new SqlError("sql-invalid", `UNION ALL of ${left.columns.length} and ${right.columns.length} columns`, node.right.span);
  const fields = left.columns.map((column, index): Field => {
    const other = right.columns[index];
    const type = commonType([column.type, other.type]);
    if (type === undefined)
      throw new SqlError(
        "sql-invalid",
        `column ${index + 1} of UNION ALL is ${typeText(column.type, true)} (${column.name}) on the left and ${typeText(other.type, true)} (${other.name}) on the right`,
        node.right.span,
      );
    return { name: column.name, type };
  });
  const rowtime = left.rowtime !== null && left.rowtime === right.rowtime ? left.rowtime : null;
  const inputs = [left, right].flatMap((relation) => unionInputs(cast(relation, fields, rowtime, node.span, context), context));
  const { builder } = context;
  const id = builder.add({ kind: "union", inputs, schema: { fields }, rowtime }, "union");
  return { node: id, columns: fields.map(({ name, type }) => ({ name, type, qualifier: null })), rowtime, window: null };
}

/** A union of a union is one of three. */
function unionInputs(relation: Relation, { builder }: PlanContext): readonly number[] {
  const node = builder.nodes[relation.node];
  return node.kind === "union" ? node.inputs : [relation.node];
}

function cast(relation: Relation, fields: readonly Field[], rowtime: number | null, span: ast.Span, context: PlanContext): Relation {
  const { builder, timeZone } = context;
  const projection = relation.columns.map((column, index) => {
    const expression = columnOf(index, column.type);
    return sameType(column.type, fields[index].type, true)
      ? { ...expression, type: fields[index].type }
      : castTo(expression, fields[index].type, span, timeZone);
  });
  return { ...relation, node: builder.calc(relation.node, null, projection, fields, rowtime) };
}

function planValues(node: ast.Values, context: PlanContext): Relation {
  const binder = new ExpressionBinder(new Scope([]), context);
  const bound = node.rows.map((row) => row.items.map((item) => binder.bind(item)));
  const width = bound[0].length;
  const columns = bound[0].map((_, index): ScopeColumn => {
    const type = commonType(bound.map((row) => row[index]?.type).filter((each) => each !== undefined));
    if (type === undefined) throw new SqlError("sql-invalid", `the values of column ${index + 1} have no type in common`, node.span);
    return { name: `EXPR$${index}`, type, qualifier: null };
  });
  const bare = bound.flatMap((row, at) => row.flatMap((value, index) => (value.type.kind === "null" ? [node.rows[at].items[index]] : [])))[0];
  if (bare !== undefined) throw new SqlError("sql-invalid", "NULL has no type in VALUES", bare.span, { clause: "VALUES", hint: "CAST(NULL AS type)" });
  const rows = bound.map((row, at) => {
    if (row.length !== width) throw new SqlError("sql-invalid", `a row of VALUES has ${row.length} values, the first has ${width}`, node.rows[at].span);
    return row.map((expression, index) => {
      const value = castTo(expression, columns[index].type, node.rows[at].span, context.timeZone);
      if (value.kind !== "literal") throw unsupported("a value that is no constant in VALUES", node.rows[at].items[index].span);
      return value.value;
    });
  });
  const id = context.builder.add({ kind: "values", inputs: [], schema: { fields: fieldsOf(columns) }, rowtime: null, rows }, "values");
  return { node: id, columns, rowtime: null, window: null };
}
