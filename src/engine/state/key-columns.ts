/** From ids back to the columns that a batch takes. */
import { layoutOf, type Column, type DataType } from "../../data/index.ts";
import type { ByteIndex } from "./byte-index.ts";
import { laneOf } from "./lanes.ts";
import { decodeScalar } from "./scalars.ts";
import type { WordIndex } from "./word-index.ts";

const safe = 9007199254740991;

/** Values of interned ids; `ids` is kept by the result. The index's own id of NULL, and ids below 0, are NULL. */
export function columnOfIds(type: DataType, index: ByteIndex, ids: Int32Array, count: number): Column {
  let nulls: Uint8Array | null = null;
  for (let row = 0; row < count; row++) {
    const id = ids[row]!;
    if (id < 0 || id === index.nullId) (nulls ??= new Uint8Array(count))[row] = 1;
  }
  if (nulls !== null) for (let row = 0; row < count; row++) if (ids[row]! < 0) ids[row] = 0;
  if (type.kind === "char" || type.kind === "varchar") return { layout: "string", values: ids, dictionary: index.dictionary, nulls };
  const values = Array.from({ length: count }, (_, row) => (nulls !== null && nulls[row] === 1 ? null : decodeScalar(index.dictionary.bytes(ids[row]!))));
  return layoutOf(type) === "view" ? viewOf(values as (Uint8Array | null)[], nulls) : { layout: "object", values, nulls };
}

function viewOf(values: readonly (Uint8Array | null)[], nulls: Uint8Array | null): Column {
  const starts = new Int32Array(values.length);
  const ends = new Int32Array(values.length);
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    starts[row] = total;
    total += values[row]?.length ?? 0;
    ends[row] = total;
  }
  const bytes = new Uint8Array(total);
  for (let row = 0; row < values.length; row++) if (values[row] !== null) bytes.set(values[row]!, starts[row]);
  return { layout: "view", starts, ends, bytes, nulls };
}

export function columnOfWords(type: DataType, index: WordIndex, ids: Int32Array, count: number): Column {
  const words = new Int32Array(count * 2);
  let nulls: Uint8Array | null = null;
  for (let row = 0; row < count; row++) {
    const id = ids[row]!;
    if (id === index.nullId) (nulls ??= new Uint8Array(count))[row] = 1;
    words[row * 2] = index.words[id * 2]!;
    words[row * 2 + 1] = index.words[id * 2 + 1]!;
  }
  if (laneOf(type) === "wide") return wideColumn(type, words, count, nulls);
  return numberColumn(type, new Float64Array(words.buffer), count, nulls);
}

/** A column of lane `number`: the array may be kept. */
export function numberColumn(type: DataType, numbers: Float64Array, count: number, nulls: Uint8Array | null): Column {
  const layout = layoutOf(type);
  if (layout === "double") return { layout, values: numbers, nulls };
  if (layout === "byte") {
    const values = new Uint8Array(count);
    for (let row = 0; row < count; row++) values[row] = numbers[row]!;
    return { layout, values, nulls };
  }
  const values = new Int32Array(count);
  for (let row = 0; row < count; row++) values[row] = numbers[row]!;
  return { layout: "int", values, nulls };
}

/** A column of lane `wide` from pairs of halves: BIGINT becomes `double` when all values are within ±(2^53 − 1). The array may be kept. */
export function wideColumn(type: DataType, words: Int32Array, count: number, nulls: Uint8Array | null): Column {
  if (layoutOf(type) === "double") {
    const values = new Float64Array(count);
    let isSafe = true;
    for (let row = 0; row < count; row++) {
      const value = words[row * 2 + 1]! * 4294967296 + (words[row * 2]! >>> 0);
      values[row] = value;
      if ((value > safe || value < -safe) && !(nulls !== null && nulls[row] === 1)) isSafe = false;
    }
    if (isSafe) return { layout: "double", values, nulls };
  }
  return { layout: "wide", values: new BigInt64Array(words.buffer, words.byteOffset, count), nulls };
}
