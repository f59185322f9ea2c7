/** DuckDB's vectors to columns of ours, copied array by array. Loaded in the child only. */
import { DuckDBBlobVector, DuckDBDecimalType, type DuckDBVector } from "@duckdb/node-api";
import type { Column } from "../data/index.ts";
import { scalarOf } from "./values.ts";

/** What the vectors keep their values in; looked at as a whole, since a call per value costs more than the value. */
interface VectorParts {
  readonly items?: unknown;
  readonly dataView?: unknown;
  readonly validity?: { readonly data?: unknown; readonly offset?: number };
}

/**
 * The first `count` values. UTINYINT becomes `byte`, INTEGER `int`, FLOAT and DOUBLE `double`, BIGINT `double` or, beyond
 * ±2^53, `wide`, as DECIMAL of at most 18 digits (unscaled), BLOB `view`; everything else `object`, by its scalars.
 */
export function columnOf(vector: DuckDBVector, count: number): Column {
  const nulls = nullsOf(vector, count);
  if (vector instanceof DuckDBBlobVector) return viewOf(vector, count, nulls);
  const { items, dataView } = vector as unknown as VectorParts;
  if (items instanceof Uint8Array) return { layout: "byte", values: items.slice(0, count), nulls };
  if (items instanceof Int32Array) return { layout: "int", values: items.slice(0, count), nulls };
  if (items instanceof Float64Array) return { layout: "double", values: items.slice(0, count), nulls };
  if (items instanceof Float32Array) return { layout: "double", values: Float64Array.from(items.subarray(0, count)), nulls };
  if (items instanceof BigInt64Array) return wholeNumbers(items, count, nulls);
  if (vector.type instanceof DuckDBDecimalType && vector.type.width <= 18 && dataView instanceof DataView)
    return decimals(dataView, vector.type.width, count, nulls);
  const values: unknown[] = Array.from({ length: count }, (_, row) => (nulls !== null && nulls[row] === 1 ? null : scalarOf(vector.getItem(row))));
  return { layout: "object", values, nulls };
}

function nullsOf(vector: DuckDBVector, count: number): Uint8Array | null {
  const { validity } = vector as unknown as VectorParts;
  const nulls = new Uint8Array(count);
  let any = 0;
  if (validity !== undefined && (validity.data === null || validity.data instanceof BigUint64Array)) {
    if (validity.data === null) return null;
    const bits = new Uint8Array(validity.data.buffer, validity.data.byteOffset, validity.data.byteLength);
    const offset = validity.offset ?? 0;
    for (let row = 0; row < count; row++) any |= nulls[row] = ((bits[(offset + row) >> 3] >> ((offset + row) & 7)) & 1) ^ 1;
  } else for (let row = 0; row < count; row++) any |= nulls[row] = vector.getItem(row) === null ? 1 : 0;
  return any === 0 ? null : nulls;
}

/** As numbers while they fit. What stands at a NULL is undefined and does not decide. */
function wholeNumbers(items: BigInt64Array, count: number, nulls: Uint8Array | null): Column {
  const words = new Int32Array(items.buffer, items.byteOffset, count * 2);
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    if (nulls !== null && nulls[row] === 1) continue;
    const high = words[row * 2 + 1];
    if (high >= 2_097_152 || high < -2_097_152) return { layout: "wide", values: items.slice(0, count), nulls };
    values[row] = high * 4_294_967_296 + (words[row * 2] >>> 0);
  }
  return { layout: "double", values, nulls };
}

/** Stored in 16, 32 or 64 bits by their width. */
function decimals(view: DataView, width: number, count: number, nulls: Uint8Array | null): Column {
  if (width > 9) return wholeNumbers(new BigInt64Array(view.buffer, view.byteOffset, count), count, nulls);
  const stored = width <= 4 ? new Int16Array(view.buffer, view.byteOffset, count) : new Int32Array(view.buffer, view.byteOffset, count);
  return { layout: "double", values: Float64Array.from(stored), nulls };
}

/** Values of up to 12 bytes stand in the vector itself, behind their length; for others DuckDB is asked. */
const inlineBytesMax = 12;
const slotBytes = 16;

function viewOf(vector: DuckDBBlobVector, count: number, nulls: Uint8Array | null): Column {
  const { dataView } = vector as unknown as VectorParts;
  const slots = dataView instanceof DataView && dataView.byteLength >= count * slotBytes ? dataView : null;
  const inline = slots === null ? null : new Uint8Array(slots.buffer, slots.byteOffset, count * slotBytes);
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let bytes = new Uint8Array(count * slotBytes);
  let at = 0;
  const room = (length: number): void => {
    if (at + length <= bytes.length) return;
    const grown = new Uint8Array(Math.max(at + length, bytes.length * 2));
    grown.set(bytes.subarray(0, at));
    bytes = grown;
  };
  for (let row = 0; row < count; row++) {
    starts[row] = at;
    if (nulls === null || nulls[row] === 0) {
      const length = slots === null ? inlineBytesMax + 1 : slots.getUint32(row * slotBytes, true);
      if (length <= inlineBytesMax && inline !== null) {
        room(length);
        for (let from = row * slotBytes + 4, end = from + length; from < end; from++) bytes[at++] = inline[from];
      } else {
        const value = vector.getItemBytes(row)!;
        room(value.length);
        bytes.set(value, at);
        at += value.length;
      }
    }
    ends[row] = at;
  }
  return { layout: "view", starts, ends, bytes: bytes.slice(0, at), nulls };
}
