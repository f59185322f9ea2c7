/** A Parquet file as chunks of columns, read by DuckDB in a child process. */
import type { ConnectorContext, SourceChunk, SplitPosition, SplitReader } from "../../../connector/index.ts";
import type { Schema } from "../../../data/index.ts";
import { openLake, readParquet, type Lake, type ParquetReader } from "../../../lake/index.ts";

interface ParquetPosition {
  /** Rows of the file that were read. */
  readonly row: number;
}

export async function openParquet(_context: ConnectorContext, path: string, schema: Schema, position: SplitPosition): Promise<SplitReader> {
  const { row = 0 } = position as Partial<ParquetPosition>;
  const lake = openLake();
  try {
    return new ParquetSplit(lake, await readParquet(lake, path, schema, row), row);
  } catch (error) {
    await lake.close();
    throw error;
  }
}

class ParquetSplit implements SplitReader {
  readonly #lake: Lake;
  readonly #reader: ParquetReader;
  #row: number;

  constructor(lake: Lake, reader: ParquetReader, row: number) {
    this.#lake = lake;
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
    await this.#lake.close();
  }
}
