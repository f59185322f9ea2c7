/**
 * The protobuf wire format, read side: varints, fixed fields, length-delimited fields.
 * Source: https://protobuf.dev/programming-guides/encoding. No schema, no I/O; every read is bounds-checked.
 */
import { HeadraceError } from "../../core/index.ts";

export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const textDecoder = new TextDecoder("utf-8", { fatal: false });

/** Walks the fields of one message. Call {@link next}, look at `field` and `type`, then read the value or {@link skip} it. */
export class WireReader {
  field = 0;
  type = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#bytes.length) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.type = tag % 8;
    if (this.field === 0) throw broken(`field number 0 at byte ${this.#at}`);
    return true;
  }

  /** An unsigned varint as a number; exact to 2^53, and 64-bit negatives come back negative. */
  varint(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#bytes.length) throw broken("a number is cut off");
      const byte = this.#bytes[this.#at++];
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= (bits & 0x0f) << 28;
        high |= bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return (high | 0) * 4294967296 + (low >>> 0);
    }
    throw broken("a number is longer than ten bytes");
  }

  float32(): number {
    return this.#view.getFloat32(this.#advance(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** A view of the field's bytes, not a copy. */
  bytes(): Uint8Array {
    const length = this.varint();
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(): string {
    return textDecoder.decode(this.bytes());
  }

  message(): WireReader {
    return new WireReader(this.bytes());
  }

  skip(): void {
    if (this.type === wireType.varint) this.varint();
    else if (this.type === wireType.fixed64) this.#advance(8);
    else if (this.type === wireType.bytes) this.bytes();
    else if (this.type === wireType.fixed32) this.#advance(4);
    else throw broken(`wire type ${this.type} of field ${this.field}`);
  }

  /** A repeated number, packed or one by one: appends to `target`. */
  numbers(kind: "varint" | "float32" | "float64", target: number[]): void {
    if (this.type !== wireType.bytes) {
      target.push(this[kind]());
      return;
    }
    const packed = this.message();
    while (packed.#at < packed.#bytes.length) target.push(packed[kind]());
  }

  #advance(length: number): number {
    const start = this.#at;
    if (length < 0 || start + length > this.#bytes.length) throw broken(`field ${this.field} wants ${length} bytes, ${this.#bytes.length - start} are left`);
    this.#at = start + length;
    return start;
  }
}

function broken(what: string): HeadraceError {
  return new HeadraceError("decode", `not a protobuf message: ${what}`);
}
