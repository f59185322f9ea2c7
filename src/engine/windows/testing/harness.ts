/** Drives an operator by hand: batches, watermarks, barriers, crashes. For tests. */
import { batchFromRows, rowsOf, type Batch, type Schema } from "../../../data/index.ts";
import type { Clock, Random, Timer } from "../../../core/index.ts";
import type { Collector, Operator, Outcome } from "../../operator.ts";
import { changesOf, restoreStates, snapshotStates } from "../../state/snapshot.ts";

/** Operators under test draw nothing. */
export const noRandom: Random = {
  bytes: () => refuse(),
  float: () => refuse(),
  uuid: () => refuse(),
};

function refuse(): never {
  throw new Error("no randomness in tests of operators");
}

/** Time stands still, or moves by a step with every look at it. */
export class SteppingClock implements Clock {
  #now = 0;
  readonly #stepMs: number;
  constructor(stepMs = 0) {
    this.#stepMs = stepMs;
  }
  nowMs(): number {
    return this.#now;
  }
  monotonicMs(): number {
    return (this.#now += this.#stepMs);
  }
  setTimer(): Timer {
    throw new Error("no timers in tests of operators");
  }
  nextTurn(): Promise<void> {
    return Promise.resolve();
  }
}

export class ListCollector implements Collector {
  readonly rows: unknown[][] = [];
  readonly lateRows: unknown[][] = [];
  readonly batchLengths: number[] = [];
  /** Batches it takes before it says "full", until {@link empty}. */
  readonly #capacity: number;
  #held = 0;

  constructor(capacity = Infinity) {
    this.#capacity = capacity;
  }
  push(batch: Batch): void {
    if (this.full) throw new Error("pushed into a full collector");
    this.#held++;
    this.batchLengths.push(batch.length);
    this.rows.push(...rowsOf(batch));
  }
  get full(): boolean {
    return this.#held >= this.#capacity;
  }
  empty(): void {
    this.#held = 0;
  }
  late(batch: Batch, index: number): void {
    this.lateRows.push(rowsOf(batch)[index]!);
  }
}

export type Event =
  | { readonly kind: "rows"; readonly rows: readonly (readonly unknown[])[] }
  | { readonly kind: "watermark"; readonly timestampMs: number }
  /** Takes a barrier: a snapshot, or changes if there is a snapshot. */
  | { readonly kind: "barrier"; readonly full: boolean }
  /** What came after the last barrier is lost and comes again. */
  | { readonly kind: "crash" };

export interface RunOptions {
  readonly clockStepMs?: number;
  readonly collectorCapacity?: number;
  /** How rows become a batch. */
  readonly makeBatch?: (schema: Schema, rows: readonly (readonly unknown[])[]) => Batch;
}

export interface RunResult {
  readonly rows: unknown[][];
  readonly lateRows: unknown[][];
  readonly operator: Operator;
}

/** Runs events; at a crash a new operator is restored and the events after the last barrier run again. */
export function runOperator(make: () => Operator, events: readonly Event[], options: RunOptions = {}): RunResult {
  const makeBatch = options.makeBatch ?? batchFromRows;
  const open = (restored: boolean, operator: Operator): Operator => {
    operator.open({ clock: new SteppingClock(options.clockStepMs ?? 0), random: noRandom, timeZone: "UTC", sliceMs: 1, restored });
    return operator;
  };
  let operator = open(false, make());
  let committed = new ListCollector();
  let current = new ListCollector(options.collectorCapacity);
  let snapshot: Uint8Array | null = null;
  let deltas: Uint8Array[] = [];
  let barrierAt = 0;
  const crashed = new Set<number>();
  const commit = (): void => {
    committed.rows.push(...current.rows);
    committed.lateRows.push(...current.lateRows);
    current = new ListCollector(options.collectorCapacity);
  };
  const settle = (outcome: Outcome): void => {
    let answer = outcome;
    while (answer === "yield") {
      current.empty();
      answer = operator.resume(current);
    }
    current.empty();
  };
  for (let at = 0; at < events.length; at++) {
    const event = events[at]!;
    if (event.kind === "rows") settle(operator.push(0, makeBatch(operator.inputs[0]!, event.rows), current));
    else if (event.kind === "watermark") settle(operator.watermark(event.timestampMs, current));
    else if (event.kind === "barrier") {
      if (event.full || snapshot === null) {
        snapshot = snapshotStates(operator.states);
        deltas = [];
      } else deltas.push(changesOf(operator.states));
      commit();
      barrierAt = at + 1;
    } else if (!crashed.has(at)) {
      crashed.add(at);
      current = new ListCollector(options.collectorCapacity);
      if (snapshot === null) {
        committed = new ListCollector();
        operator = open(false, make());
      } else {
        operator = make();
        restoreStates(operator.states, snapshot, deltas);
        open(true, operator);
      }
      at = barrierAt - 1;
    }
  }
  commit();
  return { rows: committed.rows, lateRows: committed.lateRows, operator };
}
