/**
 * Bound expressions: names resolved to input columns, functions to declarations, every node typed.
 * The engine turns them into generated loops; its interpreter evaluates them one row at a time.
 */
import type { DataType } from "../../data/index.ts";

export type Expression = LiteralExpression | ColumnExpression | CallExpression;

export interface LiteralExpression {
  readonly kind: "literal";
  readonly type: DataType;
  /** Scalar as in `data/types.ts`; null for NULL. */
  readonly value: unknown;
}

/** A column of the node's input. */
export interface ColumnExpression {
  readonly kind: "column";
  readonly type: DataType;
  readonly index: number;
}

/**
 * A scalar function, operator or special form, by the name of its declaration in `sql/functions/` ("+", "AND", "CASE",
 * "CAST", "TRY_CAST", "FIELD", "COALESCE", "SUBSTRING", …). Implicit casts are explicit here: argument types are exactly
 * what the declaration's resolved signature takes.
 *
 * Special forms: CASE has arguments [condition, value, condition, value, …, else]; CAST takes one argument and its target
 * is `type`; FIELD takes a ROW and has the field's position in `parameter`; IN is expanded to comparisons or a literal set
 * in `parameter`.
 */
export interface CallExpression {
  readonly kind: "call";
  readonly type: DataType;
  readonly function: string;
  readonly arguments: readonly Expression[];
  readonly parameter?: unknown;
}

/** An aggregate in an OVER window or a group. */
export interface AggregateCall {
  /** Declaration name: COUNT, SUM, SUM0, AVG, MIN, MAX, STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP, FIRST_VALUE, LAST_VALUE, LAG, ROW_NUMBER, … */
  readonly function: string;
  readonly type: DataType;
  /** Positions in the node's input: arguments are projected below the node. COUNT(*) has none. */
  readonly arguments: readonly number[];
  readonly distinct: boolean;
  /** Position of a BOOLEAN input column, for FILTER (WHERE …); null without. */
  readonly filter: number | null;
  /** Constant arguments (LAG's offset and default), scalars. */
  readonly constants: readonly unknown[];
}
