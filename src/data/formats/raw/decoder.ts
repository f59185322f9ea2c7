/** The whole record as one STRING or BYTES column (Flink's "raw" format). */
import type { Column } from "../../batch.ts";
import type { DecodedColumns, Decoder, DecoderOptions, RecordRanges } from "../decoder.ts";

export class RawDecoder implements Decoder {
  readonly #fields: DecoderOptions["fields"];

  constructor({ fields }: DecoderOptions) {
    this.#fields = fields;
  }

  decode({ bytes, starts, ends }: RecordRanges, from: number, count: number): DecodedColumns {
    const columns = this.#fields.map((): Column => ({
      layout: "view",
      starts: starts.slice(from, from + count),
      ends: ends.slice(from, from + count),
      bytes,
      nulls: null,
    }));
    return { length: count, columns, failed: [], dropped: [] };
  }
}
