/** Thrift's compact protocol, as much as Parquet's metadata needs (thrift-compact-protocol specification). Writing only. */
import { writeVarint } from "../../../core/varint.ts";

export const thriftType = { true: 1, false: 2, byte: 3, int16: 4, int32: 5, int64: 6, binary: 8, list: 9, struct: 12 } as const;

const encoder = new TextEncoder();

export class ThriftWriter {
  #bytes = new Uint8Array(1024);
  #at = 0;
  /** Last field number of each open struct: headers carry differences. */
  readonly #fields: number[] = [0];

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  int32(field: number, value: number): void {
    this.#header(field, thriftType.int32);
    this.#zigzag(value);
  }

  int64(field: number, value: number): void {
    this.#header(field, thriftType.int64);
    this.#zigzag(value);
  }

  byte(field: number, value: number): void {
    this.#header(field, thriftType.byte);
    this.#raw(value);
  }

  bool(field: number, value: boolean): void {
    this.#header(field, value ? thriftType.true : thriftType.false);
  }

  binary(field: number, value: Uint8Array | string): void {
    this.#header(field, thriftType.binary);
    this.#blob(typeof value === "string" ? encoder.encode(value) : value);
  }

  /** A struct field; `write` fills it. */
  struct(field: number, write: () => void): void {
    this.#header(field, thriftType.struct);
    this.#struct(write);
  }

  structs<Item>(field: number, items: readonly Item[], write: (item: Item) => void): void {
    this.#list(field, thriftType.struct, items.length);
    for (const item of items) this.#struct(() => write(item));
  }

  int32s(field: number, items: readonly number[]): void {
    this.#list(field, thriftType.int32, items.length);
    for (const item of items) this.#zigzag(item);
  }

  texts(field: number, items: readonly string[]): void {
    this.#list(field, thriftType.binary, items.length);
    for (const item of items) this.#blob(encoder.encode(item));
  }

  /** Ends the outermost struct. */
  stop(): void {
    this.#raw(0);
  }

  #struct(write: () => void): void {
    this.#fields.push(0);
    write();
    this.#fields.pop();
    this.#raw(0);
  }

  #list(field: number, type: number, count: number): void {
    this.#header(field, thriftType.list);
    if (count < 15) this.#raw((count << 4) | type);
    else {
      this.#raw(0xf0 | type);
      this.#unsigned(count);
    }
  }

  #header(field: number, type: number): void {
    const delta = field - this.#fields[this.#fields.length - 1];
    this.#fields[this.#fields.length - 1] = field;
    if (delta > 0 && delta <= 15) this.#raw((delta << 4) | type);
    else {
      this.#raw(type);
      this.#zigzag(field);
    }
  }

  #blob(bytes: Uint8Array): void {
    this.#unsigned(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #zigzag(value: number): void {
    this.#room(10);
    this.#at = writeVarint(this.#bytes, this.#at, value);
  }

  #unsigned(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#raw((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#raw(rest);
  }

  #raw(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  #room(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.#at + count, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
