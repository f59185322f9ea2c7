/** The record formats by name. */
import { CsvDecoder } from "./csv/decoder.ts";
import { CsvEncoder } from "./csv/encoder.ts";
import type { Decoder, DecoderOptions } from "./decoder.ts";
import type { Encoder } from "./encoder.ts";
import { JsonDecoder } from "./json/decoder.ts";
import { JsonEncoder } from "./json/encoder.ts";
import { RawDecoder } from "./raw/decoder.ts";
import { RawEncoder } from "./raw/encoder.ts";
import type { Schema } from "../types.ts";

export type { DecodedColumns, DecodedField, Decoder, DecoderOptions, FailedRecord, RecordRanges } from "./decoder.ts";
export type { EncodedRows, Encoder } from "./encoder.ts";
export { ParquetWriter, type ParquetOptions } from "./parquet/writer.ts";
export { encodeJsonRow, jsonOfScalar } from "./json/encoder.ts";

export const recordFormats = ["json", "csv", "raw"] as const;
export type RecordFormat = (typeof recordFormats)[number];

export function isRecordFormat(name: string): name is RecordFormat {
  return (recordFormats as readonly string[]).includes(name);
}

/** A decoder for one table's records. */
export function createDecoder(format: RecordFormat, options: DecoderOptions): Decoder {
  switch (format) {
    case "json":
      return new JsonDecoder(options);
    case "csv":
      return new CsvDecoder(options);
    case "raw":
      return new RawDecoder(options);
  }
}

/** An encoder for rows of one schema; options by their full names, checked before. */
export function createEncoder(format: RecordFormat, schema: Schema, options: Readonly<Record<string, string>> = {}): Encoder {
  switch (format) {
    case "json":
      return new JsonEncoder(schema, options);
    case "csv":
      return new CsvEncoder(schema, options);
    case "raw":
      return new RawEncoder(schema);
  }
}
