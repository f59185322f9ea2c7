/** CSV records to columns by position: a generated scanner for plain records, a splitter and texts for the others. */
import { HeadraceError } from "../../../core/index.ts";
import { StringDictionary } from "../../dictionary.ts";
import { typeText, type DataType } from "../../types.ts";
import { compile, runParameters, type OddReader, type RunScanner } from "../compile.ts";
import { DecodeColumn } from "../decode-column.ts";
import { refuse, type DecodedColumns, type Decoder, type DecoderOptions, type FailedRecord, type RecordRanges } from "../decoder.ts";
import { scalarOfText } from "../scalar-text.ts";
import { scannerGlobals } from "../value-source.ts";
import { unescapeOption } from "./encoder.ts";
import { splitCsv, type CsvFields } from "./scan.ts";
import { csvSource, type CsvDialect, type CsvField } from "./source.ts";

const textDecoder = new TextDecoder();

export class CsvDecoder implements Decoder {
  readonly #wanted: readonly CsvField[];
  readonly #columnNames: readonly string[];
  readonly #dialect: CsvDialect;
  readonly #ignoreErrors: boolean;
  readonly #nullLiteral: string | null;
  readonly #elementDelimiter: string;
  readonly #dictionaries: readonly StringDictionary[];
  readonly #fields: CsvFields = { count: 0, starts: [], ends: [], texts: [], quoted: [] };
  readonly #run: RunScanner | null;
  #columns: readonly DecodeColumn[] = [];
  /** Records by tier, for tests and figures. */
  readonly counts = { scanner: 0, exact: 0 };

  /**
   * `generate: false` leaves everything to the splitter: for hosts that forbid code from text, and as the other side of tests.
   *
   * @throws HeadraceError `sql-unsupported` for MAP and nested collections.
   */
  constructor({ fields, columns, options, dictionaries }: DecoderOptions, generate = true) {
    this.#columnNames = columns.map(({ name }) => name);
    this.#wanted = fields.map((field) => ({ ...field, position: columns.findIndex(({ name }) => name === field.path[0]) }));
    for (const { path, type } of fields) checkType(path, type);
    const code = (name: string, fallback: string): number => unescapeOption(options[name] ?? fallback).charCodeAt(0);
    const quotes = options["csv.disable-quote-character"] !== "true";
    this.#ignoreErrors = options["csv.ignore-parse-errors"] === "true";
    this.#nullLiteral = options["csv.null-literal"] ?? null;
    this.#elementDelimiter = unescapeOption(options["csv.array-element-delimiter"] ?? ";");
    this.#dialect = {
      delimiter: code("csv.field-delimiter", ","),
      quote: quotes ? code("csv.quote-character", '"') : -1,
      escape: options["csv.escape-character"] === undefined ? -1 : code("csv.escape-character", "\\"),
      allowComments: options["csv.allow-comments"] === "true",
      nullLiteral: this.#nullLiteral === null ? null : new TextEncoder().encode(this.#nullLiteral),
    };
    this.#dictionaries = fields.map((_, index) => dictionaries?.[index] ?? new StringDictionary());
    const plain = this.#wanted.every(
      ({ position, path }, index) => position >= 0 && path.length === 1 && this.#wanted.findIndex((other) => other.position === position) === index,
    );
    this.#run =
      generate && plain && columns.length > 0
        ? compile(csvSource(this.#wanted, columns.length, this.#dialect), runParameters, scannerGlobals, this.#dictionaries)
        : null;
  }

  decode({ bytes, starts, ends }: RecordRanges, from: number, count: number): DecodedColumns {
    const columns = this.#wanted.map((field, index) => new DecodeColumn(field, count, this.#dictionaries[index], bytes));
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const failed: FailedRecord[] = [];
    const dropped: number[] = [];
    const to = from + count;
    let row = 0;
    this.#columns = columns;
    for (let index = from; index < to; index++) {
      const run = this.#run?.(bytes, words, starts, ends, index, to, row, columns, this.#odd) ?? 0;
      this.counts.scanner += run;
      row += run;
      index += run;
      if (index === to) break;
      for (const column of columns) column.clear(row);
      if (this.#dialect.allowComments && bytes[starts[index]] === 35) {
        dropped.push(index);
        continue;
      }
      this.counts.exact++;
      const message = this.#record(bytes, starts[index], ends[index], row);
      if (message === null) row++;
      else if (this.#ignoreErrors) dropped.push(index);
      else failed.push({ index, message });
    }
    return { length: row, columns: columns.map((column) => column.finish(row)), failed, dropped };
  }

  /** Null when the record was read, else why not. */
  #record(bytes: Uint8Array, start: number, end: number, row: number): string | null {
    const fields = this.#fields;
    const broken = splitCsv(bytes, start, end, this.#dialect, fields);
    if (broken !== null) return broken;
    const expected = this.#columnNames.length;
    if (fields.count !== expected && !this.#ignoreErrors) return `expected ${expected} fields (${this.#columnNames.join(", ")}), found ${fields.count}`;
    for (const [index, field] of this.#wanted.entries()) {
      const { position } = field;
      const text =
        position < fields.count ? (fields.texts[position] ?? textDecoder.decode(bytes.subarray(fields.starts[position], fields.ends[position]))) : null;
      const message = this.#value(text, fields.quoted[position], field, row, this.#columns[index]);
      if (message !== null) {
        for (const column of this.#columns) column.clear(row);
        return message;
      }
    }
    return null;
  }

  /** Reads a plain field that the scanner has no code for. */
  readonly #odd: OddReader = (index, bytes, at, end, row) => {
    let behind = at;
    while (behind < end && bytes[behind] !== this.#dialect.delimiter) {
      if (bytes[behind] === this.#dialect.escape) return -1;
      behind++;
    }
    return this.#value(textDecoder.decode(bytes.subarray(at, behind)), false, this.#wanted[index], row, this.#columns[index]) === null ? behind : -1;
  };

  /** `text`: null where the record ends before the field. */
  #value(text: string | null, quoted: boolean, field: CsvField, row: number, column: DecodeColumn): string | null {
    const { type, path } = field;
    const isNull = text === null || (!quoted && text === this.#nullLiteral) || (text === "" && type.kind !== "char" && type.kind !== "varchar");
    const scalar = isNull ? null : this.#scalar(text, type);
    if (scalar === undefined && !(this.#ignoreErrors && type.nullable)) return refuse(path, typeText(type, true), JSON.stringify(text)).message;
    if (isNull && !type.nullable) return `column ${path[0]}: NULL, but the column is NOT NULL`;
    column.set(row, scalar ?? null);
    return null;
  }

  #scalar(text: string, type: DataType): unknown {
    if (type.kind !== "array" && type.kind !== "row") return scalarOfText(text, type, "SQL");
    const parts = text.split(this.#elementDelimiter);
    const types = type.kind === "row" ? type.fields.map((field) => field.type) : parts.map(() => type.element);
    if (parts.length !== types.length) return undefined;
    const scalars = parts.map((part, index) => (part === this.#nullLiteral ? null : scalarOfText(part, types[index], "SQL")));
    return scalars.includes(undefined) ? undefined : scalars;
  }
}

function checkType(path: readonly string[], type: DataType): void {
  const parts = type.kind === "array" ? [type.element] : type.kind === "row" ? type.fields.map((field) => field.type) : [];
  const nested = [type, ...parts].find(({ kind }, index) => kind === "map" || kind === "multiset" || (index > 0 && (kind === "array" || kind === "row")));
  if (nested !== undefined)
    throw new HeadraceError("sql-unsupported", `column ${path.join(".")}: ${typeText(type, true)} cannot be read from CSV`, {
      hint: "CSV holds single values, and ARRAY or ROW of them",
    });
}
