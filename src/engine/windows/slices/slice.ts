/** One slice of time: its records by key, and the distinct values that came in it. Rebuilt from the records after a restore. */
import { PairSet } from "../pair-set.ts";

const smallestSlots = 16;

export class Slice {
  readonly start: number;
  /** Record ids in the order of their keys' first rows. */
  records = new Int32Array(smallestSlots);
  size = 0;
  readonly distinct: DistinctValues[];
  /** Key + 1 and record id, by open addressing. */
  #slots = new Int32Array(smallestSlots * 4);
  #mask = smallestSlots * 2 - 1;

  constructor(start: number, distinctGroups: number) {
    this.start = start;
    this.distinct = Array.from({ length: distinctGroups }, () => new DistinctValues());
  }

  /** Record of a key; −1 when it has none. */
  find(key: number): number {
    let slot = (Math.imul(key, 0x9e3779b1) >>> 7) & this.#mask;
    for (;;) {
      const found = this.#slots[slot * 2]!;
      if (found === key + 1) return this.#slots[slot * 2 + 1]!;
      if (found === 0) return -1;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** The ordinal is the record's place in {@link records}. */
  add(key: number, record: number, ordinal: number): void {
    if (ordinal >= this.records.length) {
      const grown = new Int32Array(Math.max(ordinal + 1, this.records.length * 2));
      grown.set(this.records);
      this.records = grown;
    }
    this.records[ordinal] = record;
    this.size++;
    if (this.size * 2 > this.#mask) this.#grow();
    this.#put(key, record);
  }

  #put(key: number, record: number): void {
    let slot = (Math.imul(key, 0x9e3779b1) >>> 7) & this.#mask;
    while (this.#slots[slot * 2] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot * 2] = key + 1;
    this.#slots[slot * 2 + 1] = record;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array((this.#mask + 1) * 2);
    for (let at = 0; at < old.length; at += 2) if (old[at] !== 0) this.#put(old[at]! - 1, old[at + 1]!);
  }
}

/** Entries of a group with DISTINCT in one slice. */
export class DistinctValues {
  readonly set = new PairSet("slice");
  entries = new Int32Array(smallestSlots);
  size = 0;

  add(entry: number, ordinal: number): void {
    if (ordinal >= this.entries.length) {
      const grown = new Int32Array(Math.max(ordinal + 1, this.entries.length * 2));
      grown.set(this.entries);
      this.entries = grown;
    }
    this.entries[ordinal] = entry;
    this.size++;
  }
}
