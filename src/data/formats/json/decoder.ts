/** JSON records to columns in three tiers: code for shapes met before, a generated scanner, the exact reader. */
import type { Column } from "../../batch.ts";
import { StringDictionary } from "../../dictionary.ts";
import { RecordError, type DecodedColumns, type DecodedField, type Decoder, type DecoderOptions, type FailedRecord, type RecordRanges } from "../decoder.ts";
import type { TimestampStandard } from "../scalar-text.ts";
import { compile, runParameters, type OddReader, type RunScanner } from "../compile.ts";
import { DecodeColumn } from "../decode-column.ts";
import { scannerGlobals, slackBytes } from "../value-source.ts";
import { coerce, type CoerceOptions } from "./coerce.ts";
import { readJson, type JsonValue } from "./reader.ts";
import { ShapeTier } from "./shapes.ts";
import { skipValue } from "./skip.ts";
import { scannerSource } from "./source.ts";

interface Scanner {
  bind(columns: readonly DecodeColumn[]): void;
  scan(bytes: Uint8Array, words: DataView, start: number, end: number, row: number): boolean;
}

const textDecoder = new TextDecoder();

export class JsonDecoder implements Decoder {
  readonly #fields: readonly DecodedField[];
  readonly #coerce: CoerceOptions;
  readonly #ignoreErrors: boolean;
  readonly #dictionaries: readonly StringDictionary[];
  readonly #scanner: Scanner | null;
  readonly #shapes: ShapeTier | null;
  #columns: readonly DecodeColumn[] = [];
  /** The record at the end of a buffer, copied to where bytes may be read behind it. */
  #copy = new Uint8Array(1024);
  /** Records by tier, for tests and figures. */
  readonly counts = { shape: 0, scanner: 0, exact: 0 };

  /** `generate: false` leaves everything to the exact reader: for hosts that forbid code from text, and as the other side of tests. */
  constructor({ fields, options, dictionaries }: DecoderOptions, generate = true) {
    const standard = (options["json.timestamp-format.standard"] ?? "SQL") as TimestampStandard;
    const dialect = { standard, allRequired: options["json.fail-on-missing-field"] === "true" };
    this.#ignoreErrors = options["json.ignore-parse-errors"] === "true";
    this.#coerce = { standard, failOnMissingField: dialect.allRequired, ignoreErrors: this.#ignoreErrors };
    this.#fields = fields;
    this.#dictionaries = fields.map((_, index) => dictionaries?.[index] ?? new StringDictionary());
    const source = generate ? scannerSource(fields, dialect) : null;
    this.#scanner = source === null ? null : (compile<(odd: OddReader) => Scanner>(source, ["odd"], globals, this.#dictionaries)?.(this.#odd) ?? null);
    this.#shapes =
      this.#scanner === null ? null : new ShapeTier(fields, dialect, (text) => compile<RunScanner>(text, runParameters, globals, this.#dictionaries));
  }

  decode({ bytes, starts, ends }: RecordRanges, from: number, count: number): DecodedColumns {
    const columns = this.#fields.map((field, index) => new DecodeColumn(field, count, this.#dictionaries[index], bytes));
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const failed: FailedRecord[] = [];
    const dropped: number[] = [];
    const to = from + count;
    let row = 0;
    this.#columns = columns;
    this.#scanner?.bind(columns);
    for (let index = from; index < to; index++) {
      const run = this.#shapes?.scan(bytes, words, starts, ends, index, to, row, columns, this.#odd) ?? 0;
      this.counts.shape += run;
      row += run;
      index += run;
      if (index === to) break;
      const message = this.#record(bytes, words, starts[index], ends[index], row);
      if (message === null) row++;
      else if (this.#ignoreErrors) dropped.push(index);
      else failed.push({ index, message });
    }
    return { length: row, columns: columns.map((column): Column => column.finish(row)), failed, dropped };
  }

  /** Null when the record was read, else why not. */
  #record(bytes: Uint8Array, words: DataView, start: number, end: number, row: number): string | null {
    if (this.#scanner !== null) {
      const roomy = end + slackBytes <= bytes.length;
      if (roomy ? this.#scanner.scan(bytes, words, start, end, row) : this.#scanCopy(this.#scanner, bytes, start, end, row)) {
        this.counts.scanner++;
        if (roomy) this.#shapes!.missed(bytes, start, end);
        return null;
      }
      for (const column of this.#columns) column.clear(row);
    }
    this.counts.exact++;
    return this.#exact(bytes, start, end, row);
  }

  #scanCopy(scanner: Scanner, bytes: Uint8Array, start: number, end: number, row: number): boolean {
    const length = end - start;
    if (this.#copy.length < length + slackBytes) this.#copy = new Uint8Array((length + slackBytes) * 2);
    const copy = this.#copy;
    copy.set(bytes.subarray(start, end));
    copy.fill(0, length, length + slackBytes);
    if (!scanner.scan(copy, new DataView(copy.buffer), 0, length, row)) return false;
    for (const column of this.#columns) column.shift(row, start);
    return true;
  }

  readonly #odd: OddReader = (field, bytes, at, end, row) => {
    const behind = skipValue(bytes, at, end);
    if (behind < 0) return -1;
    const { type, path } = this.#fields[field];
    const column = this.#columns[field];
    const first = bytes[at];
    if (type.kind === "double" && (first === 45 || (first >= 48 && first <= 57))) {
      column.values[row] = Number(latin1(bytes, at, behind));
      return behind;
    }
    try {
      column.set(row, coerce(readJson(textDecoder.decode(bytes.subarray(at, behind))), type, path, this.#coerce));
      return behind;
    } catch (error) {
      if (error instanceof RecordError || error instanceof SyntaxError) return -1;
      throw error;
    }
  };

  #exact(bytes: Uint8Array, start: number, end: number, row: number): string | null {
    try {
      const value = readJson(textDecoder.decode(bytes.subarray(start, end)));
      if (!(value instanceof Map)) return "not a JSON object";
      const scalars = this.#fields.map((field) => coerce(walk(value, field.path), field.type, field.path, this.#coerce));
      scalars.forEach((scalar, index) => this.#columns[index].set(row, scalar));
      return null;
    } catch (error) {
      if (error instanceof RecordError || error instanceof SyntaxError) return error.message;
      throw error;
    }
  }
}

const globals = { ...scannerGlobals, skip: skipValue };

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.prototype.latin1Slice.call(bytes, start, end);
}

/** The value at a path; a NULL on the way makes it NULL, anything else that is no object is an error. */
function walk(top: Map<string, JsonValue>, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = top;
  for (const name of path) {
    if (value === null || value === undefined) return value;
    if (!(value instanceof Map)) throw new RecordError(`column ${path[0]}: expected an object`);
    value = value.get(name);
  }
  return value;
}
