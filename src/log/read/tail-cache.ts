/** The newest batches of every shard in memory, within one budget of bytes: readers that keep up never touch the disk. */
import type { StoredBatch } from "../log.ts";

export class TailCache {
  readonly #bytesMax: number;
  /** Batches of a shard by rising offset; `first` is the index of the oldest kept. */
  readonly #shards = new Map<number, { batches: StoredBatch[]; first: number }>();
  /** Shards in the order their batches came, to evict the oldest first. */
  #order: number[] = [];
  #orderFirst = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(shard: number, batch: StoredBatch): void {
    let held = this.#shards.get(shard);
    if (held === undefined) this.#shards.set(shard, (held = { batches: [], first: 0 }));
    held.batches.push(batch);
    this.#order.push(shard);
    this.#bytes += batch.bytes.length;
    while (this.#bytes > this.#bytesMax && this.#orderFirst < this.#order.length - 1) this.#evict();
    if (this.#orderFirst > 4096 && this.#orderFirst * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#orderFirst);
      this.#orderFirst = 0;
    }
  }

  #evict(): void {
    const shard = this.#order[this.#orderFirst++];
    const held = this.#shards.get(shard);
    if (held === undefined || held.first >= held.batches.length) return;
    this.#bytes -= held.batches[held.first].bytes.length;
    held.first++;
    if (held.first === held.batches.length) this.#shards.delete(shard);
    else if (held.first > 64 && held.first * 2 > held.batches.length) {
      held.batches = held.batches.slice(held.first);
      held.first = 0;
    }
  }

  /** Batches from the one that holds `offset`, up to `bytesMax` bytes and at least one; null when it is not in memory. */
  read(shard: number, offset: number, endOffset: number, bytesMax: number): StoredBatch[] | null {
    const held = this.#shards.get(shard);
    if (held === undefined || held.batches[held.first].baseOffset > offset) return null;
    let low = held.first;
    let high = held.batches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (held.batches[middle].baseOffset <= offset) low = middle;
      else high = middle - 1;
    }
    const found: StoredBatch[] = [];
    let bytes = 0;
    for (let at = low; at < held.batches.length && held.batches[at].baseOffset < endOffset; at++) {
      const batch = held.batches[at];
      if (found.length > 0 && bytes + batch.bytes.length > bytesMax) break;
      found.push(batch);
      bytes += batch.bytes.length;
    }
    return found;
  }

  /** Forgets a deleted shard. */
  drop(shard: number): void {
    const held = this.#shards.get(shard);
    if (held === undefined) return;
    for (let at = held.first; at < held.batches.length; at++) this.#bytes -= held.batches[at].bytes.length;
    this.#shards.delete(shard);
  }
}
