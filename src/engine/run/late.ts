/** A row as JSON, for the dead letters: what was late had been decoded, its bytes are gone. */
import type { Batch } from "../../data/index.ts";
import { encodeJsonRow } from "../../data/index.ts";

export function encodeLateRow(batch: Batch, index: number): Uint8Array {
  return encodeJsonRow(batch, index);
}
