/** The ONNX runtime in this thread: the judge of our walker. */
import { InferenceSession, Tensor } from "onnxruntime-node";

/** Runs a model with one float input [N, k]. Outputs by name; labels as they come. */
export async function runReference(bytes: Uint8Array, columns: readonly Float64Array[], rows: number): Promise<Record<string, ArrayLike<unknown>>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 });
  const values = new Float32Array(rows * columns.length);
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns.length; column++) values[row * columns.length + column] = columns[column][row];
  try {
    const outputs = await session.run({ [session.inputNames[0]]: new Tensor("float32", values, [rows, columns.length]) });
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as ArrayLike<unknown>]));
  } finally {
    await session.release();
  }
}
