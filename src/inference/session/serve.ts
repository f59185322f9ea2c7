/**
 * The worker's side: an ONNX runtime session that answers one request after the other.
 *
 * `session.run` of onnxruntime-node computes on the thread that calls it, however its promise looks: that is why this is
 * never called on the main thread.
 */
import { HeadraceError } from "../../core/index.ts";
import type { OutputColumn, OutputTensors } from "../model.ts";
import type { Answer, OpenMessage, Port, Request, RunMessage } from "./protocol.ts";
import { feedsOf, type Runtime, type RuntimeTensor } from "./tensors.ts";

interface Session {
  run(feeds: Record<string, RuntimeTensor>, fetches: readonly string[]): Promise<Record<string, RuntimeTensor>>;
  release(): Promise<void>;
}

interface RuntimePackage extends Runtime {
  readonly InferenceSession: { create(model: Uint8Array | string, options: Record<string, unknown>): Promise<Session> };
}

/** `loadRuntime`: imports onnxruntime-node; tests give another. */
export function serveSession(port: Port, loadRuntime: () => Promise<unknown>): void {
  let opened: { session: Session; runtime: Runtime; request: OpenMessage } | null = null;

  async function open(request: OpenMessage): Promise<void> {
    const runtime = (await loadRuntime().catch(missingRuntime)) as RuntimePackage;
    const session = await runtime.InferenceSession.create(typeof request.model === "string" ? request.model : Uint8Array.from(request.model), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
      logSeverityLevel: 3,
    });
    opened = { session, runtime, request };
    answer(port, { kind: "opened" });
  }

  async function run(request: RunMessage): Promise<void> {
    if (opened === null) throw new HeadraceError("internal", "a run before the model was opened");
    const outputs = await runRows(opened.session, opened.runtime, opened.request, request);
    answer(
      port,
      { kind: "outputs", outputs },
      outputs.flat().flatMap((column) => (column instanceof Float64Array ? [column.buffer as ArrayBuffer] : [])),
    );
  }

  async function handle(request: Request): Promise<void> {
    if (request.kind === "open") await open(request);
    else if (request.kind === "run") await run(request);
    else {
      await opened?.session.release();
      port.close();
    }
  }

  port.on("message", (request: Request) => {
    handle(request).catch((error: unknown) => {
      const code = error instanceof HeadraceError && error.code === "not-found" ? "not-found" : "model-failed";
      answer(port, { kind: "failed", code, message: error instanceof Error ? error.message : String(error) });
    });
  });
}

function answer(port: Port, message: Answer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function missingRuntime(cause: unknown): never {
  throw new HeadraceError(
    "not-found",
    `the package onnxruntime-node, which runs this model, does not load: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );
}

/** Runs in pieces when the model's first dimension has a fixed size, the last piece filled up with its last row. */
async function runRows(session: Session, runtime: Runtime, model: OpenMessage, { rows, features }: RunMessage): Promise<OutputTensors> {
  const first = model.inputs[0]?.shape?.[0];
  const pieceRows = typeof first === "number" && first > 0 ? first : rows;
  const fetched = model.outputs
    .filter((output) => !["sequence", "map", "optional", "sparse tensor", "unknown"].includes(output.type))
    .map((output) => output.name);
  const pieces: OutputTensors[] = [];
  for (let start = 0; start < rows; start += pieceRows) {
    const results = await session.run(feedsOf(runtime, model.inputs, { rows, features }, start, pieceRows), fetched);
    pieces.push(model.outputs.map((output) => (results[output.name] === undefined ? [] : columnsOfTensor(results[output.name], output.name, pieceRows))));
  }
  if (pieces.length === 1 && pieceRows === rows) return pieces[0];
  return pieces[0].map((columns, output) =>
    columns.map((_, column) =>
      joinPieces(
        pieces.map((piece) => piece[output][column]),
        rows,
      ),
    ),
  );
}

function columnsOfTensor(tensor: RuntimeTensor, name: string, rows: number): OutputColumn[] {
  const data = tensor.data;
  if (data.length === 0 || data.length % rows !== 0) throw new HeadraceError("model-failed", `output ${name} has ${data.length} values for ${rows} rows`);
  const width = data.length / rows;
  return Array.from({ length: width }, (_, column) => {
    if (typeof data[0] === "string") return Array.from({ length: rows }, (_unused, row) => String(data[row * width + column]));
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) values[row] = Number(data[row * width + column]);
    return values;
  });
}

function joinPieces(pieces: readonly OutputColumn[], rows: number): OutputColumn {
  if (!(pieces[0] instanceof Float64Array)) return pieces.flatMap((piece) => Array.from(piece as readonly string[])).slice(0, rows);
  const joined = new Float64Array(rows);
  let at = 0;
  for (const piece of pieces as readonly Float64Array[]) {
    joined.set(piece.subarray(0, rows - at), at);
    at += piece.length;
  }
  return joined;
}
