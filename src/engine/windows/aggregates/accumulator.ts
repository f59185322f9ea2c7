/**
 * What a frame hands to its accumulators, whatever the frame is: rows that leave and enter records, step by step.
 *
 * In a step the leaving rows go first, then the entering ones come, then every entering row sees the result: a step is
 * all rows of one time for RANGE, one row for ROWS. Accumulators know nothing of logs, clocks or frames; each is one tight
 * loop over plain arrays and its words in the records. What rows see is written to *snapshots*: arrays by entering row,
 * from which `results.ts` makes columns.
 */
import type { RecordStore } from "../../state/record-store.ts";

export interface Steps {
  count: number;
  /** Index after the last entering and leaving row of each step. */
  enterEnds: Int32Array;
  leaveEnds: Int32Array;
  enterRecords: Int32Array;
  leaveRecords: Int32Array;
}

/** The argument of some aggregates over the rows of {@link Steps}. Only the arrays of its lane are filled. */
export interface Movement {
  /** 1 where a row takes part: its argument is not NULL, its filter true, and with DISTINCT its value new or the last. */
  enters: Uint8Array;
  leaves: Uint8Array;
  enterNumbers: Float64Array;
  leaveNumbers: Float64Array;
  enterWords: Int32Array;
  leaveWords: Int32Array;
  enterIds: Int32Array;
  leaveIds: Int32Array;
  /** Calls `take` with each number that takes part in `record` after `step`; null where rows never leave. */
  visit: ((record: number, step: number, take: (value: number) => void) => void) | null;
  /** Rows are numbered as they enter: numbers of the first entering and of the first leaving row of these steps. */
  firstOrder: number;
  firstLeavingOrder: number;
}

export interface Accumulator {
  /** Words it needs in a record. */
  readonly words: number;
  /** Its first word; set once by the owner of the records. */
  offset: number;
  /** Takes steps `from` … `to` − 1; with `observe`, fills the snapshots of their entering rows. */
  update(store: RecordStore, steps: Steps, movement: Movement, from: number, to: number, observe: boolean): void;
  /** Room in the snapshots. */
  reserve(rows: number): void;
}

/** An accumulator of records that can be put together: where rows only enter. */
export interface MergingAccumulator extends Accumulator {
  /** Adds records of `source` to records of `target`. */
  merge(target: RecordStore, targetIds: Int32Array, source: RecordStore, sourceIds: Int32Array, count: number): void;
  /** Fills the snapshots with the state of `count` records. */
  observe(store: RecordStore, ids: Int32Array, count: number): void;
}

/** Snapshots of sums and counts. `counts` is the number of rows that took part. */
export interface Counted extends MergingAccumulator {
  readonly counts: Float64Array;
}

export function emptySteps(): Steps {
  const none = new Int32Array(0);
  return { count: 0, enterEnds: none, leaveEnds: none, enterRecords: none, leaveRecords: none };
}

const noBytes = new Uint8Array(0);
const noNumbers = new Float64Array(0);
const noWords = new Int32Array(0);

export function emptyMovement(): Movement {
  return {
    enters: noBytes,
    leaves: noBytes,
    enterNumbers: noNumbers,
    leaveNumbers: noNumbers,
    enterWords: noWords,
    leaveWords: noWords,
    enterIds: noWords,
    leaveIds: noWords,
    visit: null,
    firstOrder: 0,
    firstLeavingOrder: 0,
  };
}

export function roomFor(rows: number): number {
  let room = 1024;
  while (room < rows) room *= 2;
  return room;
}
