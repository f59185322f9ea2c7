/** Rows to bytes of one file. */
import type { Batch } from "../../../data/index.ts";

export interface FileEncoder {
  /** Bytes held back, about. */
  readonly bufferedBytes: number;
  /** Takes rows; answers pieces of the file that are ready. */
  write(batch: Batch): readonly Uint8Array[];
  /** Pieces of everything held back, where the format can. */
  flush(): readonly Uint8Array[];
  /** The rest of the file. */
  finish(): readonly Uint8Array[];
}
