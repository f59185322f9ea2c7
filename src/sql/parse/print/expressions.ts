import type { Expression, LiteralExpression } from "../ast/expressions.ts";
import {
  binaryPrecedence,
  comparisonPrecedence,
  isPrecedence,
  notPrecedence,
  primaryPrecedence,
  signPrecedence,
  testPrecedence,
} from "../grammar/precedence.ts";
import { printCallExpression, printJson, printSpecialCall } from "./calls.ts";
import { printQuery } from "./queries.ts";
import { printIdentifier, printPath, printString } from "./text.ts";
import { printQualifier, printType } from "./types.ts";

/** An expression with just the parentheses that it needs. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "unary":
      return expression.operator === "NOT"
        ? `NOT ${atLeast(expression.operand, notPrecedence)}`
        : `${expression.operator} ${atLeast(expression.operand, signPrecedence)}`;
    case "binary": {
      const precedence = binaryPrecedence[expression.operator];
      return `${atLeast(expression.left, precedence)} ${expression.operator} ${atLeast(expression.right, precedence + 1)}`;
    }
    case "between": {
      const not = expression.negated ? "NOT " : "";
      const bounds = `${closer(expression.low)} AND ${closer(expression.high)}`;
      return `${tested(expression.operand)} ${not}BETWEEN ${expression.symmetric ? "SYMMETRIC " : ""}${bounds}`;
    }
    case "like": {
      const escape = expression.escape === undefined ? "" : ` ESCAPE ${closer(expression.escape)}`;
      return `${tested(expression.operand)} ${expression.negated ? "NOT " : ""}${expression.operator} ${closer(expression.pattern)}${escape}`;
    }
    case "in-list":
      return `${tested(expression.operand)} ${expression.negated ? "NOT " : ""}IN (${list(expression.items)})`;
    case "in-query":
      return `${tested(expression.operand)} ${expression.negated ? "NOT " : ""}IN (${printQuery(expression.query)})`;
    case "quantified": {
      const right = "kind" in expression.right ? printQuery(expression.right) : list(expression.right);
      return `${atLeast(expression.operand, comparisonPrecedence)} ${expression.operator} ${expression.quantifier} (${right})`;
    }
    case "is":
      return `${atLeast(expression.operand, isPrecedence)} IS ${expression.negated ? "NOT " : ""}${expression.test}`;
    case "is-distinct": {
      const not = expression.negated ? "NOT " : "";
      return `${atLeast(expression.left, isPrecedence)} IS ${not}DISTINCT FROM ${atLeast(expression.right, comparisonPrecedence + 1)}`;
    }
    default:
      return primary(expression);
  }
}

type Operator = "unary" | "binary" | "between" | "like" | "in-list" | "in-query" | "quantified" | "is" | "is-distinct";

function primary(expression: Exclude<Expression, { kind: Operator }>): string {
  switch (expression.kind) {
    case "column":
      return printPath(expression.parts);
    case "field":
      return `${fieldBase(expression.base)}.${printIdentifier(expression.field)}`;
    case "subscript":
      return `${base(expression.base)}[${printExpression(expression.index)}]`;
    case "exists":
      return `EXISTS (${printQuery(expression.query)})`;
    case "subquery":
      return `(${printQuery(expression.query)})`;
    case "case":
      return printCase(expression);
    case "cast":
      return `${expression.safe ? "TRY_CAST" : "CAST"}(${printExpression(expression.operand)} AS ${printType(expression.type)})`;
    case "row":
      return `ROW(${list(expression.items)})`;
    case "array":
      return `ARRAY[${list(expression.items)}]`;
    case "multiset":
      return `MULTISET[${list(expression.items)}]`;
    case "map":
      return `MAP[${expression.entries.map(({ key, value }) => `${printExpression(key)}, ${printExpression(value)}`).join(", ")}]`;
    case "collection-query":
      return `${expression.collection}(${printQuery(expression.query)})`;
    case "call":
      return printCallExpression(expression);
    case "extract":
    case "time-rounding":
    case "timestamp-add":
    case "timestamp-difference":
    case "trim":
    case "match-mode":
      return printSpecialCall(expression);
    case "json-value":
    case "json-query":
    case "json-exists":
    case "json-object":
    case "json-array":
    case "json-object-aggregate":
    case "json-array-aggregate":
      return printJson(expression);
    default:
      return printLiteral(expression);
  }
}

/** A name in parentheses would be a longer path without them, and a number would take the point for its own. */
function fieldBase(expression: Expression): string {
  const { kind } = expression;
  return kind === "column" || kind === "number-literal" ? `(${primary(expression)})` : base(expression);
}

function printLiteral(literal: LiteralExpression): string {
  switch (literal.kind) {
    case "number-literal":
      return literal.text;
    case "string-literal":
      return (literal.charset === undefined ? "" : `_${literal.charset}`) + printString(literal.value);
    case "binary-literal":
      return `X'${literal.hexadecimal}'`;
    case "boolean-literal":
      return literal.value === null ? "UNKNOWN" : literal.value ? "TRUE" : "FALSE";
    case "null-literal":
      return "NULL";
    case "datetime-literal":
      return `${literal.type === "TIMESTAMP_LTZ" ? "TIMESTAMP WITH LOCAL TIME ZONE" : literal.type} ${printString(literal.text)}`;
    case "interval-literal":
      return `INTERVAL ${literal.negative ? "-" : ""}${printString(literal.text)} ${printQualifier(literal.qualifier)}`;
  }
}

function printCase({ operand, branches, otherwise }: Extract<Expression, { kind: "case" }>): string {
  const head = operand === undefined ? "CASE" : `CASE ${printExpression(operand)}`;
  const body = branches.map(({ when, then }) => `WHEN ${printExpression(when)} THEN ${printExpression(then)}`).join(" ");
  const tail = otherwise === undefined ? "END" : `ELSE ${printExpression(otherwise)} END`;
  return `${head} ${body} ${tail}`;
}

export function list(expressions: readonly Expression[]): string {
  return expressions.map(printExpression).join(", ");
}

/** In parentheses unless it binds at least as close as `precedence`. */
function atLeast(expression: Expression, precedence: number): string {
  const text = printExpression(expression);
  return precedenceOf(expression) >= precedence ? text : `(${text})`;
}

const tested = (expression: Expression): string => atLeast(expression, testPrecedence);
export const closer = (expression: Expression): string => atLeast(expression, testPrecedence + 1);
export const base = (expression: Expression): string => atLeast(expression, primaryPrecedence);

function precedenceOf(expression: Expression): number {
  switch (expression.kind) {
    case "unary":
      return expression.operator === "NOT" ? notPrecedence : signPrecedence;
    case "binary":
      return binaryPrecedence[expression.operator];
    case "between":
    case "like":
    case "in-list":
    case "in-query":
      return testPrecedence;
    case "quantified":
      return comparisonPrecedence;
    case "is":
    case "is-distinct":
      return isPrecedence;
    case "match-mode":
      return signPrecedence;
    default:
      return primaryPrecedence;
  }
}
