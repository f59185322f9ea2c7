/**
 * Which of a power of two of buckets hold something, found without walking over the empty ones: a bit per bucket, above it
 * a bit per word of those, and above that a bit per word of these. A search looks at five words or so for any gap up to
 * 32,768 buckets, and at one more for each further 32,768.
 */
export class Occupancy {
  readonly #buckets: Int32Array;
  readonly #words: Int32Array;
  readonly #blocks: Int32Array;
  readonly #mask: number;

  /** `size`: a power of two of at least 32. */
  constructor(size: number) {
    this.#buckets = new Int32Array(size >>> 5);
    this.#words = new Int32Array(Math.max(1, size >>> 10));
    this.#blocks = new Int32Array(Math.max(1, size >>> 15));
    this.#mask = size - 1;
  }

  get sizeBytes(): number {
    return this.#buckets.byteLength + this.#words.byteLength + this.#blocks.byteLength;
  }

  add(bucket: number): void {
    const word = bucket >> 5;
    const before = this.#buckets[word]!;
    this.#buckets[word] = before | (1 << (bucket & 31));
    if (before !== 0) return;
    this.#words[word >> 5]! |= 1 << (word & 31);
    this.#blocks[word >> 10]! |= 1 << ((word >> 5) & 31);
  }

  remove(bucket: number): void {
    const word = bucket >> 5;
    if ((this.#buckets[word]! &= ~(1 << (bucket & 31))) !== 0) return;
    if ((this.#words[word >> 5]! &= ~(1 << (word & 31))) !== 0) return;
    this.#blocks[word >> 10]! &= ~(1 << ((word >> 5) & 31));
  }

  clear(): void {
    this.#buckets.fill(0);
    this.#words.fill(0);
    this.#blocks.fill(0);
  }

  /** How many buckets after `bucket` the next one that holds something lies, going round at the end; 0 for itself, -1 when all are empty. */
  distance(bucket: number): number {
    const bits = this.#buckets[bucket >> 5]! >>> (bucket & 31);
    if (bits !== 0) return lowest(bits);
    const after = this.#fromWord((bucket >> 5) + 1);
    const found = after >= 0 ? after : this.#fromWord(0);
    return found < 0 ? -1 : (found - bucket) & this.#mask;
  }

  /** The first bucket that holds something in words from `word` on; -1 for none. */
  #fromWord(word: number): number {
    if (word >= this.#buckets.length) return -1;
    const bits = this.#words[word >> 5]! >>> (word & 31);
    if (bits !== 0) return this.#lowestOfWord(word + lowest(bits));
    let block = (word >> 5) + 1;
    while (block < this.#words.length) {
      const blocks = this.#blocks[block >> 5]! >>> (block & 31);
      if (blocks !== 0) {
        const at = block + lowest(blocks);
        return this.#lowestOfWord((at << 5) + lowest(this.#words[at]!));
      }
      block = (block | 31) + 1;
    }
    return -1;
  }

  #lowestOfWord(word: number): number {
    return (word << 5) + lowest(this.#buckets[word]!);
  }
}

function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
