/** Pushes a shard's batches as they become durable. One read at a time: a slow reader holds nothing but its own place. */
import type { Log, ReadResult, Tail, TailRequest } from "../log.ts";

export interface TailHost {
  readonly log: Pick<Log, "read" | "shard">;
  /** Calls back once the next time something about this shard changes. */
  onChange(shard: number, callback: () => void): () => void;
}

export class ShardTail implements Tail {
  readonly #request: TailRequest;
  readonly #host: TailHost;
  #offset: number;
  #closed = false;
  #wake: (() => void) | null = null;

  constructor(request: TailRequest, host: TailHost) {
    this.#request = request;
    this.#host = host;
    this.#offset = request.offset;
  }

  async next(): Promise<ReadResult | null> {
    const { shard, bytesMax, isolation } = this.#request;
    while (!this.#closed) {
      let cancel = (): void => {};
      // Listening before looking: what becomes durable in between is not missed.
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve;
        cancel = this.#host.onChange(shard, resolve);
      });
      try {
        const state = this.#host.log.shard(shard);
        if (state === undefined) return null;
        const result = await this.#host.log.read({ shard, offset: this.#offset, bytesMax, ...(isolation === undefined ? {} : { isolation }) });
        const progressed = result.nextOffset > this.#offset;
        this.#offset = Math.max(this.#offset, result.nextOffset);
        if (result.batches.length > 0) return result;
        if (progressed) continue;
        if (state.closedMs !== null && this.#offset >= state.endOffset) return null;
        await changed;
      } finally {
        cancel();
      }
    }
    return null;
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }
}
