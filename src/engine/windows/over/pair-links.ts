/**
 * For DISTINCT over the shared log: from each row to the previous and to the next row of the same key and value. A value
 * is new in a window when its previous row lies before the window's tail, and gone when a row without a later twin
 * leaves: neither needs a look-up, so several windows share one table. Derived from the log, not stored.
 */
import type { ColumnLog } from "../../state/column-log.ts";
import type { LaneValues } from "../../state/lanes.ts";
import { int32Ring } from "../../state/ring-columns.ts";
import { hashWords } from "../../state/word-index.ts";
import { roomFor } from "../aggregates/index.ts";

const smallestSlots = 1024;
/** Last positions are kept in 32 bits: the table is written anew long before they could be mistaken. */
const freshPositions = 2 ** 30;

export class PairLinks {
  /** Distance to the previous and next row of the pair in the log; 0: none. */
  readonly previous = int32Ring();
  readonly next = int32Ring();
  /** Four words an entry: key + 1 (0: empty), value's halves, last position. */
  #table = new Int32Array(smallestSlots * 4);
  #mask = smallestSlots - 1;
  #used = 0;
  #checkedAt = 0;
  #hashes = new Int32Array(1024);

  get sizeBytes(): number {
    return this.#table.byteLength + this.previous.sizeBytes + this.next.sizeBytes;
  }

  /** Links `count` rows that were put at the log's positions from `head` on; rows before the log's tail are forgotten. */
  link(log: ColumnLog, head: number, count: number, keys: Int32Array, values: LaneValues, presence: Uint8Array): void {
    if ((this.#used + count) * 4 > (this.#mask + 1) * 3 || head - this.#checkedAt > freshPositions) this.#renew(log.tail, head, count);
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
      const low = isInterned ? ids[row]! : halves[row * 2]! ^ Math.imul(halves[row * 2 + 1]!, 0x27d4eb2f);
      const hash = hashWords(keys[row]!, low) & mask;
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
    return 0;
  }

  /** A table of the pairs that are still in the log, with room for `count` more. */
  #renew(tail: number, head: number, count: number): void {
    const old = this.#table;
    let live = 0;
    for (let at = 0; at < old.length; at += 4) if (old[at] !== 0 && isLive(old[at + 3]!, tail, head)) live++;
    let slots = smallestSlots;
    while (slots < (live + count) * 2) slots *= 2;
    this.#table = new Int32Array(slots * 4);
    this.#mask = slots - 1;
    this.#used = live;
    this.#checkedAt = head;
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] === 0 || !isLive(old[at + 3]!, tail, head)) continue;
      let slot = this.#hashOf(old, at);
      while (this.#table[slot * 4] !== 0) slot = (slot + 1) & this.#mask;
      this.#table.set(old.subarray(at, at + 4), slot * 4);
    }
  }

  #hashOf(table: Int32Array, at: number): number {
    return hashWords(table[at]! - 1, table[at + 1]! ^ Math.imul(table[at + 2]!, 0x27d4eb2f)) & this.#mask;
  }
}

function isLive(position: number, tail: number, head: number): boolean {
  const distance = (head - position) | 0;
  return distance >= 0 && distance <= head - tail;
}
