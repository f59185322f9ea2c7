/** Rows to JSON records as Flink's format writes them: keys in column order, BIGINT as numbers, DECIMAL plain, bytes in Base64. */
import type { Batch, Column } from "../../batch.ts";
import { readScalar } from "../../columns.ts";
import type { DataType, Schema } from "../../types.ts";
import { cachedTexts, packRows, scalarCell, type CellWriter, type EncodedRows, type Encoder } from "../encoder.ts";
import { textOfScalar, type TimestampStandard } from "../scalar-text.ts";

export class JsonEncoder implements Encoder {
  readonly #schema: Schema;
  readonly #standard: TimestampStandard;
  readonly #ignoreNulls: boolean;
  readonly #keys: readonly string[];
  readonly #cache = new Map<object, string[]>();

  constructor(schema: Schema, options: Readonly<Record<string, string>> = {}) {
    this.#schema = schema;
    this.#standard = (options["json.timestamp-format.standard"] ?? "SQL") as TimestampStandard;
    this.#ignoreNulls = options["json.encode.ignore-null-fields"] === "true";
    this.#keys = schema.fields.map((field) => `${JSON.stringify(field.name)}:`);
  }

  encode(batch: Batch): EncodedRows {
    const cells = this.#schema.fields.map((field, index) => this.#cell(batch.columns[index], field.type));
    return packRows(batch.length, (row) => this.#row(cells, row));
  }

  #row(cells: readonly CellWriter[], row: number): string {
    let text = "{";
    for (let index = 0; index < cells.length; index++) {
      const value = cells[index](row);
      if (this.#ignoreNulls && value === "null") continue;
      text += (text.length === 1 ? "" : ",") + this.#keys[index] + value;
    }
    return `${text}}`;
  }

  #cell(column: Column, type: DataType): CellWriter {
    if (column.nulls === null) {
      if (column.layout === "string") return cachedTexts(column, this.#cache, JSON.stringify);
      if (column.layout === "int" && (type.kind === "integer" || type.kind === "smallint" || type.kind === "tinyint")) return (row) => String(column.values[row]);
      if (column.layout === "double" && type.kind === "bigint") return (row) => String(column.values[row]);
      if (column.layout === "double" && type.kind === "double") return (row) => numberText(column.values[row]);
    }
    return scalarCell(column, type, (scalar) => jsonOfScalar(scalar, type, this.#standard), "null");
  }
}

function numberText(value: number): string {
  return Number.isFinite(value) ? (Object.is(value, -0) ? "-0.0" : String(value)) : `"${String(value)}"`;
}

/** JSON text of a scalar; NaN and infinities as texts, since JSON has no numbers for them. */
export function jsonOfScalar(scalar: unknown, type: DataType, standard: TimestampStandard): string {
  if (scalar === null || scalar === undefined) return "null";
  switch (type.kind) {
    case "boolean":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
    case "interval-month":
    case "interval-millisecond":
      return String(scalar);
    case "float":
    case "double":
      return numberText(scalar as number);
    case "decimal":
      return textOfScalar(scalar, type, standard);
    case "array":
      return `[${(scalar as unknown[]).map((each) => jsonOfScalar(each, type.element, standard)).join(",")}]`;
    case "map":
    case "multiset": {
      const valueType: DataType = type.kind === "map" ? type.value : { kind: "integer", nullable: false };
      return `{${[...(scalar as Map<unknown, unknown>)].map(([key, each]) => `${JSON.stringify(String(key))}:${jsonOfScalar(each, valueType, standard)}`).join(",")}}`;
    }
    case "row":
      return `{${(scalar as unknown[]).map((each, index) => `${JSON.stringify(type.fields[index].name)}:${jsonOfScalar(each, type.fields[index].type, standard)}`).join(",")}}`;
    default:
      return JSON.stringify(textOfScalar(scalar, type, standard));
  }
}

/** One row as the bytes of a JSON object. */
export function encodeJsonRow(batch: Batch, row: number): Uint8Array {
  const cells = batch.schema.fields.map((field, index) => `${JSON.stringify(field.name)}:${jsonOfScalar(readScalar(batch.columns[index], field.type, row), field.type, "SQL")}`);
  return new TextEncoder().encode(`{${cells.join(",")}}`);
}
