/**
 * OVER (PARTITION BY … ORDER BY event time …): every input row comes out once, when the watermark has passed its time,
 * in event-time order, with the aggregates of its windows behind its columns. A row at or before the watermark is late.
 *
 * Law 6: results hang on times and values only. Law 9: where Flink judges lateness per key, this goes by the watermark.
 */
import { HeadraceError } from "../../core/index.ts";
import { batchRowsMax, sliceBatch, type Batch, type Column, type Schema } from "../../data/index.ts";
import type { ChangelogMode, OverNode } from "../../sql/plan/plan.ts";
import type { Collector, Operator, OperatorContext, OperatorStatistics, Outcome, State } from "../operator.ts";
import { KeyIndex } from "../state/key-index.ts";
import { ValueCell } from "../state/value-cell.ts";
import { RowBuffer } from "../time/index.ts";
import { roomFor } from "./aggregates/index.ts";
import { selectTimely } from "./lateness.ts";
import { Frames } from "./over/frames.ts";

const chunkRows = 1024;
const watermarkWord = 0;
const orderWord = 1;

export function createOverOperator(node: OverNode, inputSchema: Schema): Operator {
  return new OverOperator(node, inputSchema);
}

export class OverOperator implements Operator {
  readonly name: string;
  readonly inputs: readonly Schema[];
  readonly output: Schema;
  readonly changelog: ChangelogMode = "append";
  readonly states: readonly State[];
  readonly #node: OverNode;
  readonly #keys: KeyIndex;
  readonly #buffer: RowBuffer;
  readonly #frames: Frames;
  /** The watermark, and how many rows ever came out. */
  readonly #cell = new ValueCell("progress", ["watermark", "rows"]);
  #context!: OperatorContext;
  #ids = new Int32Array(chunkRows);
  #groupEnds = new Int32Array(chunkRows);
  #drainingToMs = -Infinity;
  #pending: Batch[] = [];
  #rowsIn = 0;
  #rowsOut = 0;
  #rowsLate = 0;

  constructor(node: OverNode, inputSchema: Schema) {
    const time = inputSchema.fields[node.orderBy]?.type;
    if (time === undefined || (time.kind !== "timestamp" && time.kind !== "timestamp-ltz") || time.precision > 3) {
      throw new HeadraceError("internal", `${node.name} must be ordered by a timestamp of precision 3 or less`);
    }
    this.#node = node;
    this.name = node.name;
    this.inputs = [inputSchema];
    this.output = node.schema;
    this.#keys = new KeyIndex(
      "keys",
      node.partitionBy.map((column) => inputSchema.fields[column]!.type),
    );
    this.#buffer = new RowBuffer("waiting", inputSchema, node.orderBy);
    this.#frames = new Frames(node, inputSchema);
    this.#cell.values[watermarkWord] = -Infinity;
    this.states = [this.#cell, this.#keys, this.#buffer, ...this.#frames.states];
  }

  open(context: OperatorContext): void {
    this.#context = context;
    if (!context.restored) return;
    this.#drainingToMs = this.#watermarkMs;
    this.#buffer.resume(this.#watermarkMs);
    this.#frames.open(this.#keys.size);
  }

  get #watermarkMs(): number {
    return this.#cell.values[watermarkWord]!;
  }

  push(_input: number, batch: Batch, output: Collector): Outcome {
    this.#rowsIn += batch.length;
    const timely = selectTimely(batch, this.#node.orderBy, this.#watermarkMs, output, this.name);
    this.#rowsLate += batch.length - timely.count;
    if (timely.count > 0) this.#buffer.push(batch, timely.rows, timely.count);
    return "done";
  }

  watermark(timestampMs: number, output: Collector): Outcome {
    this.#drainingToMs = timestampMs;
    return this.resume(output);
  }

  resume(output: Collector): Outcome {
    const { clock, sliceMs } = this.#context;
    const start = clock.monotonicMs();
    for (;;) {
      while (this.#pending.length > 0) {
        if (output.full) return "yield";
        const batch = this.#pending.shift()!;
        this.#rowsOut += batch.length;
        output.push(batch);
      }
      const count = this.#buffer.drain(this.#drainingToMs, chunkRows);
      if (count === 0) break;
      this.#process(count);
      if (clock.monotonicMs() - start > sliceMs) return "yield";
    }
    if (this.#drainingToMs > this.#watermarkMs) this.#cell.values[watermarkWord] = this.#drainingToMs;
    return "done";
  }

  #process(count: number): void {
    const columns = this.#buffer.gather(0, count);
    const times = this.#buffer.times;
    if (this.#ids.length < count) {
      this.#ids = new Int32Array(roomFor(count));
      this.#groupEnds = new Int32Array(this.#ids.length);
    }
    const keys = this.#ids;
    this.#keys.assign(
      this.#node.partitionBy.map((column) => columns[column]!),
      count,
      keys,
    );
    const groupEnds = this.#groupEnds;
    let groupCount = 0;
    for (let row = 1; row < count; row++) if (times[row] !== times[row - 1]) groupEnds[groupCount++] = row;
    groupEnds[groupCount++] = count;
    const firstOrder = this.#cell.values[orderWord]!;
    this.#frames.process({ count, keys, keyCount: this.#keys.size, times, groupCount, groupEnds, firstOrder }, columns);
    this.#cell.values[orderWord] = firstOrder + count;
    this.#buffer.release(count);
    this.#queue([...columns, ...this.#frames.columns(count)], count);
  }

  /** Rows of one time may be more than a batch holds. */
  #queue(columns: readonly Column[], count: number): void {
    const batch: Batch = { schema: this.output, length: count, columns, changes: null };
    if (count <= batchRowsMax) this.#pending.push(batch);
    else for (let start = 0; start < count; start += chunkRows) this.#pending.push(sliceBatch(batch, start, Math.min(count, start + chunkRows)));
  }

  statistics(): OperatorStatistics {
    let stateBytes = 0;
    for (const state of this.states) stateBytes += state.sizeBytes;
    return { rowsIn: this.#rowsIn, rowsOut: this.#rowsOut, rowsLate: this.#rowsLate, rowsWaiting: this.#buffer.size, keys: this.#keys.size, stateBytes };
  }

  close(): void {}
}
