/** A Parquet file as batches, for sources. */
import { batchFromRows, sameType, typeText, type Batch, type DataType, type Schema } from "../data/index.ts";
import { HeadraceError } from "../core/index.ts";
import { quoteName, quoteText, type Lake, type LakeQuery } from "./lake.ts";

export interface ParquetReader {
  /** The next rows, or null at the end. */
  next(): Promise<Batch | null>;
  close(): void;
}

/** Rows from `fromRow` on, in the file's order, cast to the schema's types. @throws HeadraceError `sql-invalid` naming a column that is not there or does not fit. */
export async function readParquet(lake: Lake, path: string, schema: Schema, fromRow: number): Promise<ParquetReader> {
  const list = schema.fields.map((field) => `CAST(${quoteName(field.name)} AS ${duckType(field.type)}) AS ${quoteName(field.name)}`).join(", ");
  const query = await lake.query(`SELECT ${list} FROM read_parquet(${quoteText(path)}) OFFSET ${fromRow}`, ["SET preserve_insertion_order = true", "SET TimeZone = 'UTC'"]);
  return { next: () => nextBatch(query, schema), close: () => query.close() };
}

async function nextBatch(query: LakeQuery, schema: Schema): Promise<Batch | null> {
  const rows = await query.next();
  if (rows === null) return null;
  const scalars = schema.fields.map(({ type }, index) => (sameType(query.columns[index].type, type, true) ? rows.columns[index] : rows.columns[index].map((value) => toScalar(value, type))));
  return batchFromRows(schema, Array.from({ length: rows.count }, (_, row) => scalars.map((column) => column[row])));
}

/** From the nearest type DuckDB has. */
function toScalar(value: unknown, type: DataType): unknown {
  if (value === null) return null;
  if ((type.kind === "timestamp" || type.kind === "timestamp-ltz") && type.precision <= 3 && typeof value === "bigint") return Number(value / 1_000_000n - (value % 1_000_000n < 0n ? 1n : 0n));
  return value;
}

function duckType(type: DataType): string {
  switch (type.kind) {
    case "char":
    case "varchar":
      return "VARCHAR";
    case "binary":
    case "varbinary":
      return "BLOB";
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "timestamp":
      return type.precision <= 3 ? "TIMESTAMP_MS" : type.precision <= 6 ? "TIMESTAMP" : "TIMESTAMP_NS";
    case "timestamp-ltz":
      return "TIMESTAMPTZ";
    case "boolean":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
    case "float":
    case "double":
    case "date":
    case "time":
      return type.kind.toUpperCase();
    default:
      throw new HeadraceError("sql-unsupported", `${typeText(type, true)} is not read from Parquet yet`);
  }
}
