/**
 * CSV records to columns by position. Numbers, dates and interned texts
 * are read from the bytes in place, everything else through its text.
 */
import { StringDictionary } from "../../dictionary.ts";
import { typeText, type DataType } from "../../types.ts";
import { daysOfDate, monthLength } from "../../time/text.ts";
import { DecodeColumn } from "../decode-column.ts";
import { refuse, type DecodedColumns, type DecodedField, type Decoder, type DecoderOptions, type FailedRecord, type RecordRanges } from "../decoder.ts";
import { scalarOfText } from "../scalar-text.ts";
import { splitCsv, type CsvFields, type CsvSyntax } from "./scan.ts";

interface WantedField extends DecodedField {
  /** Position in the record. */
  readonly position: number;
}

const textDecoder = new TextDecoder();

export class CsvDecoder implements Decoder {
  readonly #wanted: readonly WantedField[];
  readonly #columnCount: number;
  readonly #columnNames: readonly string[];
  readonly #syntax: CsvSyntax;
  readonly #ignoreErrors: boolean;
  readonly #allowComments: boolean;
  readonly #nullLiteral: string | null;
  readonly #dictionaries: readonly StringDictionary[];
  readonly #fields: CsvFields = { count: 0, starts: [], ends: [], texts: [], quoted: [] };

  constructor({ fields, columns, options, dictionaries }: DecoderOptions) {
    this.#columnCount = columns.length;
    this.#columnNames = columns.map(({ name }) => name);
    this.#wanted = fields.map((field) => ({ ...field, position: columns.findIndex(({ name }) => name === field.path[0]) }));
    const code = (name: string, fallback: string): number => unescapeOption(options[name] ?? fallback).charCodeAt(0);
    const quotes = options["csv.disable-quote-character"] !== "true";
    this.#syntax = {
      delimiter: code("csv.field-delimiter", ","),
      quote: quotes ? code("csv.quote-character", '"') : -1,
      escape: options["csv.escape-character"] === undefined ? -1 : code("csv.escape-character", "\\"),
    };
    this.#ignoreErrors = options["csv.ignore-parse-errors"] === "true";
    this.#allowComments = options["csv.allow-comments"] === "true";
    this.#nullLiteral = options["csv.null-literal"] ?? null;
    this.#dictionaries = fields.map((_, index) => dictionaries?.[index] ?? new StringDictionary());
  }

  decode(records: RecordRanges, from: number, count: number): DecodedColumns {
    const { bytes, starts, ends } = records;
    const columns = this.#wanted.map((field, index) => new DecodeColumn(field, count, this.#dictionaries[index], bytes));
    const failed: FailedRecord[] = [];
    const dropped: number[] = [];
    let row = 0;
    for (let index = from; index < from + count; index++) {
      if (this.#allowComments && bytes[starts[index]] === 35) {
        dropped.push(index);
        continue;
      }
      const message = this.#record(bytes, starts[index], ends[index], row, columns);
      if (message === null) row++;
      else if (this.#ignoreErrors) dropped.push(index);
      else failed.push({ index, message });
    }
    return { length: row, columns: columns.map((column) => column.finish(row)), failed, dropped };
  }

  #record(bytes: Uint8Array, start: number, end: number, row: number, columns: readonly DecodeColumn[]): string | null {
    const fields = this.#fields;
    const broken = splitCsv(bytes, start, end, this.#syntax, fields);
    if (broken !== null) return broken;
    if (fields.count !== this.#columnCount) return `expected ${this.#columnCount} fields (${this.#columnNames.join(", ")}), found ${fields.count}`;
    for (let index = 0; index < this.#wanted.length; index++) {
      const message = this.#value(bytes, this.#wanted[index], row, columns[index], index);
      if (message !== null) return message;
    }
    return null;
  }

  #value(bytes: Uint8Array, field: WantedField, row: number, column: DecodeColumn, index: number): string | null {
    const fields = this.#fields;
    const at = field.position;
    const start = fields.starts[at];
    const end = fields.ends[at];
    const text = fields.texts[at];
    const isText = field.type.kind === "char" || field.type.kind === "varchar";
    if (text === null && start < end) {
      const fast = isText ? NaN : fastNumber(bytes, start, end, field.type);
      if (fast === fast) {
        column.nulls[row] = 0;
        column.values[row] = fast;
        return null;
      }
      if (isText && field.as !== "view" && this.#nullLiteral === null) {
        column.nulls[row] = 0;
        column.values[row] = this.#dictionaries[index].internBytes(bytes, start, end);
        return null;
      }
    }
    return this.#slowValue(text ?? textDecoder.decode(bytes.subarray(start, end)), fields.quoted[at], field, row, column);
  }

  #slowValue(text: string, quoted: boolean, field: WantedField, row: number, column: DecodeColumn): string | null {
    const characters = field.type.kind === "char" || field.type.kind === "varchar";
    const isNull = (!quoted && text === this.#nullLiteral) || (text === "" && !characters);
    if (isNull) {
      if (!field.type.nullable) return `column ${field.path[0]}: NULL, but the column is NOT NULL`;
      column.set(row, null);
      return null;
    }
    const scalar = scalarOfText(text, field.type, "SQL");
    if (scalar === undefined) return refuse(field.path, typeText(field.type, true), JSON.stringify(text)).message;
    column.set(row, scalar);
    return null;
  }
}

/** "\t" and the like, as SQL texts write them. */
function unescapeOption(text: string): string {
  return text.replace(/\\t/g, "\t").replace(/\\n/g, "\n").replace(/\\\\/g, "\\");
}

/** Plain numbers, dates and timestamps in place; NaN for what needs a closer look. */
function fastNumber(bytes: Uint8Array, start: number, end: number, type: DataType): number {
  switch (type.kind) {
    case "double":
      return plainNumber(bytes, start, end, true);
    case "integer":
    case "bigint":
    case "smallint":
    case "tinyint": {
      const value = plainNumber(bytes, start, end, false);
      const limit = type.kind === "integer" ? 2147483647 : type.kind === "bigint" ? 999_999_999_999_999 : type.kind === "smallint" ? 32767 : 127;
      return value <= limit && value >= -limit ? value : NaN;
    }
    case "date":
      return end - start === 10 ? dayOf(bytes, start) : NaN;
    case "timestamp":
      return type.precision === 3 ? timestampOf(bytes, start, end) : NaN;
    default:
      return NaN;
  }
}

const powers = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

function plainNumber(bytes: Uint8Array, start: number, end: number, fraction: boolean): number {
  let at = start;
  const negative = bytes[at] === 45;
  if (negative) at++;
  if (end - at > 16 || at >= end) return NaN;
  let value = 0;
  let digits = 0;
  let point = -1;
  for (; at < end; at++) {
    const code = bytes[at] - 48;
    if (code >= 0 && code <= 9) {
      value = value * 10 + code;
      digits++;
    } else if (code === -2 && fraction && point < 0) point = at;
    else return NaN;
  }
  if (digits === 0 || digits > 15) return NaN;
  if (point >= 0) value /= powers[end - point - 1];
  return negative ? (fraction ? -value : 0 - value) : value;
}

function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - 48;
  const ones = bytes[at + 1] - 48;
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? NaN : tens * 10 + ones;
}

function dayOf(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== 45 || bytes[at + 7] !== 45) return NaN;
  const year = two(bytes, at) * 100 + two(bytes, at + 2);
  const month = two(bytes, at + 5);
  const day = two(bytes, at + 8);
  return month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month) ? daysOfDate(year, month, day) : NaN;
}

/** "2001-01-31 12:30:00" with up to three digits of a second. */
function timestampOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 19 || length > 23 || bytes[start + 10] !== 32 || bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return NaN;
  const hour = two(bytes, start + 11);
  const minute = two(bytes, start + 14);
  const second = two(bytes, start + 17);
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  let milliseconds = 0;
  if (length > 19) {
    if (bytes[start + 19] !== 46 || length === 20) return NaN;
    let unit = 100;
    for (let at = start + 20; at < end; at++) {
      const digit = bytes[at] - 48;
      if (digit >>> 0 > 9) return NaN;
      milliseconds += digit * unit;
      unit /= 10;
    }
  }
  return dayOf(bytes, start) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
}
