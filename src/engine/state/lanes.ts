/**
 * Columns of every type and layout as one of three plain forms that state works on:
 *
 * - `number`: float64. Whole numbers to 32 bits, FLOAT, DOUBLE, BOOLEAN, DATE, TIME, intervals, timestamps in
 *   milliseconds, DECIMAL of precision ≤ 15 (unscaled);
 * - `wide`: 64-bit whole numbers as pairs of int32, low half first. BIGINT, DECIMAL of precision 16 to 18, timestamps in
 *   nanoseconds. No BigInt in loops, and exact however the column came;
 * - `interned`: dense ids of a {@link ByteIndex}. Texts as UTF-8, all else as bytes of {@link encodeScalar}.
 */
import { HeadraceError } from "../../core/index.ts";
import { layoutOf, type Column, type DataType } from "../../data/index.ts";
import type { ByteIndex } from "./byte-index.ts";
import { encodeScalar } from "./scalars.ts";

export type Lane = "number" | "wide" | "interned";

export function laneOf(type: DataType): Lane {
  if (type.kind === "bigint") return "wide";
  switch (layoutOf(type)) {
    case "byte":
    case "int":
    case "double":
      return "number";
    case "wide":
      return "wide";
    default:
      return "interned";
  }
}

/** Values of some rows; which arrays are filled depends on the lane. What stands at a NULL is undefined. */
export interface LaneValues {
  readonly lane: Lane;
  /** 1 at NULL; null when there is none. */
  readonly nulls: Uint8Array | null;
  readonly numbers: Float64Array;
  /** Two a row. */
  readonly words: Int32Array;
  readonly ids: Int32Array;
}

const noNumbers = new Float64Array(0);
const noWords = new Int32Array(0);
const encoder = new TextEncoder();

/** Converts columns of one type; results share the reader's buffers and are valid until its next call. */
export class LaneReader {
  readonly type: DataType;
  readonly lane: Lane;
  readonly #index: ByteIndex | null;
  #numbers = noNumbers;
  #words = noWords;
  #ids = noWords;

  /** `index` interns the values of lane `interned`; null for other lanes. */
  constructor(type: DataType, index: ByteIndex | null) {
    this.type = type;
    this.lane = laneOf(type);
    this.#index = index;
  }

  read(column: Column, count: number): LaneValues {
    const nulls = column.nulls;
    switch (this.lane) {
      case "number":
        return { lane: "number", nulls, numbers: this.#readNumbers(column, count), words: noWords, ids: noWords };
      case "wide":
        return { lane: "wide", nulls, numbers: noNumbers, words: this.#readWords(column, count), ids: noWords };
      default:
        return { lane: "interned", nulls, numbers: noNumbers, words: noWords, ids: this.#readIds(column, count) };
    }
  }

  #readNumbers(column: Column, count: number): Float64Array {
    if (column.layout === "double") return column.values;
    if (this.#numbers.length < count) this.#numbers = new Float64Array(roomFor(count));
    const target = this.#numbers;
    if (column.layout === "int") for (let index = 0; index < count; index++) target[index] = column.values[index]!;
    else if (column.layout === "byte") for (let index = 0; index < count; index++) target[index] = column.values[index]!;
    else if (column.layout === "object" || column.layout === "wide") {
      for (let index = 0; index < count; index++) target[index] = Number(column.values[index] ?? 0);
    } else throw misfit(column, this.type);
    return target;
  }

  #readWords(column: Column, count: number): Int32Array {
    if (column.layout === "wide") return new Int32Array(column.values.buffer, column.values.byteOffset, count * 2);
    if (this.#words.length < count * 2) this.#words = new Int32Array(roomFor(count) * 2);
    const target = this.#words;
    if (column.layout === "double" || column.layout === "int") {
      for (let index = 0; index < count; index++) {
        const value = column.values[index]!;
        target[index * 2] = value;
        target[index * 2 + 1] = Math.floor(value / 4294967296);
      }
    } else if (column.layout === "object") {
      const wide = new BigInt64Array(target.buffer, 0, count);
      for (let index = 0; index < count; index++) wide[index] = BigInt((column.values[index] as bigint | number | null) ?? 0);
    } else throw misfit(column, this.type);
    return target;
  }

  #readIds(column: Column, count: number): Int32Array {
    if (this.#ids.length < count) this.#ids = new Int32Array(roomFor(count));
    const target = this.#ids;
    const index = this.#index!;
    const isText = this.type.kind === "char" || this.type.kind === "varchar";
    if (column.layout === "string") index.addColumn(column, count, target);
    else if (column.layout === "view") {
      for (let row = 0; row < count; row++) {
        if (column.nulls !== null && column.nulls[row] === 1) continue;
        const start = column.starts[row]!;
        const end = column.ends[row]!;
        if (isText) target[row] = index.addBytes(column.bytes, start, end);
        else target[row] = addAll(index, encodeScalar(column.bytes.subarray(start, end)));
      }
    } else if (column.layout === "object") {
      for (let row = 0; row < count; row++) {
        if (column.nulls !== null && column.nulls[row] === 1) continue;
        const value = column.values[row];
        target[row] = addAll(index, isText ? encoder.encode(value as string) : encodeScalar(value));
      }
    } else throw misfit(column, this.type);
    return target;
  }
}

function addAll(index: ByteIndex, bytes: Uint8Array): number {
  return index.addBytes(bytes, 0, bytes.length);
}

function roomFor(count: number): number {
  let room = 1024;
  while (room < count) room *= 2;
  return room;
}

function misfit(column: Column, type: DataType): HeadraceError {
  return new HeadraceError("internal", `a column of layout ${column.layout} cannot hold ${type.kind}`);
}
