import type { DerivedTable, Join, TableAlias, TableExpression, TableFunction, TableReference, Unnest } from "../ast/queries.ts";
import { parseArgument } from "./arguments.ts";
import { parseFunctionName } from "./calls.ts";
import type { Cursor } from "./cursor.ts";
import { parseHints } from "./hints.ts";
import { holdsQuery } from "./lookahead.ts";
import { parseMatchRecognize } from "./match-recognize.ts";

/** What stands behind FROM: tables, and the joins between them from left to right. */
export function parseFrom(cursor: Cursor): TableExpression {
  const { start } = cursor.token;
  cursor.clause = "FROM";
  let left = parseTable(cursor);
  for (;;) {
    const joined = cursor.token.key === "," ? comma(cursor, left, start) : join(cursor, left, start);
    if (joined === undefined) return left;
    left = joined;
  }
}

function comma(cursor: Cursor, left: TableExpression, start: number): Join {
  cursor.next();
  // A comma binds looser than JOIN: what follows it is a chain of joins of its own.
  const from = cursor.token.start;
  let right = parseTable(cursor);
  for (let next = join(cursor, right, from); next !== undefined; next = join(cursor, right, from)) right = next;
  return { kind: "join", type: "CROSS", natural: false, comma: true, left, right, on: undefined, using: [], span: cursor.span(start) };
}

function join(cursor: Cursor, left: TableExpression, start: number): Join | undefined {
  if (!cursor.atAny("NATURAL", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "JOIN", "ASOF", "OUTER")) return undefined;
  if (cursor.token.key === "ASOF") cursor.unsupported("ASOF JOIN is not Flink SQL", cursor.token, "write JOIN t FOR SYSTEM_TIME AS OF time");
  const natural = cursor.accept("NATURAL");
  const type = cursor.acceptAny("INNER", "LEFT", "RIGHT", "FULL", "CROSS") ?? "INNER";
  if (type === "LEFT" || type === "RIGHT" || type === "FULL") cursor.accept("OUTER");
  if (cursor.atAny("SEMI", "ANTI"))
    cursor.unsupported(`${type} ${cursor.token.key} JOIN is not Flink SQL`, cursor.token, "write WHERE [NOT] EXISTS (SELECT …) or IN (SELECT …)");
  if (cursor.token.key === "APPLY") cursor.unsupported("APPLY is not Flink SQL", cursor.token, "write CROSS JOIN LATERAL");
  cursor.expect("JOIN");
  cursor.clause = "JOIN";
  const right = parseTable(cursor);
  const on = type !== "CROSS" && cursor.accept("ON") ? cursor.expression() : undefined;
  const using = type !== "CROSS" && on === undefined && cursor.accept("USING") ? cursor.parenthesised(() => cursor.identifier("the name of a column")) : [];
  if (type === "CROSS" && cursor.token.key === "ON") cursor.fail(["another JOIN", "WHERE"], { hint: "a CROSS JOIN takes no condition: write JOIN … ON" });
  cursor.clause = "FROM";
  return { kind: "join", type, natural, comma: false, left, right, on, using, span: cursor.span(start) };
}

function parseTable(cursor: Cursor): TableExpression {
  const { start } = cursor.token;
  const table = cursor.nested(() => primaryTable(cursor));
  if (cursor.atAny("PIVOT", "UNPIVOT", "TABLESAMPLE")) cursor.unsupported(`${cursor.token.key} does not run in Flink SQL`);
  return cursor.token.key === "MATCH_RECOGNIZE" ? parseMatchRecognize(cursor, table, start, () => parseTableAlias(cursor)) : table;
}

function primaryTable(cursor: Cursor): TableExpression {
  const { key, start } = cursor.token;
  if (key === "LATERAL") {
    cursor.next();
    if (cursor.token.key === "(") return derived(cursor, start, true);
    return tableFunction(cursor, start, true);
  }
  if (key === "UNNEST") return unnest(cursor);
  if (key === "TABLE") return cursor.peek().key === "(" ? tableFunction(cursor, start, false) : (cursor.next(), reference(cursor, start));
  if (key === "(") return holdsQuery(cursor) ? derived(cursor, start, false) : group(cursor);
  return callsFunction(cursor) ? tableFunction(cursor, start, false) : reference(cursor, start);
}

function derived(cursor: Cursor, start: number, lateral: boolean): DerivedTable {
  const { clause } = cursor;
  const open = cursor.expect("(");
  const query = cursor.query();
  cursor.close(open);
  cursor.clause = clause;
  return { kind: "derived-table", query, lateral, alias: parseTableAlias(cursor), span: cursor.span(start) };
}

/** Parentheses round a table or a join leave no node; a name behind them goes to the table inside. */
function group(cursor: Cursor): TableExpression {
  const open = cursor.next();
  const inside = parseFrom(cursor);
  cursor.close(open, true);
  const alias = parseTableAlias(cursor);
  if (alias === undefined) return inside;
  if (inside.kind === "join" || inside.alias !== undefined) {
    cursor.invalid("these parentheses cannot take a name", alias.span, "write (SELECT * FROM …) AS name");
  }
  return { ...inside, alias, span: cursor.span(open.start) };
}

function callsFunction(cursor: Cursor): boolean {
  let distance = 0;
  while (cursor.peek(distance + 1).key === ".") distance += 2;
  const { type } = cursor.peek(distance);
  return (type === "word" || type === "quoted") && cursor.peek(distance + 1).key === "(";
}

/** `TABLE(f(…))`, or `f(…)` alone. */
function tableFunction(cursor: Cursor, start: number, lateral: boolean): TableFunction {
  const wrapper = cursor.accept("TABLE") ? cursor.expect("(") : undefined;
  if (!callsFunction(cursor)) cursor.fail(["a function of tables such as TUMBLE(…)"]);
  const name = parseFunctionName(cursor);
  const args = cursor.parenthesised(() => parseArgument(cursor, true), true);
  if (wrapper !== undefined) cursor.close(wrapper);
  return { kind: "table-function", name, arguments: args, lateral, alias: parseTableAlias(cursor), span: cursor.span(start) };
}

function unnest(cursor: Cursor): Unnest {
  const { start } = cursor.next();
  const expressions = cursor.parenthesised(() => cursor.expression());
  const ordinality = cursor.accept("WITH", "ORDINALITY");
  return { kind: "unnest", expressions, ordinality, alias: parseTableAlias(cursor), span: cursor.span(start) };
}

function reference(cursor: Cursor, start: number): TableReference {
  const name = cursor.objectName("the name of a table");
  const hints = parseHints(cursor);
  let systemTime;
  if (cursor.accept("FOR")) {
    cursor.expect("SYSTEM_TIME", "AS", "OF");
    systemTime = cursor.expression();
  }
  const alias = parseTableAlias(cursor);
  hints.push(...parseHints(cursor));
  return { kind: "table", name, hints, systemTime, alias, span: cursor.span(start) };
}

function parseTableAlias(cursor: Cursor): TableAlias | undefined {
  const { start } = cursor.token;
  if (!cursor.accept("AS") && !cursor.atIdentifier()) return undefined;
  const name = cursor.identifier("a name for the table");
  const columns = cursor.token.key === "(" ? cursor.parenthesised(() => cursor.identifier("the name of a column")) : [];
  return { kind: "table-alias", name, columns, span: cursor.span(start) };
}
