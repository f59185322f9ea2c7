/** Values of a column over the batches of a row group: PLAIN encoding, dictionaries, and their bounds (Encodings.md). */
import type { Batch, Column } from "../../batch.ts";
import { readScalar } from "../../columns.ts";
import { physicalType, type ColumnType } from "./column-type.ts";

export interface Bounds {
  /** PLAIN bytes of the smallest and the largest value; null when there is none or they do not help. */
  readonly minimum: Uint8Array | null;
  readonly maximum: Uint8Array | null;
  readonly nullCount: number;
}

export interface EncodedValues {
  readonly bytes: Uint8Array;
  readonly bounds: Bounds;
}

/** Bytes that grow. */
export class Output {
  bytes: Uint8Array;
  view: DataView;
  at = 0;

  constructor(sizeBytes: number) {
    this.bytes = new Uint8Array(Math.max(16, sizeBytes));
    this.view = new DataView(this.bytes.buffer);
  }

  room(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.at + count, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.at));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }
}

export function isNull(column: Column, row: number): boolean {
  return column.nulls !== null && column.nulls[row] === 1;
}

function countNulls(batches: readonly Batch[], index: number): number {
  let count = 0;
  for (const batch of batches) {
    const { nulls } = batch.columns[index];
    if (nulls !== null) for (let row = 0; row < batch.length; row++) count += nulls[row];
  }
  return count;
}

/** Every type but strings and bytes. */
export function plainNumbers(batches: readonly Batch[], index: number, type: ColumnType, rows: number): EncodedValues {
  const nullCount = countNulls(batches, index);
  switch (type.physical) {
    case physicalType.boolean:
      return booleans(batches, index, rows, nullCount);
    case physicalType.fixedLengthByteArray:
      return fixedDecimals(batches, index, type, rows, nullCount);
    default:
      return numbers(batches, index, type, rows, nullCount);
  }
}

function booleans(batches: readonly Batch[], index: number, rows: number, nullCount: number): EncodedValues {
  const bytes = new Uint8Array(Math.ceil(rows / 8));
  let bit = 0;
  let trues = 0;
  for (const batch of batches) {
    const column = batch.columns[index];
    for (let row = 0; row < batch.length; row++) {
      if (isNull(column, row)) continue;
      if (column.layout === "byte" ? column.values[row] === 1 : readScalar(column, batch.schema.fields[index].type, row) === true) {
        bytes[bit >> 3] |= 1 << (bit & 7);
        trues++;
      }
      bit++;
    }
  }
  const bound = (value: boolean): Uint8Array | null => (bit === 0 ? null : Uint8Array.of(value ? 1 : 0));
  return { bytes: bytes.subarray(0, Math.ceil(bit / 8)), bounds: { minimum: bound(trues === bit), maximum: bound(trues > 0), nullCount } };
}

function fixedDecimals(batches: readonly Batch[], index: number, type: ColumnType, rows: number, nullCount: number): EncodedValues {
  const output = new Output(rows * type.length);
  let minimum: bigint | null = null;
  let maximum: bigint | null = null;
  for (const batch of batches) {
    const column = batch.columns[index];
    for (let row = 0; row < batch.length; row++) {
      if (isNull(column, row)) continue;
      const value = readScalar(column, type.field.type, row) as bigint;
      if (minimum === null || value < minimum) minimum = value;
      if (maximum === null || value > maximum) maximum = value;
      putFixed(output, value);
    }
  }
  const bound = (value: bigint | null): Uint8Array | null => {
    if (value === null) return null;
    const bytes = new Output(16);
    putFixed(bytes, value);
    return bytes.finish();
  };
  return { bytes: output.finish(), bounds: { minimum: bound(minimum), maximum: bound(maximum), nullCount } };
}

/** Two's complement of 16 bytes, the most significant first. */
function putFixed(output: Output, value: bigint): void {
  output.room(16);
  output.view.setBigInt64(output.at, value >> 64n);
  output.view.setBigUint64(output.at + 8, BigInt.asUintN(64, value));
  output.at += 16;
}

function numbers(batches: readonly Batch[], index: number, type: ColumnType, rows: number, nullCount: number): EncodedValues {
  const width = type.physical === physicalType.int32 || type.physical === physicalType.float ? 4 : 8;
  const output = new Output(rows * width);
  const bounds = new NumberBounds();
  for (const batch of batches) {
    const column = batch.columns[index];
    if (column.layout === "double" || column.layout === "int" || column.layout === "byte")
      narrowNumbers(column.values, column.nulls, batch.length, type, output, bounds);
    else {
      for (let row = 0; row < batch.length; row++) {
        if (isNull(column, row)) continue;
        const value = stored(readScalar(column, type.field.type, row) as bigint | number, type);
        put(output, type, value);
        bounds.add(value);
      }
    }
  }
  const { minimum, maximum } = bounds.finish();
  return {
    bytes: output.finish(),
    bounds: { minimum: minimum === null ? null : plainOf(type, minimum, -0), maximum: maximum === null ? null : plainOf(type, maximum, 0), nullCount },
  };
}

class NumberBounds {
  minimum: number | bigint = Infinity;
  maximum: number | bigint = -Infinity;
  /** NaN has no place in an order: then there are no bounds. */
  unordered = false;

  add(value: number | bigint): void {
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
    if (value !== value) this.unordered = true;
  }

  finish(): { minimum: number | bigint | null; maximum: number | bigint | null } {
    const none = this.unordered || (this.minimum === Infinity && this.maximum === -Infinity);
    return { minimum: none ? null : this.minimum, maximum: none ? null : this.maximum };
  }
}

/** A tight loop for each stored type. */
function narrowNumbers(
  values: Float64Array | Int32Array | Uint8Array,
  nulls: Uint8Array | null,
  length: number,
  { physical }: ColumnType,
  output: Output,
  bounds: NumberBounds,
): void {
  const { view } = output;
  let at = output.at;
  let minimum = Infinity;
  let maximum = -Infinity;
  let unordered = false;
  for (let row = 0; row < length; row++) {
    if (nulls !== null && nulls[row] === 1) continue;
    const value = values[row];
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    if (value !== value) unordered = true;
    switch (physical) {
      case physicalType.int32:
        view.setInt32(at, value, true);
        at += 4;
        break;
      case physicalType.float:
        view.setFloat32(at, value, true);
        at += 4;
        break;
      case physicalType.double:
        view.setFloat64(at, value, true);
        at += 8;
        break;
      default:
        view.setInt32(at, value, true);
        view.setInt32(at + 4, Math.floor(value / 4_294_967_296), true);
        at += 8;
    }
  }
  output.at = at;
  if (minimum <= maximum) {
    bounds.add(minimum);
    bounds.add(maximum);
  }
  bounds.unordered ||= unordered;
}

function stored(value: bigint | number, type: ColumnType): bigint | number {
  if (typeof value === "number" || type.nanosecondsPerUnit === 1n) return value;
  return (value - (((value % type.nanosecondsPerUnit) + type.nanosecondsPerUnit) % type.nanosecondsPerUnit)) / type.nanosecondsPerUnit;
}

function put(output: Output, type: ColumnType, value: number | bigint): void {
  const { view, at } = output;
  switch (type.physical) {
    case physicalType.int32:
      view.setInt32(at, Number(value), true);
      output.at += 4;
      return;
    case physicalType.float:
      view.setFloat32(at, Number(value), true);
      output.at += 4;
      return;
    case physicalType.double:
      view.setFloat64(at, Number(value), true);
      output.at += 8;
      return;
    default:
      if (typeof value === "bigint") view.setBigInt64(at, value, true);
      else {
        view.setInt32(at, value | 0, true);
        view.setInt32(at + 4, Math.floor(value / 4_294_967_296), true);
      }
      output.at += 8;
  }
}

/** Bounds of zero are signed so that both zeros lie between them (parquet.thrift, TypeDefinedOrder). */
function plainOf(type: ColumnType, value: number | bigint, zero: number): Uint8Array {
  const output = new Output(8);
  const floating = type.physical === physicalType.double || type.physical === physicalType.float;
  put(output, type, floating && value === 0 ? zero : value);
  return output.finish();
}
