import type { BinaryOperator } from "../ast/expressions.ts";

/**
 * How close operators bind; the numbers only matter by comparison. Source: the operator table of Apache Calcite, which Flink's grammar uses.
 * NOT binds closer than AND but looser than every test; IS looser than the comparisons; `||` as close as `*`.
 */
export const binaryPrecedence: Readonly<Record<BinaryOperator, number>> = {
  OR: 22,
  AND: 24,
  "=": 30,
  "<>": 30,
  "<": 30,
  "<=": 30,
  ">": 30,
  ">=": 30,
  OVERLAPS: 30,
  "+": 40,
  "-": 40,
  "*": 60,
  "/": 60,
  "%": 60,
  "||": 60,
};
export const notPrecedence = 26;
export const isPrecedence = 28;
export const comparisonPrecedence = 30;
/** BETWEEN, IN, LIKE, SIMILAR TO. */
export const testPrecedence = 32;
export const signPrecedence = 80;
/** Everything that needs no parentheses anywhere. */
export const primaryPrecedence = 100;
