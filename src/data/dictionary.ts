/**
 * Interned strings: each distinct text has one dense id, from 0, in order of first appearance.
 *
 * Ids are the keys of operators: an id indexes arrays, where a string would need a hash. A dictionary only grows; it
 * belongs to one thread. Equality of ids is equality of texts within one dictionary only.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class StringDictionary {
  #slots = new Int32Array(1024).fill(-1);
  #hashes = new Int32Array(512);
  #starts = new Int32Array(513);
  #bytes = new Uint8Array(8192);
  #texts: (string | undefined)[] = [];
  #size = 0;

  /** Number of distinct texts; ids are 0 … size − 1. */
  get size(): number {
    return this.#size;
  }

  /** Bytes held, for memory accounts. */
  get sizeBytes(): number {
    return this.#bytes.length + 4 * (this.#slots.length + this.#hashes.length + this.#starts.length);
  }

  /** Id of the UTF-8 text `source[start … end)`, added if new. */
  internBytes(source: Uint8Array, start: number, end: number): number {
    return this.internHashed(source, start, end, hashBytes(source, start, end));
  }

  /** As `internBytes`, for a decoder that computed {@link hashBytes} while it scanned. */
  internHashed(source: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = this.#slots[slot]!;
      if (id < 0) return this.#add(source, start, end, hash, slot);
      if (this.#hashes[id] === hash && this.#equals(id, source, start, end)) return id;
      slot = (slot + 1) & mask;
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

  #equals(id: number, source: Uint8Array, start: number, end: number): boolean {
    let at = this.#starts[id]!;
    if (this.#starts[id + 1]! - at !== end - start) return false;
    const own = this.#bytes;
    for (let index = start; index < end; index++) if (own[at++] !== source[index]) return false;
    return true;
  }

  #add(source: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.#size++;
    if (id + 2 > this.#starts.length) this.#growEntries();
    const at = this.#starts[id]!;
    const next = at + end - start;
    if (next > this.#bytes.length) this.#growBytes(next);
    this.#bytes.set(source.subarray(start, end), at);
    this.#starts[id + 1] = next;
    this.#hashes[id] = hash;
    this.#slots[slot] = id;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return id;
  }

  #growEntries(): void {
    const starts = new Int32Array(this.#starts.length * 2);
    starts.set(this.#starts);
    this.#starts = starts;
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#size; id++) {
      let slot = this.#hashes[id]! & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

/** FNV-1a over bytes with a final mix; decoders compute the same while scanning. */
export function hashBytes(source: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ source[index]!, 0x01000193);
  return hash ^ (hash >>> 15);
}
