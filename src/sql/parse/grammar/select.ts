import type { GroupBy, GroupExpressions, GroupItem, NamedWindow, Select, SelectItem } from "../ast/queries.ts";
import type { Expression } from "../ast/expressions.ts";
import type { Identifier } from "../ast/span.ts";
import type { Cursor } from "./cursor.ts";
import { parseFrom } from "./from.ts";
import { parseHints } from "./hints.ts";
import { parseWindow } from "./over.ts";

/** SELECT up to its last clause; what may follow (UNION, ORDER BY, the end) is the caller's. */
export function parseSelect(cursor: Cursor): Select {
  const { start } = cursor.next();
  cursor.clause = "SELECT list";
  const hints = parseHints(cursor);
  if (cursor.token.key === "STREAM") cursor.unsupported("SELECT STREAM is not Flink SQL", cursor.token, "leave STREAM out: every query is one over streams");
  const distinct = cursor.acceptAny("DISTINCT", "ALL") === "DISTINCT";
  const items = cursor.list(() => selectItem(cursor));
  const from = cursor.accept("FROM") ? parseFrom(cursor) : undefined;
  const where = clause(cursor, "WHERE");
  const groupBy = cursor.at("GROUP", "BY") ? parseGroupBy(cursor) : undefined;
  const having = clause(cursor, "HAVING");
  const windows = cursor.token.key === "WINDOW" ? windowClause(cursor) : [];
  const qualify = clause(cursor, "QUALIFY");
  if (qualify !== undefined && windows.length === 0 && cursor.token.key === "WINDOW") windows.push(...windowClause(cursor));
  return { kind: "select", hints, distinct, items, from, where, groupBy, having, windows, qualify, span: cursor.span(start) };
}

function clause(cursor: Cursor, keyword: "WHERE" | "HAVING" | "QUALIFY"): Expression | undefined {
  if (!cursor.accept(keyword)) return undefined;
  cursor.clause = keyword;
  return cursor.expression();
}

function selectItem(cursor: Cursor): SelectItem {
  const { start } = cursor.token;
  cursor.clause = "SELECT list";
  if (cursor.accept("*")) return { kind: "select-star", qualifier: [], span: cursor.span(start) };
  const qualifier = starQualifier(cursor);
  if (qualifier !== undefined) return { kind: "select-star", qualifier, span: cursor.span(start) };
  const expression = cursor.expression();
  const alias = parseAlias(cursor, "a name for the column");
  return { kind: "select-expression", expression, alias, span: cursor.span(start) };
}

/** The names of `a.b.*`, taken, or undefined if that is not what comes. */
function starQualifier(cursor: Cursor): Identifier[] | undefined {
  let distance = 0;
  for (;;) {
    const { type } = cursor.peek(distance);
    if ((type !== "word" && type !== "quoted") || cursor.peek(distance + 1).key !== ".") return undefined;
    if (cursor.peek(distance + 2).key === "*") break;
    distance += 2;
  }
  const parts: Identifier[] = [];
  while (!cursor.accept("*")) {
    parts.push(cursor.identifier("the name of a table"));
    cursor.expect(".");
  }
  return parts;
}

function parseAlias(cursor: Cursor, what: string): Identifier | undefined {
  if (cursor.accept("AS")) return cursor.identifier(what);
  return cursor.atIdentifier() ? cursor.identifier() : undefined;
}

function parseGroupBy(cursor: Cursor): GroupBy {
  const { start } = cursor.token;
  cursor.clause = "GROUP BY";
  cursor.expect("GROUP", "BY");
  const distinct = cursor.acceptAny("DISTINCT", "ALL") === "DISTINCT";
  const items = cursor.list(() => groupItem(cursor));
  return { kind: "group-by", distinct, items, span: cursor.span(start) };
}

function groupItem(cursor: Cursor): GroupItem {
  const { start } = cursor.token;
  if (cursor.at("GROUPING", "SETS")) {
    cursor.expect("GROUPING", "SETS");
    const sets = cursor.parenthesised(() => groupItem(cursor));
    return { kind: "grouping-sets", sets, span: cursor.span(start) };
  }
  if (cursor.at("ROLLUP", "(") || cursor.at("CUBE", "(")) {
    const kind = cursor.next().key === "ROLLUP" ? "rollup" : "cube";
    const items = cursor.parenthesised(() => groupExpressions(cursor));
    return { kind, items, span: cursor.span(start) };
  }
  return groupExpressions(cursor);
}

function groupExpressions(cursor: Cursor): GroupExpressions {
  const { start } = cursor.token;
  if (cursor.at("(", ")")) {
    cursor.next();
    cursor.next();
    return { kind: "group-expressions", expressions: [], span: cursor.span(start) };
  }
  const expression = cursor.expression();
  const tuple = expression.kind === "row" && cursor.text[expression.span.start] === "(";
  return { kind: "group-expressions", expressions: tuple ? expression.items : [expression], span: cursor.span(start) };
}

function windowClause(cursor: Cursor): NamedWindow[] {
  cursor.next();
  cursor.clause = "WINDOW";
  return cursor.list(() => {
    const { start } = cursor.token;
    const name = cursor.identifier("a name for the window");
    cursor.expect("AS");
    return { kind: "named-window", name, specification: parseWindow(cursor), span: cursor.span(start) };
  });
}
