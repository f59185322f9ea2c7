/**
 * GROUP BY over TUMBLE and HOP windows. Rows are added to slices as they come; when the watermark passes the end of a
 * window, its slices are merged and its rows come out: windows by end, keys in the order in which they came.
 *
 * A row counts in those of its windows that have not fired; when all have, it is late.
 */
import { takeRows, type Batch, type Column, type Schema } from "../../data/index.ts";
import type { ChangelogMode, WindowAggregateNode } from "../../sql/plan/plan.ts";
import type { Collector, Operator, OperatorContext, OperatorStatistics, Outcome, State } from "../operator.ts";
import { KeyIndex } from "../state/key-index.ts";
import { ValueCell } from "../state/value-cell.ts";
import { utcZone, zoneOf } from "../time/index.ts";
import { choiceOf, emptySteps, HeldValueAccumulator, idComparison, participationOf, roomFor } from "./aggregates/index.ts";
import { Arguments } from "./arguments.ts";
import { timesOf } from "./lateness.ts";
import { Groups, setEntering, type Group } from "./over/groups.ts";
import { Firing, readEntries } from "./slices/firing.ts";
import { firstPayloadWord, SliceStore } from "./slices/slice-store.ts";
import { WindowShape } from "./slices/window-shape.ts";

const rowsAim = 1024;
const watermarkWord = 0;
const orderWord = 1;

export function createWindowAggregateOperator(node: WindowAggregateNode, inputSchema: Schema): Operator {
  return new WindowAggregateOperator(node, inputSchema);
}

export class WindowAggregateOperator implements Operator {
  readonly name: string;
  readonly inputs: readonly Schema[];
  readonly output: Schema;
  readonly changelog: ChangelogMode = "append";
  readonly states: readonly State[];
  readonly #node: WindowAggregateNode;
  readonly #keys: KeyIndex;
  readonly #arguments: Arguments;
  readonly #groups: Groups;
  readonly #distinctGroups: readonly Group[];
  readonly #store: SliceStore;
  /** The watermark, and how many rows were ever added. */
  readonly #cell = new ValueCell("progress", ["watermark", "rows"]);
  readonly #steps = emptySteps();
  #shape!: WindowShape;
  #context!: OperatorContext;
  #ids = new Int32Array(rowsAim);
  #firing: Firing | null = null;
  #firedEnd = -Infinity;
  #nextWatermarkMs = -Infinity;
  #rowsIn = 0;
  #rowsOut = 0;
  #rowsLate = 0;

  constructor(node: WindowAggregateNode, inputSchema: Schema) {
    this.#node = node;
    this.name = node.name;
    this.inputs = [inputSchema];
    this.output = node.schema;
    this.#keys = new KeyIndex(
      "keys",
      node.groupBy.map((column) => inputSchema.fields[column]!.type),
    );
    this.#arguments = new Arguments(
      inputSchema,
      node.aggregates.map((call) => participationOf(call, inputSchema)),
    );
    this.#groups = new Groups(node.aggregates, inputSchema, this.#arguments, firstPayloadWord, false, (call, participation) => {
      const index = this.#arguments.index(participation.argument);
      return new HeldValueAccumulator(choiceOf(call), participation.lane!, index === null ? () => 0 : idComparison(participation.type!, index));
    });
    this.#distinctGroups = this.#groups.groups.filter((group) => group.participation.distinct);
    this.#store = new SliceStore(this.#groups.words, this.#groups.description, this.#distinctGroups);
    this.#cell.values[watermarkWord] = -Infinity;
    this.states = [this.#cell, this.#keys, ...this.#arguments.states, ...this.#store.states];
  }

  open(context: OperatorContext): void {
    this.#context = context;
    const time = this.inputs[0]!.fields[this.#node.timeColumn]!.type;
    this.#shape = new WindowShape(this.#node.window, time.kind === "timestamp-ltz" ? zoneOf(context.timeZone) : utcZone);
    if (!context.restored) return;
    this.#store.rebuild(
      (slice) => !this.#shape.isFired(this.#shape.lastEnd(slice), this.#watermarkMs),
      (group, entry) => readEntries(this.#store.entries[group]!, Int32Array.of(entry), 1, this.#distinctGroups[group]!),
    );
  }

  get #watermarkMs(): number {
    return this.#cell.values[watermarkWord]!;
  }

  push(_input: number, batch: Batch, output: Collector): Outcome {
    this.#rowsIn += batch.length;
    const times = timesOf(batch, this.#node.timeColumn, this.name);
    const slices = new Float64Array(batch.length);
    const counted = new Int32Array(batch.length);
    let count = 0;
    for (let row = 0; row < batch.length; row++) {
      const slice = this.#shape.sliceOf(times[row]!);
      const lastEnd = this.#shape.lastEnd(slice);
      if (lastEnd <= slice) continue;
      if (this.#shape.isFired(lastEnd, this.#watermarkMs)) {
        this.#rowsLate++;
        output.late(batch, row);
        continue;
      }
      slices[count] = slice;
      counted[count++] = row;
    }
    if (count > 0) this.#add(count === batch.length ? batch : takeRows(batch, counted, count), slices);
    return "done";
  }

  #add(batch: Batch, slices: Float64Array): void {
    const count = batch.length;
    const steps = this.#steps;
    if (this.#ids.length < count) this.#ids = new Int32Array(roomFor(count));
    if (steps.enterRecords.length < count) steps.enterRecords = new Int32Array(roomFor(count));
    const keys = this.#ids;
    this.#keys.assign(
      this.#node.groupBy.map((column) => batch.columns[column]!),
      count,
      keys,
    );
    this.#arguments.load(batch.columns, count);
    let slice = this.#store.slice(slices[0]!);
    for (let row = 0; row < count; row++) {
      if (slices[row] !== slice.start) slice = this.#store.slice(slices[row]!);
      steps.enterRecords[row] = this.#store.record(slice, keys[row]!);
    }
    steps.count = 1;
    steps.enterEnds = Int32Array.of(count);
    steps.leaveEnds = Int32Array.of(0);
    this.#store.records.touchAll(steps.enterRecords, count);
    for (const group of this.#groups.groups) {
      if (group.participation.distinct) continue;
      setEntering(group, this.#arguments);
      group.movement.firstOrder = this.#cell.values[orderWord]!;
      for (const accumulator of group.accumulators) accumulator.update(this.#store.records, steps, group.movement, 0, 1, false);
    }
    this.#distinctGroups.forEach((group, index) => this.#addDistinct(group, index, keys, slices, count));
    this.#cell.values[orderWord]! += count;
  }

  #addDistinct(group: Group, index: number, keys: Int32Array, slices: Float64Array, count: number): void {
    const { argument, filter } = group.participation;
    const presence = this.#arguments.presence(argument, filter);
    const values = this.#arguments.values(argument);
    let slice = this.#store.slice(slices[0]!);
    for (let row = 0; row < count; row++) {
      if (presence[row] === 0) continue;
      if (slices[row] !== slice.start) slice = this.#store.slice(slices[row]!);
      this.#store.addDistinct(index, slice, keys[row]!, values, row);
    }
  }

  watermark(timestampMs: number, output: Collector): Outcome {
    this.#nextWatermarkMs = timestampMs;
    this.#firedEnd = -Infinity;
    return this.resume(output);
  }

  resume(output: Collector): Outcome {
    const { clock, sliceMs } = this.#context;
    const start = clock.monotonicMs();
    for (;;) {
      const firing = (this.#firing ??= this.#nextFiring());
      if (firing === null) break;
      if (!firing.merge()) {
        if (output.full) return "yield";
        const keys = firing.read(rowsAim);
        if (keys.length > 0) this.#emit(firing.end, keys, output);
        else this.#finish(firing.end);
      }
      if (clock.monotonicMs() - start > sliceMs) return "yield";
    }
    if (this.#nextWatermarkMs > this.#watermarkMs) this.#cell.values[watermarkWord] = this.#nextWatermarkMs;
    return "done";
  }

  /** The next window that the new watermark lets fire; null when there is none. */
  #nextFiring(): Firing | null {
    const shape = this.#shape;
    const oldest = this.#store.slices[0];
    if (oldest === undefined) return null;
    let end = shape.firstEnd(oldest.start);
    while (end <= this.#firedEnd || shape.isFired(end, this.#watermarkMs)) end += shape.slideMs;
    if (!shape.isFired(end, this.#nextWatermarkMs)) return null;
    const slices = this.#store.slices.filter((slice) => slice.start >= end - shape.sizeMs && slice.start < end);
    return new Firing(end, slices, this.#store, this.#groups.groups);
  }

  #finish(end: number): void {
    this.#firing = null;
    this.#firedEnd = end;
    const { slices } = this.#store;
    while (slices.length > 0 && this.#shape.lastEnd(slices[0]!.start) <= end) this.#store.dropFirst();
  }

  #emit(end: number, keys: Int32Array, output: Collector): void {
    const count = keys.length;
    const columns: Column[] = this.#keys.columns(keys, count);
    for (const call of this.#node.aggregates) columns.push(this.#groups.column(call, count));
    const isInstant = this.inputs[0]!.fields[this.#node.timeColumn]!.type.kind === "timestamp-ltz";
    for (const column of this.#node.windowColumns) {
      const value = column === "window_start" ? end - this.#shape.sizeMs : column === "window_end" ? end : isInstant ? this.#shape.windowTime(end) : end - 1;
      columns.push({ layout: "double", values: new Float64Array(count).fill(value), nulls: null });
    }
    this.#rowsOut += count;
    output.push({ schema: this.output, length: count, columns, changes: null });
  }

  statistics(): OperatorStatistics {
    let stateBytes = 0;
    for (const state of this.states) stateBytes += state.sizeBytes;
    const rowsWaiting = this.#store.slices.reduce((total, slice) => total + slice.size, 0);
    return { rowsIn: this.#rowsIn, rowsOut: this.#rowsOut, rowsLate: this.#rowsLate, rowsWaiting, keys: this.#keys.size, stateBytes };
  }

  close(): void {}
}
