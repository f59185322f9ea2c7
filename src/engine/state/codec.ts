/**
 * The bytes of states. Items are tagged, so that a reader that asks for another item than was written fails at once
 * instead of reading nonsense; little endian, as every machine Node runs on.
 *
 * number: tag, float64. bytes: tag, u32 length, bytes. array: tag naming the element type, u32 elements, elements.
 */
import { HeadraceError } from "../../core/index.ts";
import type { StateReader, StateWriter } from "../operator.ts";

const tagNumber = 1;
const tagBytes = 2;
const tagInt32 = 3;
const tagFloat64 = 4;
const tagBigInt64 = 5;
const tagUint8 = 6;

type StateArray = Int32Array | Float64Array | BigInt64Array | Uint8Array;

function tagOf(array: StateArray): number {
  if (array instanceof Float64Array) return tagFloat64;
  if (array instanceof Int32Array) return tagInt32;
  if (array instanceof BigInt64Array) return tagBigInt64;
  return tagUint8;
}

/** Writes into a buffer that grows by doubling. */
export class StateBuffer implements StateWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacityBytes = 1024) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  number(value: number): void {
    const at = this.#reserve(9);
    this.#bytes[at] = tagNumber;
    this.#view.setFloat64(at + 1, value, true);
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(5 + value.length);
    this.#bytes[at] = tagBytes;
    this.#view.setUint32(at + 1, value.length, true);
    this.#bytes.set(value, at + 5);
  }

  array(value: StateArray, start: number, end: number): void {
    const width = value.BYTES_PER_ELEMENT;
    const sizeBytes = (end - start) * width;
    const at = this.#reserve(5 + sizeBytes);
    this.#bytes[at] = tagOf(value);
    this.#view.setUint32(at + 1, end - start, true);
    this.#bytes.set(new Uint8Array(value.buffer, value.byteOffset + start * width, sizeBytes), at + 5);
  }

  /** Leaves room for a number that is known later; fill it by `patch`. */
  placeholder(): number {
    const at = this.#length;
    this.number(0);
    return at;
  }
  patch(position: number, value: number): void {
    this.#view.setFloat64(position + 1, value, true);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(sizeBytes: number): number {
    const at = this.#length;
    this.#length = at + sizeBytes;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** Reads what a {@link StateBuffer} wrote; throws `corrupt` where the bytes end early or hold another item. */
export class StateCursor implements StateReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.#position;
  }
  get atEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  number(): number {
    this.#expect(tagNumber, "a number");
    const at = this.#take(9, "a number");
    return this.#view.getFloat64(at + 1, true);
  }

  bytes(): Uint8Array {
    this.#expect(tagBytes, "bytes");
    const at = this.#take(5, "bytes");
    const length = this.#view.getUint32(at + 1, true);
    const start = this.#take(length, "bytes");
    return this.#bytes.subarray(start, start + length);
  }

  arrayLength(): number {
    if (this.#position + 5 > this.#bytes.length) throw damaged("the bytes end inside an array");
    const tag = this.#bytes[this.#position]!;
    if (tag < tagInt32 || tag > tagUint8) throw damaged(`expected an array at byte ${this.#position}`);
    return this.#view.getUint32(this.#position + 1, true);
  }

  array(target: StateArray, start: number): number {
    const elements = this.arrayLength();
    if (this.#bytes[this.#position] !== tagOf(target)) throw damaged(`an array of another type at byte ${this.#position}`);
    if (start + elements > target.length) throw damaged(`an array of ${elements} elements where ${target.length - start} fit`);
    const width = target.BYTES_PER_ELEMENT;
    this.#take(5, "an array");
    const from = this.#take(elements * width, "an array");
    new Uint8Array(target.buffer, target.byteOffset + start * width, elements * width).set(this.#bytes.subarray(from, from + elements * width));
    return elements;
  }

  #expect(tag: number, what: string): void {
    if (!this.atEnd && this.#bytes[this.#position] !== tag) throw damaged(`expected ${what} at byte ${this.#position}`);
  }

  #take(sizeBytes: number, what: string): number {
    const at = this.#position;
    if (at + sizeBytes > this.#bytes.length) throw damaged(`the bytes end inside ${what}`);
    this.#position = at + sizeBytes;
    return at;
  }
}

function damaged(detail: string): HeadraceError {
  return new HeadraceError("corrupt", `stored operator state cannot be read: ${detail}`);
}
