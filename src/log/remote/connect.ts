/** The log as another thread sees it: what is memory there is a message here, so look-ups are promises. */
import type { MessagePort } from "node:worker_threads";
import { HeadraceError } from "../../core/index.ts";
import type { CommitResult, Entry } from "../entries.ts";
import type { LogHealth, Offset, ReadRequest, ReadResult, ShardNumber, ShardState, StreamState, Tail, TailRequest } from "../log.ts";
import { packEntries, unpackError, unpackResult, type Answer, type PackedResult, type Request } from "./wire.ts";

/** Same meaning, limits and errors as {@link Log}. Requests of one connection reach the log in the order of the calls. */
export interface RemoteLog {
  commit(entries: readonly Entry[]): Promise<CommitResult>;
  read(request: ReadRequest): Promise<ReadResult>;
  tail(request: TailRequest): Tail;
  offsetAtTime(shard: ShardNumber, timestampMs: number): Promise<Offset>;
  shard(shard: ShardNumber): Promise<ShardState | undefined>;
  stream(name: string): Promise<StreamState | undefined>;
  streams(): Promise<StreamState[]>;
  /** Durable value of a key of a table. */
  tableGet(table: string, key: string): Promise<Uint8Array | undefined>;
  /** Durable entries whose key starts with `prefix`, sorted by key. */
  tableEntries(table: string, prefix?: string): Promise<[key: string, value: Uint8Array][]>;
  health(): Promise<LogHealth>;
  /** Lets the port go; the log itself stays open. Calls that wait for an answer reject with `log-stopped`. */
  close(): void;
}

/** `port`'s other end must be served by {@link serveLog}. An idle connection does not keep its thread alive. */
export function connectLog(port: MessagePort): RemoteLog {
  return new PortLog(port);
}

interface Waiting {
  resolve(value: never): void;
  reject(error: HeadraceError): void;
}

class PortLog implements RemoteLog {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isClosed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", (answer: Answer) => this.#answered(answer));
    port.on("close", () => this.#fail());
    port.unref();
  }

  commit(entries: readonly Entry[]): Promise<CommitResult> {
    const packed = packEntries(entries);
    return this.#ask({ method: "commit", entries: packed }, [packed.bytes]);
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    return unpackResult(await this.#ask<PackedResult>({ method: "read", request }));
  }

  tail(request: TailRequest): Tail {
    const tail = ++this.#lastId;
    let isClosed = false;
    // Messages keep their order: `next` finds it open, and tells when the connection is gone.
    this.#ask({ method: "tailOpen", tail, request }).catch(() => {});
    return {
      next: async () => {
        if (isClosed) return null;
        const result = await this.#ask<PackedResult | null>({ method: "tailNext", tail });
        return result === null ? null : unpackResult(result);
      },
      close: () => {
        if (isClosed) return;
        isClosed = true;
        this.#ask({ method: "tailClose", tail }).catch(() => {});
      },
    };
  }

  offsetAtTime(shard: ShardNumber, timestampMs: number): Promise<Offset> {
    return this.#ask({ method: "offsetAtTime", shard, timestampMs });
  }

  shard(shard: ShardNumber): Promise<ShardState | undefined> {
    return this.#ask({ method: "shard", shard });
  }

  stream(name: string): Promise<StreamState | undefined> {
    return this.#ask({ method: "stream", name });
  }

  streams(): Promise<StreamState[]> {
    return this.#ask({ method: "streams" });
  }

  tableGet(table: string, key: string): Promise<Uint8Array | undefined> {
    return this.#ask({ method: "tableGet", table, key });
  }

  tableEntries(table: string, prefix = ""): Promise<[key: string, value: Uint8Array][]> {
    return this.#ask({ method: "tableEntries", table, prefix });
  }

  health(): Promise<LogHealth> {
    return this.#ask({ method: "health" });
  }

  close(): void {
    this.#port.close();
    this.#fail();
  }

  #ask<Value>(request: Request, transfer: ArrayBuffer[] = []): Promise<Value> {
    if (this.#isClosed) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      if (this.#waiting.size === 0) this.#port.ref();
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ id, request }, transfer);
    });
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#port.unref();
    if ("failure" in answer) waiting.reject(unpackError(answer.failure));
    else waiting.resolve(answer.value as never);
  }

  #fail(): void {
    this.#isClosed = true;
    for (const waiting of this.#waiting.values()) waiting.reject(stopped());
    this.#waiting.clear();
  }
}

function stopped(): HeadraceError {
  return new HeadraceError("log-stopped", "the connection to the log is closed");
}
