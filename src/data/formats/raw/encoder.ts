/** One STRING or BYTES column as the whole record (Flink's "raw" format). */
import type { Batch } from "../../batch.ts";
import { readScalar } from "../../columns.ts";
import type { Schema } from "../../types.ts";
import type { EncodedRows, Encoder } from "../encoder.ts";

export class RawEncoder implements Encoder {
  readonly #schema: Schema;
  constructor(schema: Schema) {
    this.#schema = schema;
  }

  encode(batch: Batch): EncodedRows {
    const parts: Uint8Array[] = [];
    const starts = new Int32Array(batch.length);
    const ends = new Int32Array(batch.length);
    let at = 0;
    for (let row = 0; row < batch.length; row++) {
      const scalar = readScalar(batch.columns[0], this.#schema.fields[0].type, row);
      const bytes = scalar instanceof Uint8Array ? scalar : new TextEncoder().encode(scalar === null ? "" : String(scalar));
      parts.push(bytes);
      starts[row] = at;
      ends[row] = at += bytes.length;
    }
    return { bytes: Buffer.concat(parts), count: batch.length, starts, ends };
  }
}
