/**
 * For DISTINCT over the shared log: from each row to the previous and to the next row of the same key and value. A value
 * is new in a window when its previous row lies before the window's tail, and gone when a row without a later twin
 * leaves: neither needs a look-up, so several windows share one table. Derived from the log, not stored.
 *
 * Entries of rows that left the log stay until the table is full. Then a new one takes over, and with every batch a part
 * of the old one moves to it, without what is gone: no batch waits for all of them.
 */
import type { ColumnLog } from "../../state/column-log.ts";
import type { LaneValues } from "../../state/lanes.ts";
import { int32Ring } from "../../state/ring-columns.ts";
import { hashWords } from "../../state/word-index.ts";
import { roomFor } from "../aggregates/index.ts";

const smallestSlots = 1024;
/** Last positions are kept in 32 bits: the table is written anew long before they could be mistaken. */
const freshPositions = 2 ** 29;
/** Old entries that move with every row: all have moved long before the new table is full. */
const movesPerRow = 16;

export class PairLinks {
  /** Distance to the previous and next row of the pair in the log; 0: none. */
  readonly previous = int32Ring();
  readonly next = int32Ring();
  /** Four words an entry: key + 1 (0: empty), value's halves, last position. */
  #table = new Int32Array(smallestSlots * 4);
  #mask = smallestSlots - 1;
  #used = 0;
  /** The former table while it moves; what it knows of a pair may be older than what the new one knows. */
  #old: Int32Array | null = null;
  #moved = 0;
  #renewedAt = 0;
  #hashes = new Int32Array(1024);

  get sizeBytes(): number {
    return this.#table.byteLength + (this.#old?.byteLength ?? 0) + this.previous.sizeBytes + this.next.sizeBytes;
  }

  /** Links `count` rows that were put at the log's positions from `head` on; rows before the log's tail are forgotten. */
  link(log: ColumnLog, head: number, count: number, keys: Int32Array, values: LaneValues, presence: Uint8Array): void {
    if (this.#old !== null) this.#move(count * movesPerRow, log.tail, head);
    if ((this.#used + count) * 4 > (this.#mask + 1) * 3 || head - this.#renewedAt > freshPositions) this.#renew(log.tail, head, count);
    const halves = values.lane === "number" ? new Int32Array(values.numbers.buffer, values.numbers.byteOffset, count * 2) : values.words;
    const isInterned = values.lane === "interned";
    this.#touch(count, keys, halves, values.ids, isInterned);
    const { values: previous } = this.previous;
    const { values: next } = this.next;
    const ringMask = previous.length - 1;
    const hashes = this.#hashes;
    for (let row = 0; row < count; row++) {
      const slot = (head + row) & ringMask;
      next[slot] = 0;
      if (presence[row] === 0) {
        previous[slot] = 0;
        continue;
      }
      const low = isInterned ? values.ids[row]! : halves[row * 2]!;
      const high = isInterned ? 0 : halves[row * 2 + 1]!;
      const distance = this.#enter(hashes[row]!, keys[row]! + 1, low, high, head + row, head + row - log.tail);
      previous[slot] = distance;
      if (distance > 0) next[(head + row - distance) & ringMask] = distance;
    }
  }

  /** Several cache misses under way at once, instead of one after the other. */
  #touch(count: number, keys: Int32Array, halves: Int32Array, ids: Int32Array, isInterned: boolean): void {
    if (this.#hashes.length < count) this.#hashes = new Int32Array(roomFor(count));
    const hashes = this.#hashes;
    const table = this.#table;
    const mask = this.#mask;
    let touched = 0;
    for (let row = 0; row < count; row++) {
      const hash = (isInterned ? hashPair(keys[row]! + 1, ids[row]!, 0) : hashPair(keys[row]! + 1, halves[row * 2]!, halves[row * 2 + 1]!)) & mask;
      hashes[row] = hash;
      touched ^= table[hash * 4]!;
    }
    this.touched = touched;
  }
  /** Written so that the reads above are not optimised away. */
  touched = 0;

  /** Distance to the pair's previous row, 0 when it has none within `reach`; from now on `position` is its last. */
  #enter(hash: number, key: number, low: number, high: number, position: number, reach: number): number {
    const table = this.#table;
    const mask = this.#mask;
    let slot = hash;
    let free = -1;
    for (;;) {
      const at = slot * 4;
      const found = table[at]!;
      if (found === 0) {
        if (free < 0) {
          free = slot;
          this.#used++;
        }
        break;
      }
      const distance = (position - table[at + 3]!) | 0;
      if (found === key && table[at + 1] === low && table[at + 2] === high) {
        table[at + 3] = position;
        return distance <= reach ? distance : 0;
      }
      if (free < 0 && distance > reach) free = slot;
      slot = (slot + 1) & mask;
    }
    const at = free * 4;
    table[at] = key;
    table[at + 1] = low;
    table[at + 2] = high;
    table[at + 3] = position;
    return this.#old === null ? 0 : this.#distanceInOld(key, low, high, position, reach);
  }

  #distanceInOld(key: number, low: number, high: number, position: number, reach: number): number {
    const old = this.#old!;
    const mask = old.length / 4 - 1;
    for (let slot = hashPair(key, low, high) & mask; old[slot * 4] !== 0; slot = (slot + 1) & mask) {
      const at = slot * 4;
      if (old[at] !== key || old[at + 1] !== low || old[at + 2] !== high) continue;
      const distance = (position - old[at + 3]!) | 0;
      return distance > 0 && distance <= reach ? distance : 0;
    }
    return 0;
  }

  /** Starts a new table, with room for all pairs that can be in the log and `count` more. */
  #renew(tail: number, head: number, count: number): void {
    if (this.#old !== null) this.#move(Infinity, tail, head);
    const pairs = Math.min(this.#used, head - tail) + count;
    let slots = smallestSlots;
    while (slots < pairs * 2) slots *= 2;
    this.#old = this.#table;
    this.#moved = 0;
    this.#table = new Int32Array(slots * 4);
    this.#mask = slots - 1;
    this.#used = 0;
    this.#renewedAt = head;
  }

  /** Moves what is still in the log from the next `count` slots of the former table. */
  #move(count: number, tail: number, head: number): void {
    const old = this.#old!;
    const end = Math.min(old.length / 4, this.#moved + count);
    for (let slot = this.#moved; slot < end; slot++) {
      const at = slot * 4;
      const distance = (head - old[at + 3]!) | 0;
      if (old[at] !== 0 && distance >= 0 && distance <= head - tail) this.#place(old, at);
    }
    this.#moved = end;
    if (end === old.length / 4) this.#old = null;
  }

  /** Unless the pair came again since. */
  #place(old: Int32Array, from: number): void {
    const table = this.#table;
    let slot = hashPair(old[from]!, old[from + 1]!, old[from + 2]!) & this.#mask;
    for (; table[slot * 4] !== 0; slot = (slot + 1) & this.#mask) {
      const at = slot * 4;
      if (table[at] === old[from] && table[at + 1] === old[from + 1] && table[at + 2] === old[from + 2]) return;
    }
    table.set(old.subarray(from, from + 4), slot * 4);
    this.#used++;
  }
}

/** `key` + 1 as entries hold it. */
function hashPair(key: number, low: number, high: number): number {
  return hashWords(key - 1, low ^ Math.imul(high, 0x27d4eb2f));
}
