/** Rows to record values by a table's 'format'. */
import { HeadraceError } from "../core/index.ts";
import { readScalar, type Batch } from "../data/index.ts";
import type { ConnectorTable } from "./contract.ts";

/** Record i is bytes[starts[i] … ends[i]); ranges ascend. Valid until the next call of the same encoder. */
export interface EncodedRows {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly count: number;
}

export interface RowEncoder {
  encode(batch: Batch): EncodedRows;
}

export function openRowEncoder(table: ConnectorTable): RowEncoder {
  const format = table.options.text("format");
  if (format === "raw") return rawEncoder(table);
  throw new HeadraceError("internal", `format '${format}' has no encoder`);
}

/** One column, as it is: bytes, or text in UTF-8. */
function rawEncoder({ name, schema }: ConnectorTable): RowEncoder {
  const [field] = schema.fields;
  if (schema.fields.length !== 1 || !["char", "varchar", "binary", "varbinary"].includes(field.type.kind)) {
    throw new HeadraceError("sql-invalid", `table '${name}': the format 'raw' takes one column of STRING or BYTES`);
  }
  return {
    encode(batch) {
      const values = Array.from({ length: batch.length }, (_, row) => {
        const value = readScalar(batch.columns[0], field.type, row);
        return value instanceof Uint8Array ? value : Buffer.from((value as string | null) ?? "");
      });
      const starts = new Int32Array(batch.length);
      const ends = new Int32Array(batch.length);
      let at = 0;
      values.forEach((value, row) => {
        starts[row] = at;
        at += value.length;
        ends[row] = at;
      });
      return { bytes: Buffer.concat(values), starts, ends, count: batch.length };
    },
  };
}
