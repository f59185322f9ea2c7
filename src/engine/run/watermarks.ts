/**
 * Watermarks per source split (the WATERMARK clause), with idleness.
 *
 * Flink's rule "after each row the largest value so far" is kept without a watermark per row: a batch is cut only before
 * a row that such a watermark would make late, since nothing else can tell the difference. So what is late does not
 * depend on the size of batches.
 */
import type { Batch, Column } from "../../data/index.ts";
import { sliceBatch } from "../../data/index.ts";
import type { WatermarkNode } from "../../sql/plan/plan.ts";
import { Calc } from "../expressions/index.ts";
import type { Edge } from "./graph.ts";

interface SplitTime {
  /** Largest value of the expression so far. */
  watermarkMs: number;
  idle: boolean;
  finished: boolean;
}

export class WatermarkAssigner {
  readonly node: WatermarkNode;
  readonly edges: Edge[] = [];
  readonly #calc: Calc;
  readonly #splits = new Map<string, SplitTime>();
  #published = -Infinity;

  constructor(node: WatermarkNode, timeZone: string) {
    this.node = node;
    const output = { fields: [{ name: "watermark", type: node.expression.type }] };
    this.#calc = new Calc({ filter: null, projection: [node.expression], output, timeZone });
  }

  /** What operators were told before a restart. An idle split may stand behind it. */
  restore(publishedMs: number): void {
    this.#raise(publishedMs);
  }

  get publishedMs(): number {
    return this.#published;
  }

  addSplit(split: string, watermarkMs = -Infinity): void {
    this.#splits.set(split, { watermarkMs, idle: false, finished: false });
  }

  splitWatermarkMs(split: string): number {
    return this.#splits.get(split)?.watermarkMs ?? -Infinity;
  }

  /** The split that holds time back, for people who ask why nothing comes out; null when none does. */
  holder(): { split: string; watermarkMs: number } | null {
    let holder: { split: string; watermarkMs: number } | null = null;
    for (const [split, time] of this.#splits) {
      if (time.idle || time.finished) continue;
      if (holder === null || time.watermarkMs < holder.watermarkMs) holder = { split, watermarkMs: time.watermarkMs };
    }
    return holder;
  }

  push(split: string, batch: Batch): void {
    const time = this.#splits.get(split)!;
    time.idle = false;
    const rowtime = this.node.rowtime === null ? null : batch.columns[this.node.rowtime];
    const marks = this.#calc.run(batch).columns[0];
    let start = 0;
    let running = time.watermarkMs;
    for (let row = 0; row < batch.length; row++) {
      if (rowtime !== null && running > this.#published && isAtMost(rowtime, row, running)) {
        if (row > start) this.#send(sliceBatch(batch, start, row));
        start = row;
        time.watermarkMs = running;
        this.publish();
      }
      const mark = markAt(marks, row);
      if (mark > running) running = mark;
    }
    this.#send(start === 0 ? batch : sliceBatch(batch, start, batch.length));
    time.watermarkMs = running;
    this.publish();
  }

  #send(batch: Batch): void {
    const own = batch.schema === this.node.schema ? batch : { ...batch, schema: this.node.schema };
    for (const edge of this.edges) edge.receiver.batch(edge.input, own);
  }

  setIdle(split: string, idle: boolean): void {
    const time = this.#splits.get(split);
    if (time === undefined || time.idle === idle) return;
    time.idle = idle;
    this.publish();
  }

  finish(split: string): void {
    const time = this.#splits.get(split);
    if (time === undefined) return;
    time.finished = true;
    this.publish();
  }

  /** End of input: +∞. */
  end(): void {
    this.#raise(Infinity);
  }

  publish(): void {
    let least = Infinity;
    let any = false;
    for (const time of this.#splits.values()) {
      if (time.idle || time.finished) continue;
      any = true;
      if (time.watermarkMs < least) least = time.watermarkMs;
    }
    if (any && least > this.#published) this.#raise(least);
  }

  #raise(watermarkMs: number): void {
    if (watermarkMs <= this.#published) return;
    this.#published = watermarkMs;
    for (const edge of this.edges) edge.receiver.watermark(edge.input, watermarkMs);
  }

  /** For the epoch's record: split → watermark. */
  positions(): [string, number][] {
    return [...this.#splits].filter(([, time]) => !time.finished).map(([split, time]) => [split, time.watermarkMs]);
  }
}

function isAtMost(column: Column, row: number, limitMs: number): boolean {
  if (column.nulls !== null && column.nulls[row] === 1) return false;
  return column.layout === "double" && column.values[row] <= limitMs;
}

function markAt(column: Column, row: number): number {
  if (column.nulls !== null && column.nulls[row] === 1) return -Infinity;
  return column.layout === "double" ? column.values[row] : -Infinity;
}
