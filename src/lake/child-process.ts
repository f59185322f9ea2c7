/** The parent's side of one child: questions and answers by number. */
import { fork, type ChildProcess } from "node:child_process";
import { compiledEntry, HeadraceError } from "../core/index.ts";
import type { ChildSettings, LakeAnswer, LakeRequest } from "./messages.ts";

interface Waiting {
  resolve(answer: LakeAnswer): void;
  reject(error: HeadraceError): void;
}

export class LakeProcess {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exit: Promise<void>;
  /** False once it has ended: another one is needed. */
  alive = true;

  constructor(settings: ChildSettings) {
    this.#process = fork(compiledEntry(import.meta.url, "./child.js"), [JSON.stringify(settings)], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [],
    });
    this.#process.on("message", (answer: LakeAnswer) => this.#answer(answer));
    this.#exit = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.alive = false;
        for (const query of this.#waiting.keys())
          this.#take(query)!.reject(new HeadraceError("internal", `the lake's process ended: ${reason}`, { hint: "The next query starts a new one." }));
        resolve();
      };
      this.#process.once("exit", (code, signal) => end(String(signal ?? `exit code ${code}`)));
      this.#process.once("error", (error) => end(error.message));
    });
    // An idle child does not keep its parent running; it ends with it.
    this.#process.unref();
    this.#process.channel?.unref();
  }

  get id(): number | null {
    return this.#process.pid ?? null;
  }

  /** One question at a time for each query. */
  ask(request: Exclude<LakeRequest, { kind: "close" }>): Promise<LakeAnswer> {
    return new Promise((resolve, reject) => {
      if (!this.alive) {
        reject(new HeadraceError("internal", "the lake's process has ended, and the query with it"));
        return;
      }
      if (this.#waiting.size === 0) this.#process.channel?.ref();
      this.#waiting.set(request.query, { resolve, reject });
      this.#process.send(request);
    });
  }

  /** Ends a query; an unanswered question of it is answered with the end of rows, or fails with `error`. */
  forget(query: number, error?: HeadraceError): void {
    if (this.alive) this.#process.send({ kind: "close", query } satisfies LakeRequest);
    const waiting = this.#take(query);
    if (error === undefined) waiting?.resolve({ kind: "end", query });
    else waiting?.reject(error);
  }

  async close(): Promise<void> {
    if (this.alive && this.#process.connected) this.#process.disconnect();
    await this.#exit;
  }

  #answer(answer: LakeAnswer): void {
    const waiting = this.#take(answer.query);
    if (answer.kind === "failed") waiting?.reject(new HeadraceError("sql-invalid", answer.message));
    else waiting?.resolve(answer);
  }

  #take(query: number): Waiting | undefined {
    const waiting = this.#waiting.get(query);
    this.#waiting.delete(query);
    if (waiting !== undefined && this.#waiting.size === 0) this.#process.channel?.unref();
    return waiting;
  }
}
