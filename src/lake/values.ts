/** DuckDB's types and values to ours. Loaded in the child only. */
import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBTypeId,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { decimalType, simpleType, stringType, timestampType, type DataType } from "../data/index.ts";

/** The type of ours that holds values of a DuckDB type; STRING for what has none, then shown as text. */
export function typeOf(type: DuckDBType): DataType {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return simpleType("boolean");
    case DuckDBTypeId.TINYINT:
      return simpleType("tinyint");
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.UTINYINT:
      return simpleType("smallint");
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.USMALLINT:
      return simpleType("integer");
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UINTEGER:
      return simpleType("bigint");
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UBIGINT:
      return decimalType(38, 0);
    case DuckDBTypeId.FLOAT:
      return simpleType("float");
    case DuckDBTypeId.DOUBLE:
      return simpleType("double");
    case DuckDBTypeId.DECIMAL:
      return decimalType((type as unknown as { width: number }).width, (type as unknown as { scale: number }).scale);
    case DuckDBTypeId.DATE:
      return simpleType("date");
    case DuckDBTypeId.TIME:
      return { kind: "time", precision: 3, nullable: true };
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
      return timestampType(3);
    case DuckDBTypeId.TIMESTAMP:
      return timestampType(6);
    case DuckDBTypeId.TIMESTAMP_NS:
      return timestampType(9);
    case DuckDBTypeId.TIMESTAMP_TZ:
      return { kind: "timestamp-ltz", precision: 6, nullable: true };
    case DuckDBTypeId.BLOB:
      return { kind: "varbinary", length: 2_147_483_647, nullable: true };
    default:
      return stringType();
  }
}

/** A value as the scalar of {@link typeOf} its type. */
export function scalarOf(value: DuckDBValue): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string" || typeof value === "bigint") return value;
  if (value instanceof DuckDBDateValue) return value.days;
  if (value instanceof DuckDBTimeValue) return Number(value.micros / 1000n);
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return value.micros * 1000n;
  if (value instanceof DuckDBTimestampMillisecondsValue) return Number(value.millis);
  if (value instanceof DuckDBTimestampSecondsValue) return Number(value.seconds) * 1000;
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos;
  if (value instanceof DuckDBDecimalValue) return value.value;
  if ("bytes" in value && value.bytes instanceof Uint8Array) return new Uint8Array(value.bytes);
  return value.toString();
}

/** BIGINT-like types whose values DuckDB hands over as numbers. */
export function widened(type: DataType, scalar: unknown): unknown {
  return typeof scalar === "number" && (type.kind === "bigint" || type.kind === "decimal") ? BigInt(scalar) : scalar;
}
