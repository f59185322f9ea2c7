/** A Parquet file as batches, for sources. */
import { HeadraceError } from "../core/index.ts";
import { columnFromScalars, layoutOf, readScalar, simpleType, typeText, type Batch, type Column, type DataType, type Schema } from "../data/index.ts";
import type { Lake } from "./lake.ts";
import { quoteName, quoteText } from "./statements.ts";

export interface ParquetReader {
  /** The next rows, or null at the end. */
  next(): Promise<Batch | null>;
  close(): void;
}

/** Rows from `fromRow` on, in the file's order, cast to the schema's types. @throws HeadraceError `sql-invalid` naming a column that is not there or does not fit. */
export async function readParquet(lake: Lake, path: string, schema: Schema, fromRow: number): Promise<ParquetReader> {
  const list = schema.fields.map(({ name, type }) => `${storedExpression(quoteName(name), type)} AS ${quoteName(name)}`).join(", ");
  const rows = await lake.readColumns(`SELECT ${list} FROM read_parquet(${quoteText(path)}) OFFSET ${fromRow}`, [
    "SET preserve_insertion_order = true",
    "SET TimeZone = 'UTC'",
  ]);
  return {
    next: async () => {
      const chunk = await rows.next();
      if (chunk === null) return null;
      const columns = chunk.columns.map((column, index) => columnFor(column, schema.fields[index].type));
      return { schema, length: chunk.count, columns, changes: null };
    },
    close: () => rows.close(),
  };
}

/** The value as the plain type that {@link Lake.readColumns} hands over in our layout, so that no value is touched twice. */
function storedExpression(name: string, type: DataType): string {
  switch (type.kind) {
    case "char":
    case "varchar":
      return `encode(CAST(${name} AS VARCHAR))`;
    case "binary":
    case "varbinary":
      return `CAST(${name} AS BLOB)`;
    case "boolean":
      return `CAST(CAST(${name} AS BOOLEAN) AS UTINYINT)`;
    case "tinyint":
    case "smallint":
    case "integer":
      // The narrower type first, so that what does not fit is an error.
      return `CAST(CAST(${name} AS ${type.kind.toUpperCase()}) AS INTEGER)`;
    case "bigint":
    case "float":
    case "double":
      return `CAST(${name} AS ${type.kind.toUpperCase()})`;
    case "date":
      return `CAST(CAST(${name} AS DATE) - DATE '1970-01-01' AS INTEGER)`;
    case "time":
      return `CAST(epoch_ns(CAST(${name} AS TIME)) // 1000000 AS INTEGER)`;
    case "timestamp":
      return type.precision <= 3 ? `epoch_ms(CAST(${name} AS TIMESTAMP))` : `epoch_ns(CAST(${name} AS ${type.precision <= 6 ? "TIMESTAMP" : "TIMESTAMP_NS"}))`;
    case "timestamp-ltz":
      return type.precision <= 3 ? `epoch_ms(CAST(${name} AS TIMESTAMPTZ))` : `epoch_ns(CAST(${name} AS TIMESTAMPTZ))`;
    case "decimal":
      return `CAST(${name} AS DECIMAL(${type.precision}, ${type.scale}))`;
    default:
      throw new HeadraceError("sql-unsupported", `${typeText(type, true)} is not read from Parquet yet`);
  }
}

/** Numbers that came narrower or wider than the layout of the type. */
function columnFor(column: Column, type: DataType): Column {
  const layout = layoutOf(type);
  const fits = column.layout === layout || column.layout === "object" || column.layout === "view" || (type.kind === "bigint" && column.layout === "wide");
  if (fits) return column;
  const wide = simpleType("bigint");
  const scalars = Array.from(column.nulls ?? new Uint8Array((column as { values: ArrayLike<unknown> }).values.length), (isNull, row) =>
    isNull === 1 ? null : readScalar(column, wide, row),
  );
  return columnFromScalars(type, scalars);
}
