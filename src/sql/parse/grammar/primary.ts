import type { CaseBranch, Expression, MapEntry } from "../ast/expressions.ts";
import type { Identifier } from "../ast/span.ts";
import { bareFunctions, reservedWords, structuralWords } from "../lex/keywords.ts";
import { parseCall } from "./calls.ts";
import type { Cursor } from "./cursor.ts";
import { isIdentifier } from "./cursor.ts";
import { parseDatetime, parseInterval, parseString } from "./literals.ts";
import { holdsQuery } from "./lookahead.ts";
import { parseSpecialCall } from "./special-calls.ts";

/** An operand with what may follow it directly: subscripts and fields. */
export function parsePrimary(cursor: Cursor): Expression {
  const start = cursor.token.start;
  let base = plain(cursor);
  for (;;) {
    if (cursor.token.key === "[") {
      const open = cursor.next();
      const index = cursor.expression();
      cursor.closeBracket(open, ["']'"]);
      base = { kind: "subscript", base, index, span: cursor.span(start) };
    } else if (cursor.token.key === "." && cursor.peek().key !== "*") {
      cursor.next();
      base = { kind: "field", base, field: cursor.identifier("a field name"), span: cursor.span(start) };
    } else return base;
  }
}

function plain(cursor: Cursor): Expression {
  const token = cursor.token;
  switch (token.type) {
    case "number":
      cursor.next();
      return { kind: "number-literal", text: token.text, form: numberForm(token.text), span: cursor.span(token.start) };
    case "string":
      return parseString(cursor);
    case "binary":
      cursor.next();
      return { kind: "binary-literal", hexadecimal: token.text, span: cursor.span(token.start) };
    case "quoted":
      return named(cursor);
    case "word":
      return keyword(cursor) ?? parseSpecialCall(cursor) ?? named(cursor);
    default:
      break;
  }
  if (token.key === "(") return parenthesised(cursor);
  if (token.key === "?" || token.key === ":") cursor.unsupported("parameters have no values here", token, "write the value itself");
  if (token.key === "*") return cursor.fail(["an expression"], { hint: "* stands alone in a SELECT list or in COUNT(*)" });
  return cursor.fail(["an expression"]);
}

function numberForm(text: string): "integer" | "decimal" | "approximate" {
  if (/[eE]/.test(text)) return "approximate";
  return text.includes(".") ? "decimal" : "integer";
}

/** `(a)`, `(a, b)`, `(SELECT …)`. */
function parenthesised(cursor: Cursor): Expression {
  const start = cursor.token.start;
  if (holdsQuery(cursor)) {
    const open = cursor.next();
    const query = cursor.query();
    cursor.close(open);
    return { kind: "subquery", query, span: cursor.span(start) };
  }
  const items = cursor.parenthesised(() => cursor.expression());
  return items.length === 1 ? items[0] : { kind: "row", items, span: cursor.span(start) };
}

/** Literals and constructors that start with a word. */
function keyword(cursor: Cursor): Expression | undefined {
  const { key, start } = cursor.token;
  switch (key) {
    case "NULL":
      cursor.next();
      return { kind: "null-literal", span: cursor.span(start) };
    case "TRUE":
    case "FALSE":
    case "UNKNOWN":
      cursor.next();
      return { kind: "boolean-literal", value: key === "UNKNOWN" ? null : key === "TRUE", span: cursor.span(start) };
    case "INTERVAL":
      return parseInterval(cursor);
    case "DATE":
    case "TIME":
    case "TIMESTAMP":
    case "TIMESTAMP_LTZ":
      return parseDatetime(cursor);
    case "CASE":
      return parseCase(cursor);
    case "EXISTS":
      return exists(cursor);
    case "ROW":
      if (cursor.peek().key !== "(") return undefined;
      cursor.next();
      return { kind: "row", items: cursor.parenthesised(() => cursor.expression(), true), span: cursor.span(start) };
    case "ARRAY":
    case "MULTISET":
    case "MAP":
      return collection(cursor, key);
    default:
      return undefined;
  }
}

function exists(cursor: Cursor): Expression {
  const start = cursor.next().start;
  const open = cursor.expect("(");
  const query = cursor.query();
  cursor.close(open);
  return { kind: "exists", query, span: cursor.span(start) };
}

function parseCase(cursor: Cursor): Expression {
  const start = cursor.next().start;
  const operand = cursor.token.key === "WHEN" ? undefined : cursor.expression();
  const branches: CaseBranch[] = [];
  while (cursor.token.key === "WHEN") {
    const from = cursor.next().start;
    const values = operand === undefined ? [cursor.expression()] : cursor.list(() => cursor.expression());
    cursor.expect("THEN");
    const then = cursor.expression();
    for (const when of values) branches.push({ kind: "case-branch", when, then, span: cursor.span(from) });
  }
  if (branches.length === 0) cursor.fail(["WHEN"]);
  const otherwise = cursor.accept("ELSE") ? cursor.expression() : undefined;
  if (cursor.token.key !== "END") cursor.fail(otherwise === undefined ? ["WHEN", "ELSE", "END"] : ["END"]);
  cursor.next();
  return { kind: "case", operand, branches, otherwise, span: cursor.span(start) };
}

/** `ARRAY[…]`, `MAP[…]`, `MULTISET[…]`, or the same of a query; a MAP that is neither is a name. */
function collection(cursor: Cursor, kind: "ARRAY" | "MAP" | "MULTISET"): Expression | undefined {
  const start = cursor.token.start;
  if (cursor.peek().key === "(") {
    cursor.next();
    if (!holdsQuery(cursor)) cursor.fail(["a query"], { hint: `values stand in square brackets: ${kind}[…]` });
    const open = cursor.next();
    const query = cursor.query();
    cursor.close(open);
    return { kind: "collection-query", collection: kind, query, span: cursor.span(start) };
  }
  if (cursor.peek().key !== "[") return undefined;
  cursor.next();
  const open = cursor.next();
  const items = cursor.token.key === "]" ? [] : cursor.list(() => cursor.expression());
  cursor.closeBracket(open, ["','", "']'"]);
  const span = cursor.span(start);
  if (kind !== "MAP") return { kind: kind === "ARRAY" ? "array" : "multiset", items, span };
  if (items.length % 2 === 1) cursor.invalid("a key of this map has no value", items[items.length - 1].span, "keys and values alternate: MAP['k', 1]");
  const entries: MapEntry[] = [];
  for (let index = 0; index < items.length; index += 2) {
    const [key, value] = [items[index], items[index + 1]];
    entries.push({ kind: "map-entry", key, value, span: { start: key.span.start, end: value.span.end } });
  }
  return { kind: "map", entries, span };
}

/** A column, or a call of a function by name. */
function named(cursor: Cursor): Expression {
  const token = cursor.token;
  if (!isIdentifier(token)) {
    const callable = token.type === "word" && !structuralWords.has(token.key);
    if (callable && cursor.peek().key === "(") return parseCall(cursor);
    if (bareFunctions.has(token.key)) return parseCall(cursor);
    return cursor.fail(["an expression"]);
  }
  let distance = 1;
  while (cursor.peek(distance).key === "." && isName(cursor, distance + 1)) distance += 2;
  if (cursor.peek(distance).key === "(") return parseCall(cursor);
  const parts: Identifier[] = [cursor.identifier()];
  while (cursor.token.key === "." && cursor.peek().key !== "*") {
    cursor.next();
    parts.push(cursor.identifier("a field name"));
  }
  return { kind: "column", parts, span: cursor.span(token.start) };
}

function isName(cursor: Cursor, distance: number): boolean {
  const token = cursor.peek(distance);
  return token.type === "quoted" || (token.type === "word" && (!reservedWords.has(token.key) || cursor.peek(distance + 1).key === "("));
}
