/** Stored batches of one shard, from an offset on. */
import type { Offset, ReadResult, RemoteLog, ShardNumber, Tail } from "../../log/index.ts";

/** `batches` null: the end. `waiting`: nothing yet; it resolves when there is. */
export type Fed = { readonly result: ReadResult | null } | { readonly waiting: Promise<void> };

export interface Feed {
  next(bytesMax: number): Promise<Fed>;
  close(): void;
}

/** What arrives, as soon as it is durable. Ends with a closed shard. */
export class TailFeed implements Feed {
  readonly #tail: Tail;
  #arrived: { result: ReadResult | null } | null = null;
  #pending: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(log: RemoteLog, shard: ShardNumber, offset: Offset, bytesMax: number) {
    this.#tail = log.tail({ shard, offset, bytesMax });
  }

  async next(): Promise<Fed> {
    this.#pending ??= this.#ask();
    // One turn of the microtask queue: an answer that is already here is taken without an idle chunk in between.
    await Promise.race([this.#pending, Promise.resolve()]);
    if (this.#failure !== null) throw this.#failure;
    if (this.#arrived === null) return { waiting: this.#pending };
    const fed = this.#arrived;
    this.#arrived = null;
    this.#pending = null;
    return fed;
  }

  #ask(): Promise<void> {
    return this.#tail.next().then(
      (result) => {
        this.#arrived = { result };
      },
      (error: unknown) => {
        this.#failure = error;
      },
    );
  }

  close(): void {
    this.#tail.close();
  }
}

/** What is stored below `end`, then the end. */
export class RangeFeed implements Feed {
  readonly #log: RemoteLog;
  readonly #shard: ShardNumber;
  readonly #end: Offset;
  #offset: Offset;

  constructor(log: RemoteLog, shard: ShardNumber, offset: Offset, end: Offset) {
    this.#log = log;
    this.#shard = shard;
    this.#offset = offset;
    this.#end = end;
  }

  async next(bytesMax: number): Promise<Fed> {
    if (this.#offset >= this.#end) return { result: null };
    const result = await this.#log.read({ shard: this.#shard, offset: this.#offset, bytesMax });
    if (result.nextOffset <= this.#offset) return { result: null };
    this.#offset = result.nextOffset;
    return { result };
  }

  close(): void {}
}
