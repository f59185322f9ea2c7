/**
 * Interned strings: each distinct text has one dense id, from 0, in order of first appearance.
 *
 * Ids are the keys of operators: an id indexes arrays, where a string would need a hash. A dictionary only grows; it
 * belongs to one thread. Equality of ids is equality of texts within one dictionary only.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class StringDictionary {
  /** Pairs of id (−1: free) and hash, side by side so that a lookup touches one cache line. */
  #slots = new Int32Array(2048).fill(-1);
  #starts = new Int32Array(513);
  /** Texts one behind the other, and room to read a word past the last. */
  #bytes = new Uint8Array(8192);
  #words = new DataView(this.#bytes.buffer);
  #texts: (string | undefined)[] = [];
  #size = 0;

  /** Number of distinct texts; ids are 0 … size − 1. */
  get size(): number {
    return this.#size;
  }

  /** Bytes held, for memory accounts. */
  get sizeBytes(): number {
    return this.#bytes.length + 4 * (this.#slots.length + this.#starts.length);
  }

  /** Id of the UTF-8 text `source[start … end)`, added if new. */
  internBytes(source: Uint8Array, start: number, end: number): number {
    return this.internHashed(source, start, end, hashBytes(source, start, end));
  }

  /** As `internBytes`, for a decoder that computed {@link hashBytes} while it scanned. */
  internHashed(source: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 2;
    let slot = (hash << 1) & mask;
    for (;;) {
      const id = slots[slot]!;
      if (id < 0) return this.#add(source, start, end, hash, slot);
      if (slots[slot + 1] === hash && this.#equals(id, source, start, end)) return id;
      slot = (slot + 2) & mask;
    }
  }

  /** As `internHashed`, comparing by words: `words` views `source`, which has 3 readable bytes behind `end`. */
  internWords(source: Uint8Array, words: DataView, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 2;
    let slot = (hash << 1) & mask;
    for (;;) {
      const id = slots[slot]!;
      if (id < 0) return this.#add(source, start, end, hash, slot);
      if (slots[slot + 1] === hash && this.#equalWords(id, words, start, end)) return id;
      slot = (slot + 2) & mask;
    }
  }

  internText(text: string): number {
    const bytes = encoder.encode(text);
    const id = this.internBytes(bytes, 0, bytes.length);
    this.#texts[id] ??= text;
    return id;
  }

  text(id: number): string {
    return (this.#texts[id] ??= decoder.decode(this.bytes(id)));
  }

  /** UTF-8 of an id: a view, valid until the next addition. */
  bytes(id: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[id], this.#starts[id + 1]);
  }

  /** Length of an id's UTF-8. */
  bytesOf(id: number): number {
    return this.#starts[id + 1]! - this.#starts[id]!;
  }

  /** Writes an id's UTF-8 into `target` from `at`; answers where it ends. */
  copyTo(id: number, target: Uint8Array, at: number): number {
    const own = this.#bytes;
    const end = this.#starts[id + 1]!;
    let to = at;
    for (let from = this.#starts[id]!; from < end; from++) target[to++] = own[from]!;
    return to;
  }

  #equals(id: number, source: Uint8Array, start: number, end: number): boolean {
    let at = this.#starts[id]!;
    if (this.#starts[id + 1]! - at !== end - start) return false;
    const own = this.#bytes;
    for (let index = start; index < end; index++) if (own[at++] !== source[index]) return false;
    return true;
  }

  #equalWords(id: number, words: DataView, start: number, end: number): boolean {
    let at = this.#starts[id]!;
    if (this.#starts[id + 1]! - at !== end - start) return false;
    const own = this.#words;
    let index = start;
    for (; index + 4 <= end; index += 4, at += 4) if (own.getInt32(at, true) !== words.getInt32(index, true)) return false;
    const rest = end - index;
    return rest === 0 || ((own.getInt32(at, true) ^ words.getInt32(index, true)) & ((1 << (rest << 3)) - 1)) === 0;
  }

  #add(source: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.#size++;
    if (id + 2 > this.#starts.length) this.#growEntries();
    const at = this.#starts[id]!;
    const next = at + end - start;
    if (next + 4 > this.#bytes.length) this.#growBytes(next + 4);
    this.#bytes.set(source.subarray(start, end), at);
    this.#starts[id + 1] = next;
    this.#slots[slot] = id;
    this.#slots[slot + 1] = hash;
    if (this.#size * 4 > this.#slots.length) this.#rehash();
    return id;
  }

  #growEntries(): void {
    const starts = new Int32Array(this.#starts.length * 2);
    starts.set(this.#starts);
    this.#starts = starts;
  }

  #growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#words = new DataView(bytes.buffer);
  }

  #rehash(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2).fill(-1);
    const mask = slots.length - 2;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from]! < 0) continue;
      let slot = (old[from + 1]! << 1) & mask;
      while (slots[slot]! >= 0) slot = (slot + 2) & mask;
      slots[slot] = old[from]!;
      slots[slot + 1] = old[from + 1]!;
    }
    this.#slots = slots;
  }
}

/** Start and factor of {@link hashBytes}, for code that computes it while it scans. */
export const hashStart = 0x811c9dc5 | 0;
export const hashFactor = 0x9e3779b1 | 0;

/**
 * Hash of bytes, four at a time: for each little-endian word, the last one filled up with zeros,
 * `hash = (hash ^ word) × factor` and then `hash ^= hash >>> 15`, so that every bit reaches the low ones.
 */
export function hashBytes(source: Uint8Array, start: number, end: number): number {
  let hash = hashStart;
  let index = start;
  for (; index + 4 <= end; index += 4) {
    hash = Math.imul(hash ^ (source[index]! | (source[index + 1]! << 8) | (source[index + 2]! << 16) | (source[index + 3]! << 24)), hashFactor);
    hash ^= hash >>> 15;
  }
  if (index < end) {
    let word = 0;
    for (let shift = 0; index < end; index++, shift += 8) word |= source[index]! << shift;
    hash = Math.imul(hash ^ word, hashFactor);
    hash ^= hash >>> 15;
  }
  return hash;
}
