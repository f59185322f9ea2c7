/** Rows to record values by a table's 'format'. */
import { HeadraceError } from "../core/index.ts";
import { createEncoder, isRecordFormat, type Encoder } from "../data/formats/index.ts";
import type { Schema } from "../data/index.ts";
import type { ConnectorTable } from "./contract.ts";
import { formatOptionTexts } from "./format-options.ts";

export type { EncodedRows, Encoder as RowEncoder } from "../data/formats/index.ts";

/** `schema`: columns that are written, when not all of the table's are. */
export function openRowEncoder(table: ConnectorTable, schema: Schema = table.schema): Encoder {
  const format = table.options.text("format");
  if (!isRecordFormat(format)) throw new HeadraceError("invalid-option", `table '${table.name}': '${format}' is no format of records`);
  if (format === "raw" && (schema.fields.length !== 1 || !["char", "varchar", "binary", "varbinary"].includes(schema.fields[0].type.kind))) {
    throw new HeadraceError("sql-invalid", `table '${table.name}': the format 'raw' takes one column of STRING or BYTES`);
  }
  return createEncoder(format, schema, formatOptionTexts(format, table.options));
}
