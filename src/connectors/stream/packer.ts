import type { EmbeddedAppend, EncodedRows } from "../../connector/index.ts";

/** Gathers encoded rows of an epoch in one buffer, a block at a time. */
export class RowPacker {
  #bytes = new Uint8Array(64 * 1024);
  #length = 0;
  #count = 0;
  #keyStarts: Int32Array = new Int32Array(1024);
  #keyEnds: Int32Array = new Int32Array(1024);
  #valueStarts: Int32Array = new Int32Array(1024);
  #valueEnds: Int32Array = new Int32Array(1024);

  get count(): number {
    return this.#count;
  }
  get sizeBytes(): number {
    return this.#length;
  }

  /** All rows under one key. */
  addUnderKey(rows: EncodedRows, key: Uint8Array): void {
    const first = this.#addValues(rows);
    const start = this.#append(key);
    this.#keyStarts.fill(start, first, this.#count);
    this.#keyEnds.fill(this.#length, first, this.#count);
  }

  /** Row i under `keys[i]`; null: no key. */
  addWithKeys(rows: EncodedRows, keys: readonly (Uint8Array | null)[]): void {
    const first = this.#addValues(rows);
    for (let index = 0; index < rows.count; index++) {
      const key = keys[index];
      this.#keyStarts[first + index] = key === null ? -1 : this.#append(key);
      this.#keyEnds[first + index] = key === null ? -1 : this.#length;
    }
  }

  take(stream: string): EmbeddedAppend {
    const count = this.#count;
    const append: EmbeddedAppend = {
      stream,
      bytes: this.#bytes.subarray(0, this.#length),
      count,
      keyStarts: this.#keyStarts.subarray(0, count),
      keyEnds: this.#keyEnds.subarray(0, count),
      valueStarts: this.#valueStarts.subarray(0, count),
      valueEnds: this.#valueEnds.subarray(0, count),
    };
    this.#bytes = new Uint8Array(Math.max(64 * 1024, Math.min(this.#bytes.length, 4 * this.#length)));
    [this.#keyStarts, this.#keyEnds, this.#valueStarts, this.#valueEnds] = [count, count, count, count].map((size) => new Int32Array(Math.max(1024, size)));
    this.#length = 0;
    this.#count = 0;
    return append;
  }

  #addValues({ bytes, starts, ends, count }: EncodedRows): number {
    const first = this.#count;
    if (count === 0) return first;
    this.#reserveRows(first + count);
    const low = starts[0];
    const begin = this.#append(bytes.subarray(low, ends[count - 1])) - low;
    for (let index = 0; index < count; index++) {
      this.#valueStarts[first + index] = begin + starts[index];
      this.#valueEnds[first + index] = begin + ends[index];
    }
    this.#count += count;
    return first;
  }

  #append(source: Uint8Array): number {
    const start = this.#length;
    this.#length += source.length;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    this.#bytes.set(source, start);
    return start;
  }

  #reserveRows(count: number): void {
    if (count <= this.#keyStarts.length) return;
    const larger = (array: Int32Array): Int32Array => {
      const grown = new Int32Array(count * 2);
      grown.set(array);
      return grown;
    };
    this.#keyStarts = larger(this.#keyStarts);
    this.#keyEnds = larger(this.#keyEnds);
    this.#valueStarts = larger(this.#valueStarts);
    this.#valueEnds = larger(this.#valueEnds);
  }
}
