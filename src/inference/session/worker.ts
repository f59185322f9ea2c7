/** Entry of the worker thread that runs one ONNX session. */
import { parentPort } from "node:worker_threads";
import type { Port } from "./protocol.ts";
import { serveSession } from "./serve.ts";

serveSession(parentPort as unknown as Port, () => import("onnxruntime-node"));
