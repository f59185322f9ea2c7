/** What encoders of record formats have in common. */
import type { Batch } from "../batch.ts";
import { readScalar } from "../columns.ts";
import type { Column } from "../batch.ts";
import type { DataType } from "../types.ts";

/** Rows as byte ranges of one buffer, each followed by a newline that is not in its range. */
export interface EncodedRows {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface Encoder {
  encode(batch: Batch): EncodedRows;
}

/** Text of row `row` of one column, as it stands in the record. */
export type CellWriter = (row: number) => string;

/** Texts of an interned column are made once for each id. */
export function cachedTexts(column: Extract<Column, { layout: "string" }>, cache: Map<object, string[]>, make: (text: string) => string): CellWriter {
  let texts = cache.get(column.dictionary);
  if (texts === undefined) cache.set(column.dictionary, (texts = []));
  const known = texts;
  return (row) => (known[column.values[row]] ??= make(column.dictionary.text(column.values[row])));
}

/** A cell through its scalar. */
export function scalarCell(column: Column, type: DataType, write: (scalar: unknown) => string, nullText: string): CellWriter {
  return (row) => {
    const scalar = readScalar(column, type, row);
    return scalar === null ? nullText : write(scalar);
  };
}

/** Writes one text a row. */
export function packRows(count: number, textOf: (row: number) => string): EncodedRows {
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let buffer = Buffer.allocUnsafe(Math.max(256, count * 128));
  let at = 0;
  for (let row = 0; row < count; row++) {
    const text = textOf(row);
    const needed = at + text.length * 3 + 1;
    if (needed > buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, buffer.length * 2));
      buffer.copy(grown, 0, 0, at);
      buffer = grown;
    }
    starts[row] = at;
    at += buffer.write(text, at, "utf8");
    ends[row] = at;
    buffer[at++] = 10;
  }
  return { bytes: buffer.subarray(0, at), count, starts, ends };
}
