/** Waiting rows of texts, bytes and objects. */
import { HeadraceError } from "../../core/index.ts";
import { StringDictionary, type Column, type DataType, type StringColumn, type ViewColumn } from "../../data/index.ts";
import type { StateReader, StateWriter } from "../operator.ts";
import { float64Ring, int32Ring, uint8Ring } from "../state/ring-columns.ts";
import { decodeScalar, encodeScalar } from "../state/scalars.ts";
import { NullRing } from "./number-columns.ts";
import type { RowColumn } from "./row-columns.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** A view of an array costs more to make than so many bytes to copy one by one. */
const byteLoopMax = 64;

/**
 * Dictionary ids. While every batch brings the same dictionary, its ids are held as they are and texts are stored only
 * with the state; ids of another one are translated.
 */
export class StringRowColumn implements RowColumn {
  readonly layout = "string";
  readonly #ids = int32Ring();
  readonly #nulls: NullRing;
  #dictionary: StringDictionary | null = null;
  #held = 0;
  #maps = new Map<StringDictionary, Int32Array>();

  constructor(capacity: number) {
    this.#ids.resize(capacity, 0, 0);
    this.#nulls = new NullRing(capacity);
  }

  get sizeBytes(): number {
    return this.#ids.sizeBytes + this.#nulls.sizeBytes;
  }

  append(column: Column, rows: Int32Array | null, count: number, position: number): boolean {
    const { values } = this.#ids;
    const mask = values.length - 1;
    if (column.layout === "string") this.#appendIds(column, rows, count, position, mask);
    else if (column.layout === "view" || column.layout === "object") {
      const dictionary = (this.#dictionary ??= new StringDictionary());
      for (let index = 0; index < count; index++) {
        const row = rows === null ? index : rows[index]!;
        if (column.nulls !== null && column.nulls[row] === 1) continue;
        values[(position + index) & mask] =
          column.layout === "view"
            ? dictionary.internBytes(column.bytes, column.starts[row]!, column.ends[row]!)
            : dictionary.internText(column.values[row] as string);
      }
    } else return false;
    this.#nulls.append(column.nulls, rows, count, position);
    this.#held += count;
    return true;
  }

  #appendIds(column: StringColumn, rows: Int32Array | null, count: number, position: number, mask: number): void {
    const { values } = this.#ids;
    if (this.#dictionary === null || this.#held === 0) this.#dictionary = column.dictionary;
    if (column.dictionary === this.#dictionary) {
      if (rows === null) this.#ids.put(column.values, position, count);
      else for (let index = 0; index < count; index++) values[(position + index) & mask] = column.values[rows[index]!]!;
      return;
    }
    const map = this.#mapOf(column.dictionary);
    for (let index = 0; index < count; index++) {
      const row = rows === null ? index : rows[index]!;
      if (column.nulls !== null && column.nulls[row] === 1) continue;
      const foreign = column.values[row]!;
      let id = map[foreign]!;
      if (id === 0) {
        const bytes = column.dictionary.bytes(foreign);
        id = this.#dictionary.internBytes(bytes, 0, bytes.length) + 1;
        map[foreign] = id;
      }
      values[(position + index) & mask] = id - 1;
    }
  }

  #mapOf(dictionary: StringDictionary): Int32Array {
    const known = this.#maps.get(dictionary);
    if (known !== undefined && known.length >= dictionary.size) return known;
    const map = new Int32Array(Math.max(256, dictionary.size * 2));
    if (known !== undefined) map.set(known);
    this.#maps.set(dictionary, map);
    return map;
  }

  gather(slots: Int32Array, start: number, count: number): Column {
    const { values } = this.#ids;
    const ids = new Int32Array(count);
    for (let index = 0; index < count; index++) ids[index] = values[slots[start + index]!]!;
    return { layout: "string", values: ids, dictionary: this.#dictionary!, nulls: this.#nulls.gather(slots, start, count) };
  }

  resize(capacity: number, tail: number, head: number): void {
    this.#ids.resize(capacity, tail, head);
    this.#nulls.resize(capacity, tail, head);
  }

  /** Nothing waits any more: the next batch may bring another dictionary. */
  trim(tail: number, head = Infinity): void {
    if (tail === head) {
      this.#held = 0;
      this.#maps.clear();
    }
  }

  write(writer: StateWriter, from: number, to: number): void {
    const count = to - from;
    const ids = new Int32Array(count);
    this.#ids.take(ids, from, to);
    const nulls = nullsOf(this.#nulls, from, count, this.#ids.values.length);
    const local = new Map<number, number>();
    const texts = new TextBlock();
    for (let index = 0; index < count; index++) {
      if (nulls !== null && nulls[index] === 1) continue;
      const id = ids[index]!;
      let own = local.get(id);
      if (own === undefined) {
        own = local.size;
        local.set(id, own);
        texts.add(this.#dictionary!.bytes(id));
      }
      ids[index] = own;
    }
    texts.write(writer);
    writer.array(ids, 0, count);
    this.#nulls.write(writer, from, to);
  }

  read(reader: StateReader, from: number, to: number): void {
    const dictionary = (this.#dictionary ??= new StringDictionary());
    const texts = readTexts(reader).map((bytes) => dictionary.internBytes(bytes, 0, bytes.length));
    const ids = new Int32Array(to - from);
    reader.array(ids, 0);
    for (let index = 0; index < ids.length; index++) ids[index] = texts[ids[index]!] ?? 0;
    this.#ids.put(ids, from, ids.length);
    this.#nulls.read(reader, from, to);
    this.#held += ids.length;
  }
}

/** Byte strings, copied out of the batches into a ring of bytes. */
export class BytesRowColumn implements RowColumn {
  readonly layout = "view";
  /** Absolute place of a row's bytes in the heap. */
  readonly #starts = float64Ring();
  readonly #lengths = int32Ring();
  readonly #nulls: NullRing;
  readonly #heap = uint8Ring();
  #heapHead = 0;
  #heapTail = 0;

  constructor(capacity: number) {
    this.#starts.resize(capacity, 0, 0);
    this.#lengths.resize(capacity, 0, 0);
    this.#heap.resize(4096, 0, 0);
    this.#nulls = new NullRing(capacity);
  }

  get sizeBytes(): number {
    return this.#starts.sizeBytes + this.#lengths.sizeBytes + this.#heap.sizeBytes + this.#nulls.sizeBytes;
  }

  append(column: Column, rows: Int32Array | null, count: number, position: number): boolean {
    if (column.layout !== "view" && column.layout !== "string" && column.layout !== "object") return false;
    for (let index = 0; index < count; index++) {
      const row = rows === null ? index : rows[index]!;
      if (column.nulls !== null && column.nulls[row] === 1) this.#put(position + index, column as ViewColumn, 0, 0);
      else if (column.layout === "view") this.#put(position + index, column, column.starts[row]!, column.ends[row]!);
      else {
        const value = column.layout === "string" ? column.dictionary.bytes(column.values[row]!) : column.values[row];
        const bytes = typeof value === "string" ? encoder.encode(value) : (value as Uint8Array);
        this.#put(position + index, { bytes }, 0, bytes.length);
      }
    }
    this.#nulls.append(column.nulls, rows, count, position);
    return true;
  }

  #put(position: number, source: { readonly bytes: Uint8Array }, start: number, end: number): void {
    const length = end - start;
    const needed = this.#heapHead - this.#heapTail + length;
    let capacity = this.#heap.values.length;
    if (needed > capacity) {
      while (capacity < needed) capacity *= 2;
      this.#heap.resize(capacity, this.#heapTail, this.#heapHead);
    }
    const slot = position & (this.#lengths.values.length - 1);
    this.#starts.values[slot] = this.#heapHead;
    this.#lengths.values[slot] = length;
    if (length > byteLoopMax) this.#heap.put(source.bytes.subarray(start, end), this.#heapHead, length);
    else {
      const { bytes } = source;
      const heap = this.#heap.values;
      const mask = heap.length - 1;
      let to = this.#heapHead;
      for (let at = start; at < end; at++) heap[to++ & mask] = bytes[at]!;
    }
    this.#heapHead += length;
  }

  gather(slots: Int32Array, start: number, count: number): Column {
    const starts = new Int32Array(count);
    const ends = new Int32Array(count);
    let total = 0;
    for (let index = 0; index < count; index++) {
      starts[index] = total;
      total += this.#lengths.values[slots[start + index]!]!;
      ends[index] = total;
    }
    const bytes = new Uint8Array(total);
    const heap = this.#heap.values;
    const mask = heap.length - 1;
    for (let index = 0; index < count; index++) {
      let from = this.#starts.values[slots[start + index]!]!;
      const end = ends[index]!;
      const to = starts[index]!;
      if (end - to > byteLoopMax) this.#heap.take(bytes.subarray(to, end), from, from + end - to);
      else for (let at = to; at < end; at++) bytes[at] = heap[from++ & mask]!;
    }
    return { layout: "view", starts, ends, bytes, nulls: this.#nulls.gather(slots, start, count) };
  }

  resize(capacity: number, tail: number, head: number): void {
    this.#starts.resize(capacity, tail, head);
    this.#lengths.resize(capacity, tail, head);
    this.#nulls.resize(capacity, tail, head);
  }

  trim(tail: number, head = Infinity): void {
    this.#heapTail = tail === head ? this.#heapHead : this.#starts.values[tail & (this.#lengths.values.length - 1)]!;
  }

  write(writer: StateWriter, from: number, to: number): void {
    const count = to - from;
    const slots = slotsOf(from, count, this.#lengths.values.length);
    const column = this.gather(slots, 0, count) as ViewColumn;
    const lengths = column.ends.map((end, index) => end - column.starts[index]!);
    writer.array(lengths, 0, count);
    writer.bytes(column.bytes);
    this.#nulls.write(writer, from, to);
  }

  read(reader: StateReader, from: number, to: number): void {
    const lengths = new Int32Array(to - from);
    reader.array(lengths, 0);
    const bytes = reader.bytes();
    let at = 0;
    for (let index = 0; index < lengths.length; index++) {
      this.#put(from + index, { bytes }, at, at + lengths[index]!);
      at += lengths[index]!;
    }
    this.#nulls.read(reader, from, to);
  }
}

export class ObjectRowColumn implements RowColumn {
  readonly layout = "object";
  readonly #type: DataType;
  readonly #nulls: NullRing;
  #values: unknown[];

  constructor(capacity: number, type: DataType) {
    this.#values = new Array<unknown>(capacity).fill(null);
    this.#type = type;
    this.#nulls = new NullRing(capacity);
  }

  get sizeBytes(): number {
    return this.#values.length * 64;
  }

  append(column: Column, rows: Int32Array | null, count: number, position: number): boolean {
    const mask = this.#values.length - 1;
    for (let index = 0; index < count; index++) {
      const row = rows === null ? index : rows[index]!;
      this.#values[(position + index) & mask] = column.nulls !== null && column.nulls[row] === 1 ? null : scalarOf(column, row, this.#type);
    }
    this.#nulls.append(column.nulls, rows, count, position);
    return true;
  }

  gather(slots: Int32Array, start: number, count: number): Column {
    const values = new Array<unknown>(count);
    for (let index = 0; index < count; index++) values[index] = this.#values[slots[start + index]!];
    return { layout: "object", values, nulls: this.#nulls.gather(slots, start, count) };
  }

  resize(capacity: number, tail: number, head: number): void {
    const grown = new Array<unknown>(capacity).fill(null);
    for (let position = tail; position < head; position++) grown[position & (capacity - 1)] = this.#values[position & (this.#values.length - 1)];
    this.#values = grown;
    this.#nulls.resize(capacity, tail, head);
  }
  trim(): void {}

  write(writer: StateWriter, from: number, to: number): void {
    const texts = new TextBlock();
    for (let position = from; position < to; position++) texts.add(encodeScalar(this.#values[position & (this.#values.length - 1)]));
    texts.write(writer);
    this.#nulls.write(writer, from, to);
  }
  read(reader: StateReader, from: number, to: number): void {
    readTexts(reader).forEach((bytes, index) => {
      this.#values[(from + index) & (this.#values.length - 1)] = decodeScalar(bytes);
    });
    this.#nulls.read(reader, from, to);
  }
}

function scalarOf(column: Column, row: number, type: DataType): unknown {
  switch (column.layout) {
    case "object":
      return column.values[row];
    case "string":
      return column.dictionary.text(column.values[row]!);
    case "view": {
      const bytes = column.bytes.subarray(column.starts[row], column.ends[row]);
      return type.kind === "char" || type.kind === "varchar" ? decoder.decode(bytes) : bytes.slice();
    }
    default:
      throw new HeadraceError("internal", `a column of layout ${column.layout} came where objects were before`);
  }
}

/** Pieces of bytes, one behind the other. */
class TextBlock {
  readonly #pieces: Uint8Array[] = [];
  add(bytes: Uint8Array): void {
    this.#pieces.push(bytes.slice());
  }
  write(writer: StateWriter): void {
    const lengths = Int32Array.from(this.#pieces, (piece) => piece.length);
    writer.array(lengths, 0, lengths.length);
    writer.bytes(Buffer.concat(this.#pieces));
  }
}

function readTexts(reader: StateReader): Uint8Array[] {
  const lengths = new Int32Array(reader.arrayLength());
  reader.array(lengths, 0);
  const bytes = reader.bytes();
  let at = 0;
  return Array.from(lengths, (length) => bytes.subarray(at, (at += length)));
}

function slotsOf(from: number, count: number, capacity: number): Int32Array {
  const slots = new Int32Array(count);
  for (let index = 0; index < count; index++) slots[index] = (from + index) & (capacity - 1);
  return slots;
}

function nullsOf(nulls: NullRing, from: number, count: number, capacity: number): Uint8Array | null {
  return nulls.gather(slotsOf(from, count, capacity), 0, count);
}
