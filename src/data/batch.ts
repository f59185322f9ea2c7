/**
 * Rows between operators: columns in batches.
 *
 * Ownership, the one rule: a batch is immutable from the moment it is pushed. Whoever receives it may keep it, share
 * its columns with another batch, and hand it on; nobody writes into it again. Typed arrays may be longer than `length`.
 *
 * Layout by type, chosen by {@link layoutOf}, NULL marked by 1 in `nulls` (absent: no NULL in this batch):
 *
 * | layout | types | value |
 * | --- | --- | --- |
 * | `byte` | BOOLEAN | 0 or 1 |
 * | `int` | TINYINT, SMALLINT, INT, DATE, TIME, INTERVAL YEAR TO MONTH | whole number |
 * | `double` | FLOAT, DOUBLE, INTERVAL DAY TO SECOND, TIMESTAMP and TIMESTAMP_LTZ of precision ≤ 3 (milliseconds), DECIMAL of precision ≤ 15 (unscaled), BIGINT within ±2^53 | number |
 * | `wide` | BIGINT column holding at least one value beyond ±2^53, DECIMAL of precision 16 to 18 (unscaled), timestamps of precision > 3 (nanoseconds) | 64-bit whole |
 * | `string` | CHAR, VARCHAR | id in a {@link StringDictionary} |
 * | `view` | CHAR, VARCHAR, BINARY, VARBINARY that only pass through | UTF-8 bytes in a shared buffer |
 * | `object` | everything else (ARRAY, MAP, ROW, DECIMAL over 18 digits), and computed strings not worth interning | the scalar of `types.ts` |
 *
 * A character column may come as `string`, `view` or `object`; a BIGINT column as `double` or `wide`. Readers handle each.
 */
import type { DataType, Schema } from "./types.ts";
import type { StringDictionary } from "./dictionary.ts";

export interface Batch {
  readonly schema: Schema;
  /** Rows, 0 to {@link batchRowsMax}. */
  readonly length: number;
  readonly columns: readonly Column[];
  /** One {@link ChangeKind} per row; null when all rows are insertions. */
  readonly changes: Int8Array | null;
}

/** Largest batch an operator pushes; 1024 is the aim. */
export const batchRowsMax = 4096;

/** Flink's RowKind, with the weight of the change (law 8): insertions and new versions +1, removals −1. */
export const changeKind = { insert: 0, updateBefore: 1, updateAfter: 2, delete: 3 } as const;
export type ChangeKind = (typeof changeKind)[keyof typeof changeKind];

export type Column = ByteColumn | IntColumn | DoubleColumn | WideColumn | StringColumn | ViewColumn | ObjectColumn;

interface Nullable {
  readonly nulls: Uint8Array | null;
}
export interface ByteColumn extends Nullable {
  readonly layout: "byte";
  readonly values: Uint8Array;
}
export interface IntColumn extends Nullable {
  readonly layout: "int";
  readonly values: Int32Array;
}
export interface DoubleColumn extends Nullable {
  readonly layout: "double";
  readonly values: Float64Array;
}
export interface WideColumn extends Nullable {
  readonly layout: "wide";
  readonly values: BigInt64Array;
}
export interface StringColumn extends Nullable {
  readonly layout: "string";
  /** Ids in `dictionary`; what stands at a NULL is undefined. */
  readonly values: Int32Array;
  readonly dictionary: StringDictionary;
}
export interface ViewColumn extends Nullable {
  readonly layout: "view";
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** UTF-8. Kept alive by the batch: whoever keeps few rows for long copies them out. */
  readonly bytes: Uint8Array;
}
export interface ObjectColumn extends Nullable {
  readonly layout: "object";
  readonly values: readonly unknown[];
}

export type ColumnLayout = Column["layout"];

/** The layout a fresh column of this type gets; characters as `string`. */
export function layoutOf(type: DataType): ColumnLayout {
  switch (type.kind) {
    case "boolean":
      return "byte";
    case "tinyint":
    case "smallint":
    case "integer":
    case "date":
    case "time":
    case "interval-month":
      return "int";
    case "bigint":
    case "float":
    case "double":
    case "interval-millisecond":
      return "double";
    case "timestamp":
    case "timestamp-ltz":
      return type.precision <= 3 ? "double" : "wide";
    case "decimal":
      return type.precision <= 15 ? "double" : type.precision <= 18 ? "wide" : "object";
    case "char":
    case "varchar":
      return "string";
    case "binary":
    case "varbinary":
      return "view";
    default:
      return "object";
  }
}
