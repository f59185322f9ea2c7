import type { CallExpression, JsonExpression, SpecialCallExpression } from "./calls.ts";
import type { Query } from "./queries.ts";
import type { Identifier, Span } from "./span.ts";
import type { IntervalQualifier, TypeNode } from "./types.ts";

/** Whatever has a value. Parentheses leave no node: they only shape the tree. */
export type Expression =
  | LiteralExpression
  | ColumnExpression
  | FieldExpression
  | SubscriptExpression
  | UnaryExpression
  | BinaryExpression
  | BetweenExpression
  | LikeExpression
  | InListExpression
  | InQueryExpression
  | QuantifiedExpression
  | IsExpression
  | IsDistinctExpression
  | ExistsExpression
  | SubqueryExpression
  | CaseExpression
  | CastExpression
  | RowExpression
  | ArrayExpression
  | MultisetExpression
  | MapExpression
  | CollectionQueryExpression
  | CallExpression
  | SpecialCallExpression
  | JsonExpression;

// ---- literals ----

export type LiteralExpression = NumberLiteral | StringLiteral | BinaryLiteral | BooleanLiteral | NullLiteral | DatetimeLiteral | IntervalLiteral;

/** Never signed: `-1` is a unary minus over `1`. */
export interface NumberLiteral {
  readonly kind: "number-literal";
  /** The digits as written, so that no DECIMAL loses any. */
  readonly text: string;
  /** `integer`: 12 (INTEGER or BIGINT by size). `decimal`: 1.50. `approximate`: 1.5E0 (DOUBLE). */
  readonly form: "integer" | "decimal" | "approximate";
  readonly span: Span;
}

/** `'text'`, `_UTF8'text'`, `N'text'`, `U&'\00e9'` (already unescaped). Adjacent strings on separate lines are one. */
export interface StringLiteral {
  readonly kind: "string-literal";
  readonly value: string;
  /** The name after the underscore of `_charset'…'`. */
  readonly charset: string | undefined;
  readonly span: Span;
}

/** `X'0aff'`: an even number of hexadecimal digits, in upper case. */
export interface BinaryLiteral {
  readonly kind: "binary-literal";
  readonly hexadecimal: string;
  readonly span: Span;
}

/** TRUE, FALSE, or UNKNOWN (null). */
export interface BooleanLiteral {
  readonly kind: "boolean-literal";
  readonly value: boolean | null;
  readonly span: Span;
}

export interface NullLiteral {
  readonly kind: "null-literal";
  readonly span: Span;
}

/** `DATE '2024-02-29'`, `TIME '…'`, `TIMESTAMP '…'`, `TIMESTAMP WITH LOCAL TIME ZONE '…'`. The text is checked: it is a date or time that exists. */
export interface DatetimeLiteral {
  readonly kind: "datetime-literal";
  readonly type: "DATE" | "TIME" | "TIMESTAMP" | "TIMESTAMP_LTZ";
  readonly text: string;
  readonly span: Span;
}

/** `INTERVAL [-] '1 02:03' DAY TO MINUTE`. The text fits its qualifier. */
export interface IntervalLiteral {
  readonly kind: "interval-literal";
  /** A sign before the string; the string may hold one of its own. */
  readonly negative: boolean;
  readonly text: string;
  readonly qualifier: IntervalQualifier;
  readonly span: Span;
}

// ---- references ----

/** `a`, `t.a`, `t.a.b`: which part is the table and which are fields is for the binder to find out. */
export interface ColumnExpression {
  readonly kind: "column";
  readonly parts: readonly Identifier[];
  readonly span: Span;
}

/** `(row).f`, `items[1].sku`: a field of anything that is not a plain name. */
export interface FieldExpression {
  readonly kind: "field";
  readonly base: Expression;
  readonly field: Identifier;
  readonly span: Span;
}

/** `array[1]` (from 1) or `map['key']`. */
export interface SubscriptExpression {
  readonly kind: "subscript";
  readonly base: Expression;
  readonly index: Expression;
  readonly span: Span;
}

// ---- operators ----

export type UnaryOperator = "-" | "+" | "NOT";

export interface UnaryExpression {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: Expression;
  readonly span: Span;
}

export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";
/** `!=` is read as `<>`. OVERLAPS takes two rows of two. */
export type BinaryOperator = "OR" | "AND" | ComparisonOperator | "OVERLAPS" | "+" | "-" | "*" | "/" | "%" | "||";

export interface BinaryExpression {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

export interface BetweenExpression {
  readonly kind: "between";
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
  /** SYMMETRIC: the bounds may come in either order. */
  readonly symmetric: boolean;
  readonly span: Span;
}

export interface LikeExpression {
  readonly kind: "like";
  readonly operator: "LIKE" | "SIMILAR TO";
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | undefined;
  readonly negated: boolean;
  readonly span: Span;
}

export interface InListExpression {
  readonly kind: "in-list";
  readonly operand: Expression;
  /** At least one. */
  readonly items: readonly Expression[];
  readonly negated: boolean;
  readonly span: Span;
}

export interface InQueryExpression {
  readonly kind: "in-query";
  readonly operand: Expression;
  readonly query: Query;
  readonly negated: boolean;
  readonly span: Span;
}

/** `a > ALL (SELECT …)`, `a = ANY (1, 2)`; SOME is read as ANY. */
export interface QuantifiedExpression {
  readonly kind: "quantified";
  readonly operand: Expression;
  readonly operator: ComparisonOperator;
  readonly quantifier: "ANY" | "ALL";
  readonly right: Query | readonly Expression[];
  readonly span: Span;
}

export type IsTest = "NULL" | "TRUE" | "FALSE" | "UNKNOWN" | "JSON" | "JSON OBJECT" | "JSON ARRAY" | "JSON SCALAR";

export interface IsExpression {
  readonly kind: "is";
  readonly operand: Expression;
  readonly test: IsTest;
  readonly negated: boolean;
  readonly span: Span;
}

/** `left IS [NOT] DISTINCT FROM right`; `negated` with NOT. */
export interface IsDistinctExpression {
  readonly kind: "is-distinct";
  readonly left: Expression;
  readonly right: Expression;
  readonly negated: boolean;
  readonly span: Span;
}

export interface ExistsExpression {
  readonly kind: "exists";
  readonly query: Query;
  readonly span: Span;
}

/** A query in parentheses where a value stands. */
export interface SubqueryExpression {
  readonly kind: "subquery";
  readonly query: Query;
  readonly span: Span;
}

export interface CaseExpression {
  readonly kind: "case";
  /** `CASE operand WHEN value …`; undefined where each WHEN is a condition. */
  readonly operand: Expression | undefined;
  /** At least one. `WHEN 1, 2 THEN x` is read as two branches. */
  readonly branches: readonly CaseBranch[];
  readonly otherwise: Expression | undefined;
  readonly span: Span;
}

export interface CaseBranch {
  readonly kind: "case-branch";
  readonly when: Expression;
  readonly then: Expression;
  readonly span: Span;
}

export interface CastExpression {
  readonly kind: "cast";
  readonly operand: Expression;
  readonly type: TypeNode;
  /** TRY_CAST: NULL instead of a failure. */
  readonly safe: boolean;
  readonly span: Span;
}

// ---- constructors ----

/** `ROW(a, b)` or `(a, b)`. */
export interface RowExpression {
  readonly kind: "row";
  readonly items: readonly Expression[];
  readonly span: Span;
}

export interface ArrayExpression {
  readonly kind: "array";
  readonly items: readonly Expression[];
  readonly span: Span;
}

export interface MultisetExpression {
  readonly kind: "multiset";
  readonly items: readonly Expression[];
  readonly span: Span;
}

/** `MAP[key, value, …]`. */
export interface MapExpression {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
  readonly span: Span;
}

export interface MapEntry {
  readonly kind: "map-entry";
  readonly key: Expression;
  readonly value: Expression;
  readonly span: Span;
}

/** `ARRAY(SELECT …)`, `MULTISET(SELECT …)`, `MAP(SELECT …)`. */
export interface CollectionQueryExpression {
  readonly kind: "collection-query";
  readonly collection: "ARRAY" | "MULTISET" | "MAP";
  readonly query: Query;
  readonly span: Span;
}
