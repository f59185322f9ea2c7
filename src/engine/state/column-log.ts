/**
 * A log of rows as a ring of columns, addressed by absolute position: rows enter at `head`, leave at `tail`. The ring
 * doubles when it is full. What was appended since the last write is the delta; rows are not changed once appended.
 *
 * Derived columns are sized with the others but not stored: their owner computes them again after a restore.
 */
import type { State, StateReader, StateWriter } from "../operator.ts";
import type { RingColumn } from "./ring-columns.ts";

const smallestCapacity = 256;

export class ColumnLog implements State {
  readonly name: string;
  readonly layout: string;
  readonly #columns: readonly RingColumn[];
  readonly #derived: readonly RingColumn[];
  #head = 0;
  #tail = 0;
  #capacity = smallestCapacity;
  #written = 0;

  constructor(name: string, columns: readonly RingColumn[], derived: readonly RingColumn[] = []) {
    this.name = name;
    this.#columns = columns;
    this.#derived = derived;
    this.layout = `log:${columns.map((column) => column.description).join(",")}`;
    this.#resize(smallestCapacity);
  }

  get head(): number {
    return this.#head;
  }
  get tail(): number {
    return this.#tail;
  }
  /** Rows the ring holds; a power of two. */
  get capacity(): number {
    return this.#capacity;
  }
  get sizeBytes(): number {
    let sizeBytes = 0;
    for (const column of this.#columns) sizeBytes += column.sizeBytes;
    for (const column of this.#derived) sizeBytes += column.sizeBytes;
    return sizeBytes;
  }

  /** Makes room for `count` rows at the head; the owner fills its columns, then calls {@link advance}. */
  reserve(count: number): void {
    const needed = this.#head - this.#tail + count;
    if (needed <= this.#capacity) return;
    let capacity = this.#capacity;
    while (capacity < needed) capacity *= 2;
    this.#resize(capacity);
  }

  advance(count: number): void {
    this.#head += count;
  }

  /** Rows before `tail` are gone. A ring that has become far too large is made smaller. */
  trim(tail: number): void {
    this.#tail = tail;
    const held = this.#head - tail;
    if (this.#capacity > 65536 && held * 16 < this.#capacity) this.#resize(this.#capacity / 4);
  }

  snapshot(writer: StateWriter): void {
    this.#write(writer, this.#tail);
  }
  changes(writer: StateWriter): void {
    this.#write(writer, Math.max(this.#tail, this.#written));
  }

  restore(reader: StateReader): void {
    this.#tail = this.#head = 0;
    this.apply(reader);
  }

  apply(reader: StateReader): void {
    const tail = reader.number();
    const from = reader.number();
    const head = reader.number();
    // Rows that were appended and trimmed between two writes were never stored: the gap before `from` lies before `tail`.
    this.#tail = Math.min(tail, this.#head);
    if (this.#tail === this.#head) this.#tail = this.#head = from;
    this.reserve(head - this.#head);
    for (const column of this.#columns) column.read(reader, from, head);
    this.#head = head;
    this.#tail = tail;
    this.#written = head;
  }

  #write(writer: StateWriter, from: number): void {
    writer.number(this.#tail);
    writer.number(from);
    writer.number(this.#head);
    for (const column of this.#columns) column.write(writer, from, this.#head);
    this.#written = this.#head;
  }

  #resize(capacity: number): void {
    for (const column of this.#columns) column.resize(capacity, this.#tail, this.#head);
    for (const column of this.#derived) column.resize(capacity, this.#tail, this.#head);
    this.#capacity = capacity;
  }
}
