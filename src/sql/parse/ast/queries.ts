import type { Argument, WindowSpecification } from "./calls.ts";
import type { Expression } from "./expressions.ts";
import type { MatchRecognizeTable } from "./match-recognize.ts";
import type { Identifier, ObjectName, OptionPair, Span } from "./span.ts";

/** A whole query: what WITH, ORDER BY and LIMIT wrap round a body. */
export interface Query {
  readonly kind: "query";
  readonly commonTables: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  /** Rows to skip: `OFFSET n ROWS`, or the first number of `LIMIT n, m`. */
  readonly offset: Expression | undefined;
  /** Rows to give: `LIMIT n` or `FETCH FIRST n ROWS ONLY`; undefined also for LIMIT ALL. */
  readonly limit: Expression | undefined;
  readonly span: Span;
}

/** A `query` as a body is one in parentheses, with an ORDER BY or LIMIT of its own, or a WITH. */
export type QueryBody = Select | SetOperation | Values | ExplicitTable | Query;

/** `name [(columns)] AS (query)` of a WITH clause. */
export interface CommonTable {
  readonly kind: "common-table";
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly query: Query;
  readonly span: Span;
}

export interface Select {
  readonly kind: "select";
  readonly hints: readonly Hint[];
  readonly distinct: boolean;
  /** At least one. */
  readonly items: readonly SelectItem[];
  readonly from: TableExpression | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Expression | undefined;
  readonly windows: readonly NamedWindow[];
  readonly qualify: Expression | undefined;
  readonly span: Span;
}

export type SelectItem = SelectStar | SelectExpression;

/** `*` (no qualifier) or `t.*`, `catalog.database.t.*`, `row.*`. */
export interface SelectStar {
  readonly kind: "select-star";
  readonly qualifier: readonly Identifier[];
  readonly span: Span;
}

export interface SelectExpression {
  readonly kind: "select-expression";
  readonly expression: Expression;
  readonly alias: Identifier | undefined;
  readonly span: Span;
}

export interface GroupBy {
  readonly kind: "group-by";
  readonly distinct: boolean;
  readonly items: readonly GroupItem[];
  readonly span: Span;
}

export type GroupItem = GroupExpressions | GroupingSets | Rollup | Cube;

/** `a` (one, not in parentheses), `(a, b)`, or `()` (none). */
export interface GroupExpressions {
  readonly kind: "group-expressions";
  readonly expressions: readonly Expression[];
  readonly span: Span;
}

export interface GroupingSets {
  readonly kind: "grouping-sets";
  readonly sets: readonly GroupItem[];
  readonly span: Span;
}

export interface Rollup {
  readonly kind: "rollup";
  readonly items: readonly GroupExpressions[];
  readonly span: Span;
}

export interface Cube {
  readonly kind: "cube";
  readonly items: readonly GroupExpressions[];
  readonly span: Span;
}

/** `name AS (…)` of a WINDOW clause. */
export interface NamedWindow {
  readonly kind: "named-window";
  readonly name: Identifier;
  readonly specification: WindowSpecification;
  readonly span: Span;
}

/** INTERSECT binds closer than UNION and EXCEPT; those run from left to right. MINUS is read as EXCEPT. */
export interface SetOperation {
  readonly kind: "set-operation";
  readonly operator: "UNION" | "INTERSECT" | "EXCEPT";
  /** Copies are kept. */
  readonly all: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
  readonly span: Span;
}

/** `VALUES (1, 'a'), (2, 'b')`. A row without parentheses has one value. */
export interface Values {
  readonly kind: "values";
  readonly rows: readonly ValuesRow[];
  readonly span: Span;
}

export interface ValuesRow {
  readonly kind: "values-row";
  readonly items: readonly Expression[];
  readonly span: Span;
}

/** `TABLE t` as a query. */
export interface ExplicitTable {
  readonly kind: "explicit-table";
  readonly name: ObjectName;
  readonly span: Span;
}

export interface OrderItem {
  readonly kind: "order-item";
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls: "FIRST" | "LAST" | undefined;
  readonly span: Span;
}

// ---- FROM ----

export type TableExpression = TableReference | DerivedTable | TableFunction | Unnest | Join | MatchRecognizeTable;

/** `AS t (a, b)`. */
export interface TableAlias {
  readonly kind: "table-alias";
  readonly name: Identifier;
  /** Empty: the columns keep their names. */
  readonly columns: readonly Identifier[];
  readonly span: Span;
}

export interface TableReference {
  readonly kind: "table";
  readonly name: ObjectName;
  readonly hints: readonly Hint[];
  /** `FOR SYSTEM_TIME AS OF expression`. */
  readonly systemTime: Expression | undefined;
  readonly alias: TableAlias | undefined;
  readonly span: Span;
}

/** `[LATERAL] (query) AS t`. */
export interface DerivedTable {
  readonly kind: "derived-table";
  readonly query: Query;
  readonly lateral: boolean;
  readonly alias: TableAlias | undefined;
  readonly span: Span;
}

/** `[LATERAL] TABLE(f(…)) AS t`, or `f(…)` alone: window functions, ML_PREDICT, user functions. */
export interface TableFunction {
  readonly kind: "table-function";
  /** Compared without regard to case. */
  readonly name: ObjectName;
  readonly arguments: readonly Argument[];
  readonly lateral: boolean;
  readonly alias: TableAlias | undefined;
  readonly span: Span;
}

/** `UNNEST(a, b) [WITH ORDINALITY] AS t (x, position)`. */
export interface Unnest {
  readonly kind: "unnest";
  readonly expressions: readonly Expression[];
  readonly ordinality: boolean;
  readonly alias: TableAlias | undefined;
  readonly span: Span;
}

export interface Join {
  readonly kind: "join";
  /** A comma is a CROSS join with `comma` set. */
  readonly type: "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS";
  readonly natural: boolean;
  readonly comma: boolean;
  readonly left: TableExpression;
  readonly right: TableExpression;
  readonly on: Expression | undefined;
  /** Columns of USING (…); empty without it. */
  readonly using: readonly Identifier[];
  readonly span: Span;
}

/** One hint of a hint comment: OPTIONS('k' = 'v'), STATE_TTL('t' = '1d'), BROADCAST(t). */
export interface Hint {
  readonly kind: "hint";
  /** In upper case. */
  readonly name: string;
  readonly options: readonly OptionPair[];
  /** What is not a pair: names and literals, as text. */
  readonly arguments: readonly string[];
  readonly span: Span;
}
