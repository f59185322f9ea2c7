/** Character and binary columns of a row group: a dictionary where values repeat, else PLAIN. */
import type { Batch, Column } from "../../batch.ts";
import { StringDictionary } from "../../dictionary.ts";
import { isNull, Output, type Bounds } from "./values.ts";

export interface EncodedTexts {
  /** PLAIN values of the dictionary and an index per value; null: `bytes` holds PLAIN values themselves. */
  readonly dictionary: { readonly bytes: Uint8Array; readonly count: number; readonly indexes: Int32Array } | null;
  readonly bytes: Uint8Array;
  readonly bounds: Bounds;
}

const boundBytesMax = 64;
const dictionaryBytesMax = 1024 * 1024;
/** Values before a dictionary is judged by how many of them are new. */
const valuesBeforeJudging = 4096;
const encoder = new TextEncoder();

export function encodeTexts(batches: readonly Batch[], index: number, rows: number): EncodedTexts {
  return withDictionary(batches, index, rows) ?? plainTexts(batches, index, rows);
}

function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : encoder.encode(String(value));
}

/** The distinct values of this row group by first appearance. */
class Distinct {
  readonly values = new StringDictionary();
  bytes = 0;
  /** Ids of an interned column to ids here, 0 for unknown, else one more. */
  readonly #known = new Map<StringDictionary, Int32Array>();
  readonly #texts = new Map<string, number>();

  /** A function that answers the id of a row's value. */
  reader(column: Column): (row: number) => number {
    switch (column.layout) {
      case "string":
        return this.#interned(column.values, column.dictionary);
      case "view":
        return (row) => this.#add(column.bytes, column.starts[row], column.ends[row]);
      default: {
        const { values } = column as { values: ArrayLike<unknown> };
        return (row) => this.#computed(values[row]);
      }
    }
  }

  /** Computed texts repeat much (a day, a name): encoding each anew costs more than all the rest of the column. */
  #computed(value: unknown): number {
    const known = typeof value === "string" ? this.#texts.get(value) : undefined;
    if (known !== undefined) return known;
    const bytes = bytesOf(value);
    const id = this.#add(bytes, 0, bytes.length);
    if (typeof value === "string") this.#texts.set(value, id);
    return id;
  }

  #interned(values: Int32Array, dictionary: StringDictionary): (row: number) => number {
    let known = this.#known.get(dictionary);
    if (known === undefined || known.length < dictionary.size) {
      const grown = new Int32Array(dictionary.size * 2);
      if (known !== undefined) grown.set(known);
      this.#known.set(dictionary, (known = grown));
    }
    const ids = known;
    return (row) => {
      const id = values[row];
      if (ids[id] === 0) {
        const bytes = dictionary.bytes(id);
        ids[id] = this.#add(bytes, 0, bytes.length) + 1;
      }
      return ids[id] - 1;
    };
  }

  #add(bytes: Uint8Array, start: number, end: number): number {
    const before = this.values.size;
    const id = this.values.internBytes(bytes, start, end);
    if (this.values.size > before) this.bytes += end - start + 4;
    return id;
  }
}

function withDictionary(batches: readonly Batch[], index: number, rows: number): EncodedTexts | null {
  const distinct = new Distinct();
  const indexes = new Int32Array(rows);
  let values = 0;
  let nullCount = 0;
  for (const batch of batches) {
    const column = batch.columns[index];
    const idOf = distinct.reader(column);
    for (let row = 0; row < batch.length; row++) {
      if (isNull(column, row)) nullCount++;
      else indexes[values++] = idOf(row);
    }
    // Not worth it once most values are new, or the dictionary would not stay small.
    if (distinct.bytes > dictionaryBytesMax || (values > valuesBeforeJudging && distinct.values.size * 2 > values)) return null;
  }
  const output = new PlainTexts(distinct.bytes);
  for (let id = 0; id < distinct.values.size; id++) output.interned(distinct.values, id);
  const dictionary = { bytes: output.finish(), count: distinct.values.size, indexes: indexes.subarray(0, values) };
  return { dictionary, bytes: new Uint8Array(0), bounds: output.bounds(nullCount) };
}

function plainTexts(batches: readonly Batch[], index: number, rows: number): EncodedTexts {
  const output = new PlainTexts(rows * 16);
  let nullCount = 0;
  for (const batch of batches) {
    const column = batch.columns[index];
    for (let row = 0; row < batch.length; row++) {
      if (isNull(column, row)) nullCount++;
      else if (column.layout === "string") output.interned(column.dictionary, column.values[row]);
      else if (column.layout === "view") output.part(column.bytes, column.starts[row], column.ends[row]);
      else {
        const bytes = bytesOf((column as { values: ArrayLike<unknown> }).values[row]);
        output.part(bytes, 0, bytes.length);
      }
    }
  }
  return { dictionary: null, bytes: output.finish(), bounds: output.bounds(nullCount) };
}

/** PLAIN values, each behind its length; remembers where the smallest and the largest stand. */
class PlainTexts {
  readonly #output: Output;
  #count = 0;
  #minimum = 0;
  #maximum = 0;

  constructor(sizeBytes: number) {
    this.#output = new Output(sizeBytes);
  }

  interned(dictionary: StringDictionary, id: number): void {
    const length = dictionary.bytesOf(id);
    const at = this.#begin(length);
    this.#output.at = dictionary.copyTo(id, this.#output.bytes, this.#output.at);
    this.#compare(at);
  }

  part(source: Uint8Array, start: number, end: number): void {
    const at = this.#begin(end - start);
    const output = this.#output;
    if (end - start > 64) {
      output.bytes.set(source.subarray(start, end), output.at);
      output.at += end - start;
    } else for (let from = start; from < end; from++) output.bytes[output.at++] = source[from];
    this.#compare(at);
  }

  finish(): Uint8Array {
    return this.#output.finish();
  }

  bounds(nullCount: number): Bounds {
    return { minimum: this.#bound(this.#minimum), maximum: this.#bound(this.#maximum), nullCount };
  }

  #bound(at: number): Uint8Array | null {
    if (this.#count === 0) return null;
    const length = this.#output.view.getUint32(at, true);
    return length > boundBytesMax ? null : this.#output.bytes.slice(at + 4, at + 4 + length);
  }

  #begin(length: number): number {
    const output = this.#output;
    output.room(4 + length);
    const { at } = output;
    output.view.setUint32(at, length, true);
    output.at = at + 4;
    return at;
  }

  #compare(at: number): void {
    if (this.#count++ === 0) {
      this.#minimum = at;
      this.#maximum = at;
    } else if (this.#order(at, this.#minimum) < 0) this.#minimum = at;
    else if (this.#order(at, this.#maximum) > 0) this.#maximum = at;
  }

  /** By unsigned bytes. */
  #order(left: number, right: number): number {
    const { bytes, view } = this.#output;
    const leftLength = view.getUint32(left, true);
    const rightLength = view.getUint32(right, true);
    const common = leftLength < rightLength ? leftLength : rightLength;
    for (let offset = 4; offset < common + 4; offset++) {
      const difference = bytes[left + offset] - bytes[right + offset];
      if (difference !== 0) return difference;
    }
    return leftLength - rightLength;
  }
}
