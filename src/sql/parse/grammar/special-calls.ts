import type { CallExpression, TrimExpression } from "../ast/calls.ts";
import type { Expression } from "../ast/expressions.ts";
import type { ObjectName } from "../ast/span.ts";
import type { Token } from "../lex/token.ts";
import type { Cursor } from "./cursor.ts";
import { isIdentifier } from "./cursor.ts";
import { parseJsonCall } from "./json-calls.ts";
import { noModifiers } from "./over.ts";
import { signPrecedence, testPrecedence } from "./precedence.ts";
import { parseTimeUnit } from "./types.ts";

/** Calls that have a grammar of their own, or undefined if the next word is none of them. */
export function parseSpecialCall(cursor: Cursor): Expression | undefined {
  const { key } = cursor.token;
  if ((key === "RUNNING" || key === "FINAL") && (isIdentifier(cursor.peek()) || cursor.peek(2).key === "(") && cursor.peek().type === "word") {
    const { start } = cursor.next();
    return { kind: "match-mode", mode: key, operand: cursor.expression(signPrecedence), span: cursor.span(start) };
  }
  if (cursor.peek().key !== "(") return undefined;
  if (key.startsWith("JSON_")) return parseJsonCall(cursor);
  const rule = rules.get(key);
  if (rule === undefined) return undefined;
  const word = cursor.next();
  const open = cursor.next();
  return rule(cursor, word, open);
}

type Rule = (cursor: Cursor, word: Token, open: Token) => Expression;

const rules = new Map<string, Rule>([
  ["CAST", cast],
  ["TRY_CAST", cast],
  ["EXTRACT", extract],
  ["FLOOR", rounding],
  ["CEIL", rounding],
  ["CEILING", rounding],
  ["TIMESTAMPADD", timestampAdd],
  ["TIMESTAMPDIFF", timestampDifference],
  ["TRIM", trim],
  ["SUBSTRING", substring],
  ["OVERLAY", overlay],
  ["POSITION", position],
]);

function cast(cursor: Cursor, word: Token, open: Token): Expression {
  const operand = cursor.expression();
  if (!cursor.accept("AS")) cursor.fail(["AS"], { hint: `${word.key}(value AS type)` });
  const type = cursor.type();
  cursor.close(open);
  return { kind: "cast", operand, type, safe: word.key === "TRY_CAST", span: cursor.span(word.start) };
}

function extract(cursor: Cursor, word: Token, open: Token): Expression {
  const unit = parseTimeUnit(cursor);
  cursor.expect("FROM");
  const operand = cursor.expression();
  cursor.close(open);
  return { kind: "extract", unit, operand, span: cursor.span(word.start) };
}

function rounding(cursor: Cursor, word: Token, open: Token): Expression {
  const operand = cursor.expression();
  if (cursor.accept("TO")) {
    const unit = parseTimeUnit(cursor);
    cursor.close(open);
    return { kind: "time-rounding", function: word.key === "FLOOR" ? "FLOOR" : "CEIL", operand, unit, span: cursor.span(word.start) };
  }
  return finish(cursor, word, open, [operand]);
}

function timestampAdd(cursor: Cursor, word: Token, open: Token): Expression {
  const unit = parseTimeUnit(cursor);
  cursor.expect(",");
  const amount = cursor.expression();
  cursor.expect(",");
  const operand = cursor.expression();
  cursor.close(open);
  return { kind: "timestamp-add", unit, amount, operand, span: cursor.span(word.start) };
}

function timestampDifference(cursor: Cursor, word: Token, open: Token): Expression {
  const unit = parseTimeUnit(cursor);
  cursor.expect(",");
  const from = cursor.expression();
  cursor.expect(",");
  const to = cursor.expression();
  cursor.close(open);
  return { kind: "timestamp-difference", unit, from, to, span: cursor.span(word.start) };
}

function trim(cursor: Cursor, word: Token, open: Token): Expression {
  const said = cursor.acceptAny("BOTH", "LEADING", "TRAILING");
  const side: TrimExpression["side"] = said ?? "BOTH";
  let characters: Expression | undefined;
  let operand: Expression | undefined;
  if (said === undefined || cursor.token.key !== "FROM") operand = cursor.expression();
  if (cursor.token.key === "FROM") {
    cursor.next();
    characters = operand;
    operand = cursor.expression();
  } else if (said !== undefined) cursor.fail(["FROM"]);
  cursor.close(open);
  return { kind: "trim", side, characters, operand: operand as Expression, span: cursor.span(word.start) };
}

/** `SUBSTRING(text FROM start FOR length)` or with commas. */
function substring(cursor: Cursor, word: Token, open: Token): Expression {
  const args = [cursor.expression()];
  if (cursor.accept("FROM")) {
    args.push(cursor.expression());
    if (cursor.accept("FOR")) args.push(cursor.expression());
    cursor.close(open);
    return call(cursor, word, args);
  }
  return finish(cursor, word, open, args);
}

/** `OVERLAY(text PLACING other FROM start FOR length)` or with commas. */
function overlay(cursor: Cursor, word: Token, open: Token): Expression {
  const args = [cursor.expression()];
  if (!cursor.accept("PLACING")) return finish(cursor, word, open, args);
  args.push(cursor.expression());
  cursor.expect("FROM");
  args.push(cursor.expression());
  if (cursor.accept("FOR")) args.push(cursor.expression());
  cursor.close(open);
  return call(cursor, word, args);
}

/** `POSITION(part IN text [FROM start])`. */
function position(cursor: Cursor, word: Token, open: Token): Expression {
  const args = [cursor.expression(testPrecedence + 1)];
  cursor.expect("IN");
  args.push(cursor.expression());
  if (cursor.accept("FROM")) args.push(cursor.expression());
  cursor.close(open);
  return call(cursor, word, args);
}

function finish(cursor: Cursor, word: Token, open: Token, args: Expression[]): CallExpression {
  while (cursor.accept(",")) args.push(cursor.expression());
  cursor.close(open, true);
  return call(cursor, word, args);
}

function call(cursor: Cursor, word: Token, args: readonly Expression[]): CallExpression {
  const span = { start: word.start, end: word.end };
  const name: ObjectName = { kind: "object-name", parts: [{ kind: "identifier", name: word.text, quoted: false, span }], span };
  return {
    kind: "call",
    name,
    arguments: args,
    star: false,
    distinct: false,
    orderBy: [],
    nullTreatment: undefined,
    modifiers: noModifiers,
    span: cursor.span(word.start),
  };
}
