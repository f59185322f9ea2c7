/** A Parquet file as chunks of columns, read by DuckDB in a child process. */
import type { SourceChunk, SplitPosition, SplitReader } from "../../../connector/index.ts";
import type { Schema } from "../../../data/index.ts";
import { openLake, readParquet, type Lake, type ParquetReader } from "../../../lake/index.ts";

interface ParquetPosition {
  /** Rows of the file that were read. */
  readonly row: number;
}

/** The Parquet files of one source: they share one child process, which starts with the first. */
export class ParquetFiles {
  #lake: Lake | null = null;

  async open(path: string, schema: Schema, position: SplitPosition): Promise<SplitReader> {
    const { row = 0 } = position as Partial<ParquetPosition>;
    this.#lake ??= openLake();
    return new ParquetSplit(await readParquet(this.#lake, path, schema, row), row);
  }

  async close(): Promise<void> {
    await this.#lake?.close();
    this.#lake = null;
  }
}

class ParquetSplit implements SplitReader {
  readonly #reader: ParquetReader;
  #row: number;

  constructor(reader: ParquetReader, row: number) {
    this.#reader = reader;
    this.#row = row;
  }

  async read(): Promise<SourceChunk | null> {
    const batch = await this.#reader.next();
    if (batch === null) return null;
    this.#row += batch.length;
    return { kind: "columns", batch, position: { row: this.#row } satisfies ParquetPosition };
  }

  async close(): Promise<void> {
    this.#reader.close();
  }
}
