/** What an OVER operator and its frames say to each other. */
import type { Column } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import type { State } from "../../operator.ts";

/** Rows in event-time order, whole times only, their arguments loaded. */
export interface Chunk {
  readonly count: number;
  readonly keys: Int32Array;
  /** Keys known so far. */
  readonly keyCount: number;
  readonly times: Float64Array;
  /** Rows of one time are a group. */
  readonly groupCount: number;
  readonly groupEnds: Int32Array;
  /** Rows that ever came before these. */
  readonly firstOrder: number;
}

/** All aggregates over one frame definition. */
export interface Frame {
  readonly states: readonly State[];
  /** After a restore: computes again what is not stored. */
  open(): void;
  process(chunk: Chunk): void;
  /** The column of a call, of the last chunk's first `count` rows. */
  column(call: AggregateCall, count: number): Column;
}
