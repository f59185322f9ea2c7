/** Rows to bytes of one file. */
import { openRowEncoder, type ConnectorTable } from "../../../connector/index.ts";
import type { Batch, Schema } from "../../../data/index.ts";

export interface FileEncoder {
  /** Bytes held back, about. */
  readonly bufferedBytes: number;
  /** Takes rows; answers pieces of the file that are ready. */
  write(batch: Batch): readonly Uint8Array[];
  /** Pieces of everything held back, where the format can. */
  flush(): readonly Uint8Array[];
  /** The rest of the file. */
  finish(): readonly Uint8Array[];
}

export interface FileFormat {
  /** With the dot. */
  readonly extension: string;
  openEncoder(schema: Schema): FileEncoder;
}

export async function fileFormat(table: ConnectorTable): Promise<FileFormat> {
  const format = table.options.text("format");
  if (format === "parquet") return (await import("./parquet-encoder.ts")).parquetFormat(table);
  return { extension: `.${format}`, openEncoder: (schema) => textEncoder(table, schema) };
}

/** Records with a newline behind each. */
function textEncoder(table: ConnectorTable, schema: Schema): FileEncoder {
  const encoder = openRowEncoder(table, schema);
  return {
    bufferedBytes: 0,
    // The encoders put the newline there; a batch's bytes are one piece of the file.
    write: (batch) => [encoder.encode(batch).bytes],
    flush: () => [],
    finish: () => [],
  };
}
