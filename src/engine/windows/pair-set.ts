/** Pairs of a key and a value that have been seen, for DISTINCT where rows only enter. Only grows. */
import type { State, StateReader, StateWriter } from "../operator.ts";
import type { LaneValues } from "../state/lanes.ts";
import { WordIndex } from "../state/word-index.ts";

const bits = new Float64Array(1);
const halvesOfBits = new Int32Array(bits.buffer);

export class PairSet implements State {
  readonly name: string;
  readonly layout = "pairs";
  /** 64-bit values to ids; interned values have ids already. */
  readonly #values = new WordIndex();
  readonly #pairs = new WordIndex();

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.#pairs.size;
  }
  get sizeBytes(): number {
    return this.#values.sizeBytes + this.#pairs.sizeBytes;
  }

  /** Flags of the rows that take part and bring a new pair. */
  add(keys: Int32Array, values: LaneValues, presence: Uint8Array, count: number): Uint8Array {
    const fresh = new Uint8Array(count);
    const halves = values.lane === "number" ? new Int32Array(values.numbers.buffer, values.numbers.byteOffset, count * 2) : values.words;
    for (let row = 0; row < count; row++) {
      if (presence[row] === 0) continue;
      const value = values.lane === "interned" ? values.ids[row]! : this.#values.add(halves[row * 2]!, halves[row * 2 + 1]!);
      const known = this.#pairs.size;
      if (this.#pairs.add(keys[row]!, value) === known) fresh[row] = 1;
    }
    return fresh;
  }

  /** Whether the pair of row `row` is new. */
  addOne(key: number, values: LaneValues, row: number): boolean {
    let value: number;
    if (values.lane === "interned") value = values.ids[row]!;
    else if (values.lane === "wide") value = this.#values.add(values.words[row * 2]!, values.words[row * 2 + 1]!);
    else {
      bits[0] = values.numbers[row]!;
      value = this.#values.add(halvesOfBits[0]!, halvesOfBits[1]!);
    }
    const known = this.#pairs.size;
    return this.#pairs.add(key, value) === known;
  }

  snapshot(writer: StateWriter): void {
    this.#values.write(writer, true);
    this.#pairs.write(writer, true);
  }
  changes(writer: StateWriter): void {
    this.#values.write(writer, false);
    this.#pairs.write(writer, false);
  }
  restore(reader: StateReader): void {
    this.apply(reader);
  }
  apply(reader: StateReader): void {
    this.#values.read(reader);
    this.#pairs.read(reader);
  }
}
