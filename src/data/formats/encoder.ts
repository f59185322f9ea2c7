/** What encoders of record formats have in common. */
import type { Batch, Column } from "../batch.ts";
import { readScalar } from "../columns.ts";
import type { StringDictionary } from "../dictionary.ts";
import type { DataType } from "../types.ts";
import type { RowBuffer } from "./row-buffer.ts";

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

/** Writes the value of a row, which is not NULL. */
export type CellWriter = (row: number) => void;

/** How a format writes texts. */
export interface TextStyle {
  /** By byte: 1 where a text with it cannot be written as it is. */
  readonly special: Uint8Array;
  /** Before and behind a text written as it is; −1: nothing. */
  readonly quote: number;
  /** The whole field for a text that cannot. */
  escape(text: string): string;
}

/** Texts and bytes go through a writer that remembers, for interned ones, which can be written as they are. */
export class TextWriter {
  readonly #style: TextStyle;
  readonly #plain = new Map<StringDictionary, Uint8Array>();

  constructor(style: TextStyle) {
    this.#style = style;
  }

  cell(column: Column, type: DataType, buffer: RowBuffer): CellWriter {
    switch (column.layout) {
      case "string":
        return this.#interned(column.values, column.dictionary, buffer);
      case "view":
        return (row) => this.#view(column.bytes, column.starts[row], column.ends[row], buffer);
      default:
        return (row) => buffer.text(this.#style.escape(readScalar(column, type, row) as string));
    }
  }

  #interned(values: Int32Array, dictionary: StringDictionary, buffer: RowBuffer): CellWriter {
    const { quote, escape } = this.#style;
    let plain = this.#plain.get(dictionary);
    if (plain === undefined || plain.length < dictionary.size) {
      const grown = new Uint8Array(dictionary.size * 2 + 64);
      if (plain !== undefined) grown.set(plain);
      this.#plain.set(dictionary, (plain = grown));
    }
    const known = plain;
    return (row) => {
      const id = values[row];
      if (known[id] === 0) known[id] = this.#isPlain(dictionary.bytes(id), 0, dictionary.bytesOf(id)) ? 1 : 2;
      if (known[id] === 2) {
        buffer.text(escape(dictionary.text(id)));
        return;
      }
      buffer.room(dictionary.bytesOf(id) + 2);
      if (quote >= 0) buffer.bytes[buffer.at++] = quote;
      buffer.at = dictionary.copyTo(id, buffer.bytes, buffer.at);
      if (quote >= 0) buffer.bytes[buffer.at++] = quote;
    };
  }

  #isPlain(bytes: Uint8Array, start: number, end: number): boolean {
    const { special } = this.#style;
    for (let at = start; at < end; at++) if (special[bytes[at]] === 1) return false;
    return end > start || this.#style.quote >= 0;
  }

  #view(bytes: Uint8Array, start: number, end: number, buffer: RowBuffer): void {
    const { quote, escape } = this.#style;
    if (!this.#isPlain(bytes, start, end)) {
      buffer.text(escape(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()));
      return;
    }
    buffer.room(end - start + 2);
    if (quote >= 0) buffer.bytes[buffer.at++] = quote;
    buffer.copy(bytes, start, end);
    if (quote >= 0) buffer.bytes[buffer.at++] = quote;
  }
}

/** Writers of what formats write alike; null for everything else. `beyond` writes what has no plain form: NaN, infinities, times outside the years 0 to 9999. */
export function plainCell(column: Column, type: DataType, separator: number, buffer: RowBuffer, beyond: CellWriter): CellWriter | null {
  switch (type.kind) {
    case "boolean":
      return column.layout === "byte" ? (row) => buffer.ascii(column.values[row] === 1 ? "true" : "false") : null;
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return column.layout === "int" || column.layout === "double"
        ? (row) => buffer.whole(column.values[row])
        : column.layout === "wide"
          ? (row) => buffer.ascii(String(column.values[row]))
          : null;
    case "double":
      return column.layout === "double" ? (row) => (Number.isFinite(column.values[row]) ? buffer.number(column.values[row]) : beyond(row)) : null;
    case "date":
      return column.layout === "int" ? (row) => void (buffer.date(column.values[row]) || beyond(row)) : null;
    case "timestamp":
    case "timestamp-ltz":
      if (column.layout !== "double") return null;
      return type.kind === "timestamp"
        ? (row) => void (buffer.timestamp(column.values[row], separator) || beyond(row))
        : (row) => {
            if (buffer.timestamp(column.values[row], separator)) buffer.byte(90);
            else beyond(row);
          };
    default:
      return null;
  }
}
