/** Character and binary columns of a row group: a dictionary where values repeat, else PLAIN. */
import type { Batch, Column } from "../../batch.ts";
import { isNull, Output, type Bounds } from "./values.ts";

export interface EncodedTexts {
  /** PLAIN values of the dictionary and an index per value; null: `bytes` holds PLAIN values themselves. */
  readonly dictionary: { readonly bytes: Uint8Array; readonly count: number; readonly indexes: Int32Array } | null;
  readonly bytes: Uint8Array;
  readonly values: number;
  readonly bounds: Bounds;
}

const boundBytesMax = 64;
const encoder = new TextEncoder();

/** Bytes of a value, whatever the layout. */
function bytesAt(column: Column, row: number): Uint8Array {
  switch (column.layout) {
    case "view":
      return column.bytes.subarray(column.starts[row], column.ends[row]);
    case "string":
      return column.dictionary.bytes(column.values[row]);
    default: {
      const value = (column as { values: ArrayLike<unknown> }).values[row];
      return value instanceof Uint8Array ? value : encoder.encode(String(value));
    }
  }
}

/** Values seen in this row group, by what is quickest for the layout: the dictionary's id, or the bytes as a key. */
class Distinct {
  readonly #byId = new Map<object, Int32Array>();
  readonly #byText = new Map<string, number>();
  readonly #output = new Output(4096);
  count = 0;

  indexOf(column: Column, row: number): number {
    if (column.layout === "string") {
      const id = column.values[row];
      let indexes = this.#byId.get(column.dictionary);
      if (indexes === undefined || id >= indexes.length) {
        const grown = new Int32Array(Math.max(id + 1, column.dictionary.size) * 2).fill(-1);
        if (indexes !== undefined) grown.set(indexes);
        this.#byId.set(column.dictionary, (indexes = grown));
      }
      return indexes[id] >= 0 ? indexes[id] : (indexes[id] = this.#keyed(column, row));
    }
    return this.#keyed(column, row);
  }

  #keyed(column: Column, row: number): number {
    const bytes = bytesAt(column, row);
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    let index = this.#byText.get(key);
    if (index === undefined) {
      this.#byText.set(key, (index = this.count++));
      putBytes(this.#output, bytes);
    }
    return index;
  }

  get sizeBytes(): number {
    return this.#output.at;
  }

  finish(): Uint8Array {
    return this.#output.finish();
  }
}

function putBytes(output: Output, bytes: Uint8Array): void {
  output.room(4 + bytes.length);
  output.view.setUint32(output.at, bytes.length, true);
  output.bytes.set(bytes, output.at + 4);
  output.at += 4 + bytes.length;
}

const dictionaryBytesMax = 1024 * 1024;

export function encodeTexts(batches: readonly Batch[], index: number, rows: number): EncodedTexts {
  const dictionary = withDictionary(batches, index, rows);
  return dictionary ?? plainTexts(batches, index, rows);
}

function withDictionary(batches: readonly Batch[], index: number, rows: number): EncodedTexts | null {
  const distinct = new Distinct();
  const indexes = new Int32Array(rows);
  let values = 0;
  let nullCount = 0;
  for (const batch of batches) {
    const column = batch.columns[index];
    for (let row = 0; row < batch.length; row++) {
      if (isNull(column, row)) nullCount++;
      else indexes[values++] = distinct.indexOf(column, row);
    }
    // Not worth it once most values are new, or the dictionary would not stay small.
    if (distinct.sizeBytes > dictionaryBytesMax || (values > 4096 && distinct.count * 2 > values)) return null;
  }
  const bytes = distinct.finish();
  return { dictionary: { bytes, count: distinct.count, indexes: indexes.subarray(0, values) }, bytes: new Uint8Array(0), values, bounds: boundsOf(bytes, nullCount) };
}

function plainTexts(batches: readonly Batch[], index: number, rows: number): EncodedTexts {
  const output = new Output(rows * 16);
  let values = 0;
  let nullCount = 0;
  for (const batch of batches) {
    const column = batch.columns[index];
    for (let row = 0; row < batch.length; row++) {
      if (isNull(column, row)) nullCount++;
      else {
        putBytes(output, bytesAt(column, row));
        values++;
      }
    }
  }
  const bytes = output.finish();
  return { dictionary: null, bytes, values, bounds: boundsOf(bytes, nullCount) };
}

/** Smallest and largest of PLAIN values by unsigned bytes. */
function boundsOf(plain: Uint8Array, nullCount: number): Bounds {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
  let minimum: Buffer | null = null;
  let maximum: Buffer | null = null;
  for (let at = 0; at < plain.length; ) {
    const length = view.getUint32(at, true);
    const value = Buffer.from(plain.buffer, plain.byteOffset + at + 4, length);
    if (minimum === null || value.compare(minimum) < 0) minimum = value;
    if (maximum === null || value.compare(maximum) > 0) maximum = value;
    at += 4 + length;
  }
  const useful = (value: Buffer | null): Uint8Array | null => (value === null || value.length > boundBytesMax ? null : value);
  return { minimum: useful(minimum), maximum: useful(maximum), nullCount };
}
