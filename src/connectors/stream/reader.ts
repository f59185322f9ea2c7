import type { SourceChunk, SplitReader } from "../../connector/index.ts";
import type { Offset, RemoteLog, ShardState } from "../../log/index.ts";
import { RangeFeed, TailFeed, type Feed } from "./feed.ts";
import { indexBatches } from "./record-index.ts";

/** Position in a shard. `end`, if there: where a bounded source stops. */
export interface StreamPosition {
  readonly offset: Offset;
  readonly end?: Offset;
}

/** Reads one shard, pushed by the log while it is open, in ranges once it has an end. */
export class ShardReader implements SplitReader {
  readonly #log: RemoteLog;
  readonly #shard: ShardState;
  readonly #finished: () => void;
  #offset: Offset;
  #end: Offset | undefined;
  #feed: Feed | null = null;

  constructor(log: RemoteLog, shard: ShardState, position: StreamPosition, finished: () => void) {
    this.#log = log;
    this.#shard = shard;
    this.#offset = position.offset;
    this.#end = position.end;
    this.#finished = finished;
  }

  async read(bytesMax: number): Promise<SourceChunk | null> {
    for (;;) {
      this.#feed ??= this.#openFeed(bytesMax);
      const feed = this.#feed;
      const fed = await feed.next(bytesMax);
      // The source was given an end in the meantime: what was pushed is read again from the stored range.
      if (feed !== this.#feed) continue;
      if ("waiting" in fed) return { kind: "idle", ready: Promise.race([fed.waiting, this.#ended]) };
      if (fed.result === null) {
        this.#finished();
        return null;
      }
      const { batches, nextOffset } = fed.result;
      const position = this.#end === undefined ? { offset: nextOffset } : { offset: Math.min(nextOffset, this.#end), end: this.#end };
      const chunk = indexBatches(this.#shard, batches, this.#offset, this.#end ?? Infinity, position.offset);
      this.#offset = nextOffset;
      if (chunk.count > 0) return { ...chunk, position: position satisfies StreamPosition };
    }
  }

  /** From now on the shard ends at `end`, unless it had an end before. */
  endAt(end: Offset): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#feed?.close();
    this.#feed = null;
    this.#endNow();
  }

  #endNow: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#endNow = resolve;
  });

  #openFeed(bytesMax: number): Feed {
    const { shard } = this.#shard;
    return this.#end === undefined ? new TailFeed(this.#log, shard, this.#offset, bytesMax) : new RangeFeed(this.#log, shard, this.#offset, this.#end);
  }

  async close(): Promise<void> {
    this.#feed?.close();
    this.#feed = null;
  }
}
