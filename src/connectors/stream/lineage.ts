/** Which shards may be read when: a parent is read to its end before its children start, so that order per key holds over a resharding. */
import type { ShardNumber, ShardState } from "../../log/index.ts";

export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`;
}

/** Unique over the life of the data folder: a stream made again under its old name has other splits. */
export function splitId({ stream, index, shard }: ShardState): string {
  return `${stream}/${shardId(index)}#${shard}`;
}

export class Lineage {
  readonly #reading = new Set<ShardNumber>();
  readonly #given = new Set<ShardNumber>();

  /** A split's reader was opened. */
  opened(shard: ShardNumber): void {
    this.#given.add(shard);
    this.#reading.add(shard);
  }

  /** A split's reader came to its end. */
  ended(shard: ShardNumber): void {
    this.#reading.delete(shard);
  }

  /**
   * Of `shards` (those of the streams, as they are now) the ones to be read from now on; they count as given then.
   * A split that is `known` without a reader was read to its end before a restart.
   */
  next(shards: readonly ShardState[], known: ReadonlySet<string>): ShardState[] {
    const present = new Map(shards.map((shard) => [shard.shard, shard]));
    for (const shard of shards) if (known.has(splitId(shard))) this.#given.add(shard.shard);
    const ready = shards.filter((shard) => !this.#given.has(shard.shard) && shard.parents.every((parent) => this.#isRead(parent, present)));
    for (const { shard } of ready) {
      this.#given.add(shard);
      this.#reading.add(shard);
    }
    return ready;
  }

  /** True while shards wait for their parents. */
  waiting(shards: readonly ShardState[]): boolean {
    return shards.some(({ shard }) => !this.#given.has(shard));
  }

  /** A parent that is gone has expired: nothing is left to wait for. */
  #isRead(parent: ShardNumber, present: ReadonlyMap<ShardNumber, ShardState>): boolean {
    if (!present.has(parent)) return true;
    return this.#given.has(parent) && !this.#reading.has(parent);
  }
}
