/** What a loaded model is to the rest of the house: columns of numbers in, columns out. */

/** An input or output tensor as its file declares it. */
export interface TensorInfo {
  readonly name: string;
  /** Element type: "float", "double", "int64", "string", …; "sequence" or "map" for what is no tensor. */
  readonly type: string;
  /** Sizes, names of free dimensions, null where nothing is said; null as a whole when the file gives no shape. */
  readonly shape: readonly (number | string | null)[] | null;
  /** Values a row has in it: 1 for shapes [N] and [N, 1], k for [N, k]; null when only a run can tell. */
  readonly columns: number | null;
}

/** Numbers, or labels of a classifier that names its classes. */
export type OutputColumn = Float64Array | readonly string[];

/** For each output tensor, in the order of the file, its columns. */
export type OutputTensors = readonly (readonly OutputColumn[])[];

export interface Model {
  /** Where the file was read; for messages. */
  readonly path: string;
  /** First 16 hexadecimal digits of the file's SHA-256. */
  readonly version: string;
  /** `trees`: our own walker, answers at once. `session`: onnxruntime in a worker thread, answers later. */
  readonly kind: "trees" | "session";
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /**
   * Scores `rows` rows (1 or more). `features`: one column for each column of each input, in the order of the file; NaN
   * where a value is missing; may be longer than `rows`; read before this returns.
   * @throws HeadraceError `model-failed`, or rejects with it
   */
  predict(rows: number, features: readonly Float64Array[]): OutputTensors | Promise<OutputTensors>;
  /** Ends its workers; what is under way fails. Harmless when closed. */
  close(): Promise<void>;
}

/** Element types a number can be fed to. */
export const numericTypes: ReadonlySet<string> = new Set(["float", "double", "int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "uint64", "bool"]);

export function isFloating(type: string): boolean {
  return type === "float" || type === "double" || type === "float16";
}

/** Values a row has in a tensor of this shape; null when unknown or when a row is no flat list. */
export function columnsOf(shape: TensorInfo["shape"]): number | null {
  if (shape === null) return null;
  if (shape.length <= 1) return 1;
  let columns = 1;
  for (const size of shape.slice(1)) {
    if (typeof size !== "number") return null;
    columns *= size;
  }
  return columns;
}

/** "float [N, 20]" */
export function describeTensor(tensor: Pick<TensorInfo, "type" | "shape">): string {
  return tensor.shape === null ? tensor.type : `${tensor.type} [${tensor.shape.map((size) => size ?? "?").join(", ")}]`;
}
