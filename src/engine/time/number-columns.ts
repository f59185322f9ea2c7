/** Waiting rows of fixed width: bytes, ints, doubles, 64-bit wholes. */
import type { Column, ColumnLayout, DataType } from "../../data/index.ts";
import type { StateReader, StateWriter } from "../operator.ts";
import { wideColumn } from "../state/key-columns.ts";
import { NumberRing, uint8Ring, type RingArray } from "../state/ring-columns.ts";
import type { RowColumn } from "./row-columns.ts";

/** NULL marks of a column, absent until a NULL comes. */
export class NullRing {
  #ring: NumberRing<Uint8Array> | null = null;
  #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get sizeBytes(): number {
    return this.#ring?.sizeBytes ?? 0;
  }

  append(nulls: Uint8Array | null, rows: Int32Array | null, count: number, position: number): void {
    if (this.#ring === null) {
      if (nulls === null) return;
      this.#make();
    }
    const { values } = this.#ring!;
    const mask = this.#capacity - 1;
    if (nulls === null) for (let index = 0; index < count; index++) values[(position + index) & mask] = 0;
    else for (let index = 0; index < count; index++) values[(position + index) & mask] = nulls[rows === null ? index : rows[index]!]!;
  }

  gather(slots: Int32Array, start: number, count: number): Uint8Array | null {
    if (this.#ring === null) return null;
    const { values } = this.#ring;
    const nulls = new Uint8Array(count);
    let any = 0;
    for (let index = 0; index < count; index++) any |= nulls[index] = values[slots[start + index]!]!;
    return any === 0 ? null : nulls;
  }

  resize(capacity: number, tail: number, head: number): void {
    this.#capacity = capacity;
    this.#ring?.resize(capacity, tail, head);
  }
  write(writer: StateWriter, from: number, to: number): void {
    writer.number(this.#ring === null ? 0 : 1);
    this.#ring?.write(writer, from, to);
  }
  read(reader: StateReader, from: number, to: number): void {
    if (reader.number() === 1) {
      if (this.#ring === null) this.#make();
      this.#ring!.read(reader, from, to);
    } else if (this.#ring !== null) {
      this.#ring.put(new Uint8Array(to - from), from, to - from);
    }
  }

  #make(): void {
    this.#ring = uint8Ring();
    this.#ring.resize(this.#capacity, 0, 0);
  }
}

abstract class FixedRowColumn<A extends RingArray> implements RowColumn {
  abstract readonly layout: ColumnLayout;
  protected readonly ring: NumberRing<A>;
  protected readonly nulls: NullRing;
  readonly #make: (length: number) => A;

  constructor(capacity: number, make: (length: number) => A) {
    this.#make = make;
    this.ring = new NumberRing("rows", make);
    this.ring.resize(capacity, 0, 0);
    this.nulls = new NullRing(capacity);
  }

  get sizeBytes(): number {
    return this.ring.sizeBytes + this.nulls.sizeBytes;
  }

  append(column: Column, rows: Int32Array | null, count: number, position: number): boolean {
    if (column.layout !== this.layout) return false;
    this.nulls.append(column.nulls, rows, count, position);
    const source = (column as { values: unknown }).values as A;
    if (rows === null) this.ring.put(source, position, count);
    else {
      const { values } = this.ring;
      const mask = values.length - 1;
      for (let index = 0; index < count; index++) values[(position + index) & mask] = source[rows[index]!]!;
    }
    return true;
  }

  gather(slots: Int32Array, start: number, count: number): Column {
    const { values } = this.ring;
    const target = this.#make(count);
    for (let index = 0; index < count; index++) target[index] = values[slots[start + index]!]!;
    return this.finish(target, count, this.nulls.gather(slots, start, count));
  }

  protected finish(values: A, _count: number, nulls: Uint8Array | null): Column {
    return { layout: this.layout, values, nulls } as Column;
  }

  resize(capacity: number, tail: number, head: number): void {
    this.ring.resize(capacity, tail, head);
    this.nulls.resize(capacity, tail, head);
  }
  trim(): void {}
  write(writer: StateWriter, from: number, to: number): void {
    this.ring.write(writer, from, to);
    this.nulls.write(writer, from, to);
  }
  read(reader: StateReader, from: number, to: number): void {
    this.ring.read(reader, from, to);
    this.nulls.read(reader, from, to);
  }
}

// Each its own class, so that its loops see one kind of array only.
export class ByteRowColumn extends FixedRowColumn<Uint8Array> {
  readonly layout = "byte";
  constructor(capacity: number) {
    super(capacity, (length) => new Uint8Array(length));
  }
}

export class IntRowColumn extends FixedRowColumn<Int32Array> {
  readonly layout = "int";
  constructor(capacity: number) {
    super(capacity, (length) => new Int32Array(length));
  }
}

export class DoubleRowColumn extends FixedRowColumn<Float64Array> {
  readonly layout = "double";
  constructor(capacity: number) {
    super(capacity, (length) => new Float64Array(length));
  }

  override gather(slots: Int32Array, start: number, count: number): Column {
    const { values } = this.ring;
    const target = new Float64Array(count);
    for (let index = 0; index < count; index++) target[index] = values[slots[start + index]!]!;
    return { layout: "double", values: target, nulls: this.nulls.gather(slots, start, count) };
  }

  /** The same rows as 64-bit wholes. */
  widened(type: DataType, tail: number, head: number): WideRowColumn {
    const { values } = this.ring;
    const wide = new WideRowColumn(values.length, type);
    const slots = new Int32Array(head - tail);
    for (let index = 0; index < slots.length; index++) slots[index] = (tail + index) & (values.length - 1);
    wide.append(this.gather(slots, 0, slots.length), null, slots.length, tail);
    return wide;
  }
}

export class WideRowColumn extends FixedRowColumn<BigInt64Array> {
  readonly layout = "wide";
  readonly #type: DataType;

  constructor(capacity: number, type: DataType) {
    super(capacity, (length) => new BigInt64Array(length));
    this.#type = type;
  }

  override append(column: Column, rows: Int32Array | null, count: number, position: number): boolean {
    if (column.layout === "wide") return super.append(column, rows, count, position);
    if (column.layout !== "double") return false;
    const values = new BigInt64Array(count);
    for (let index = 0; index < count; index++) {
      const row = rows === null ? index : rows[index]!;
      if (column.nulls === null || column.nulls[row] === 0) values[index] = BigInt(column.values[row]!);
    }
    this.nulls.append(column.nulls, rows, count, position);
    this.ring.put(values, position, count);
    return true;
  }

  /** BIGINT goes back to doubles where its values allow. */
  protected override finish(values: BigInt64Array, count: number, nulls: Uint8Array | null): Column {
    return wideColumn(this.#type, new Int32Array(values.buffer), count, nulls);
  }
}
