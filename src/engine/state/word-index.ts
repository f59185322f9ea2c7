/**
 * 64-bit keys, given as two 32-bit halves, to dense ids in order of first appearance: open addressing, linear probing,
 * load at most one half. Keys are only added; what was added since the last `write` is the delta.
 */
import type { StateReader, StateWriter } from "../operator.ts";

export class WordIndex {
  #slots = new Int32Array(64).fill(-1);
  #mask = 63;
  /** Halves of key `id` at 2 id and 2 id + 1. Replaced when it grows. */
  words = new Int32Array(64);
  #size = 0;
  #written = 0;
  /** Id standing for NULL; −1 while none was met. */
  nullId = -1;

  get size(): number {
    return this.#size;
  }
  get sizeBytes(): number {
    return this.#slots.byteLength + this.words.byteLength;
  }

  /** Id of a key, added if new. */
  add(low: number, high: number): number {
    let slot = hashWords(low, high) & this.#mask;
    for (;;) {
      const id = this.#slots[slot]!;
      if (id < 0) return this.#insert(low, high, slot);
      if (this.words[id * 2] === low && this.words[id * 2 + 1] === high) return id;
      slot = (slot + 1) & this.#mask;
    }
  }

  addNull(): number {
    if (this.nullId < 0) {
      this.nullId = this.#append(0, 0);
    }
    return this.nullId;
  }

  #insert(low: number, high: number, slot: number): number {
    const id = this.#append(low, high);
    this.#slots[slot] = id;
    if (this.#size * 2 > this.#slots.length) this.#rehash(this.#slots.length * 2);
    return id;
  }

  #append(low: number, high: number): number {
    const id = this.#size++;
    if (id * 2 + 2 > this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[id * 2] = low;
    this.words[id * 2 + 1] = high;
    return id;
  }

  #rehash(slotCount: number): void {
    const slots = new Int32Array(slotCount).fill(-1);
    const mask = slotCount - 1;
    for (let id = 0; id < this.#size; id++) {
      if (id === this.nullId) continue;
      let slot = hashWords(this.words[id * 2]!, this.words[id * 2 + 1]!) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
    this.#mask = mask;
  }

  /** All keys, or those added since the last write. */
  write(writer: StateWriter, all: boolean): void {
    const from = all ? 0 : this.#written;
    writer.number(from);
    writer.number(this.nullId);
    writer.array(this.words, from * 2, this.#size * 2);
    this.#written = this.#size;
  }

  read(reader: StateReader): void {
    const from = reader.number();
    this.nullId = reader.number();
    const added = reader.arrayLength() / 2;
    let capacity = this.words.length;
    while (capacity < (from + added) * 2) capacity *= 2;
    if (capacity > this.words.length) {
      const grown = new Int32Array(capacity);
      grown.set(this.words);
      this.words = grown;
    }
    reader.array(this.words, from * 2);
    this.#size = from + added;
    this.#written = this.#size;
    let slots = 64;
    while (slots < this.#size * 2) slots *= 2;
    this.#rehash(slots);
  }
}

export function hashWords(low: number, high: number): number {
  let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
