/**
 * SQL types as Apache Flink has them (docs "Data Types"), frozen values compared by {@link sameType}.
 *
 * How a value of each type is held outside columns (interpreter, literals, connectors), NULL being `null`:
 *
 * | type | scalar |
 * | --- | --- |
 * | BOOLEAN | boolean |
 * | TINYINT, SMALLINT, INT | number, whole |
 * | BIGINT | bigint |
 * | FLOAT (rounded by Math.fround), DOUBLE | number |
 * | DECIMAL(p, s) | bigint, unscaled: value × 10^s |
 * | CHAR, VARCHAR (STRING) | string |
 * | BINARY, VARBINARY (BYTES) | Uint8Array |
 * | DATE | number, days since 1970-01-01 |
 * | TIME(p) | number, milliseconds of the day |
 * | TIMESTAMP(p ≤ 3), TIMESTAMP_LTZ(p ≤ 3) | number, milliseconds since 1970-01-01 00:00 (local, UTC) |
 * | TIMESTAMP(p > 3), TIMESTAMP_LTZ(p > 3) | bigint, nanoseconds |
 * | INTERVAL YEAR TO MONTH, DAY TO SECOND | number, months; number, milliseconds |
 * | ARRAY | array |
 * | MAP, MULTISET | Map (keys compared by content through `data/values.ts`) |
 * | ROW | array in field order |
 */
export type DataType = Readonly<
  { nullable: boolean } & (
    | { kind: "boolean" | "tinyint" | "smallint" | "integer" | "bigint" | "float" | "double" | "date" | "null" }
    | { kind: "interval-month" | "interval-millisecond" }
    | { kind: "decimal"; precision: number; scale: number }
    | { kind: "char" | "varchar" | "binary" | "varbinary"; length: number }
    | { kind: "time" | "timestamp" | "timestamp-ltz"; precision: number }
    | { kind: "array" | "multiset"; element: DataType }
    | { kind: "map"; key: DataType; value: DataType }
    | { kind: "row"; fields: readonly Field[] }
  )
>;

export type TypeKind = DataType["kind"];

/** A named column or ROW field. */
export interface Field {
  readonly name: string;
  readonly type: DataType;
}

/** Columns of a table or of a stream between operators. */
export interface Schema {
  readonly fields: readonly Field[];
}

/** Length of STRING and BYTES: VARCHAR(2147483647). */
export const unboundedLength = 2_147_483_647;

type Simple = "boolean" | "tinyint" | "smallint" | "integer" | "bigint" | "float" | "double" | "date" | "null" | "interval-month" | "interval-millisecond";

/** A type without parameters. */
export function simpleType(kind: Simple, nullable = true): DataType {
  return { kind, nullable };
}
export function stringType(nullable = true): DataType {
  return { kind: "varchar", length: unboundedLength, nullable };
}
export function decimalType(precision: number, scale: number, nullable = true): DataType {
  return { kind: "decimal", precision, scale, nullable };
}
export function timestampType(precision: number, nullable = true): DataType {
  return { kind: "timestamp", precision, nullable };
}
export function withNullable(type: DataType, nullable: boolean): DataType {
  return type.nullable === nullable ? type : { ...type, nullable };
}

/** Equality of types; with `ignoreNullability`, of everything but NOT NULL, at every depth. */
export function sameType(left: DataType, right: DataType, ignoreNullability = false): boolean {
  return typeText(left, ignoreNullability) === typeText(right, ignoreNullability);
}

/** Flink's own text: `DECIMAL(10, 2) NOT NULL`, `STRING` for the unbounded VARCHAR. */
export function typeText(type: DataType, ignoreNullability = false): string {
  const text = bareText(type, ignoreNullability);
  return type.nullable || ignoreNullability || type.kind === "null" ? text : `${text} NOT NULL`;
}

function bareText(type: DataType, ignore: boolean): string {
  switch (type.kind) {
    case "integer":
      return "INT";
    case "interval-month":
      return "INTERVAL YEAR TO MONTH";
    case "interval-millisecond":
      return "INTERVAL DAY TO SECOND";
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "varchar":
      return type.length === unboundedLength ? "STRING" : `VARCHAR(${type.length})`;
    case "varbinary":
      return type.length === unboundedLength ? "BYTES" : `VARBINARY(${type.length})`;
    case "char":
    case "binary":
      return `${type.kind.toUpperCase()}(${type.length})`;
    case "time":
    case "timestamp":
      return `${type.kind.toUpperCase()}(${type.precision})`;
    case "timestamp-ltz":
      return `TIMESTAMP_LTZ(${type.precision})`;
    case "array":
    case "multiset":
      return `${type.kind.toUpperCase()}<${typeText(type.element, ignore)}>`;
    case "map":
      return `MAP<${typeText(type.key, ignore)}, ${typeText(type.value, ignore)}>`;
    case "row":
      return `ROW<${type.fields.map((field) => `\`${field.name}\` ${typeText(field.type, ignore)}`).join(", ")}>`;
    default:
      return type.kind.toUpperCase();
  }
}
