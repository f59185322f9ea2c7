/** The first tier: code for the shapes that records of this stream were seen to have. */
import type { OddReader, RunScanner } from "../compile.ts";
import type { DecodeColumn } from "../decode-column.ts";
import type { DecodedField } from "../decoder.ts";
import { shapeOf } from "./shape.ts";
import { shapeSource } from "./shape-source.ts";
import type { JsonDialect } from "./value-source.ts";

interface Known {
  readonly scan: RunScanner;
  hits: number;
  tries: number;
}

const shapesMax = 8;
/** A shape that fits fewer than one in this many records it is tried on makes room for another. */
const triesPerHit = 32;
const triesBeforeJudging = 1024;
/** After so many shapes that did not last, records have no shape: no more are learned. */
const retiredMax = 16;
/** A shape is worth code when it comes back: seen twice among the records looked at. */
const candidatesMax = 64;

export class ShapeTier {
  readonly #fields: readonly DecodedField[];
  readonly #dialect: JsonDialect;
  readonly #compile: (source: string) => RunScanner | null;
  #known: Known[] = [];
  readonly #candidates = new Map<string, number>();
  #turn = 0;
  #retired = 0;
  #misses = 0;
  #lookAt = 2;

  constructor(fields: readonly DecodedField[], dialect: JsonDialect, compile: (source: string) => RunScanner | null) {
    this.#fields = fields;
    this.#dialect = dialect;
    this.#compile = compile;
  }

  /** Records of known shapes from `from` on; answers how many. */
  scan(
    bytes: Uint8Array,
    words: DataView,
    starts: Int32Array,
    ends: Int32Array,
    from: number,
    to: number,
    row: number,
    columns: readonly DecodeColumn[],
    odd: OddReader,
  ): number {
    const known = this.#known;
    let taken = 0;
    // Each shape gets its turn; the one that just stopped does not fit the record it stopped at.
    for (let misses = 0; misses < known.length && from + taken < to;) {
      const shape = known[this.#turn];
      const count = shape.scan(bytes, words, starts, ends, from + taken, to, row + taken, columns, odd);
      taken += count;
      shape.hits += count;
      shape.tries += count + 1;
      misses = count > 0 ? 1 : misses + 1;
      if (from + taken < to) this.#turn = (this.#turn + 1) % known.length;
    }
    return taken;
  }

  /** A record that no shape fitted, but that the scanner read. */
  missed(bytes: Uint8Array, start: number, end: number): void {
    if (this.#retired >= retiredMax || ++this.#misses < this.#lookAt) return;
    // Looks at all records at first, then at fewer and fewer.
    this.#lookAt = this.#misses + Math.max(1, this.#misses >> 5);
    this.#retire();
    if (this.#known.length >= shapesMax) return;
    const shape = shapeOf(bytes, start, end, this.#fields);
    if (shape === null) return;
    const seen = (this.#candidates.get(shape.signature) ?? 0) + 1;
    this.#candidates.set(shape.signature, seen);
    if (this.#candidates.size > candidatesMax) this.#candidates.clear();
    if (seen !== 2) return;
    const source = shapeSource(shape, this.#fields, this.#dialect);
    const scan = source === null ? null : this.#compile(source);
    if (scan !== null) this.#known.push({ scan, hits: 0, tries: 0 });
  }

  #retire(): void {
    const kept = this.#known.filter(({ hits, tries }) => tries < triesBeforeJudging || hits * triesPerHit > tries);
    this.#retired += this.#known.length - kept.length;
    this.#known = kept;
    this.#turn = 0;
  }
}
