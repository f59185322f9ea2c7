import type { CommonTable, ExplicitTable, Query, QueryBody, SetOperation, Values, ValuesRow } from "../ast/queries.ts";
import type { Expression } from "../ast/expressions.ts";
import type { Cursor } from "./cursor.ts";
import { parseOrderItem } from "./over.ts";
import { parseSelect } from "./select.ts";

/** A query with its WITH, ORDER BY and LIMIT. */
export function parseQuery(cursor: Cursor): Query {
  const { start } = cursor.token;
  const { clause } = cursor;
  const commonTables = cursor.token.key === "WITH" ? withClause(cursor) : [];
  const body = parseBody(cursor);
  const orderBy = cursor.at("ORDER", "BY") ? orderClause(cursor) : [];
  const { offset, limit } = limits(cursor);
  cursor.clause = clause === undefined ? cursor.clause : clause;
  return { kind: "query", commonTables, body, orderBy, offset, limit, span: cursor.span(start) };
}

function withClause(cursor: Cursor): CommonTable[] {
  cursor.next();
  cursor.clause = "WITH";
  if (cursor.accept("RECURSIVE")) cursor.unsupported("recursive queries do not run on endless streams", cursor.previous());
  return cursor.list(() => {
    cursor.clause = "WITH";
    const { start } = cursor.token;
    const name = cursor.identifier("a name for the query");
    const columns = cursor.token.key === "(" ? cursor.parenthesised(() => cursor.identifier("the name of a column")) : [];
    cursor.expect("AS");
    const open = cursor.expect("(");
    const query = cursor.query();
    cursor.close(open);
    return { kind: "common-table", name, columns, query, span: cursor.span(start) };
  });
}

function orderClause(cursor: Cursor) {
  cursor.clause = "ORDER BY";
  cursor.expect("ORDER", "BY");
  return cursor.list(() => parseOrderItem(cursor));
}

/** `LIMIT n`, `LIMIT start, n`, `LIMIT ALL`, `OFFSET n ROWS`, `FETCH FIRST n ROWS ONLY`, in the orders that Flink takes. */
function limits(cursor: Cursor): { offset: Expression | undefined; limit: Expression | undefined } {
  let offset: Expression | undefined;
  let limit: Expression | undefined;
  if (cursor.token.key === "LIMIT" || cursor.token.key === "OFFSET" || cursor.token.key === "FETCH") cursor.clause = "LIMIT";
  if (cursor.accept("LIMIT") && !cursor.accept("ALL")) {
    limit = cursor.expression();
    if (cursor.accept(",")) {
      offset = limit;
      limit = cursor.expression();
    }
  }
  if (offset === undefined && cursor.accept("OFFSET")) {
    offset = cursor.expression();
    cursor.acceptAny("ROW", "ROWS");
  }
  if (limit === undefined && cursor.accept("FETCH")) {
    cursor.expectAny("FIRST", "NEXT");
    limit = cursor.expression();
    cursor.expectAny("ROW", "ROWS");
    cursor.expect("ONLY");
  }
  return { offset, limit };
}

/** UNION and EXCEPT from left to right over INTERSECT. */
function parseBody(cursor: Cursor): QueryBody {
  const { start } = cursor.token;
  let left = intersections(cursor);
  for (let operator = setOperator(cursor); operator !== undefined; operator = setOperator(cursor)) {
    const all = allOrDistinct(cursor);
    const right = intersections(cursor);
    left = { kind: "set-operation", operator, all, left, right, span: cursor.span(start) };
  }
  return left;
}

function setOperator(cursor: Cursor): "UNION" | "EXCEPT" | undefined {
  const word = cursor.acceptAny("UNION", "EXCEPT", "MINUS");
  return word === "MINUS" ? "EXCEPT" : word;
}

function intersections(cursor: Cursor): QueryBody {
  const { start } = cursor.token;
  let left = leaf(cursor);
  while (cursor.accept("INTERSECT")) {
    const all = allOrDistinct(cursor);
    const operation: SetOperation = { kind: "set-operation", operator: "INTERSECT", all, left, right: leaf(cursor), span: cursor.span(start) };
    left = operation;
  }
  return left;
}

function allOrDistinct(cursor: Cursor): boolean {
  return cursor.acceptAny("ALL", "DISTINCT") === "ALL";
}

function leaf(cursor: Cursor): QueryBody {
  const { key } = cursor.token;
  if (key === "SELECT") return parseSelect(cursor);
  if (key === "VALUES") return parseValues(cursor);
  if (key === "TABLE") return explicitTable(cursor);
  if (key === "(") {
    const open = cursor.next();
    const query = cursor.query();
    cursor.close(open);
    return bare(query) ?? query;
  }
  return cursor.fail(["SELECT", "VALUES", "TABLE", "WITH", "'('"]);
}

/** A body in parentheses that has nothing of its own round it is just that body, unless a set operation needs its parentheses. */
function bare(query: Query): QueryBody | undefined {
  const plain = query.commonTables.length === 0 && query.orderBy.length === 0 && query.limit === undefined && query.offset === undefined;
  return plain ? query.body : undefined;
}

function parseValues(cursor: Cursor): Values {
  const { start } = cursor.next();
  cursor.clause = "VALUES";
  const rows = cursor.list(() => valuesRow(cursor));
  return { kind: "values", rows, span: cursor.span(start) };
}

function valuesRow(cursor: Cursor): ValuesRow {
  const { start } = cursor.token;
  const expression = cursor.expression();
  const items = expression.kind === "row" ? expression.items : [expression];
  return { kind: "values-row", items, span: cursor.span(start) };
}

function explicitTable(cursor: Cursor): ExplicitTable {
  const { start } = cursor.next();
  return { kind: "explicit-table", name: cursor.objectName("the name of a table"), span: cursor.span(start) };
}
