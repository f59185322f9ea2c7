/**
 * Texts and other values as bytes, to dense ids in order of first appearance. The index owns its bytes: ids of incoming
 * dictionaries are looked up once each and then mapped through an array.
 */
import { StringDictionary, type StringColumn } from "../../data/index.ts";
import type { StateReader, StateWriter } from "../operator.ts";

/** No UTF-8 text has this byte, so it can stand for NULL beside texts. */
const nullBytes = Uint8Array.of(0xff);

export class ByteIndex {
  readonly dictionary = new StringDictionary();
  #maps = new Map<StringDictionary, Int32Array>();
  #written = 0;
  /** Id standing for NULL; −1 while none was met. */
  nullId = -1;

  get size(): number {
    return this.dictionary.size;
  }
  get sizeBytes(): number {
    let sizeBytes = this.dictionary.sizeBytes;
    for (const map of this.#maps.values()) sizeBytes += map.byteLength;
    return sizeBytes;
  }

  addBytes(bytes: Uint8Array, start: number, end: number): number {
    return this.dictionary.internBytes(bytes, start, end);
  }
  addNull(): number {
    if (this.nullId < 0) this.nullId = this.dictionary.internBytes(nullBytes, 0, 1);
    return this.nullId;
  }

  /** Ids of `count` rows of a dictionary column into `target`; at a NULL it leaves what is there. */
  addColumn(column: StringColumn, count: number, target: Int32Array): void {
    const { values, nulls, dictionary } = column;
    const map = this.#mapOf(dictionary);
    for (let index = 0; index < count; index++) {
      if (nulls !== null && nulls[index] === 1) continue;
      const foreign = values[index]!;
      let id = map[foreign]!;
      if (id === 0) {
        const bytes = dictionary.bytes(foreign);
        id = this.dictionary.internBytes(bytes, 0, bytes.length) + 1;
        map[foreign] = id;
      }
      target[index] = id - 1;
    }
  }

  /** From the other dictionary's id to ours + 1; 0: not looked up yet. */
  #mapOf(dictionary: StringDictionary): Int32Array {
    const known = this.#maps.get(dictionary);
    if (known !== undefined && known.length >= dictionary.size) return known;
    const map = new Int32Array(Math.max(256, dictionary.size * 2));
    if (known !== undefined) map.set(known);
    this.#maps.set(dictionary, map);
    return map;
  }

  write(writer: StateWriter, all: boolean): void {
    const from = all ? 0 : this.#written;
    const { dictionary } = this;
    const lengths = new Int32Array(dictionary.size - from);
    let total = 0;
    for (let id = from; id < dictionary.size; id++) total += lengths[id - from] = dictionary.bytes(id).length;
    const texts = new Uint8Array(total);
    let at = 0;
    for (let id = from; id < dictionary.size; id++) {
      texts.set(dictionary.bytes(id), at);
      at += lengths[id - from]!;
    }
    writer.number(this.nullId);
    writer.array(lengths, 0, lengths.length);
    writer.bytes(texts);
    this.#written = dictionary.size;
  }

  read(reader: StateReader): void {
    this.nullId = reader.number();
    const lengths = new Int32Array(reader.arrayLength());
    reader.array(lengths, 0);
    const texts = reader.bytes();
    let at = 0;
    for (const length of lengths) {
      this.dictionary.internBytes(texts, at, at + length);
      at += length;
    }
    this.#written = this.dictionary.size;
  }
}
