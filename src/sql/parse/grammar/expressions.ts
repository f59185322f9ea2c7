import type { BinaryOperator, ComparisonOperator, Expression, IsTest } from "../ast/expressions.ts";
import type { Token } from "../lex/token.ts";
import type { Cursor } from "./cursor.ts";
import { binaryPrecedence, comparisonPrecedence, isPrecedence, notPrecedence, signPrecedence, testPrecedence } from "./precedence.ts";
import { holdsQuery } from "./lookahead.ts";
import { parsePrimary } from "./primary.ts";

const binary = new Map<string, number>([...Object.entries(binaryPrecedence), ["!=", comparisonPrecedence]]);

/** Precedence climbing: an operand, then every operator that binds at least as close as `minimum`. */
export function parseExpression(cursor: Cursor, minimum: number): Expression {
  const start = cursor.token.start;
  let left = operand(cursor);
  for (;;) {
    const next = binaryTail(cursor, left, start, minimum) ?? testTail(cursor, left, start, minimum) ?? isTail(cursor, left, start, minimum);
    if (next === undefined) return left;
    left = next;
  }
}

function operand(cursor: Cursor): Expression {
  const { key, start } = cursor.token;
  if (key === "NOT") {
    cursor.next();
    return { kind: "unary", operator: "NOT", operand: cursor.expression(notPrecedence), span: cursor.span(start) };
  }
  if (key === "-" || key === "+") {
    cursor.next();
    return { kind: "unary", operator: key, operand: cursor.expression(signPrecedence), span: cursor.span(start) };
  }
  return parsePrimary(cursor);
}

function binaryTail(cursor: Cursor, left: Expression, start: number, minimum: number): Expression | undefined {
  const token = cursor.token;
  const precedence = binary.get(token.key);
  if (precedence === undefined || precedence < minimum) return undefined;
  if (token.type === "word" && token.key !== "AND" && token.key !== "OR" && token.key !== "OVERLAPS") return undefined;
  cursor.next();
  if (token.key === "=" && cursor.token.key === "=") cursor.invalid("'==' is no operator", { start: token.start, end: cursor.token.end }, "write a single =");
  const operator = (token.key === "!=" ? "<>" : token.key) as BinaryOperator;
  const quantified = precedence === comparisonPrecedence && operator !== "OVERLAPS" && cursor.peek().key === "(";
  if (quantified && cursor.atAny("ANY", "SOME", "ALL")) return quantifiedTail(cursor, left, start, operator as ComparisonOperator);
  return { kind: "binary", operator, left, right: cursor.expression(precedence + 1), span: cursor.span(start) };
}

function quantifiedTail(cursor: Cursor, operand: Expression, start: number, operator: ComparisonOperator): Expression {
  const quantifier = cursor.next().key === "ALL" ? "ALL" : "ANY";
  const right = queryOrList(cursor);
  return { kind: "quantified", operand, operator, quantifier, right, span: cursor.span(start) };
}

function queryOrList(cursor: Cursor) {
  if (!holdsQuery(cursor)) return cursor.parenthesised(() => cursor.expression());
  const open = cursor.expect("(");
  const query = cursor.query();
  cursor.close(open);
  return query;
}

function testTail(cursor: Cursor, operand: Expression, start: number, minimum: number): Expression | undefined {
  if (testPrecedence < minimum) return undefined;
  const negated = cursor.token.key === "NOT";
  const word: Token = negated ? cursor.peek() : cursor.token;
  if (word.key !== "BETWEEN" && word.key !== "IN" && word.key !== "LIKE" && word.key !== "SIMILAR") {
    if (word.key === "ILIKE" || word.key === "RLIKE") {
      cursor.unsupported(`${word.key} is not an operator of Flink SQL`, word, word.key === "ILIKE" ? "write LOWER(…) LIKE '…'" : "write REGEXP(text, pattern)");
    }
    return negated && minimum <= comparisonPrecedence ? misplacedNot(cursor) : undefined;
  }
  if (negated) cursor.next();
  cursor.next();
  if (word.key === "BETWEEN") return between(cursor, operand, start, negated);
  if (word.key === "IN") return inTail(cursor, operand, start, negated);
  if (word.key === "SIMILAR") cursor.expect("TO");
  const pattern = cursor.expression(testPrecedence + 1);
  const escape = cursor.accept("ESCAPE") ? cursor.expression(testPrecedence + 1) : undefined;
  const operator = word.key === "LIKE" ? "LIKE" : "SIMILAR TO";
  return { kind: "like", operator, operand, pattern, escape, negated, span: cursor.span(start) };
}

/** NOT behind an operand starts BETWEEN, IN, LIKE or SIMILAR, or belongs to what encloses the expression (`DEFAULT x NOT NULL`). */
function misplacedNot(cursor: Cursor): undefined {
  const { key } = cursor.peek();
  if (key === "NULL" || key === "ENFORCED") return undefined;
  cursor.next();
  return cursor.fail(["BETWEEN", "IN", "LIKE", "SIMILAR TO"]);
}

function between(cursor: Cursor, operand: Expression, start: number, negated: boolean): Expression {
  const symmetric = cursor.acceptAny("SYMMETRIC", "ASYMMETRIC") === "SYMMETRIC";
  const low = cursor.expression(testPrecedence + 1);
  cursor.expect("AND");
  const high = cursor.expression(testPrecedence + 1);
  return { kind: "between", operand, low, high, negated, symmetric, span: cursor.span(start) };
}

function inTail(cursor: Cursor, operand: Expression, start: number, negated: boolean): Expression {
  const right = queryOrList(cursor);
  if (right instanceof Array) return { kind: "in-list", operand, items: right, negated, span: cursor.span(start) };
  return { kind: "in-query", operand, query: right, negated, span: cursor.span(start) };
}

function isTail(cursor: Cursor, operand: Expression, start: number, minimum: number): Expression | undefined {
  if (cursor.token.key !== "IS" || minimum > isPrecedence) return undefined;
  cursor.next();
  const negated = cursor.accept("NOT");
  if (cursor.accept("DISTINCT", "FROM")) {
    return { kind: "is-distinct", left: operand, right: cursor.expression(comparisonPrecedence + 1), negated, span: cursor.span(start) };
  }
  return { kind: "is", operand, test: isTest(cursor), negated, span: cursor.span(start) };
}

function isTest(cursor: Cursor): IsTest {
  const word = cursor.acceptAny("NULL", "TRUE", "FALSE", "UNKNOWN", "JSON");
  if (word === undefined) return cursor.fail(["NULL", "TRUE", "FALSE", "UNKNOWN", "JSON", "DISTINCT FROM"]);
  if (word !== "JSON") return word;
  const kind = cursor.acceptAny("OBJECT", "ARRAY", "SCALAR", "VALUE");
  return kind === undefined || kind === "VALUE" ? "JSON" : `JSON ${kind}`;
}
