/** What decoders of record formats have in common. */
import type { Column } from "../batch.ts";
import type { StringDictionary } from "../dictionary.ts";
import type { DataType } from "../types.ts";

/** A column to be read from records. */
export interface DecodedField {
  /** Names from the record's top: ["bid", "price"]. */
  readonly path: readonly string[];
  readonly type: DataType;
  /** How character columns are held: interned, for keys and filters, or as views of the record's bytes, to pass through. */
  readonly as?: "string" | "view";
}

/** Records as byte ranges of one buffer. */
export interface RecordRanges {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface DecodedColumns {
  /** Rows of the columns: records that were refused are left out. */
  readonly length: number;
  readonly columns: readonly Column[];
  readonly failed: readonly FailedRecord[];
  /** Records left out without being failures: comments, and what `ignore-parse-errors` passes over. */
  readonly dropped: readonly number[];
}

export interface FailedRecord {
  /** Of the record in its ranges. */
  readonly index: number;
  /** One sentence naming the column and what stood there. */
  readonly message: string;
}

export interface Decoder {
  /** Records `from` … `from + count` − 1. Nothing outside their ranges is looked at for a result. */
  decode(records: RecordRanges, from: number, count: number): DecodedColumns;
}

export interface DecoderOptions {
  /** Wanted columns, in the order of the answer. */
  readonly fields: readonly DecodedField[];
  /** All columns of a record in order, for formats by position. */
  readonly columns: readonly { readonly name: string; readonly type: DataType }[];
  /** Options of the format by their full name, checked before. */
  readonly options: Readonly<Record<string, string>>;
  /** Dictionaries that live longer than the decoder, by field. */
  readonly dictionaries?: readonly (StringDictionary | undefined)[];
}

/** Refuses one record. */
export class RecordError extends Error {}

/** "column amount: expected DOUBLE, found "abc"", the value cut to a readable length. */
export function refuse(path: readonly string[], expected: string, found: string): RecordError {
  const shown = found.length > 60 ? `${found.slice(0, 60)}…` : found;
  return new RecordError(`column ${path.join(".")}: expected ${expected}, found ${shown}`);
}
