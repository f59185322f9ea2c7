/**
 * Keys of any number and types of columns to dense ids. NULL is a value like any other; the same calls give the same ids.
 *
 * Each column has its own index; the ids of further columns are paired one after the other, so that a key of three
 * columns costs two small look-ups more, and no bytes are put together. Keys are only added.
 */
import { hashBytes, type Column, type DataType } from "../../data/index.ts";
import { keyGroupCount, type State, type StateReader, type StateWriter } from "../operator.ts";
import { ByteIndex } from "./byte-index.ts";
import { columnOfIds, columnOfWords } from "./key-columns.ts";
import { LaneReader } from "./lanes.ts";
import { hashWords, WordIndex } from "./word-index.ts";

export class KeyIndex implements State {
  readonly name: string;
  readonly layout: string;
  readonly types: readonly DataType[];
  readonly #parts: KeyPart[];
  /** `#pairs[i]` joins the id so far with the id of column i + 1. */
  readonly #pairs: WordIndex[];
  #partIds = new Int32Array(1024);

  constructor(name: string, types: readonly DataType[]) {
    this.name = name;
    this.types = types;
    this.layout = `keys:${types.map((type) => type.kind).join(",")}`;
    this.#parts = types.map((type) => new KeyPart(type));
    this.#pairs = types.slice(1).map(() => new WordIndex());
  }

  /** Ids are 0 … size − 1. Without key columns there is one key. */
  get size(): number {
    if (this.#parts.length === 0) return 1;
    return this.#pairs.length === 0 ? this.#parts[0]!.size : this.#pairs[this.#pairs.length - 1]!.size;
  }
  get sizeBytes(): number {
    let sizeBytes = 0;
    for (const part of this.#parts) sizeBytes += part.sizeBytes;
    for (const pair of this.#pairs) sizeBytes += pair.sizeBytes;
    return sizeBytes;
  }

  /** Ids of the keys of `count` rows, added where new. `columns`: one per key column. */
  assign(columns: readonly Column[], count: number, ids: Int32Array): void {
    if (this.#parts.length === 0) {
      ids.fill(0, 0, count);
      return;
    }
    this.#parts[0]!.assign(columns[0]!, count, ids);
    if (this.#pairs.length === 0) return;
    if (this.#partIds.length < count) this.#partIds = new Int32Array(count * 2);
    const partIds = this.#partIds;
    for (let part = 1; part < this.#parts.length; part++) {
      this.#parts[part]!.assign(columns[part]!, count, partIds);
      const pair = this.#pairs[part - 1]!;
      for (let index = 0; index < count; index++) ids[index] = pair.add(ids[index]!, partIds[index]!);
    }
  }

  /** Key columns of `count` ids, as an output batch takes them. */
  columns(ids: Int32Array, count: number): Column[] {
    const columns: Column[] = [];
    let whole = ids.slice(0, count);
    for (let part = this.#parts.length - 1; part >= 1; part--) {
      const { words } = this.#pairs[part - 1]!;
      const left = new Int32Array(count);
      const right = new Int32Array(count);
      for (let index = 0; index < count; index++) {
        left[index] = words[whole[index]! * 2]!;
        right[index] = words[whole[index]! * 2 + 1]!;
      }
      columns.unshift(this.#parts[part]!.column(right, count));
      whole = left;
    }
    if (this.#parts.length > 0) columns.unshift(this.#parts[0]!.column(whole, count));
    return columns;
  }

  /** The key's group: a hash of its values, the same in every process, modulo {@link keyGroupCount}. */
  group(id: number): number {
    let hash = 0;
    let whole = id;
    for (let part = this.#parts.length - 1; part >= 0; part--) {
      let own = whole;
      if (part > 0) {
        own = this.#pairs[part - 1]!.words[whole * 2 + 1]!;
        whole = this.#pairs[part - 1]!.words[whole * 2]!;
      }
      hash = hashWords(hash, this.#parts[part]!.hash(own));
    }
    return (hash >>> 0) % keyGroupCount;
  }

  snapshot(writer: StateWriter): void {
    this.#write(writer, true);
  }
  changes(writer: StateWriter): void {
    this.#write(writer, false);
  }
  restore(reader: StateReader): void {
    this.apply(reader);
  }
  apply(reader: StateReader): void {
    for (const part of this.#parts) part.read(reader);
    for (const pair of this.#pairs) pair.read(reader);
  }

  #write(writer: StateWriter, all: boolean): void {
    for (const part of this.#parts) part.write(writer, all);
    for (const pair of this.#pairs) pair.write(writer, all);
  }
}

const bits = new Float64Array(1);
const halves = new Int32Array(bits.buffer);

/** One key column. */
class KeyPart {
  readonly #type: DataType;
  readonly #bytes: ByteIndex | null;
  readonly #words: WordIndex | null;
  readonly #reader: LaneReader;

  constructor(type: DataType) {
    this.#type = type;
    const isInterned = new LaneReader(type, null).lane === "interned";
    this.#bytes = isInterned ? new ByteIndex() : null;
    this.#words = isInterned ? null : new WordIndex();
    this.#reader = new LaneReader(type, this.#bytes);
  }

  get size(): number {
    return (this.#bytes ?? this.#words!).size;
  }
  get sizeBytes(): number {
    return (this.#bytes ?? this.#words!).sizeBytes;
  }

  assign(column: Column, count: number, ids: Int32Array): void {
    const values = this.#reader.read(column, count);
    const { nulls } = values;
    if (this.#bytes !== null) {
      ids.set(values.ids.subarray(0, count));
      if (nulls !== null) for (let index = 0; index < count; index++) if (nulls[index] === 1) ids[index] = this.#bytes.addNull();
      return;
    }
    const index = this.#words!;
    if (values.lane === "wide") {
      for (let row = 0; row < count; row++) {
        ids[row] = nulls !== null && nulls[row] === 1 ? index.addNull() : index.add(values.words[row * 2]!, values.words[row * 2 + 1]!);
      }
      return;
    }
    for (let row = 0; row < count; row++) {
      if (nulls !== null && nulls[row] === 1) ids[row] = index.addNull();
      else {
        const value = values.numbers[row]!;
        bits[0] = value === value ? value : Number.NaN;
        ids[row] = index.add(halves[0]!, halves[1]!);
      }
    }
  }

  column(ids: Int32Array, count: number): Column {
    return this.#bytes !== null ? columnOfIds(this.#type, this.#bytes, ids, count) : columnOfWords(this.#type, this.#words!, ids, count);
  }

  hash(id: number): number {
    if (this.#bytes !== null) {
      const bytes = this.#bytes.dictionary.bytes(id);
      return hashBytes(bytes, 0, bytes.length);
    }
    if (id === this.#words!.nullId) return -1;
    return hashWords(this.#words!.words[id * 2]!, this.#words!.words[id * 2 + 1]!);
  }

  write(writer: StateWriter, all: boolean): void {
    (this.#bytes ?? this.#words!).write(writer, all);
  }
  read(reader: StateReader): void {
    (this.#bytes ?? this.#words!).read(reader);
  }
}
