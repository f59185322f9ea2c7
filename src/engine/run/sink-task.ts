/** Ends of the graph: a connector's sink, or whoever asked the query. */
import type { Sink } from "../../connector/index.ts";
import type { Batch } from "../../data/index.ts";
import { sliceBatch } from "../../data/index.ts";
import type { CollectNode, SinkNode } from "../../sql/plan/plan.ts";
import type { Receiver } from "./graph.ts";

export class SinkTask implements Receiver {
  readonly node: SinkNode;
  readonly sink: Sink;
  readonly #host: { fail(error: unknown): void };
  rowsIn = 0;
  ended = false;

  constructor(node: SinkNode, sink: Sink, host: { fail(error: unknown): void }) {
    this.node = node;
    this.sink = sink;
    this.#host = host;
  }

  batch(_input: number, batch: Batch): void {
    this.rowsIn += batch.length;
    try {
      this.sink.write(batch);
    } catch (error) {
      this.#host.fail(error);
    }
  }

  watermark(_input: number, watermarkMs: number): void {
    if (watermarkMs === Infinity) this.ended = true;
  }

  get full(): boolean {
    return this.sink.full();
  }

  get idle(): boolean {
    return true;
  }
}

export class CollectTask implements Receiver {
  readonly node: CollectNode;
  readonly #collect: (batch: Batch) => void;
  readonly #isFull: () => boolean;
  rowsIn = 0;
  ended = false;

  constructor(node: CollectNode, collect: (batch: Batch) => void, isFull: () => boolean) {
    this.node = node;
    this.#collect = collect;
    this.#isFull = isFull;
  }

  /** True once LIMIT rows were given: the query may end. */
  get satisfied(): boolean {
    return this.node.limit !== null && this.rowsIn >= this.node.limit;
  }

  batch(_input: number, batch: Batch): void {
    const left = this.node.limit === null ? batch.length : Math.min(batch.length, this.node.limit - this.rowsIn);
    if (left <= 0) return;
    this.rowsIn += left;
    this.#collect(left === batch.length ? batch : sliceBatch(batch, 0, left));
  }

  watermark(_input: number, watermarkMs: number): void {
    if (watermarkMs === Infinity) this.ended = true;
  }

  get full(): boolean {
    return !this.satisfied && this.#isFull();
  }

  readonly idle = true;
}
