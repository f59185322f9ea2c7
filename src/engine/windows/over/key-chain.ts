/** From each row of the log to the previous row of its key, to walk a key's rows when a sum must be taken again. Derived. */
import { int32Ring } from "../../state/ring-columns.ts";

export class KeyChain {
  /** Distance to the key's previous row; 0: none. */
  readonly older = int32Ring();
  /** Last position + 1 by key. */
  #last = new Float64Array(1024);

  link(head: number, count: number, keys: Int32Array, keyCount: number): void {
    if (this.#last.length < keyCount) {
      const grown = new Float64Array(Math.max(keyCount, this.#last.length * 2));
      grown.set(this.#last);
      this.#last = grown;
    }
    const last = this.#last;
    const { values: older } = this.older;
    const mask = older.length - 1;
    for (let row = 0; row < count; row++) {
      const key = keys[row]!;
      const position = head + row;
      const previous = last[key]!;
      // A row that left the log long ago may lie further back than 32 bits tell.
      const distance = previous === 0 ? 0 : position + 1 - previous;
      older[position & mask] = distance < 2 ** 31 ? distance : 0;
      last[key] = position + 1;
    }
  }

  /** Positions of a key from its last one back to `tail`, those before `end` only. */
  walk(key: number, tail: number, end: number, take: (position: number) => void): void {
    const { values: older } = this.older;
    const mask = older.length - 1;
    let position = this.#last[key]! - 1;
    while (position >= tail) {
      if (position < end) take(position);
      const distance = older[position & mask]!;
      if (distance === 0) return;
      position -= distance;
    }
  }
}
