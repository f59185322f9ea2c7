/**
 * Rows that wait until the watermark passes their time, and leave in event-time order; rows of one time in order of
 * arrival. Every column of every layout is kept by value; what is kept is state.
 */
import { HeadraceError } from "../../core/index.ts";
import type { Batch, Column, ColumnLayout, DataType, DoubleColumn, Schema } from "../../data/index.ts";
import type { State, StateReader, StateWriter } from "../operator.ts";
import { DoubleRowColumn } from "./number-columns.ts";
import { Reorder } from "./reorder.ts";
import { createRowColumn, layoutCode, layoutOfCode, type RowColumn } from "./row-columns.ts";

const smallestCapacity = 1024;
/** Holes are tolerated up to this many slots, then up to three in four. */
const looseSlots = 65536;

export class RowBuffer implements State {
  readonly name: string;
  readonly layout: string;
  readonly #schema: Schema;
  readonly #timeColumn: number;
  readonly #reorder = new Reorder();
  #columns: (RowColumn | null)[];
  #times = new Float64Array(smallestCapacity);
  /** 1 while the row of a slot waits. */
  #waiting = new Uint8Array(smallestCapacity);
  #capacity = smallestCapacity;
  #head = 0;
  #tail = 0;
  #written = 0;

  constructor(name: string, schema: Schema, timeColumn: number) {
    this.name = name;
    this.#schema = schema;
    this.#timeColumn = timeColumn;
    this.layout = `rows:${schema.fields.map((field) => field.type.kind).join(",")}`;
    this.#columns = schema.fields.map(() => null);
    this.#reorder.reset(smallestCapacity);
  }

  /** Rows that wait. */
  get size(): number {
    return this.#reorder.size;
  }
  get sizeBytes(): number {
    let sizeBytes = this.#reorder.sizeBytes + this.#times.byteLength + this.#waiting.byteLength;
    for (const column of this.#columns) sizeBytes += column?.sizeBytes ?? 0;
    return sizeBytes;
  }
  /** Event times of the last {@link drain}, ascending. */
  get times(): Float64Array {
    return this.#reorder.times;
  }

  /** Takes rows of a batch: the first `count`, or those listed in `rows`. Times must be whole and not NULL. */
  push(batch: Batch, rows: Int32Array | null, count: number): void {
    this.#append(batch.columns, rows, count);
  }

  #append(columns: readonly Column[], rows: Int32Array | null, count: number): void {
    if (this.#head - this.#tail + count > this.#capacity) this.#makeRoom(count);
    const position = this.#head;
    for (let field = 0; field < columns.length; field++) this.#appendColumn(field, columns[field]!, rows, count, position);
    const times = (columns[this.#timeColumn] as DoubleColumn).values;
    const mask = this.#capacity - 1;
    for (let index = 0; index < count; index++) {
      const slot = (position + index) & mask;
      const time = times[rows === null ? index : rows[index]!]!;
      this.#times[slot] = time;
      this.#waiting[slot] = 1;
      this.#reorder.push(slot, time);
    }
    this.#head = position + count;
  }

  #appendColumn(field: number, source: Column, rows: Int32Array | null, count: number, position: number): void {
    const { type } = this.#schema.fields[field]!;
    const column = (this.#columns[field] ??= createRowColumn(source.layout, type, this.#capacity));
    if (column.append(source, rows, count, position)) return;
    const widened = this.#widen(column, source.layout, type);
    this.#columns[field] = widened;
    widened.append(source, rows, count, position);
  }

  /** BIGINT beyond ±2^53 came after narrower values; no other layout changes on its way. */
  #widen(column: RowColumn, layout: ColumnLayout | undefined, type: DataType): RowColumn {
    if (layout === "wide" && column instanceof DoubleRowColumn) return column.widened(type, this.#tail, this.#head);
    throw new HeadraceError("internal", `a column of layout ${layout} came where ${column.layout} was before`);
  }

  /**
   * Takes out rows of times ≤ `limitMs`, at least `aim` of them if there are so many, always all of one time together.
   * Fetch their columns by {@link gather}, then call {@link release}.
   */
  drain(limitMs: number, aim: number): number {
    return this.#reorder.drain(limitMs, aim);
  }

  /** Columns of the drained rows [start, start + count). */
  gather(start: number, count: number): Column[] {
    return this.#columns.map((column) => column!.gather(this.#reorder.order, start, count));
  }

  release(count: number): void {
    const { order } = this.#reorder;
    for (let index = 0; index < count; index++) this.#waiting[order[index]!] = 0;
    const mask = this.#capacity - 1;
    let tail = this.#tail;
    while (tail < this.#head && this.#waiting[tail & mask] === 0) tail++;
    if (tail === this.#tail) return;
    this.#tail = tail;
    for (const column of this.#columns) column?.trim(tail, this.#head);
  }

  #makeRoom(count: number): void {
    const span = this.#head - this.#tail;
    if (span > looseSlots && this.size * 4 < span) this.#compact();
    if (this.#head - this.#tail + count <= this.#capacity) return;
    let capacity = this.#capacity;
    while (capacity < this.#head - this.#tail + count) capacity *= 2;
    this.#resize(capacity);
  }

  #resize(capacity: number): void {
    const times = new Float64Array(capacity);
    const waiting = new Uint8Array(capacity);
    for (let position = this.#tail; position < this.#head; position++) {
      times[position & (capacity - 1)] = this.#times[position & (this.#capacity - 1)]!;
      waiting[position & (capacity - 1)] = this.#waiting[position & (this.#capacity - 1)]!;
    }
    for (const column of this.#columns) column?.resize(capacity, this.#tail, this.#head);
    this.#times = times;
    this.#waiting = waiting;
    this.#capacity = capacity;
    this.#order();
  }

  /** A few rows that wait for long keep everything after them: they move to the head, in order. */
  #compact(): void {
    const slots = this.#waitingSlots();
    const columns = this.#columns.map((column) => column!.gather(slots, 0, slots.length));
    this.#waiting.fill(0);
    this.#tail = this.#head;
    this.#reorder.reset(this.#capacity);
    for (const column of this.#columns) column?.trim(this.#tail, this.#head);
    this.#append(columns, null, slots.length);
  }

  #waitingSlots(): Int32Array {
    const slots = new Int32Array(this.size);
    let count = 0;
    for (let position = this.#tail; position < this.#head; position++) {
      const slot = position & (this.#capacity - 1);
      if (this.#waiting[slot] === 1) slots[count++] = slot;
    }
    return slots;
  }

  #order(): void {
    this.#reorder.reset(this.#capacity);
    for (let position = this.#tail; position < this.#head; position++) {
      const slot = position & (this.#capacity - 1);
      if (this.#waiting[slot] === 1) this.#reorder.push(slot, this.#times[slot]!);
    }
  }

  snapshot(writer: StateWriter): void {
    this.#write(writer, this.#tail);
  }
  changes(writer: StateWriter): void {
    this.#write(writer, Math.max(this.#tail, this.#written));
  }

  #write(writer: StateWriter, from: number): void {
    writer.number(this.#tail);
    writer.number(from);
    writer.number(this.#head);
    for (const column of this.#columns) {
      writer.number(column === null ? -1 : layoutCode(column.layout));
      if (column !== null) column.write(writer, from, this.#head);
    }
    this.#written = this.#head;
  }

  restore(reader: StateReader): void {
    this.#columns = this.#schema.fields.map(() => null);
    this.#head = this.#tail = 0;
    this.apply(reader);
  }

  apply(reader: StateReader): void {
    const tail = reader.number();
    const from = reader.number();
    const head = reader.number();
    this.#tail = Math.min(tail, this.#head);
    if (this.#tail === this.#head) this.#tail = this.#head = from;
    if (head - this.#tail > this.#capacity) {
      let capacity = this.#capacity;
      while (capacity < head - this.#tail) capacity *= 2;
      this.#resize(capacity);
    }
    this.#columns = this.#columns.map((column, field) => {
      const code = reader.number();
      if (code < 0) return column;
      const layout = layoutOfCode(code);
      const { type } = this.#schema.fields[field]!;
      let own = column;
      if (own === null) own = createRowColumn(layout, type, this.#capacity);
      else if (own.layout !== layout) own = this.#widen(own, layout, type);
      own.read(reader, from, head);
      return own;
    });
    this.#head = head;
    this.#tail = tail;
    this.#written = head;
    for (const column of this.#columns) column?.trim(tail, head);
  }

  /** After a restore: rows later than the watermark wait, all others had left. */
  resume(watermarkMs: number): void {
    const time = this.#columns[this.#timeColumn];
    const count = this.#head - this.#tail;
    if (count === 0 || time === null || time === undefined) return;
    const slots = new Int32Array(count);
    for (let index = 0; index < count; index++) slots[index] = (this.#tail + index) & (this.#capacity - 1);
    const { values } = time.gather(slots, 0, count) as DoubleColumn;
    for (let index = 0; index < count; index++) {
      this.#times[slots[index]!] = values[index]!;
      this.#waiting[slots[index]!] = values[index]! > watermarkMs ? 1 : 0;
    }
    this.#order();
    this.release(0);
  }
}
