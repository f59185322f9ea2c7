/** Numbers of a TensorProto: float, double, int32 and int64, in fields of their own or raw. Enough for attributes. */
import { HeadraceError } from "../../core/index.ts";
import type { WireReader } from "./wire.ts";

export interface TensorValues {
  readonly dimensions: readonly number[];
  readonly values: Float64Array;
}

/** Code of TensorProto.DataType → bytes and reader of one raw element, little-endian. */
const rawElements: Readonly<Record<number, { sizeBytes: number; read: (view: DataView, at: number) => number }>> = {
  1: { sizeBytes: 4, read: (view, at) => view.getFloat32(at, true) },
  6: { sizeBytes: 4, read: (view, at) => view.getInt32(at, true) },
  7: { sizeBytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  11: { sizeBytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

/** Null for element types that no attribute of ours uses. */
export function readTensor(reader: WireReader): TensorValues | null {
  const dimensions: number[] = [];
  const values: number[] = [];
  let elementType = 0;
  let raw: Uint8Array | null = null;
  while (reader.next()) {
    if (reader.field === 1) reader.numbers("varint", dimensions);
    else if (reader.field === 2) elementType = reader.varint();
    else if (reader.field === 4) reader.numbers("float32", values);
    else if (reader.field === 5 || reader.field === 7) reader.numbers("varint", values);
    else if (reader.field === 9) raw = reader.bytes();
    else if (reader.field === 10) reader.numbers("float64", values);
    else reader.skip();
  }
  const element = rawElements[elementType];
  if (element === undefined) return null;
  if (raw === null) return { dimensions, values: Float64Array.from(values) };
  if (raw.length % element.sizeBytes !== 0) throw new HeadraceError("decode", `a tensor of ${raw.length} raw bytes has a broken last element`);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return { dimensions, values: Float64Array.from({ length: raw.length / element.sizeBytes }, (_, index) => element.read(view, index * element.sizeBytes)) };
}
