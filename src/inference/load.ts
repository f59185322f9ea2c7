/** From a file to a model. */
import { createHash } from "node:crypto";
import { DiskError, HeadraceError, type Platform } from "../core/index.ts";
import type { Model } from "./model.ts";
import { readOnnx } from "./onnx/graph.ts";
import { openSessionModel } from "./session/model.ts";
import type { StartWorker } from "./session/host.ts";
import { treeModel } from "./trees/model.ts";
import { recogniseTrees } from "./trees/recognise.ts";

export interface LoadOptions {
  /** What stands in WITH ('provider' = …). */
  readonly provider: "onnx";
  readonly path: string;
  readonly platform: Platform;
  /** Most rows of one run of a session model; 1 to 65,536, 256 when absent. Trees take what comes. */
  readonly batchRowsMax?: number;
  /** How long a batch that is not full waits for more rows while a worker is free; 0 when absent. */
  readonly batchDelayMs?: number;
  /** Worker threads of a session model; 1 when absent. */
  readonly workers?: number;
  /** For tests: how a worker is started. */
  readonly startWorker?: StartWorker;
}

/**
 * Loads a model: tree ensembles into our own walker, every other graph into onnxruntime-node in a worker thread.
 * @throws HeadraceError `not-found` (no such file, no runtime), `decode` (no ONNX file), `model-failed` (the runtime refuses it)
 */
export async function loadModel(options: LoadOptions): Promise<Model> {
  const bytes = await readWhole(options.platform, options.path);
  const file = { path: options.path, version: createHash("sha256").update(bytes).digest("hex").slice(0, 16) };
  const graph = named(options.path, () => readOnnx(bytes));
  const trees = named(options.path, () => recogniseTrees(graph));
  if (trees !== null) return treeModel(trees, file);
  return openSessionModel(graph, bytes, file, {
    clock: options.platform.clock,
    batchRowsMax: options.batchRowsMax ?? 256,
    batchDelayMs: options.batchDelayMs ?? 0,
    workers: options.workers ?? 1,
    ...(options.startWorker === undefined ? {} : { startWorker: options.startWorker }),
  });
}

function named<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof HeadraceError)) throw error;
    throw new HeadraceError(error.code, `model ${path}: ${error.message}`, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
}

async function readWhole(platform: Platform, path: string): Promise<Uint8Array> {
  try {
    const file = await platform.disk.open(path, "read");
    try {
      const bytes = new Uint8Array(await file.size());
      const count = await file.read(bytes, 0);
      return bytes.subarray(0, count);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const isMissing = error.code === "missing";
    throw new HeadraceError(
      isMissing ? "not-found" : "model-failed",
      isMissing ? `there is no model file ${path}` : `model file ${path} cannot be read: ${error.message}`,
      {
        cause: error,
        hint: "'path' is taken from the folder of the SQL file",
      },
    );
  }
}
