/**
 * Rows that could not be taken: kept with their original bytes, the reason and the position, never dropped.
 * They are stored with the epoch that read them, exactly once.
 */
export interface DeadLetter {
  /** "decode", "late", "sink-refused", "model-failed". */
  readonly reason: "decode" | "late" | "sink-refused" | "model-failed";
  /** One sentence for people, naming the column or the system at fault. */
  readonly message: string;
  /** Table that was read or written. */
  readonly table: string;
  /** Where the record stood in its source, or "" for a row made by the pipeline. */
  readonly position: string;
  /** The record as it came; for a row made by the pipeline, its JSON. */
  readonly bytes: Uint8Array;
}

export interface DeadLetters {
  add(letter: DeadLetter): void;
}
