/** Rows to record values by a table's 'format'. */
import { HeadraceError } from "../core/index.ts";
import { createEncoder, isRecordFormat, type EncodedRows, type Encoder } from "../data/index.ts";
import type { ConnectorTable } from "./contract.ts";
import { formatOptionTexts } from "./format-options.ts";

export type { EncodedRows };
/** Answers are valid for good: each call makes its own buffer. */
export type RowEncoder = Encoder;

/** @throws HeadraceError `sql-invalid` when the table's columns do not fit the format. */
export function openRowEncoder({ name, options, schema }: ConnectorTable): RowEncoder {
  const format = options.text("format");
  if (!isRecordFormat(format))
    throw new HeadraceError("invalid-option", `table '${name}': records are not written in the format '${format}'`, { hint: "formats: json, csv, raw" });
  if (format === "raw" && (schema.fields.length !== 1 || !["char", "varchar", "binary", "varbinary"].includes(schema.fields[0].type.kind))) {
    throw new HeadraceError("sql-invalid", `table '${name}': the format 'raw' takes one column of STRING or BYTES`);
  }
  return createEncoder(format, schema, formatOptionTexts(format, options));
}
