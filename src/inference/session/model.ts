/** Any ONNX graph as a model that answers later, from worker threads. */
import type { Clock } from "../../core/index.ts";
import { columnsOf, type Model, type TensorInfo } from "../model.ts";
import type { OnnxModel } from "../onnx/graph.ts";
import { MicroBatcher } from "./batcher.ts";
import { SessionHost, type StartWorker } from "./host.ts";
import type { OpenMessage } from "./protocol.ts";

export interface SessionOptions {
  readonly clock: Clock;
  readonly batchRowsMax: number;
  readonly batchDelayMs: number;
  /** Worker threads, each with its own copy of the model. */
  readonly workers: number;
  readonly startWorker?: StartWorker;
}

/** @throws HeadraceError `not-found` without the runtime's package, `model-failed` when it refuses the file */
export async function openSessionModel(graph: OnnxModel, bytes: Uint8Array, file: { path: string; version: string }, options: SessionOptions): Promise<Model> {
  const inputs = graph.inputs.map(tensorInfo);
  const outputs = graph.outputs.map(tensorInfo);
  // The bytes that were hashed are the bytes that run, also in a worker that starts later; shared, so not copied per worker.
  const open: OpenMessage = { kind: "open", model: graph.hasExternalData ? file.path : shared(bytes), inputs, outputs };
  const hosts = Array.from({ length: options.workers }, () => new SessionHost(file.path, open, options.startWorker));
  const closeAll = async (): Promise<void> => {
    await Promise.all(hosts.map((host) => host.close()));
  };
  try {
    await Promise.all(hosts.map((host) => host.open()));
  } catch (error) {
    await closeAll();
    throw error;
  }
  const batcher = new MicroBatcher({
    clock: options.clock,
    batchRowsMax: options.batchRowsMax,
    batchDelayMs: options.batchDelayMs,
    lanes: hosts.length,
    run: (lane, rows, features) => hosts[lane].run(rows, features),
  });
  return { ...file, kind: "session", inputs, outputs, predict: (rows, features) => batcher.predict(rows, features), close: closeAll };
}

function tensorInfo(value: OnnxModel["inputs"][number]): TensorInfo {
  return { ...value, columns: columnsOf(value.shape) };
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
