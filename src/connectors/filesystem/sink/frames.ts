/**
 * What the staging journal consists of: frames of rows, and marks that say "rows of these folders that stand before are in
 * files". Little-endian, read back only by the same machine after a restart.
 *
 * frame: type (1 byte), 3 bytes zero, payload length, CRC32 of the payload, row count (4 bytes each), payload
 * rows: per column layout (1 byte), whether NULLs are marked (1 byte), the marks, the values
 */
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import { HeadraceError } from "../../../core/index.ts";
import type { Batch, Column, ColumnLayout, Schema, StringColumn, ViewColumn } from "../../../data/index.ts";

export const frameHeaderBytes = 16;
const frameTypes = { rows: 1, rolled: 2 } as const;

export type Frame = { readonly kind: "rows"; read(): Batch } | { readonly kind: "rolled"; readonly folders: readonly string[] };

export function encodeRows(batch: Batch): Uint8Array {
  const writer = new FrameWriter();
  for (const column of batch.columns) writeColumn(writer, column, batch.length);
  return writer.finish(frameTypes.rows, batch.length);
}

export function encodeRolled(folders: readonly string[]): Uint8Array {
  const writer = new FrameWriter();
  writer.bytes(new TextEncoder().encode(JSON.stringify(folders)));
  return writer.finish(frameTypes.rolled, 0);
}

/** Frames of a journal's bytes, in order. @throws HeadraceError `corrupt`. */
export function* decodeFrames(journal: Uint8Array, schema: Schema): Generator<Frame> {
  // A Buffer's slice is a view; what is read below must be copies.
  const bytes = new Uint8Array(journal.buffer, journal.byteOffset, journal.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const payloadEnd = at + frameHeaderBytes <= bytes.length ? at + frameHeaderBytes + view.getUint32(at + 4, true) : Infinity;
    if (payloadEnd > bytes.length) throw new HeadraceError("corrupt", `a staged frame at byte ${at} is cut off`);
    const payload = bytes.subarray(at + frameHeaderBytes, payloadEnd);
    if (crc32(payload) !== view.getUint32(at + 8, true)) throw new HeadraceError("corrupt", `a staged frame at byte ${at} fails its checksum`);
    const rowCount = view.getUint32(at + 12, true);
    if (bytes[at] === frameTypes.rows) yield { kind: "rows", read: () => readRows(payload, schema, rowCount) };
    else yield { kind: "rolled", folders: JSON.parse(new TextDecoder().decode(payload.subarray(4))) as string[] };
    at = payloadEnd;
  }
}

const layouts: readonly ColumnLayout[] = ["byte", "int", "double", "wide", "string", "view", "object"];

function writeColumn(writer: FrameWriter, column: Column, length: number): void {
  writer.byte(layouts.indexOf(column.layout));
  writer.byte(column.nulls === null ? 0 : 1);
  if (column.nulls !== null) writer.raw(column.nulls.subarray(0, length));
  switch (column.layout) {
    case "string":
      return writeStrings(writer, column, length);
    case "view":
      return writeViews(writer, column, length);
    case "object":
      return writer.bytes(serialize(column.values.slice(0, length)));
    default:
      return writer.raw(bytesOf(column.values, length));
  }
}

function bytesOf(values: Uint8Array | Int32Array | Float64Array | BigInt64Array, length: number): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, length * values.BYTES_PER_ELEMENT);
}

/** Scratch of {@link writeStrings}: number of a dictionary id in this frame, plus one. */
let frameNumbers = new Int32Array(1024);

/** Distinct texts once, then a number per row. */
function writeStrings(writer: FrameWriter, { values, dictionary, nulls }: StringColumn, length: number): void {
  if (frameNumbers.length < dictionary.size) frameNumbers = new Int32Array(dictionary.size * 2);
  const distinct: number[] = [];
  const numbers = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    if (nulls !== null && nulls[row] === 1) continue;
    const id = values[row];
    numbers[row] = (frameNumbers[id] ||= distinct.push(id)) - 1;
  }
  writer.word(distinct.length);
  for (const id of distinct) {
    writer.bytes(dictionary.bytes(id));
    frameNumbers[id] = 0;
  }
  writer.raw(bytesOf(numbers, length));
}

function writeViews(writer: FrameWriter, { starts, ends, bytes, nulls }: ViewColumn, length: number): void {
  for (let row = 0; row < length; row++) {
    if (nulls !== null && nulls[row] === 1) writer.word(0);
    else writer.bytes(bytes.subarray(starts[row], ends[row]));
  }
}

function readRows(payload: Uint8Array, schema: Schema, length: number): Batch {
  const reader = new FrameReader(payload);
  const columns = schema.fields.map(() => readColumn(reader, length));
  return { schema, length, columns, changes: null };
}

function readColumn(reader: FrameReader, length: number): Column {
  const layout = layouts[reader.byte()];
  const nulls = reader.byte() === 1 ? reader.raw(length).slice() : null;
  switch (layout) {
    case "byte":
      return { layout, values: reader.raw(length).slice(), nulls };
    case "int":
      return { layout, values: new Int32Array(reader.raw(4 * length).slice().buffer), nulls };
    case "double":
      return { layout, values: new Float64Array(reader.raw(8 * length).slice().buffer), nulls };
    case "wide":
      return { layout, values: new BigInt64Array(reader.raw(8 * length).slice().buffer), nulls };
    case "string":
      return readStrings(reader, length, nulls);
    case "view":
      return readViews(reader, length, nulls);
    case "object":
      return { layout, values: deserialize(reader.bytes()) as unknown[], nulls };
    default:
      throw new HeadraceError("corrupt", "a staged column has an unknown layout");
  }
}

/** Interned texts come back as ranges of the frame: whoever made their dictionary is gone. */
function readStrings(reader: FrameReader, length: number, nulls: Uint8Array | null): Column {
  const count = reader.word();
  const distinctStarts = new Int32Array(count);
  const distinctEnds = new Int32Array(count);
  for (let index = 0; index < count; index++) [distinctStarts[index], distinctEnds[index]] = reader.range();
  const numbers = new Int32Array(reader.raw(4 * length).slice().buffer);
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    starts[row] = distinctStarts[numbers[row]] ?? 0;
    ends[row] = distinctEnds[numbers[row]] ?? 0;
  }
  return { layout: "view", starts, ends, bytes: reader.payload, nulls };
}

function readViews(reader: FrameReader, length: number, nulls: Uint8Array | null): Column {
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  for (let row = 0; row < length; row++) [starts[row], ends[row]] = reader.range();
  return { layout: "view", starts, ends, bytes: reader.payload, nulls };
}

/** One buffer for all frames: a finished frame is copied out. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

class FrameWriter {
  #length = frameHeaderBytes;

  byte(value: number): void {
    scratch[this.#reserve(1)] = value;
  }
  word(value: number): void {
    scratch.writeUInt32LE(value, this.#reserve(4));
  }
  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    scratch.set(bytes, at);
  }
  /** With its length before it. */
  bytes(bytes: Uint8Array): void {
    const size = bytes.length;
    const at = this.#reserve(4 + size);
    scratch.writeUInt32LE(size, at);
    if (size > 32) scratch.set(bytes, at + 4);
    else for (let index = 0; index < size; index++) scratch[at + 4 + index] = bytes[index];
  }
  finish(type: number, rows: number): Uint8Array {
    scratch.writeUInt32LE(type, 0);
    scratch.writeUInt32LE(this.#length - frameHeaderBytes, 4);
    scratch.writeUInt32LE(crc32(scratch.subarray(frameHeaderBytes, this.#length)), 8);
    scratch.writeUInt32LE(rows, 12);
    return new Uint8Array(scratch.subarray(0, this.#length));
  }
  #reserve(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > scratch.length) {
      const larger = Buffer.allocUnsafeSlow(this.#length * 2);
      larger.set(scratch.subarray(0, at));
      scratch = larger;
    }
    return at;
  }
}

class FrameReader {
  readonly payload: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  constructor(payload: Uint8Array) {
    this.payload = payload;
    this.#view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  }
  byte(): number {
    return this.payload[this.#at++];
  }
  word(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }
  raw(size: number): Uint8Array {
    this.#at += size;
    return this.payload.subarray(this.#at - size, this.#at);
  }
  range(): [start: number, end: number] {
    const size = this.word();
    this.#at += size;
    return [this.#at - size, this.#at];
  }
  bytes(): Uint8Array {
    const [start, end] = this.range();
    return this.payload.subarray(start, end);
  }
}
