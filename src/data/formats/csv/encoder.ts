/** Rows to CSV records as Flink's format writes them: quotes round what needs them, NULL as the null literal or nothing. */
import type { Batch, Column } from "../../batch.ts";
import type { DataType, Schema } from "../../types.ts";
import { cachedTexts, packRows, scalarCell, type CellWriter, type EncodedRows, type Encoder } from "../encoder.ts";
import { textOfScalar } from "../scalar-text.ts";

export class CsvEncoder implements Encoder {
  readonly #schema: Schema;
  readonly #delimiter: string;
  readonly #quote: string;
  readonly #quotes: boolean;
  readonly #nullText: string;
  readonly #elementDelimiter: string;
  readonly #special: RegExp;
  readonly #cache = new Map<object, string[]>();

  constructor(schema: Schema, options: Readonly<Record<string, string>> = {}) {
    this.#schema = schema;
    this.#delimiter = (options["csv.field-delimiter"] ?? ",").replace(/\\t/g, "\t");
    this.#quote = options["csv.quote-character"] ?? '"';
    this.#quotes = options["csv.disable-quote-character"] !== "true";
    this.#nullText = options["csv.null-literal"] ?? "";
    this.#elementDelimiter = options["csv.array-element-delimiter"] ?? ";";
    const escaped = `${this.#delimiter}${this.#quote}`.replace(/[\\\]^-]/g, "\\$&");
    this.#special = new RegExp(`[${escaped}\\r\\n]|^$|^\\s|\\s$`);
  }

  encode(batch: Batch): EncodedRows {
    const cells = this.#schema.fields.map((field, index) => this.#cell(batch.columns[index], field.type));
    return packRows(batch.length, (row) => {
      let text = cells[0](row);
      for (let index = 1; index < cells.length; index++) text += this.#delimiter + cells[index](row);
      return text;
    });
  }

  #cell(column: Column, type: DataType): CellWriter {
    const quoted = (text: string): string => this.#quoted(text);
    if (column.layout === "string" && column.nulls === null) return cachedTexts(column, this.#cache, quoted);
    if (column.layout === "int" && column.nulls === null && type.kind === "integer") return (row) => String(column.values[row]);
    return scalarCell(column, type, (scalar) => quoted(this.#text(scalar, type)), this.#nullText);
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
    return this.#quote + text.replaceAll(this.#quote, this.#quote + this.#quote) + this.#quote;
  }
}
