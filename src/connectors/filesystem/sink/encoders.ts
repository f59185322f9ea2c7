/** Rows to bytes of one file. */
import { openRowEncoder, type ConnectorTable } from "../../../connector/index.ts";
import { HeadraceError } from "../../../core/index.ts";
import { ParquetWriter, type Batch, type ParquetOptions, type Schema } from "../../../data/index.ts";

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

/** @throws HeadraceError for options and columns that the format does not take. */
export function fileFormat(table: ConnectorTable): FileFormat {
  const format = table.options.text("format");
  if (format === "parquet") return parquetFormat(table);
  if (format !== "json" && format !== "csv")
    throw new HeadraceError("invalid-option", `table '${table.name}': files are not written in the format '${format}'`, {
      hint: "formats: parquet, json, csv",
    });
  return { extension: `.${format}`, openEncoder: (schema) => new TextFileEncoder({ ...table, schema }) };
}

function parquetFormat(table: ConnectorTable): FileFormat {
  const options: ParquetOptions = {
    compression: table.options.text("parquet.compression") as NonNullable<ParquetOptions["compression"]>,
    rowGroupRows: table.options.number("parquet.row-group-rows"),
  };
  // Made once now, so that a column that cannot be written is said before the first row.
  void new ParquetWriter(table.schema, options);
  return { extension: ".parquet", openEncoder: (schema) => new ParquetFileEncoder(schema, options) };
}

/** JSON or CSV: each record and a newline. */
class TextFileEncoder implements FileEncoder {
  readonly bufferedBytes = 0;
  readonly #encoder: ReturnType<typeof openRowEncoder>;

  constructor(table: ConnectorTable) {
    this.#encoder = openRowEncoder(table);
  }

  write(batch: Batch): readonly Uint8Array[] {
    return batch.length === 0 ? [] : [this.#encoder.encode(batch).bytes];
  }

  flush(): readonly Uint8Array[] {
    return [];
  }

  finish(): readonly Uint8Array[] {
    return [];
  }
}

class ParquetFileEncoder implements FileEncoder {
  readonly #writer: ParquetWriter;
  readonly #rowBytes: number;

  constructor(schema: Schema, options: ParquetOptions) {
    this.#writer = new ParquetWriter(schema, options);
    this.#rowBytes = 12 * schema.fields.length;
  }

  get bufferedBytes(): number {
    return this.#writer.bufferedRows * this.#rowBytes;
  }

  write(batch: Batch): readonly Uint8Array[] {
    return this.#writer.write(batch);
  }

  flush(): readonly Uint8Array[] {
    return this.#writer.flush();
  }

  finish(): readonly Uint8Array[] {
    return this.#writer.finish();
  }
}
