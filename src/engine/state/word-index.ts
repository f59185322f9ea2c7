/**
 * 64-bit keys, given as two 32-bit halves, to dense ids in order of first appearance: open addressing, linear probing,
 * load at most one half. Keys are only added; what was added since the last `write` is the delta.
 *
 * A table that is full stays in use while its keys move to one twice as large, a few with every new key: no call waits
 * for all of them.
 */
import type { StateReader, StateWriter } from "../operator.ts";

const smallestSlots = 64;
/** Keys that move with every new key: enough to be done long before the new table is full. */
const movesPerKey = 8;

export class WordIndex {
  /** Id + 1; 0 is empty. */
  #slots = new Int32Array(smallestSlots);
  #mask = smallestSlots - 1;
  /** The former table while its keys move; it still finds all of them. */
  #oldSlots: Int32Array | null = null;
  #moved = 0;
  #toMove = 0;
  /** Halves of key `id` at 2 id and 2 id + 1. Replaced when it grows. */
  words = new Int32Array(smallestSlots);
  #size = 0;
  #written = 0;
  /** Id standing for NULL; −1 while none was met. */
  nullId = -1;

  get size(): number {
    return this.#size;
  }
  get sizeBytes(): number {
    return this.#slots.byteLength + this.words.byteLength + (this.#oldSlots?.byteLength ?? 0);
  }

  /** Id of a key, added if new. */
  add(low: number, high: number): number {
    const hash = hashWords(low, high);
    const slots = this.#slots;
    const mask = this.#mask;
    const words = this.words;
    let slot = hash & mask;
    for (;;) {
      const id = slots[slot]! - 1;
      if (id < 0) break;
      if (words[id * 2] === low && words[id * 2 + 1] === high) return id;
      slot = (slot + 1) & mask;
    }
    if (this.#oldSlots !== null) {
      const id = this.#findOld(hash, low, high);
      if (id >= 0) return id;
    }
    return this.#insert(low, high, slot);
  }

  #findOld(hash: number, low: number, high: number): number {
    const slots = this.#oldSlots!;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]! - 1;
      if (id < 0 || (this.words[id * 2] === low && this.words[id * 2 + 1] === high)) return id;
    }
  }

  addNull(): number {
    if (this.nullId < 0) this.nullId = this.#append(0, 0);
    return this.nullId;
  }

  #insert(low: number, high: number, slot: number): number {
    const id = this.#append(low, high);
    this.#slots[slot] = id + 1;
    if (this.#oldSlots !== null) this.#move(movesPerKey);
    if (this.#size * 2 > this.#slots.length) this.#grow();
    return id;
  }

  #append(low: number, high: number): number {
    const id = this.#size++;
    if (id * 2 + 2 > this.words.length) this.#makeRoom(this.words.length * 2);
    this.words[id * 2] = low;
    this.words[id * 2 + 1] = high;
    return id;
  }

  #makeRoom(length: number): void {
    const grown = new Int32Array(length);
    grown.set(this.words);
    this.words = grown;
  }

  #grow(): void {
    if (this.#oldSlots !== null) this.#move(Infinity);
    this.#oldSlots = this.#slots;
    this.#slots = new Int32Array(this.#slots.length * 2);
    this.#mask = this.#slots.length - 1;
    this.#moved = 0;
    this.#toMove = this.#size;
  }

  /** Moves up to `count` keys of the former table. */
  #move(count: number): void {
    const end = Math.min(this.#toMove, this.#moved + count);
    for (let id = this.#moved; id < end; id++) this.#place(id);
    this.#moved = end;
    if (end === this.#toMove) this.#oldSlots = null;
  }

  #place(id: number): void {
    if (id === this.nullId) return;
    let slot = hashWords(this.words[id * 2]!, this.words[id * 2 + 1]!) & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = id + 1;
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
    const size = from + reader.arrayLength() / 2;
    let room = this.words.length;
    while (room < size * 2) room *= 2;
    if (room > this.words.length) this.#makeRoom(room);
    reader.array(this.words, from * 2);
    if (this.#oldSlots !== null) this.#move(Infinity);
    if (size * 2 > this.#slots.length || from === 0) {
      let slots = smallestSlots;
      while (slots < size * 2) slots *= 2;
      this.#slots = new Int32Array(slots);
      this.#mask = slots - 1;
      for (let id = 0; id < size; id++) this.#place(id);
    } else for (let id = from; id < size; id++) this.#place(id);
    this.#size = size;
    this.#written = size;
  }
}

export function hashWords(low: number, high: number): number {
  let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
