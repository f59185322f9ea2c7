/**
 * Where a shard's batches lie in the journal: sparse, in packed arrays. An entry stands for 64 KiB of the shard's own
 * bytes, or for 4 MiB of journal when other shards lie between: half a megabyte of memory for a gigabyte stored.
 */
const ownSpacingBytes = 64 * 1024;
const journalSpacingBytes = 4 * 1024 * 1024;

export interface IndexEntry {
  readonly offset: number;
  readonly segment: number;
  readonly position: number;
  readonly timeMs: number;
}

export class ShardIndex {
  /** Four numbers an entry: offset, segment, position, time. */
  #values = new Float64Array(4 * 16);
  #first = 0;
  #count = 0;
  #lastSegment = -1;
  #lastPosition = 0;
  /** Bytes of this shard since the last entry. */
  #ownBytes = 0;

  get size(): number {
    return this.#count - this.#first;
  }

  /** Notes a batch at `position` of `segment`; kept only if it is far enough from the last one kept. */
  add(offset: number, segment: number, position: number, timeMs: number, batchBytes: number): void {
    const isNear = segment === this.#lastSegment && position - this.#lastPosition < journalSpacingBytes && this.#ownBytes < ownSpacingBytes;
    this.#ownBytes += batchBytes;
    // The first batch of a shard in a segment is always noted: a reader looks into no segment that the index does not name.
    if (isNear && this.size > 0) return;
    this.#lastSegment = segment;
    this.#lastPosition = position;
    this.#ownBytes = batchBytes;
    if (this.#count * 4 === this.#values.length) this.#grow();
    this.#values.set([offset, segment, position, timeMs], this.#count * 4);
    this.#count++;
  }

  /** The last entry at or before `offset`, else the first; undefined when empty. */
  find(offset: number): IndexEntry | undefined {
    return this.size === 0 ? undefined : this.#entry(Math.max(this.#first, this.#search(0, offset)));
  }

  /** The last entry whose time is before `timeMs`, else the first. */
  findTime(timeMs: number): IndexEntry | undefined {
    return this.size === 0 ? undefined : this.#entry(Math.max(this.#first, this.#search(3, timeMs - 0.5)));
  }

  /** The first entry whose offset is greater than `offset`. */
  after(offset: number): IndexEntry | undefined {
    const at = this.#search(0, offset) + 1;
    return at < this.#count ? this.#entry(Math.max(this.#first, at)) : undefined;
  }

  /** Forgets entries that no offset from `offset` on needs. */
  trim(offset: number): void {
    const at = this.#search(0, offset);
    if (at > this.#first) this.#first = at;
    if (this.#first > 1024 && this.#first * 2 > this.#count) this.#compact();
  }

  /** Forgets entries of segments that are gone. */
  dropSegmentsBelow(segment: number): void {
    while (this.#first < this.#count && this.#values[this.#first * 4 + 1] < segment) this.#first++;
  }

  /** Index of the last entry whose field is at most `value`; first − 1 when there is none. */
  #search(field: number, value: number): number {
    let low = this.#first - 1;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#values[middle * 4 + field] <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #entry(at: number): IndexEntry {
    const [offset, segment, position, timeMs] = this.#values.subarray(at * 4, at * 4 + 4);
    return { offset, segment, position, timeMs };
  }

  #grow(): void {
    const values = new Float64Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
  }

  #compact(): void {
    this.#values.copyWithin(0, this.#first * 4, this.#count * 4);
    this.#count -= this.#first;
    this.#first = 0;
  }

  /** A copy of the entries, for a checkpoint. */
  snapshot(): Float64Array {
    return this.#values.slice(this.#first * 4, this.#count * 4);
  }

  static restore(values: Float64Array): ShardIndex {
    const index = new ShardIndex();
    index.#values = new Float64Array(Math.max(64, values.length * 2));
    index.#values.set(values);
    index.#count = values.length / 4;
    if (index.#count > 0) {
      index.#lastSegment = values[values.length - 3];
      index.#lastPosition = values[values.length - 2];
    }
    return index;
  }
}
