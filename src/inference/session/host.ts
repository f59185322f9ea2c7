/**
 * One worker thread with one session, seen from outside: a promise per batch, one batch at a time.
 *
 * A worker that dies takes the batch it was scoring with it, which is reported, not tried again: it may be the cause. The
 * next batch gets a new worker.
 */
import { Worker } from "node:worker_threads";
import { HeadraceError } from "../../core/index.ts";
import type { OutputTensors } from "../model.ts";
import type { Answer, OpenMessage, Request } from "./protocol.ts";

/** A started thread. `onEnd` tells that it is gone and why; it is called once. */
export interface WorkerThread {
  post(request: Request, transfer?: ArrayBuffer[]): void;
  terminate(): Promise<unknown>;
}

export type StartWorker = (onAnswer: (answer: Answer) => void, onEnd: (reason: string) => void) => WorkerThread;

interface Pending {
  readonly what: string;
  resolve(answer: Exclude<Answer, { kind: "failed" }>): void;
  reject(error: HeadraceError): void;
}

export class SessionHost {
  readonly #open: OpenMessage;
  readonly #path: string;
  readonly #start: StartWorker;
  #worker: WorkerThread | null = null;
  #pending: Pending | null = null;
  #isClosed = false;

  constructor(path: string, open: OpenMessage, start: StartWorker = startThread) {
    this.#path = path;
    this.#open = open;
    this.#start = start;
  }

  /** Starts the worker and loads the model in it; harmless when it runs. */
  async open(): Promise<void> {
    if (this.#isClosed) throw this.#error("model-failed", "was closed");
    if (this.#worker !== null) return;
    let isCurrent = true;
    this.#worker = this.#start(
      (answer) => {
        if (isCurrent) this.#settle(answer);
      },
      (reason) => {
        if (!isCurrent) return;
        isCurrent = false;
        this.#worker = null;
        this.#fail(this.#error("model-failed", `lost its worker ${this.#pending?.what ?? ""}: ${reason}`));
      },
    );
    await this.#ask(this.#open, "while it loaded");
  }

  /** @throws HeadraceError `model-failed` */
  async run(rows: number, features: Float64Array): Promise<OutputTensors> {
    // With a worker at hand nothing is awaited before the batch is posted, so nothing can come between.
    if (this.#worker === null) await this.open();
    const answer = await this.#ask({ kind: "run", rows, features }, `while it scored a batch of ${rows} rows`, [features.buffer as ArrayBuffer]);
    if (answer.kind !== "outputs") throw new HeadraceError("internal", `the worker answered ${answer.kind}`);
    return answer.outputs;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const worker = this.#worker;
    this.#worker = null;
    this.#fail(this.#error("model-failed", "was closed"));
    await worker?.terminate();
  }

  #ask(request: Request, what: string, transfer: ArrayBuffer[] = []): Promise<Exclude<Answer, { kind: "failed" }>> {
    const worker = this.#worker;
    if (worker === null) return Promise.reject(this.#error("model-failed", this.#isClosed ? "was closed" : "lost its worker"));
    return new Promise((resolve, reject) => {
      this.#pending = { what, resolve, reject };
      worker.post(request, transfer);
    });
  }

  #settle(answer: Answer): void {
    const pending = this.#pending;
    this.#pending = null;
    if (answer.kind !== "failed") pending?.resolve(answer);
    else {
      if (pending?.what === "while it loaded") {
        const worker = this.#worker;
        this.#worker = null;
        void worker?.terminate();
      }
      pending?.reject(this.#error(answer.code, `failed ${pending.what}: ${answer.message}`));
    }
  }

  #fail(error: HeadraceError): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.reject(error);
  }

  #error(code: "not-found" | "model-failed", what: string): HeadraceError {
    const hint = code === "not-found" ? "npm install onnxruntime-node (its install script is not needed); tree ensembles run without it" : undefined;
    return new HeadraceError(code, `model ${this.#path} ${what}`, hint === undefined ? {} : { hint });
  }
}

function startThread(onAnswer: (answer: Answer) => void, onEnd: (reason: string) => void): WorkerThread {
  const entry = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);
  const worker = new Worker(entry, { name: "headrace-model" });
  // A batch under way keeps the process alive, an idle worker does not.
  worker.on("message", (answer: Answer) => {
    worker.unref();
    onAnswer(answer);
  });
  worker.on("error", (error: Error) => onEnd(error.message));
  worker.on("exit", (code) => onEnd(`it ended with code ${code}`));
  return {
    post(request, transfer) {
      worker.ref();
      worker.postMessage(request, transfer);
    },
    terminate: () => worker.terminate(),
  };
}
