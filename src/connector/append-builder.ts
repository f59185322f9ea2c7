import type { EmbeddedAppend } from "./embedded.ts";

/** Packs records one by one for {@link EmbeddedAppend}. */
export class AppendBuilder {
  #bytes = new Uint8Array(4096);
  #length = 0;
  #count = 0;
  #ranges = new Int32Array(4 * 64);

  get count(): number {
    return this.#count;
  }
  get sizeBytes(): number {
    return this.#length;
  }

  /** Copies key (null: none) and value. */
  add(key: Uint8Array | null, value: Uint8Array): void {
    if (4 * this.#count === this.#ranges.length) this.#growRanges();
    const at = 4 * this.#count++;
    if (key === null) {
      this.#ranges[at] = -1;
      this.#ranges[at + 1] = -1;
    } else {
      this.#ranges[at] = this.#length;
      this.#append(key);
      this.#ranges[at + 1] = this.#length;
    }
    this.#ranges[at + 2] = this.#length;
    this.#append(value);
    this.#ranges[at + 3] = this.#length;
  }

  /** What was added, for `stream`; the builder is empty again. */
  take(stream: string): EmbeddedAppend {
    const count = this.#count;
    const column = (position: number): Int32Array => Int32Array.from({ length: count }, (_, index) => this.#ranges[4 * index + position]);
    const append: EmbeddedAppend = {
      stream,
      bytes: this.#bytes.subarray(0, this.#length),
      count,
      keyStarts: column(0),
      keyEnds: column(1),
      valueStarts: column(2),
      valueEnds: column(3),
    };
    this.#bytes = new Uint8Array(4096);
    this.#length = 0;
    this.#count = 0;
    return append;
  }

  #append(source: Uint8Array): void {
    const needed = this.#length + source.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(source, this.#length);
    this.#length = needed;
  }

  #growRanges(): void {
    const larger = new Int32Array(this.#ranges.length * 2);
    larger.set(this.#ranges);
    this.#ranges = larger;
  }
}
