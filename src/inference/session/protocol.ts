/** Messages between a session model and its worker thread. All of it is structured-cloneable. */
import type { OutputTensors, TensorInfo } from "../model.ts";

export interface OpenMessage {
  readonly kind: "open";
  /** The file's bytes, or its path when it has weights in files beside it. */
  readonly model: Uint8Array | string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

export interface RunMessage {
  readonly kind: "run";
  readonly rows: number;
  /** Column after column, `rows` values each, in the order of the file. */
  readonly features: Float64Array;
}

export type Request = OpenMessage | RunMessage | { readonly kind: "close" };

export type Answer =
  | { readonly kind: "opened" }
  | { readonly kind: "outputs"; readonly outputs: OutputTensors }
  /** `code`: what the caller's error carries. */
  | { readonly kind: "failed"; readonly code: "not-found" | "model-failed"; readonly message: string };

/** The part of a MessagePort that both ends use. */
export interface Port {
  postMessage(message: Request | Answer, transfer?: ArrayBuffer[]): void;
  on(event: "message", listener: (message: never) => void): unknown;
  close(): void;
}
