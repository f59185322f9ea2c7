/** Writes a Parquet file from batches (Apache Parquet format 2.x: data pages of version 1, one page a column and row group). */
import { HeadraceError } from "../../../core/index.ts";
import type { Batch } from "../../batch.ts";
import type { Schema } from "../../types.ts";
import { codecs, encodeColumn, type ColumnChunk, type Compression } from "./column-chunk.ts";
import { columnType, type ColumnType } from "./column-type.ts";
import { ThriftWriter } from "./thrift.ts";

export interface ParquetOptions {
  /** Default SNAPPY. */
  readonly compression?: Compression;
  /** Rows of a row group, at most. Default 122,880. */
  readonly rowGroupRows?: number;
}

interface WrittenGroup {
  readonly rows: number;
  readonly columns: readonly { readonly chunk: ColumnChunk; readonly offset: number }[];
}

const magic = new TextEncoder().encode("PAR1");

export class ParquetWriter {
  readonly #types: readonly ColumnType[];
  readonly #compression: Compression;
  readonly #rowGroupRows: number;
  readonly #groups: WrittenGroup[] = [];
  #batches: Batch[] = [];
  #rows = 0;
  #position = 0;

  /** @throws HeadraceError `sql-unsupported` for a column type that is not written yet. */
  constructor(schema: Schema, options: ParquetOptions = {}) {
    if (schema.fields.length === 0) throw new HeadraceError("sql-invalid", "a Parquet file needs at least one column");
    this.#types = schema.fields.map(columnType);
    this.#compression = options.compression ?? "SNAPPY";
    this.#rowGroupRows = options.rowGroupRows ?? 122_880;
  }

  /** Rows held back until their row group is full. */
  get bufferedRows(): number {
    return this.#rows;
  }

  /** Takes rows; answers pieces of the file that are ready, in order. */
  write(batch: Batch): Uint8Array[] {
    if (batch.length === 0) return [];
    this.#batches.push(batch);
    this.#rows += batch.length;
    return this.#rows >= this.#rowGroupRows ? this.#rowGroup() : [];
  }

  /** Ends the row group here: its rows are held back no longer. */
  flush(): Uint8Array[] {
    return this.#rows > 0 ? this.#rowGroup() : [];
  }

  /** The rest of the file. */
  finish(): Uint8Array[] {
    const pieces = this.#rows > 0 ? this.#rowGroup() : [];
    if (this.#position === 0) pieces.push(this.#piece(magic));
    const footer = this.#footer();
    const tail = new Uint8Array(8);
    new DataView(tail.buffer).setUint32(0, footer.length, true);
    tail.set(magic, 4);
    return [...pieces, footer, tail];
  }

  #piece(bytes: Uint8Array): Uint8Array {
    this.#position += bytes.length;
    return bytes;
  }

  #rowGroup(): Uint8Array[] {
    const pieces: Uint8Array[] = this.#position === 0 ? [this.#piece(magic)] : [];
    const rows = this.#rows;
    const columns = this.#types.map((type, index) => {
      const chunk = encodeColumn(this.#batches, index, type, rows, this.#compression);
      const offset = this.#position;
      for (const page of chunk.pages) pieces.push(this.#piece(page));
      // The bytes are on their way; the footer needs only the numbers.
      return { chunk: { ...chunk, pages: [] }, offset };
    });
    this.#groups.push({ rows, columns });
    this.#batches = [];
    this.#rows = 0;
    return pieces;
  }

  /** FileMetaData of parquet.thrift. */
  #footer(): Uint8Array {
    const writer = new ThriftWriter();
    writer.int32(1, 2);
    writer.structs(2, [null, ...this.#types], (type) => (type === null ? this.#root(writer) : schemaElement(writer, type)));
    writer.int64(
      3,
      this.#groups.reduce((total, group) => total + group.rows, 0),
    );
    writer.structs(4, this.#groups, (group) => this.#groupMetadata(writer, group));
    writer.binary(6, "headrace");
    // Bounds are meant in the order that each type defines.
    writer.structs(7, this.#types, () => writer.struct(1, () => {}));
    writer.stop();
    return writer.finish();
  }

  #root(writer: ThriftWriter): void {
    writer.binary(4, "schema");
    writer.int32(5, this.#types.length);
  }

  #groupMetadata(writer: ThriftWriter, group: WrittenGroup): void {
    writer.structs(1, group.columns, ({ chunk, offset }) => {
      const type = this.#types[group.columns.findIndex((column) => column.offset === offset)];
      writer.int64(2, offset);
      writer.struct(3, () => columnMetadata(writer, type, chunk, offset));
    });
    writer.int64(
      2,
      group.columns.reduce((total, { chunk }) => total + chunk.uncompressedBytes, 0),
    );
    writer.int64(3, group.rows);
  }
}

function schemaElement(writer: ThriftWriter, type: ColumnType): void {
  writer.int32(1, type.physical);
  if (type.length > 0) writer.int32(2, type.length);
  writer.int32(3, type.field.type.nullable ? 1 : 0);
  writer.binary(4, type.field.name);
  type.annotate(writer);
}

function columnMetadata(writer: ThriftWriter, type: ColumnType, chunk: ColumnChunk, offset: number): void {
  writer.int32(1, type.physical);
  writer.int32s(2, chunk.encodings);
  writer.texts(3, [type.field.name]);
  writer.int32(4, codecs[chunk.compression]);
  writer.int64(5, chunk.values);
  writer.int64(6, chunk.uncompressedBytes);
  writer.int64(7, chunk.compressedBytes);
  writer.int64(9, offset + (chunk.dataPageOffset ?? 0));
  if (chunk.dataPageOffset !== null) writer.int64(11, offset);
  const { minimum, maximum, nullCount } = chunk.bounds;
  writer.struct(12, () => {
    writer.int64(3, nullCount);
    if (maximum !== null) writer.binary(5, maximum);
    if (minimum !== null) writer.binary(6, minimum);
  });
}
