/**
 * The contract of operators. Types and prose only.
 *
 * An operator is fed by one runner on one thread. Beside batches, watermarks flow; epoch barriers stand between calls, so
 * an operator never sees one: at a barrier the runner takes the changes of its declared states, nothing else exists.
 *
 * Duties of the operator
 * - keep everything that outlives a call in its declared {@link State}s: what is elsewhere is lost at a restart;
 * - be deterministic: the same calls give the same output, bit for bit (laws 6 and 14). Time comes from watermarks, or
 *   for processing time from `context.clock`;
 * - never hold a call for more than a few milliseconds: answer "yield" and go on in `resume`;
 * - push batches of at most `batchRowsMax` rows, immutable from then on, and not a second one while the collector is full.
 *
 * Duties of the runner
 * - `open` once, after states were restored; then calls one at a time;
 * - `watermark` with strictly rising values, after the rows that stand before it; +∞ once at the end of input;
 * - pass an operator's watermark on only after the operator answered "done" for it;
 * - take no barrier between "yield" and "done", nor while a promise is pending.
 */
import type { Clock, Random } from "../core/index.ts";
import type { Batch, Schema } from "../data/index.ts";
import type { ChangelogMode } from "../sql/plan/plan.ts";

export interface Operator {
  /** The plan node's stable name. */
  readonly name: string;
  readonly inputs: readonly Schema[];
  readonly output: Schema;
  readonly changelog: ChangelogMode;
  /** Declared before `open`, in a fixed order. */
  readonly states: readonly State[];
  open(context: OperatorContext): void;
  push(input: number, batch: Batch, output: Collector): Outcome;
  /** The smallest watermark of all inputs rose to `timestampMs`. */
  watermark(timestampMs: number, output: Collector): Outcome;
  /** Goes on after "yield", or after the promise of the last outcome resolved. */
  resume(output: Collector): Outcome;
  /** What people look at: rows waiting, keys held, late rows. */
  statistics(): OperatorStatistics;
  close(): void;
}

/** "done"; "yield": call `resume` after other work had its turn; a promise: call `resume` when it resolves. */
export type Outcome = "done" | "yield" | Promise<void>;

export interface Collector {
  push(batch: Batch): void;
  /** True when what was pushed must be worked off first: answer "yield". */
  readonly full: boolean;
  /** A row that came too late for `operator`: counted, and sent where the user said. Row `index` of `batch`. */
  late(batch: Batch, index: number): void;
}

export interface OperatorContext {
  readonly clock: Clock;
  /** For RAND() and UUID() only: a restart draws anew. */
  readonly random: Random;
  /** 'table.local-time-zone'. */
  readonly timeZone: string;
  /** Work for about this long before answering "yield". */
  readonly sliceMs: number;
  /** True when this operator was given restored states. */
  readonly restored: boolean;
}

export interface OperatorStatistics {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsLate: number;
  readonly rowsWaiting: number;
  readonly keys: number;
  readonly stateBytes: number;
}

/**
 * Keyed state as packed arrays that know their own changes. Rows belong to one of 128 key groups by their key's hash, so
 * that a snapshot can be divided among more or fewer threads later.
 *
 * `snapshot` writes everything, `changes` what was touched since the last `snapshot` or `changes`; `restore` and `apply`
 * read them back. After restore + every apply, in order, all values are equal bit for bit.
 */
export interface State {
  readonly name: string;
  /** Changes when the layout does: a snapshot of another is refused, or migrated by name. */
  readonly layout: string;
  readonly sizeBytes: number;
  snapshot(writer: StateWriter): void;
  changes(writer: StateWriter): void;
  restore(reader: StateReader): void;
  apply(reader: StateReader): void;
}

/** Number of key groups; a key's group is its hash modulo this. */
export const keyGroupCount = 128;

export interface StateWriter {
  number(value: number): void;
  /** Copies: the array may change afterwards. */
  bytes(value: Uint8Array): void;
  array(value: Int32Array | Float64Array | BigInt64Array | Uint8Array, start: number, end: number): void;
}

export interface StateReader {
  number(): number;
  /** A view of the stored bytes. */
  bytes(): Uint8Array;
  /** Copies into `target` from `start`; returns the count of elements. */
  array(target: Int32Array | Float64Array | BigInt64Array | Uint8Array, start: number): number;
  /** Elements of the array that comes next, to make room first. */
  arrayLength(): number;
}
