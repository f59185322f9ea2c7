/** Columns of a {@link ColumnLog}: rings addressed by absolute position, of a power of two of elements. */
import type { StateReader, StateWriter } from "../operator.ts";

export interface RingColumn {
  /** Part of the log's layout. */
  readonly description: string;
  readonly sizeBytes: number;
  /** Moves positions tail … head − 1 to a ring of `capacity`. */
  resize(capacity: number, tail: number, head: number): void;
  write(writer: StateWriter, from: number, to: number): void;
  read(reader: StateReader, from: number, to: number): void;
}

export type RingArray = Float64Array | Int32Array | Uint8Array | BigInt64Array;

/** Numbers, or pairs of them (`width` 2: the halves of a 64-bit value). */
export class NumberRing<A extends RingArray> implements RingColumn {
  readonly description: string;
  readonly width: number;
  /** Replaced when the log grows. */
  values: A;
  readonly #make: (length: number) => A;

  constructor(description: string, make: (length: number) => A, width = 1) {
    this.description = width === 1 ? description : `${description}*${width}`;
    this.width = width;
    this.#make = make;
    this.values = make(0);
  }

  get sizeBytes(): number {
    return this.values.byteLength;
  }

  resize(capacity: number, tail: number, head: number): void {
    const old = this.values;
    const { width } = this;
    const grown = this.#make(capacity * width);
    if (old.length > 0) {
      for (const [from, to] of runsOf(tail, head, Math.min(old.length / width, capacity))) {
        const start = from % (old.length / width);
        (grown as Float64Array).set((old as Float64Array).subarray(start * width, (start + to - from) * width), (from % capacity) * width);
      }
    }
    this.values = grown;
  }

  /** Copies `count` elements of `source` to the positions from `position` on. */
  put(source: A, position: number, count: number): void {
    const { width } = this;
    const capacity = this.values.length / width;
    let done = 0;
    for (const [from, to] of runsOf(position, position + count, capacity)) {
      (this.values as Float64Array).set((source as Float64Array).subarray(done * width, (done + to - from) * width), (from % capacity) * width);
      done += to - from;
    }
  }

  /** Copies the elements at positions `from` … `to` − 1 to the start of `target`. */
  take(target: A, from: number, to: number): void {
    const { width } = this;
    const capacity = this.values.length / width;
    let done = 0;
    for (const [start, end] of runsOf(from, to, capacity)) {
      const slot = start % capacity;
      (target as Float64Array).set((this.values as Float64Array).subarray(slot * width, (slot + end - start) * width), done * width);
      done += end - start;
    }
  }

  write(writer: StateWriter, from: number, to: number): void {
    const { width } = this;
    const capacity = this.values.length / width;
    for (const [start, end] of runsOf(from, to, capacity)) {
      const slot = start % capacity;
      writer.array(this.values, slot * width, (slot + end - start) * width);
    }
  }

  read(reader: StateReader, from: number, to: number): void {
    const { width } = this;
    let position = from;
    while (position < to) {
      const count = reader.arrayLength() / width;
      const values = this.#make(count * width);
      reader.array(values, 0);
      this.put(values, position, count);
      position += count;
    }
  }
}

export function float64Ring(): NumberRing<Float64Array> {
  return new NumberRing("float64", (length) => new Float64Array(length));
}
export function int32Ring(width = 1): NumberRing<Int32Array> {
  return new NumberRing("int32", (length) => new Int32Array(length), width);
}
export function uint8Ring(): NumberRing<Uint8Array> {
  return new NumberRing("uint8", (length) => new Uint8Array(length));
}

/** Pieces of [from, to) that do not cross a multiple of `capacity`, at most two when the range fits the ring. */
export function runsOf(from: number, to: number, capacity: number): [number, number][] {
  const runs: [number, number][] = [];
  let start = from;
  while (start < to) {
    const end = Math.min(to, (Math.floor(start / capacity) + 1) * capacity);
    runs.push([start, end]);
    start = end;
  }
  return runs;
}
