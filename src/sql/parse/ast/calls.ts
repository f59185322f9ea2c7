import type { Expression } from "./expressions.ts";
import type { OrderItem, Query } from "./queries.ts";
import type { Identifier, ObjectName, Span } from "./span.ts";
import type { TimeUnit, TypeNode } from "./types.ts";

/**
 * A function, aggregate or window function. SUBSTRING(a FROM b FOR c), OVERLAY(a PLACING b FROM c FOR d) and POSITION(a IN b)
 * come as plain positional arguments in that order; CURRENT_DATE and its like as a call without arguments.
 */
export interface CallExpression {
  readonly kind: "call";
  /** Function names are compared without regard to case. */
  readonly name: ObjectName;
  readonly arguments: readonly Argument[];
  /** `COUNT(*)`: then there are no arguments. */
  readonly star: boolean;
  readonly distinct: boolean;
  /** ORDER BY inside the parentheses, as in ARRAY_AGG(a ORDER BY b). */
  readonly orderBy: readonly OrderItem[];
  readonly nullTreatment: "IGNORE NULLS" | "RESPECT NULLS" | undefined;
  readonly modifiers: AggregateModifiers;
  readonly span: Span;
}

/** What may follow the parentheses of an aggregate. All are empty for a scalar function. */
export interface AggregateModifiers {
  readonly withinGroup: readonly OrderItem[];
  readonly filter: Expression | undefined;
  readonly over: WindowSpecification | WindowReference | undefined;
}

/** Besides values, functions over tables take these. */
export type Argument = Expression | NamedArgument | TableArgument | ModelArgument | DescriptorArgument | DefaultArgument;

/** `SIZE => INTERVAL '10' SECOND`. Its value is not named again. */
export interface NamedArgument {
  readonly kind: "named-argument";
  readonly name: Identifier;
  readonly value: Argument;
  readonly span: Span;
}

/** `TABLE t [PARTITION BY …] [ORDER BY …]` or `(SELECT …) PARTITION BY …` or `TABLE(SELECT …)`. */
export interface TableArgument {
  readonly kind: "table-argument";
  readonly source: ObjectName | Query;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly span: Span;
}

/** `MODEL m`. */
export interface ModelArgument {
  readonly kind: "model-argument";
  readonly name: ObjectName;
  readonly span: Span;
}

/** `DESCRIPTOR(a, b)`: names of columns. */
export interface DescriptorArgument {
  readonly kind: "descriptor";
  readonly columns: readonly Identifier[];
  readonly span: Span;
}

/** `DEFAULT` in place of an optional argument. */
export interface DefaultArgument {
  readonly kind: "default-argument";
  readonly span: Span;
}

// ---- calls with a grammar of their own ----

export type SpecialCallExpression =
  | ExtractExpression
  | TimeRoundingExpression
  | TimestampAddExpression
  | TimestampDifferenceExpression
  | TrimExpression
  | MatchModeExpression;

/** `EXTRACT(unit FROM operand)`. */
export interface ExtractExpression {
  readonly kind: "extract";
  readonly unit: TimeUnit;
  readonly operand: Expression;
  readonly span: Span;
}

/** `FLOOR(operand TO unit)`, `CEIL(operand TO unit)`. Without TO they are plain calls. */
export interface TimeRoundingExpression {
  readonly kind: "time-rounding";
  readonly function: "FLOOR" | "CEIL";
  readonly operand: Expression;
  readonly unit: TimeUnit;
  readonly span: Span;
}

/** `TIMESTAMPADD(unit, amount, operand)`. */
export interface TimestampAddExpression {
  readonly kind: "timestamp-add";
  readonly unit: TimeUnit;
  readonly amount: Expression;
  readonly operand: Expression;
  readonly span: Span;
}

/** `TIMESTAMPDIFF(unit, from, to)`: to − from in whole units. */
export interface TimestampDifferenceExpression {
  readonly kind: "timestamp-difference";
  readonly unit: TimeUnit;
  readonly from: Expression;
  readonly to: Expression;
  readonly span: Span;
}

/** `TRIM([BOTH | LEADING | TRAILING] [characters] FROM operand)`, also the plain `TRIM(operand)`. */
export interface TrimExpression {
  readonly kind: "trim";
  readonly side: "BOTH" | "LEADING" | "TRAILING";
  /** Spaces where undefined. */
  readonly characters: Expression | undefined;
  readonly operand: Expression;
  readonly span: Span;
}

/** `RUNNING f(…)` or `FINAL f(…)` inside MATCH_RECOGNIZE. */
export interface MatchModeExpression {
  readonly kind: "match-mode";
  readonly mode: "RUNNING" | "FINAL";
  readonly operand: Expression;
  readonly span: Span;
}

// ---- JSON ----

export type JsonExpression =
  | JsonValueExpression
  | JsonQueryExpression
  | JsonExistsExpression
  | JsonObjectExpression
  | JsonArrayExpression
  | JsonObjectAggregateExpression
  | JsonArrayAggregateExpression;

export interface JsonValueExpression {
  readonly kind: "json-value";
  readonly input: Expression;
  readonly path: Expression;
  readonly returning: TypeNode | undefined;
  readonly onEmpty: JsonValueBehaviour | undefined;
  readonly onError: JsonValueBehaviour | undefined;
  readonly span: Span;
}

export interface JsonValueBehaviour {
  readonly kind: "json-value-behaviour";
  readonly action: "NULL" | "ERROR" | "DEFAULT";
  /** Of DEFAULT only. */
  readonly value: Expression | undefined;
  readonly span: Span;
}

export type JsonQueryBehaviour = "NULL" | "ERROR" | "EMPTY ARRAY" | "EMPTY OBJECT";

export interface JsonQueryExpression {
  readonly kind: "json-query";
  readonly input: Expression;
  readonly path: Expression;
  readonly returning: TypeNode | undefined;
  readonly wrapper: "WITHOUT" | "CONDITIONAL" | "UNCONDITIONAL" | undefined;
  readonly onEmpty: JsonQueryBehaviour | undefined;
  readonly onError: JsonQueryBehaviour | undefined;
  readonly span: Span;
}

export interface JsonExistsExpression {
  readonly kind: "json-exists";
  readonly input: Expression;
  readonly path: Expression;
  readonly onError: "TRUE" | "FALSE" | "UNKNOWN" | "ERROR" | undefined;
  readonly span: Span;
}

/** What to do with a value that is NULL; undefined where not said. */
export type JsonNullClause = "NULL" | "ABSENT" | undefined;

/** `JSON_OBJECT([KEY] k VALUE v, … NULL ON NULL)`. */
export interface JsonObjectExpression {
  readonly kind: "json-object";
  readonly entries: readonly JsonObjectEntry[];
  readonly onNull: JsonNullClause;
  readonly span: Span;
}

export interface JsonObjectEntry {
  readonly kind: "json-object-entry";
  readonly key: Expression;
  readonly value: Expression;
  readonly span: Span;
}

/** `JSON_ARRAY(a, b ABSENT ON NULL)`. */
export interface JsonArrayExpression {
  readonly kind: "json-array";
  readonly items: readonly Expression[];
  readonly onNull: JsonNullClause;
  readonly span: Span;
}

/** `JSON_OBJECTAGG([KEY] k VALUE v …)`. */
export interface JsonObjectAggregateExpression {
  readonly kind: "json-object-aggregate";
  readonly key: Expression;
  readonly value: Expression;
  readonly onNull: JsonNullClause;
  readonly modifiers: AggregateModifiers;
  readonly span: Span;
}

/** `JSON_ARRAYAGG(item [ORDER BY …] …)`. */
export interface JsonArrayAggregateExpression {
  readonly kind: "json-array-aggregate";
  readonly item: Expression;
  readonly orderBy: readonly OrderItem[];
  readonly onNull: JsonNullClause;
  readonly modifiers: AggregateModifiers;
  readonly span: Span;
}

// ---- OVER ----

/** `OVER w`. */
export interface WindowReference {
  readonly kind: "window-reference";
  readonly name: Identifier;
  readonly span: Span;
}

/** `(base PARTITION BY … ORDER BY … frame)`, of OVER or of the WINDOW clause. */
export interface WindowSpecification {
  readonly kind: "window-specification";
  /** A named window that this one extends. */
  readonly base: Identifier | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame: WindowFrame | undefined;
  readonly span: Span;
}

/** `ROWS n PRECEDING` has an `end` of CURRENT ROW, like the form with BETWEEN. */
export interface WindowFrame {
  readonly kind: "window-frame";
  readonly unit: "ROWS" | "RANGE";
  readonly start: FrameBound;
  readonly end: FrameBound;
  readonly span: Span;
}

export interface FrameBound {
  readonly kind: "frame-bound";
  readonly type: "UNBOUNDED PRECEDING" | "PRECEDING" | "CURRENT ROW" | "FOLLOWING" | "UNBOUNDED FOLLOWING";
  /** Of PRECEDING and FOLLOWING only: a number of rows or an interval. */
  readonly offset: Expression | undefined;
  readonly span: Span;
}
