/** Types as written to types. */
import { decimalType, simpleType, stringType, unboundedLength, withNullable, type DataType } from "../../data/index.ts";
import type { AtomicTypeNode, TypeNode } from "../parse/ast.ts";
import { SqlError } from "../errors.ts";

export function bindType(node: TypeNode): DataType {
  switch (node.kind) {
    case "atomic-type":
      return withNullable(atomicType(node), node.nullable);
    case "interval-type":
      return simpleType(isMonths(node.qualifier.from) ? "interval-month" : "interval-millisecond", node.nullable);
    case "array-type":
      return { kind: "array", element: bindType(node.element), nullable: node.nullable };
    case "multiset-type":
      return { kind: "multiset", element: bindType(node.element), nullable: node.nullable };
    case "map-type":
      return { kind: "map", key: bindType(node.key), value: bindType(node.value), nullable: node.nullable };
    case "row-type":
      return { kind: "row", fields: node.fields.map((field) => ({ name: field.name.name, type: bindType(field.type) })), nullable: node.nullable };
  }
}

export function isMonths(unit: string): boolean {
  return unit === "YEAR" || unit === "QUARTER" || unit === "MONTH";
}

function atomicType(node: AtomicTypeNode): DataType {
  const { name, precision } = node;
  switch (name) {
    case "BOOLEAN":
    case "TINYINT":
    case "SMALLINT":
    case "INTEGER":
    case "BIGINT":
    case "FLOAT":
    case "DOUBLE":
    case "DATE":
    case "NULL":
      return simpleType(name.toLowerCase() as "integer");
    case "DECIMAL":
      return decimal(node);
    case "STRING":
      return stringType();
    case "BYTES":
      return { kind: "varbinary", length: unboundedLength, nullable: true };
    case "CHAR":
    case "VARCHAR":
    case "BINARY":
    case "VARBINARY":
      if (precision === 0) throw new SqlError("sql-invalid", `the length of ${name} is at least 1`, node.span);
      return { kind: name.toLowerCase() as "char", length: precision ?? 1, nullable: true };
    case "TIME":
      return { kind: "time", precision: digits(node, 0, 9), nullable: true };
    case "TIMESTAMP":
      return { kind: "timestamp", precision: digits(node, 6, 9), nullable: true };
    case "TIMESTAMP_LTZ":
      return { kind: "timestamp-ltz", precision: digits(node, 6, 9), nullable: true };
    case "TIMESTAMP_TZ":
      throw new SqlError("sql-unsupported", "TIMESTAMP WITH TIME ZONE cannot be run, as in Flink", node.span, {
        hint: "TIMESTAMP_LTZ(3) is an instant, shown in the session's time zone",
      });
    case "VARIANT":
      throw new SqlError("sql-unsupported", "VARIANT cannot be run yet", node.span, { hint: "declare the value as STRING, or as the ROW that it is" });
  }
}

function digits(node: AtomicTypeNode, standard: number, most: number): number {
  const precision = node.precision ?? standard;
  if (precision > most) throw new SqlError("sql-invalid", `the precision of ${node.name} is 0 to ${most}, not ${precision}`, node.span);
  return precision;
}

function decimal(node: AtomicTypeNode): DataType {
  const precision = node.precision ?? 10;
  const scale = node.scale ?? 0;
  if (precision < 1 || precision > 38) throw new SqlError("sql-invalid", `the precision of DECIMAL is 1 to 38, not ${precision}`, node.span);
  if (scale > precision) throw new SqlError("sql-invalid", `the scale of DECIMAL is 0 to its precision (${precision}), not ${scale}`, node.span);
  return decimalType(precision, scale);
}
