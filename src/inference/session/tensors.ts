/** From columns of numbers to the tensors a session is fed with. */
import { HeadraceError } from "../../core/index.ts";
import type { TensorInfo } from "../model.ts";

export interface RuntimeTensor {
  readonly data: ArrayLike<number | bigint | string>;
}

export interface Runtime {
  readonly Tensor: new (type: string, data: unknown, dimensions: readonly number[]) => RuntimeTensor;
}

/** ONNX element type → the runtime's name and its array. */
const elements: Readonly<Record<string, { name: string; create: (length: number) => { [index: number]: number | bigint; readonly length: number } }>> = {
  float: { name: "float32", create: (length) => new Float32Array(length) },
  double: { name: "float64", create: (length) => new Float64Array(length) },
  int64: { name: "int64", create: (length) => new BigInt64Array(length) },
  uint64: { name: "uint64", create: (length) => new BigUint64Array(length) },
  int32: { name: "int32", create: (length) => new Int32Array(length) },
  uint32: { name: "uint32", create: (length) => new Uint32Array(length) },
  int16: { name: "int16", create: (length) => new Int16Array(length) },
  uint16: { name: "uint16", create: (length) => new Uint16Array(length) },
  int8: { name: "int8", create: (length) => new Int8Array(length) },
  uint8: { name: "uint8", create: (length) => new Uint8Array(length) },
  bool: { name: "bool", create: (length) => new Uint8Array(length) },
};

interface Rows {
  readonly rows: number;
  /** Column after column. */
  readonly features: Float64Array;
}

/** Rows `start … start + pieceRows`; behind the last row it is repeated. */
export function feedsOf(runtime: Runtime, inputs: readonly TensorInfo[], given: Rows, start: number, pieceRows: number): Record<string, RuntimeTensor> {
  const feeds: Record<string, RuntimeTensor> = {};
  const total = given.features.length / given.rows;
  let column = 0;
  for (const input of inputs) {
    // A tensor whose width only a run can tell takes what the tensors of known width leave.
    const width = input.columns ?? total - inputs.reduce((sum, other) => sum + (other.columns ?? 0), 0);
    feeds[input.name] = feedOf(runtime, input, given, column, width, start, pieceRows);
    column += width;
  }
  return feeds;
}

function feedOf(
  runtime: Runtime,
  input: TensorInfo,
  { rows, features }: Rows,
  firstColumn: number,
  width: number,
  start: number,
  pieceRows: number,
): RuntimeTensor {
  const element = elements[input.type];
  if (element === undefined) throw new HeadraceError("model-failed", `input ${input.name} is of type ${input.type}, which numbers cannot feed`);
  const isWhole = input.type !== "float" && input.type !== "double";
  const isWide = input.type === "int64" || input.type === "uint64";
  const data = element.create(pieceRows * width);
  for (let column = 0; column < width; column++) {
    for (let row = 0; row < pieceRows; row++) {
      const value = features[(firstColumn + column) * rows + Math.min(start + row, rows - 1)];
      if (isWhole && !Number.isInteger(value)) {
        throw new HeadraceError(
          "model-failed",
          `input ${input.name} (${input.type}) was given ${Number.isNaN(value) ? "NULL" : value}, which is no whole number; COALESCE it in the query`,
        );
      }
      data[row * width + column] = isWide ? BigInt(value) : value;
    }
  }
  return new runtime.Tensor(element.name, data, dimensionsOf(input, pieceRows, width));
}

function dimensionsOf(input: TensorInfo, rows: number, width: number): number[] {
  if (input.shape === null) return [rows, width];
  if (input.shape.length === 1) return [rows];
  return [rows, ...input.shape.slice(1).map((size) => (typeof size === "number" ? size : width))];
}
