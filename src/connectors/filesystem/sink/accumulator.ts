/** Gathers rows of many batches into one, column by column: what a file's writer is fed with. */
import type { Batch, Column, Schema, StringDictionary } from "../../../data/index.ts";

type Numbers = Uint8Array | Int32Array | Float64Array | BigInt64Array;

/** One growing column. Layout and dictionary are those of the first rows; {@link Lane.accepts} says whether others fit. */
interface Lane {
  accepts(column: Column): boolean;
  append(column: Column, rows: Int32Array, from: number, to: number): void;
  /** The column so far; the lane starts again, empty. */
  take(): Column;
}

export class RowAccumulator {
  readonly #schema: Schema;
  readonly #capacity: number;
  #lanes: Lane[] | null = null;
  #length = 0;

  /** `capacity`: most rows it is asked to hold. */
  constructor(schema: Schema, capacity: number) {
    this.#schema = schema;
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  get room(): number {
    return this.#capacity - this.#length;
  }

  /** False: these columns have other layouts than the rows held; take those first. */
  accepts(columns: readonly Column[]): boolean {
    return this.#lanes === null || this.#lanes.every((lane, index) => lane.accepts(columns[index]));
  }

  /** Adds `rows[from … to)` of `columns`. */
  append(columns: readonly Column[], rows: Int32Array, from: number, to: number): void {
    this.#lanes ??= columns.map((column) => openLane(column, this.#capacity));
    for (let index = 0; index < columns.length; index++) this.#lanes[index].append(columns[index], rows, from, to);
    this.#length += to - from;
  }

  take(): Batch {
    const columns = this.#lanes?.map((lane) => lane.take()) ?? [];
    const length = this.#length;
    this.#lanes = null;
    this.#length = 0;
    return { schema: this.#schema, length, columns, changes: null };
  }
}

function openLane(column: Column, capacity: number): Lane {
  switch (column.layout) {
    case "byte":
      return new NumberLane("byte", null, new Uint8Array(capacity));
    case "int":
      return new NumberLane("int", null, new Int32Array(capacity));
    case "double":
      return new NumberLane("double", null, new Float64Array(capacity));
    case "wide":
      return new NumberLane("wide", null, new BigInt64Array(capacity));
    case "string":
      return new NumberLane("string", column.dictionary, new Int32Array(capacity));
    case "view":
      return new ViewLane(capacity);
    case "object":
      return new ObjectLane();
  }
}

class Nulls {
  #marks: Uint8Array | null = null;
  append(nulls: Uint8Array | null, at: number, rows: Int32Array, from: number, to: number, capacity: number): void {
    if (nulls === null) return;
    this.#marks ??= new Uint8Array(capacity);
    for (let index = from; index < to; index++) this.#marks[at++] = nulls[rows[index]];
  }
  take(length: number): Uint8Array | null {
    return this.#marks === null ? null : this.#marks.subarray(0, length);
  }
}

class NumberLane implements Lane {
  readonly #layout: "byte" | "int" | "double" | "wide" | "string";
  readonly #dictionary: StringDictionary | null;
  readonly #values: Numbers;
  readonly #nulls = new Nulls();
  #length = 0;

  constructor(layout: "byte" | "int" | "double" | "wide" | "string", dictionary: StringDictionary | null, values: Numbers) {
    this.#layout = layout;
    this.#dictionary = dictionary;
    this.#values = values;
  }

  accepts(column: Column): boolean {
    return column.layout === this.#layout && (column.layout !== "string" || column.dictionary === this.#dictionary);
  }

  append(column: Column, rows: Int32Array, from: number, to: number): void {
    const at = this.#length;
    gather((column as { values: Numbers }).values, this.#values, at, rows, from, to);
    this.#nulls.append(column.nulls, at, rows, from, to, this.#values.length);
    this.#length = at + to - from;
  }

  take(): Column {
    const values = this.#values.subarray(0, this.#length);
    const nulls = this.#nulls.take(this.#length);
    return { layout: this.#layout, values, nulls, ...(this.#dictionary === null ? {} : { dictionary: this.#dictionary }) } as Column;
  }
}

/** One loop per kind of array, so that each stays fast. */
function gather(source: Numbers, target: Numbers, at: number, rows: Int32Array, from: number, to: number): void {
  if (source instanceof Float64Array) gatherDoubles(source, target as Float64Array, at, rows, from, to);
  else if (source instanceof Int32Array) gatherInts(source, target as Int32Array, at, rows, from, to);
  else if (source instanceof Uint8Array) for (let index = from; index < to; index++) (target as Uint8Array)[at++] = source[rows[index]];
  else for (let index = from; index < to; index++) (target as BigInt64Array)[at++] = source[rows[index]];
}

function gatherDoubles(source: Float64Array, target: Float64Array, at: number, rows: Int32Array, from: number, to: number): void {
  for (let index = from; index < to; index++) target[at++] = source[rows[index]];
}

function gatherInts(source: Int32Array, target: Int32Array, at: number, rows: Int32Array, from: number, to: number): void {
  for (let index = from; index < to; index++) target[at++] = source[rows[index]];
}

/** Copies the bytes: the rows' own buffer would be kept alive for a few of them. */
class ViewLane implements Lane {
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #nulls = new Nulls();
  #bytes = new Uint8Array(4096);
  #byteLength = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#starts = new Int32Array(capacity);
    this.#ends = new Int32Array(capacity);
  }

  accepts(column: Column): boolean {
    return column.layout === "view";
  }

  append(column: Column, rows: Int32Array, from: number, to: number): void {
    const { starts, ends, bytes, nulls } = column as Extract<Column, { layout: "view" }>;
    this.#nulls.append(nulls, this.#length, rows, from, to, this.#starts.length);
    for (let index = from; index < to; index++) {
      const row = rows[index];
      const start = starts[row];
      const size = nulls !== null && nulls[row] === 1 ? 0 : ends[row] - start;
      if (this.#byteLength + size > this.#bytes.length) this.#grow(size);
      this.#starts[this.#length] = this.#byteLength;
      if (size > 32) this.#bytes.set(bytes.subarray(start, start + size), this.#byteLength);
      else for (let offset = 0; offset < size; offset++) this.#bytes[this.#byteLength + offset] = bytes[start + offset];
      this.#byteLength += size;
      this.#ends[this.#length++] = this.#byteLength;
    }
  }

  #grow(size: number): void {
    const larger = new Uint8Array(Math.max(this.#byteLength + size, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#byteLength));
    this.#bytes = larger;
  }

  take(): Column {
    return {
      layout: "view",
      starts: this.#starts.subarray(0, this.#length),
      ends: this.#ends.subarray(0, this.#length),
      bytes: this.#bytes.subarray(0, this.#byteLength),
      nulls: this.#nulls.take(this.#length),
    };
  }
}

class ObjectLane implements Lane {
  readonly #values: unknown[] = [];
  #hasNulls = false;

  accepts(column: Column): boolean {
    return column.layout === "object";
  }

  append(column: Column, rows: Int32Array, from: number, to: number): void {
    const { values, nulls } = column as Extract<Column, { layout: "object" }>;
    for (let index = from; index < to; index++) {
      const isNull = nulls !== null && nulls[rows[index]] === 1;
      this.#hasNulls ||= isNull;
      this.#values.push(isNull ? null : values[rows[index]]);
    }
  }

  take(): Column {
    const nulls = this.#hasNulls ? Uint8Array.from(this.#values, (value) => (value === null || value === undefined ? 1 : 0)) : null;
    return { layout: "object", values: this.#values, nulls };
  }
}
