import type { JsonExpression, JsonNullClause, JsonObjectEntry, JsonQueryBehaviour, JsonQueryExpression, JsonValueBehaviour } from "../ast/calls.ts";
import type { Expression } from "../ast/expressions.ts";
import type { Token } from "../lex/token.ts";
import type { Cursor } from "./cursor.ts";
import { parseModifiers, parseOrderItem } from "./over.ts";

/** The functions of SQL/JSON with their clauses; undefined for other names that start with JSON_. */
export function parseJsonCall(cursor: Cursor): JsonExpression | undefined {
  const rule = rules.get(cursor.token.key);
  if (rule === undefined) return undefined;
  const word = cursor.next();
  const open = cursor.next();
  return rule(cursor, word.start, open);
}

type Rule = (cursor: Cursor, start: number, open: Token) => JsonExpression;

const rules = new Map<string, Rule>([
  ["JSON_VALUE", jsonValue],
  ["JSON_QUERY", jsonQuery],
  ["JSON_EXISTS", jsonExists],
  ["JSON_OBJECT", jsonObject],
  ["JSON_ARRAY", jsonArray],
  ["JSON_OBJECTAGG", jsonObjectAggregate],
  ["JSON_ARRAYAGG", jsonArrayAggregate],
]);

function inputAndPath(cursor: Cursor): [Expression, Expression] {
  const input = cursor.expression();
  cursor.expect(",");
  return [input, cursor.expression()];
}

function jsonValue(cursor: Cursor, start: number, open: Token): JsonExpression {
  const [input, path] = inputAndPath(cursor);
  const returning = cursor.accept("RETURNING") ? cursor.type() : undefined;
  let onEmpty: JsonValueBehaviour | undefined;
  let onError: JsonValueBehaviour | undefined;
  while (cursor.atAny("NULL", "ERROR", "DEFAULT")) {
    const behaviour = valueBehaviour(cursor);
    cursor.expect("ON");
    if (cursor.expectAny("EMPTY", "ERROR") === "EMPTY") onEmpty = behaviour;
    else onError = behaviour;
  }
  cursor.close(open);
  return { kind: "json-value", input, path, returning, onEmpty, onError, span: cursor.span(start) };
}

function valueBehaviour(cursor: Cursor): JsonValueBehaviour {
  const { start } = cursor.token;
  const action = cursor.expectAny("NULL", "ERROR", "DEFAULT");
  const value = action === "DEFAULT" ? cursor.expression() : undefined;
  return { kind: "json-value-behaviour", action, value, span: cursor.span(start) };
}

function jsonQuery(cursor: Cursor, start: number, open: Token): JsonExpression {
  const [input, path] = inputAndPath(cursor);
  const returning = cursor.accept("RETURNING") ? cursor.type() : undefined;
  const wrapper = wrapperOf(cursor);
  let onEmpty: JsonQueryBehaviour | undefined;
  let onError: JsonQueryBehaviour | undefined;
  while (cursor.atAny("NULL", "ERROR", "EMPTY")) {
    const word = cursor.expectAny("NULL", "ERROR", "EMPTY");
    const behaviour: JsonQueryBehaviour = word === "EMPTY" ? `EMPTY ${cursor.expectAny("ARRAY", "OBJECT")}` : word;
    cursor.expect("ON");
    if (cursor.expectAny("EMPTY", "ERROR") === "EMPTY") onEmpty = behaviour;
    else onError = behaviour;
  }
  cursor.close(open);
  return { kind: "json-query", input, path, returning, wrapper, onEmpty, onError, span: cursor.span(start) };
}

function wrapperOf(cursor: Cursor): JsonQueryExpression["wrapper"] {
  if (!cursor.atAny("WITHOUT", "WITH")) return undefined;
  const without = cursor.next().key === "WITHOUT";
  const kind = without ? undefined : cursor.acceptAny("CONDITIONAL", "UNCONDITIONAL");
  cursor.accept("ARRAY");
  cursor.expect("WRAPPER");
  return without ? "WITHOUT" : (kind ?? "UNCONDITIONAL");
}

function jsonExists(cursor: Cursor, start: number, open: Token): JsonExpression {
  const [input, path] = inputAndPath(cursor);
  const onError = cursor.acceptAny("TRUE", "FALSE", "UNKNOWN", "ERROR");
  if (onError !== undefined) cursor.expect("ON", "ERROR");
  cursor.close(open);
  return { kind: "json-exists", input, path, onError, span: cursor.span(start) };
}

function jsonObject(cursor: Cursor, start: number, open: Token): JsonExpression {
  const entries = cursor.token.key === ")" || startsNullClause(cursor) ? [] : cursor.list(() => entry(cursor));
  const onNull = nullClause(cursor);
  cursor.close(open, true);
  return { kind: "json-object", entries, onNull, span: cursor.span(start) };
}

/** `[KEY] k VALUE v`, also `k : v`. */
function entry(cursor: Cursor): JsonObjectEntry {
  const { start } = cursor.token;
  if (cursor.token.key === "KEY" && cursor.peek().key !== "VALUE" && cursor.peek().key !== ".") cursor.next();
  const key = cursor.expression();
  if (!cursor.accept(":")) cursor.expect("VALUE");
  const value = cursor.expression();
  return { kind: "json-object-entry", key, value, span: cursor.span(start) };
}

function jsonArray(cursor: Cursor, start: number, open: Token): JsonExpression {
  const items = cursor.token.key === ")" || startsNullClause(cursor) ? [] : cursor.list(() => cursor.expression());
  const onNull = nullClause(cursor);
  cursor.close(open, true);
  return { kind: "json-array", items, onNull, span: cursor.span(start) };
}

function startsNullClause(cursor: Cursor): boolean {
  return cursor.at("NULL", "ON") || cursor.at("ABSENT", "ON");
}

function nullClause(cursor: Cursor): JsonNullClause {
  if (!startsNullClause(cursor)) return undefined;
  const action = cursor.expectAny("NULL", "ABSENT");
  cursor.expect("ON", "NULL");
  return action;
}

function jsonObjectAggregate(cursor: Cursor, start: number, open: Token): JsonExpression {
  const { key, value } = entry(cursor);
  const onNull = nullClause(cursor);
  cursor.close(open);
  return { kind: "json-object-aggregate", key, value, onNull, modifiers: parseModifiers(cursor), span: cursor.span(start) };
}

function jsonArrayAggregate(cursor: Cursor, start: number, open: Token): JsonExpression {
  const item = cursor.expression();
  const orderBy = cursor.accept("ORDER", "BY") ? cursor.list(() => parseOrderItem(cursor)) : [];
  const onNull = nullClause(cursor);
  cursor.close(open);
  return { kind: "json-array-aggregate", item, orderBy, onNull, modifiers: parseModifiers(cursor), span: cursor.span(start) };
}
