import type { Identifier, Span } from "./span.ts";

/**
 * A type as written. Synonyms are gone: INT is INTEGER, DEC and NUMERIC are DECIMAL, `DOUBLE PRECISION` is DOUBLE,
 * `TIMESTAMP WITH LOCAL TIME ZONE` is TIMESTAMP_LTZ, `INT ARRAY` is ARRAY<INT>. Defaults are not filled in: a missing precision is undefined.
 * `nullable` is false after NOT NULL only.
 */
export type TypeNode = AtomicTypeNode | IntervalTypeNode | ArrayTypeNode | MultisetTypeNode | MapTypeNode | RowTypeNode;

export type AtomicTypeName =
  | "BOOLEAN"
  | "TINYINT"
  | "SMALLINT"
  | "INTEGER"
  | "BIGINT"
  | "FLOAT"
  | "DOUBLE"
  | "DECIMAL"
  | "CHAR"
  | "VARCHAR"
  | "STRING"
  | "BINARY"
  | "VARBINARY"
  | "BYTES"
  | "DATE"
  | "TIME"
  | "TIMESTAMP"
  | "TIMESTAMP_LTZ"
  | "TIMESTAMP_TZ"
  | "VARIANT"
  | "NULL";

export interface AtomicTypeNode {
  readonly kind: "atomic-type";
  readonly name: AtomicTypeName;
  /** Length of CHAR, VARCHAR, BINARY, VARBINARY; digits of DECIMAL; digits of the fraction of a second of TIME and TIMESTAMP. */
  readonly precision: number | undefined;
  /** Digits after the point, of DECIMAL only. */
  readonly scale: number | undefined;
  readonly nullable: boolean;
  readonly span: Span;
}

/** Units in which intervals are written and times are cut. The plural forms (`SECONDS`) are read as the singular. */
export type IntervalUnit = "YEAR" | "QUARTER" | "MONTH" | "WEEK" | "DAY" | "HOUR" | "MINUTE" | "SECOND";

/** Units that EXTRACT, FLOOR, CEIL, TIMESTAMPADD and TIMESTAMPDIFF know besides. The SQL_TSI_ forms are read as the plain ones. */
export type TimeUnit =
  | IntervalUnit
  | "MILLISECOND"
  | "MICROSECOND"
  | "NANOSECOND"
  | "DOW"
  | "DOY"
  | "ISODOW"
  | "ISOYEAR"
  | "EPOCH"
  | "DECADE"
  | "CENTURY"
  | "MILLENNIUM";

/** `DAY`, `DAY(3) TO SECOND(6)`, … of an interval literal or type. */
export interface IntervalQualifier {
  readonly kind: "interval-qualifier";
  readonly from: IntervalUnit;
  readonly to: IntervalUnit | undefined;
  /** Digits of the leading field. */
  readonly precision: number | undefined;
  /** Digits of the fraction of a second. */
  readonly fractionalPrecision: number | undefined;
  readonly span: Span;
}

export interface IntervalTypeNode {
  readonly kind: "interval-type";
  readonly qualifier: IntervalQualifier;
  readonly nullable: boolean;
  readonly span: Span;
}

export interface ArrayTypeNode {
  readonly kind: "array-type";
  readonly element: TypeNode;
  readonly nullable: boolean;
  readonly span: Span;
}

export interface MultisetTypeNode {
  readonly kind: "multiset-type";
  readonly element: TypeNode;
  readonly nullable: boolean;
  readonly span: Span;
}

export interface MapTypeNode {
  readonly kind: "map-type";
  readonly key: TypeNode;
  readonly value: TypeNode;
  readonly nullable: boolean;
  readonly span: Span;
}

/** `ROW<name type 'comment', …>` or `ROW(name type, …)`; no fields is allowed. */
export interface RowTypeNode {
  readonly kind: "row-type";
  readonly fields: readonly RowTypeField[];
  readonly nullable: boolean;
  readonly span: Span;
}

export interface RowTypeField {
  readonly kind: "row-type-field";
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly comment: string | undefined;
  readonly span: Span;
}
