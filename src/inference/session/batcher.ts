/**
 * Gathers rows into batches for a few lanes: small requests share a run, big ones are cut.
 *
 * A batch leaves when a lane is free and it is full, or has waited `batchDelayMs`. With a delay of 0 it leaves at once, and
 * requests gather only while all lanes are busy.
 */
import type { Clock } from "../../core/index.ts";
import type { OutputColumn, OutputTensors } from "../model.ts";

export interface BatcherOptions {
  readonly clock: Clock;
  /** Most rows of one run; 1 or more. */
  readonly batchRowsMax: number;
  readonly batchDelayMs: number;
  /** Runs under way at a time. */
  readonly lanes: number;
  /** `features`: column after column, given away. */
  run(lane: number, rows: number, features: Float64Array): Promise<OutputTensors>;
}

interface Request {
  readonly rows: number;
  readonly columns: number;
  readonly features: Float64Array;
  readonly arrivedMs: number;
  outputs: OutputColumn[][] | null;
  rowsLeft: number;
  isSettled: boolean;
  resolve(outputs: OutputTensors): void;
  reject(error: unknown): void;
}

interface Slice {
  readonly request: Request;
  readonly start: number;
  readonly rows: number;
}

export class MicroBatcher {
  readonly #options: BatcherOptions;
  readonly #freeLanes: number[];
  #queue: Slice[] = [];
  #queuedRows = 0;
  #isTimerSet = false;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#freeLanes = Array.from({ length: options.lanes }, (_, lane) => lane);
  }

  predict(rows: number, features: readonly Float64Array[]): Promise<OutputTensors> {
    const packed = new Float64Array(rows * features.length);
    features.forEach((column, index) => packed.set(column.subarray(0, rows), index * rows));
    return new Promise((resolve, reject) => {
      const request: Request = {
        rows,
        columns: features.length,
        features: packed,
        arrivedMs: this.#options.clock.monotonicMs(),
        outputs: null,
        rowsLeft: rows,
        isSettled: false,
        resolve,
        reject,
      };
      for (let start = 0; start < rows; start += this.#options.batchRowsMax)
        this.#queue.push({ request, start, rows: Math.min(this.#options.batchRowsMax, rows - start) });
      this.#queuedRows += rows;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#queue.length > 0 && this.#freeLanes.length > 0) {
      const waitMs = this.#queue[0].request.arrivedMs + this.#options.batchDelayMs - this.#options.clock.monotonicMs();
      if (this.#queuedRows < this.#options.batchRowsMax && waitMs > 0) {
        this.#wakeAfter(waitMs);
        return;
      }
      void this.#runBatch(this.#freeLanes.pop()!, this.#take());
    }
  }

  #wakeAfter(waitMs: number): void {
    if (this.#isTimerSet) return;
    this.#isTimerSet = true;
    this.#options.clock.setTimer(waitMs, () => {
      this.#isTimerSet = false;
      this.#dispatch();
    });
  }

  #take(): Slice[] {
    const batch: Slice[] = [];
    let rows = 0;
    while (this.#queue.length > 0 && rows + this.#queue[0].rows <= this.#options.batchRowsMax) {
      batch.push(this.#queue[0]);
      rows += this.#queue[0].rows;
      this.#queue.shift();
    }
    this.#queuedRows -= rows;
    return batch;
  }

  async #runBatch(lane: number, batch: readonly Slice[]): Promise<void> {
    const rows = batch.reduce((sum, slice) => sum + slice.rows, 0);
    try {
      const outputs = await this.#options.run(lane, rows, packBatch(batch, rows));
      let start = 0;
      for (const slice of batch) {
        deliver(slice, outputs, start);
        start += slice.rows;
      }
    } catch (error) {
      for (const { request } of batch) this.#reject(request, error);
    }
    this.#freeLanes.push(lane);
    this.#dispatch();
  }

  #reject(request: Request, error: unknown): void {
    if (request.isSettled) return;
    request.isSettled = true;
    this.#queue = this.#queue.filter((slice) => slice.request !== request);
    this.#queuedRows = this.#queue.reduce((sum, slice) => sum + slice.rows, 0);
    request.reject(error);
  }
}

function packBatch(batch: readonly Slice[], rows: number): Float64Array {
  const columns = batch[0].request.columns;
  const packed = new Float64Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    let at = column * rows;
    for (const { request, start, rows: count } of batch) {
      const from = column * request.rows + start;
      packed.set(request.features.subarray(from, from + count), at);
      at += count;
    }
  }
  return packed;
}

function deliver({ request, start, rows }: Slice, outputs: OutputTensors, from: number): void {
  if (request.isSettled) return;
  request.outputs ??= outputs.map((columns) =>
    columns.map((column) => (column instanceof Float64Array ? new Float64Array(request.rows) : Array<string>(request.rows))),
  );
  outputs.forEach((columns, output) => {
    columns.forEach((column, index) => {
      const target = request.outputs![output][index];
      if (target instanceof Float64Array) target.set((column as Float64Array).subarray(from, from + rows), start);
      else for (let row = 0; row < rows; row++) (target as string[])[start + row] = (column as readonly string[])[from + row];
    });
  });
  request.rowsLeft -= rows;
  if (request.rowsLeft > 0) return;
  request.isSettled = true;
  request.resolve(request.outputs);
}
