/** Which open shard takes a record: MD5 of its partition key, or its explicit hash key, in the shards' 128-bit ranges. */
import type { Log, ShardState, StreamState } from "../../log/index.ts";
import { md5Words } from "./md5.ts";

const words = new Uint32Array(4);

/** The open shards of one stream at one time, sorted by range. */
export class ShardRouter {
  readonly shards: readonly ShardState[];
  /** Four words per shard, most significant first: the start of its range. */
  readonly #starts: Uint32Array;

  constructor(openShards: readonly ShardState[]) {
    this.shards = [...openShards].sort((left, right) => (left.hashRange.start < right.hashRange.start ? -1 : 1));
    this.#starts = new Uint32Array(this.shards.length * 4);
    this.shards.forEach((shard, index) => writeWords(shard.hashRange.start, this.#starts, index * 4));
  }

  /** Index into {@link shards} for the partition key in UTF-8 at `bytes[start, end)`. */
  routeKey(bytes: Uint8Array, start: number, end: number): number {
    if (this.shards.length === 1) return 0;
    md5Words(bytes, start, end, words);
    return this.#find();
  }

  /** Index into {@link shards} for a hash key in [0, 2^128). */
  routeHash(hashKey: bigint): number {
    writeWords(hashKey, words, 0);
    return this.#find();
  }

  /** Last shard whose start is not above the hash; ranges have no gaps. */
  #find(): number {
    let low = 0;
    let high = this.shards.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#startIsAbove(middle)) high = middle - 1;
      else low = middle;
    }
    return low;
  }

  #startIsAbove(shard: number): boolean {
    for (let word = 0; word < 4; word++) {
      const start = this.#starts[shard * 4 + word]!;
      const hash = words[word]!;
      if (start !== hash) return start > hash;
    }
    return false;
  }
}

function writeWords(value: bigint, target: Uint32Array, at: number): void {
  for (let word = 0; word < 4; word++) target[at + word] = Number((value >> BigInt(96 - 32 * word)) & 0xffff_ffffn);
}

/** Routers kept per stream; a router is good until the stream is made again or shards are opened. */
export class ShardRouters {
  readonly #log: Log;
  readonly #kept = new Map<string, { createdMs: number; newestShard: number; router: ShardRouter }>();

  constructor(log: Log) {
    this.#log = log;
  }

  for(stream: StreamState): ShardRouter {
    // Shard numbers are never used again and every reshard opens some, so the newest one tells the set of open shards.
    const newestShard = stream.shards[stream.shards.length - 1] ?? -1;
    const kept = this.#kept.get(stream.name);
    if (kept !== undefined && kept.createdMs === stream.createdMs && kept.newestShard === newestShard) return kept.router;
    const open = stream.shards.map((shard) => this.#log.shard(shard)).filter((shard) => shard !== undefined && shard.closedMs === null);
    const router = new ShardRouter(open as ShardState[]);
    this.#kept.set(stream.name, { createdMs: stream.createdMs, newestShard, router });
    return router;
  }

  forget(streamName: string): void {
    this.#kept.delete(streamName);
  }
}
