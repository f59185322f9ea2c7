/** Rows to CSV records as Flink's format writes them: quotes round what needs them, NULL as the null literal or nothing. */
import type { Batch, Column } from "../../batch.ts";
import { readScalar } from "../../columns.ts";
import type { DataType, Schema } from "../../types.ts";
import { plainCell, TextWriter, type CellWriter, type EncodedRows, type Encoder } from "../encoder.ts";
import { RowBuffer } from "../row-buffer.ts";
import { textOfScalar } from "../scalar-text.ts";

export class CsvEncoder implements Encoder {
  readonly #schema: Schema;
  readonly #delimiter: Uint8Array;
  readonly #quote: string;
  readonly #quotes: boolean;
  readonly #escape: string | null;
  readonly #nullText: string;
  readonly #elementDelimiter: string;
  readonly #special: RegExp;
  readonly #texts: TextWriter;

  constructor(schema: Schema, options: Readonly<Record<string, string>> = {}) {
    this.#schema = schema;
    const delimiter = unescapeOption(options["csv.field-delimiter"] ?? ",");
    this.#delimiter = new TextEncoder().encode(delimiter);
    this.#quote = options["csv.quote-character"] ?? '"';
    this.#quotes = options["csv.disable-quote-character"] !== "true";
    this.#escape = options["csv.escape-character"] ?? null;
    this.#nullText = options["csv.null-literal"] ?? "";
    this.#elementDelimiter = unescapeOption(options["csv.array-element-delimiter"] ?? ";");
    const characters = `${delimiter}${this.#quote}${this.#escape ?? ""}`;
    this.#special = new RegExp(`[${characters.replace(/[\\\]^-]/g, "\\$&")}\\r\\n#]|^$|^\\s|\\s$`);
    // By byte, cautiously: what holds one of these is judged as a text. The first byte of the null literal is one of them.
    const bytes = new Set([...new TextEncoder().encode(characters + this.#nullText.slice(0, 1)), 9, 10, 11, 12, 13, 32, 35]);
    const special = Uint8Array.from({ length: 256 }, (_, byte) => (bytes.has(byte) || byte >= 128 ? 1 : 0));
    this.#texts = new TextWriter({ special, quote: -1, escape: (text) => this.#quoted(text) });
  }

  encode(batch: Batch): EncodedRows {
    const buffer = new RowBuffer(batch.length);
    const nullBytes = new TextEncoder().encode(this.#nullText);
    const cells = this.#schema.fields.map((field, index) => this.#cell(batch.columns[index], field.type, buffer));
    for (let row = 0; row < batch.length; row++) {
      buffer.beginRow();
      for (let index = 0; index < cells.length; index++) {
        if (index > 0) buffer.copy(this.#delimiter, 0, this.#delimiter.length);
        const { nulls } = batch.columns[index];
        if (nulls !== null && nulls[row] === 1) buffer.copy(nullBytes, 0, nullBytes.length);
        else cells[index](row);
      }
      buffer.endRow();
    }
    return buffer.finish();
  }

  #cell(column: Column, type: DataType, buffer: RowBuffer): CellWriter {
    const scalar: CellWriter = (row) => buffer.text(this.#quoted(this.#text(readScalar(column, type, row), type)));
    if (type.kind === "char" || type.kind === "varchar") return this.#texts.cell(column, type, buffer);
    const plain = plainCell(column, type, 32, buffer, scalar);
    // A delimiter may be a digit, a sign or a space: then everything is judged as a text.
    if (plain !== null && !/[-:. \w]/.test(String.fromCharCode(this.#delimiter[0]))) return plain;
    return scalar;
  }

  /** ARRAY and ROW as their elements with a delimiter of their own. */
  #text(scalar: unknown, type: DataType): string {
    if (type.kind !== "array" && type.kind !== "row") return textOfScalar(scalar, type, "SQL");
    return (scalar as unknown[])
      .map((each, index) => (each === null ? this.#nullText : textOfScalar(each, type.kind === "row" ? type.fields[index].type : type.element, "SQL")))
      .join(this.#elementDelimiter);
  }

  #quoted(text: string): string {
    if (!this.#quotes || !(this.#special.test(text) || text === this.#nullText)) return text;
    const escaped = this.#escape === null || this.#escape === this.#quote ? text : text.replaceAll(this.#escape, this.#escape + this.#escape);
    return this.#quote + escaped.replaceAll(this.#quote, this.#quote + this.#quote) + this.#quote;
  }
}

/** "\t" and the like, as SQL texts write them. */
export function unescapeOption(text: string): string {
  return text.replace(/\\t/g, "\t").replace(/\\n/g, "\n").replace(/\\\\/g, "\\");
}
