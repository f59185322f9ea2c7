/** JSON records to columns: a generated scanner first, the exact reader for what it leaves over. */
import type { Column } from "../../batch.ts";
import { StringDictionary } from "../../dictionary.ts";
import { daysOfDate, monthLength } from "../../time/text.ts";
import { RecordError, type DecodedColumns, type DecodedField, type Decoder, type DecoderOptions, type FailedRecord, type RecordRanges } from "../decoder.ts";
import type { TimestampStandard } from "../scalar-text.ts";
import { DecodeColumn } from "../decode-column.ts";
import { coerce, type CoerceOptions } from "./coerce.ts";
import { readJson, type JsonValue } from "./reader.ts";
import { scannerSource } from "./source.ts";

interface Scanner {
  bind(columns: readonly DecodeColumn[]): void;
  /** Throws `slow`, having written nothing that counts. */
  scan(bytes: Uint8Array, start: number, end: number, row: number): void;
  unbind(columns: readonly DecodeColumn[]): void;
}

/** Thrown by the scanner, always the same object: no stack is taken. */
const slow = Object.freeze({ name: "slow tier" });
const powers = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const strict = new TextDecoder("utf-8");

export class JsonDecoder implements Decoder {
  readonly #fields: readonly DecodedField[];
  readonly #coerce: CoerceOptions;
  readonly #ignoreErrors: boolean;
  readonly #dictionaries: readonly StringDictionary[];
  readonly #scanner: Scanner | null;
  /** Records that took the slow tier. */
  slowRecords = 0;

  /** `generate: false` leaves everything to the slow tier: for hosts that forbid code from text, and as the other side of tests. */
  constructor({ fields, options, dictionaries }: DecoderOptions, generate = true) {
    const standard = (options["json.timestamp-format.standard"] ?? "SQL") as TimestampStandard;
    const failOnMissingField = options["json.fail-on-missing-field"] === "true";
    this.#fields = fields;
    this.#coerce = { standard, failOnMissingField };
    this.#ignoreErrors = options["json.ignore-parse-errors"] === "true";
    this.#dictionaries = fields.map((_, index) => dictionaries?.[index] ?? new StringDictionary());
    this.#scanner = generate ? makeScanner(fields, standard, failOnMissingField, this.#dictionaries) : null;
  }

  decode(records: RecordRanges, from: number, count: number): DecodedColumns {
    const { bytes, starts, ends } = records;
    const columns = this.#fields.map((field, index) => new DecodeColumn(field, count, this.#dictionaries[index], bytes));
    const failed: FailedRecord[] = [];
    const scanner = this.#scanner;
    let row = 0;
    scanner?.bind(columns);
    for (let index = from; index < from + count; index++) {
      if (scanner !== null) {
        try {
          scanner.scan(bytes, starts[index], ends[index], row);
          row++;
          continue;
        } catch (error) {
          if (error !== slow) throw error;
        }
      }
      this.slowRecords++;
      const message = this.#slow(bytes, starts[index], ends[index], row, columns);
      if (message === null) row++;
      else if (!this.#ignoreErrors) failed.push({ index, message });
    }
    scanner?.unbind(columns);
    return { length: row, columns: columns.map((column): Column => column.finish(row)), failed };
  }

  /** Null when the record was read, else why not. */
  #slow(bytes: Uint8Array, start: number, end: number, row: number, columns: readonly DecodeColumn[]): string | null {
    try {
      const value = readJson(strict.decode(bytes.subarray(start, end)));
      if (!(value instanceof Map)) return "not a JSON object";
      const scalars = this.#fields.map((field) => coerce(walk(value, field.path), field.type, field.path, this.#coerce));
      scalars.forEach((scalar, index) => columns[index].set(row, scalar));
      return null;
    } catch (error) {
      if (error instanceof RecordError || error instanceof SyntaxError) return error.message;
      throw error;
    }
  }
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

function makeScanner(fields: readonly DecodedField[], standard: TimestampStandard, allRequired: boolean, dictionaries: readonly StringDictionary[]): Scanner | null {
  const source = scannerSource(fields, standard, allRequired);
  if (source === null) return null;
  try {
    const make = new Function("slow", "dictionaries", "powers", "numberText", "dayStart", source.text) as (
      slowMark: object,
      all: readonly StringDictionary[],
      tens: Float64Array,
      number: typeof numberText,
      day: typeof dayStart,
    ) => Scanner;
    return make(slow, dictionaries, powers, numberText, dayStart);
  } catch (error) {
    // Hosts may forbid code from text; the slow tier reads everything.
    if (error instanceof EvalError) return null;
    throw error;
  }
}

function numberText(bytes: Uint8Array, start: number, end: number): number {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return Number(text);
}

/** Milliseconds of a day's start; NaN when there is no such day. */
function dayStart(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return NaN;
  return daysOfDate(year, month, day) * 86_400_000;
}

