/**
 * Records of a fixed number of float64 words by dense id, in segments of 65,536 so that growth never copies more than
 * one segment. Word 0 is the store's own: the epoch of the last change, in the cache line that the change touches anyway.
 * New records are zero.
 *
 * Hot loops reach into the segments: record `id` starts at word `(id & segmentMask) * stride` of `segments[id >>> segmentShift]`.
 * Whoever writes a record calls {@link touch} first. `segments` may be replaced by {@link ensure}, never otherwise.
 */
import type { State, StateReader, StateWriter } from "../operator.ts";

export const segmentShift = 16;
export const segmentMask = 0xffff;
const segmentRecords = 1 << segmentShift;
const smallestRecords = 64;
const chunkRecords = 4096;

export class RecordStore implements State {
  readonly name: string;
  readonly layout: string;
  /** Words a record, the stamp included. */
  readonly stride: number;
  readonly segments: Float64Array[] = [];
  #count = 0;
  #capacity = 0;
  #epoch = 1;
  #dirty = new Int32Array(256);
  #dirtyCount = 0;

  /** `words`: payload words a record, at offsets 1 … words. */
  constructor(name: string, words: number, description = "") {
    this.name = name;
    this.stride = words + 1;
    this.layout = `records:${words}${description === "" ? "" : `:${description}`}`;
  }

  get count(): number {
    return this.#count;
  }
  get sizeBytes(): number {
    return this.#capacity * this.stride * 8 + this.#dirty.byteLength;
  }

  /** Makes records 0 … count − 1 exist. */
  ensure(count: number): void {
    if (count <= this.#count) return;
    this.#count = count;
    while (this.#capacity < count) this.#grow(count);
  }

  /** Marks a record as changed in this epoch. */
  touch(id: number): void {
    const segment = this.segments[id >>> segmentShift]!;
    const at = (id & segmentMask) * this.stride;
    if (segment[at] !== this.#epoch) {
      segment[at] = this.#epoch;
      this.#addDirty(id);
    }
  }

  touchAll(ids: Int32Array, count: number): void {
    const { segments, stride } = this;
    const epoch = this.#epoch;
    for (let index = 0; index < count; index++) {
      const id = ids[index]!;
      const segment = segments[id >>> segmentShift]!;
      const at = (id & segmentMask) * stride;
      if (segment[at] !== epoch) {
        segment[at] = epoch;
        this.#addDirty(id);
      }
    }
  }

  /** Word `offset` (1 … words) of a record, for code that is not hot. */
  word(id: number, offset: number): number {
    return this.segments[id >>> segmentShift]![(id & segmentMask) * this.stride + offset]!;
  }
  setWord(id: number, offset: number, value: number): void {
    this.touch(id);
    this.segments[id >>> segmentShift]![(id & segmentMask) * this.stride + offset] = value;
  }

  /** Zeroes the payload of a record. */
  reset(id: number): void {
    this.touch(id);
    const at = (id & segmentMask) * this.stride;
    this.segments[id >>> segmentShift]!.fill(0, at + 1, at + this.stride);
  }

  snapshot(writer: StateWriter): void {
    writer.number(this.#count);
    writer.number(this.#epoch);
    for (let first = 0; first < this.#count; first += segmentRecords) {
      const records = Math.min(segmentRecords, this.#count - first);
      writer.array(this.segments[first >>> segmentShift]!, 0, records * this.stride);
    }
    this.#nextEpoch();
  }

  changes(writer: StateWriter): void {
    writer.number(this.#count);
    writer.number(this.#epoch);
    writer.array(this.#dirty, 0, this.#dirtyCount);
    const { stride } = this;
    const packed = new Float64Array(Math.min(chunkRecords, this.#dirtyCount) * stride);
    for (let first = 0; first < this.#dirtyCount; first += chunkRecords) {
      const end = Math.min(this.#dirtyCount, first + chunkRecords);
      let at = 0;
      for (let index = first; index < end; index++) {
        const id = this.#dirty[index]!;
        const segment = this.segments[id >>> segmentShift]!;
        const from = (id & segmentMask) * stride;
        for (let word = 0; word < stride; word++) packed[at++] = segment[from + word]!;
      }
      writer.array(packed, 0, at);
    }
    this.#nextEpoch();
  }

  restore(reader: StateReader): void {
    this.segments.length = 0;
    this.#count = 0;
    this.#capacity = 0;
    const count = reader.number();
    const epoch = reader.number();
    this.ensure(count);
    for (let first = 0; first < count; first += segmentRecords) reader.array(this.segments[first >>> segmentShift]!, 0);
    this.#epoch = epoch;
    this.#nextEpoch();
  }

  apply(reader: StateReader): void {
    this.ensure(reader.number());
    const epoch = reader.number();
    const ids = new Int32Array(reader.arrayLength());
    reader.array(ids, 0);
    const { stride } = this;
    const packed = new Float64Array(Math.min(chunkRecords, ids.length) * stride);
    for (let first = 0; first < ids.length; first += chunkRecords) {
      const end = Math.min(ids.length, first + chunkRecords);
      reader.array(packed, 0);
      let at = 0;
      for (let index = first; index < end; index++) {
        const id = ids[index]!;
        const segment = this.segments[id >>> segmentShift]!;
        const to = (id & segmentMask) * stride;
        for (let word = 0; word < stride; word++) segment[to + word] = packed[at++]!;
      }
    }
    this.#epoch = epoch;
    this.#nextEpoch();
  }

  #nextEpoch(): void {
    this.#epoch++;
    this.#dirtyCount = 0;
  }

  #addDirty(id: number): void {
    if (this.#dirtyCount === this.#dirty.length) {
      const grown = new Int32Array(this.#dirty.length * 2);
      grown.set(this.#dirty);
      this.#dirty = grown;
    }
    this.#dirty[this.#dirtyCount++] = id;
  }

  /** The first segment grows by doubling, later ones come whole. */
  #grow(needed: number): void {
    if (this.#capacity >= segmentRecords) {
      this.segments.push(new Float64Array(segmentRecords * this.stride));
      this.#capacity += segmentRecords;
      return;
    }
    let records = Math.max(smallestRecords, this.#capacity * 2);
    while (records < needed && records < segmentRecords) records *= 2;
    const grown = new Float64Array(records * this.stride);
    if (this.segments.length > 0) grown.set(this.segments[0]!);
    this.segments[0] = grown;
    this.#capacity = records;
  }
}
