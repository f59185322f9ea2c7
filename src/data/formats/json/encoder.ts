/** Rows to JSON records as Flink's format writes them: keys in column order, BIGINT as numbers, DECIMAL plain, bytes in Base64. */
import type { Batch, Column } from "../../batch.ts";
import { readScalar } from "../../columns.ts";
import type { DataType, Schema } from "../../types.ts";
import { plainCell, TextWriter, type CellWriter, type EncodedRows, type Encoder } from "../encoder.ts";
import { RowBuffer } from "../row-buffer.ts";
import type { TimestampStandard } from "../scalar-text.ts";
import { jsonOf, jsonStyle, type JsonStyle } from "./scalar.ts";

const nullBytes = new TextEncoder().encode("null");
/** Texts with quotes, backslashes and control characters need escapes. */
const special = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 32 || byte === 34 || byte === 92 ? 1 : 0));

export class JsonEncoder implements Encoder {
  readonly #schema: Schema;
  readonly #style: JsonStyle;
  /** `,"name":` */
  readonly #keys: readonly Uint8Array[];
  readonly #texts = new TextWriter({ special, quote: 34, escape: JSON.stringify });

  constructor(schema: Schema, options: Readonly<Record<string, string>> = {}) {
    this.#schema = schema;
    this.#style = jsonStyle(options);
    this.#keys = schema.fields.map((field) => new TextEncoder().encode(`,${JSON.stringify(field.name)}:`));
  }

  encode(batch: Batch): EncodedRows {
    const buffer = new RowBuffer(batch.length);
    const cells = this.#schema.fields.map((field, index) => this.#cell(batch.columns[index], field.type, buffer));
    for (let row = 0; row < batch.length; row++) {
      buffer.beginRow();
      buffer.byte(123);
      this.#row(batch, cells, row, buffer);
      buffer.byte(125);
      buffer.endRow();
    }
    return buffer.finish();
  }

  #row({ columns }: Batch, cells: readonly CellWriter[], row: number, buffer: RowBuffer): void {
    const keys = this.#keys;
    let first = 1;
    for (let index = 0; index < cells.length; index++) {
      const { nulls } = columns[index];
      const isNull = nulls !== null && nulls[row] === 1;
      if (isNull && this.#style.ignoreNulls) continue;
      buffer.copy(keys[index], first, keys[index].length);
      first = 0;
      if (isNull) buffer.copy(nullBytes, 0, 4);
      else cells[index](row);
    }
  }

  #cell(column: Column, type: DataType, buffer: RowBuffer): CellWriter {
    const scalar: CellWriter = (row) => buffer.text(jsonOf(readScalar(column, type, row), type, this.#style));
    if (type.kind === "char" || type.kind === "varchar") return this.#texts.cell(column, type, buffer);
    const separator = this.#style.standard === "SQL" ? 32 : 84;
    if (type.kind !== "date" && type.kind !== "timestamp" && type.kind !== "timestamp-ltz") return plainCell(column, type, separator, buffer, scalar) ?? scalar;
    const plain = plainCell(column, type, separator, buffer, (row) => buffer.text(jsonOf(readScalar(column, type, row), type, this.#style).slice(1, -1)));
    if (plain === null) return scalar;
    return (row) => {
      buffer.byte(34);
      plain(row);
      buffer.byte(34);
    };
  }
}

/** JSON text of a scalar; NaN and infinities as texts, since JSON has no numbers for them. */
export function jsonOfScalar(scalar: unknown, type: DataType, standard: TimestampStandard): string {
  return jsonOf(scalar, type, { ...jsonStyle({}), standard });
}

/** One row as the bytes of a JSON object. */
export function encodeJsonRow(batch: Batch, row: number): Uint8Array {
  const cells = batch.schema.fields.map(
    (field, index) => `${JSON.stringify(field.name)}:${jsonOfScalar(readScalar(batch.columns[index], field.type, row), field.type, "SQL")}`,
  );
  return new TextEncoder().encode(`{${cells.join(",")}}`);
}
