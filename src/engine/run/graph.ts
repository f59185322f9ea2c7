/**
 * The operators of a pipeline, wired: who gets whose batches and watermarks.
 *
 * Delivery is a direct call while the receiver is free, and a queue when it is not, so a batch usually goes from the
 * source to the sinks in one stack. An operator that answered "yield" or a promise keeps its queue; `full` then stops the
 * sources, and `idle` tells when a barrier may be taken.
 */
import type { Batch } from "../../data/index.ts";
import type { Collector, Operator, Outcome } from "../operator.ts";

/** What stands at the end of an edge. */
export interface Receiver {
  batch(input: number, batch: Batch): void;
  watermark(input: number, timestampMs: number): void;
  /** True while what was delivered still has to be worked off. */
  readonly full: boolean;
  readonly idle: boolean;
}

export interface Edge {
  readonly receiver: Receiver;
  readonly input: number;
}

export type LateHandler = (operator: string, batch: Batch, index: number) => void;

/** Called with a task that has work to go on with, and with the error of one that failed. */
export interface TaskHost {
  wake(task: OperatorTask): void;
  fail(error: unknown): void;
  late: LateHandler;
}

type Event = { batch: Batch; input: number } | { watermarkMs: number; input: number };

const queueLength = 4;

export class OperatorTask implements Receiver {
  readonly operator: Operator;
  readonly edges: Edge[] = [];
  readonly #host: TaskHost;
  readonly #queue: Event[] = [];
  readonly #inputWatermarks: Float64Array;
  #watermarkMs = -Infinity;
  /** A watermark the operator has taken but not finished, to be passed on afterwards. */
  #pendingWatermarkMs: number | null = null;
  #state: "free" | "running" | "yielded" | "waiting" = "free";
  readonly #collector: Collector;

  constructor(operator: Operator, host: TaskHost) {
    this.operator = operator;
    this.#host = host;
    this.#inputWatermarks = new Float64Array(operator.inputs.length).fill(-Infinity);
    this.#collector = new Downstream(operator.name, this.edges, host);
  }

  /** The largest watermark that reached every input. */
  get watermarkMs(): number {
    return this.#watermarkMs;
  }

  get idle(): boolean {
    return this.#state === "free" && this.#queue.length === 0;
  }

  get full(): boolean {
    return this.#queue.length >= queueLength || this.#collector.full;
  }

  batch(input: number, batch: Batch): void {
    if (this.idle) this.#call(() => this.operator.push(input, batch, this.#collector));
    else this.#queue.push({ batch, input });
  }

  watermark(input: number, watermarkMs: number): void {
    if (this.idle) this.#raise(input, watermarkMs);
    else this.#queue.push({ watermarkMs, input });
  }

  /** Goes on with a call that yielded or whose promise resolved, then with the queue. */
  resume(): void {
    this.#call(() => this.operator.resume(this.#collector));
  }

  #raise(input: number, watermarkMs: number): void {
    if (watermarkMs <= this.#inputWatermarks[input]) return;
    this.#inputWatermarks[input] = watermarkMs;
    let least = Infinity;
    for (const value of this.#inputWatermarks) if (value < least) least = value;
    if (least <= this.#watermarkMs) return;
    this.#watermarkMs = least;
    this.#pendingWatermarkMs = least;
    this.#call(() => this.operator.watermark(least, this.#collector));
  }

  #call(work: () => Outcome): void {
    this.#state = "running";
    let outcome: Outcome;
    try {
      outcome = work();
    } catch (error) {
      this.#host.fail(error);
      return;
    }
    if (outcome === "done") this.#done();
    else if (outcome === "yield") {
      this.#state = "yielded";
      this.#host.wake(this);
    } else {
      this.#state = "waiting";
      outcome.then(
        () => this.#host.wake(this),
        (error: unknown) => this.#host.fail(error),
      );
    }
  }

  #done(): void {
    if (this.#pendingWatermarkMs !== null) {
      const watermarkMs = this.#pendingWatermarkMs;
      this.#pendingWatermarkMs = null;
      for (const edge of this.edges) edge.receiver.watermark(edge.input, watermarkMs);
    }
    this.#state = "free";
    const next = this.#queue.shift();
    if (next === undefined) return;
    if ("batch" in next) this.#call(() => this.operator.push(next.input, next.batch, this.#collector));
    else {
      this.#raise(next.input, next.watermarkMs);
      // A watermark that changed nothing called nobody: the queue goes on here.
      if (this.#state === "free" && this.#queue.length > 0) this.#done();
    }
  }
}

/** What an operator sends to. Full when those behind it are, whatever waits in front of it: its own queue is worked off by going on. */
class Downstream implements Collector {
  readonly #operator: string;
  readonly #edges: readonly Edge[];
  readonly #host: TaskHost;

  constructor(operator: string, edges: readonly Edge[], host: TaskHost) {
    this.#operator = operator;
    this.#edges = edges;
    this.#host = host;
  }

  push(batch: Batch): void {
    for (const edge of this.#edges) edge.receiver.batch(edge.input, batch);
  }

  get full(): boolean {
    for (const edge of this.#edges) if (edge.receiver.full) return true;
    return false;
  }

  late(batch: Batch, index: number): void {
    this.#host.late(this.#operator, batch, index);
  }
}
