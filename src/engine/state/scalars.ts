/** Scalars of `data/types.ts` as bytes, one form for equal values: for interning and for columns of objects. */
import { HeadraceError } from "../../core/index.ts";

const tag = { null: 0, false: 1, true: 2, number: 3, bigint: 4, string: 5, bytes: 6, array: 7, map: 8 } as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

class ScalarWriter {
  bytes = new Uint8Array(256);
  view = new DataView(this.bytes.buffer);
  length = 0;

  reserve(sizeBytes: number): number {
    const at = this.length;
    this.length += sizeBytes;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(this.length * 2);
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return at;
  }
  tag(value: number): void {
    this.bytes[this.reserve(1)] = value;
  }
  block(tagValue: number, content: Uint8Array): void {
    const at = this.reserve(5 + content.length);
    this.bytes[at] = tagValue;
    this.view.setUint32(at + 1, content.length, true);
    this.bytes.set(content, at + 5);
  }
  size(tagValue: number, count: number): void {
    const at = this.reserve(5);
    this.bytes[at] = tagValue;
    this.view.setUint32(at + 1, count, true);
  }
}

const shared = new ScalarWriter();

/** A view of a shared buffer, valid until the next call. */
export function encodeScalar(value: unknown): Uint8Array {
  shared.length = 0;
  write(shared, value);
  return shared.bytes.subarray(0, shared.length);
}

function write(writer: ScalarWriter, value: unknown): void {
  if (value === null || value === undefined) writer.tag(tag.null);
  else if (typeof value === "boolean") writer.tag(value ? tag.true : tag.false);
  else if (typeof value === "number") {
    const at = writer.reserve(9);
    writer.bytes[at] = tag.number;
    writer.view.setFloat64(at + 1, Number.isNaN(value) ? Number.NaN : value, true);
  } else if (typeof value === "bigint") writer.block(tag.bigint, encoder.encode(value.toString()));
  else if (typeof value === "string") writer.block(tag.string, encoder.encode(value));
  else if (value instanceof Uint8Array) writer.block(tag.bytes, value);
  else if (Array.isArray(value)) {
    writer.size(tag.array, value.length);
    for (const element of value) write(writer, element);
  } else if (value instanceof Map) writeMap(writer, value);
  else throw new HeadraceError("internal", `a value of type ${typeof value} cannot be kept in state`);
}

/** Entries in the order of their keys' bytes: equal maps give equal bytes. */
function writeMap(writer: ScalarWriter, map: Map<unknown, unknown>): void {
  const entries = [...map].map(([key, value]) => {
    const inner = new ScalarWriter();
    write(inner, key);
    const keyLength = inner.length;
    write(inner, value);
    return { bytes: inner.bytes.subarray(0, inner.length), key: inner.bytes.subarray(0, keyLength) };
  });
  entries.sort((left, right) => Buffer.compare(left.key, right.key));
  writer.size(tag.map, entries.length);
  for (const entry of entries) writer.bytes.set(entry.bytes, writer.reserve(entry.bytes.length));
}

/** The scalar of {@link encodeScalar}'s bytes. */
export function decodeScalar(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const block = (): Uint8Array => {
    const length = view.getUint32(at, true);
    at += 4 + length;
    return bytes.subarray(at - length, at);
  };
  const read = (): unknown => {
    switch (bytes[at++]) {
      case tag.null:
        return null;
      case tag.false:
        return false;
      case tag.true:
        return true;
      case tag.number:
        at += 8;
        return view.getFloat64(at - 8, true);
      case tag.bigint:
        return BigInt(decoder.decode(block()));
      case tag.string:
        return decoder.decode(block());
      case tag.bytes:
        return block().slice();
      case tag.array: {
        const count = view.getUint32(at, true);
        at += 4;
        return Array.from({ length: count }, read);
      }
      case tag.map: {
        const count = view.getUint32(at, true);
        at += 4;
        const map = new Map<unknown, unknown>();
        for (let index = 0; index < count; index++) {
          const key = read();
          map.set(key, read());
        }
        return map;
      }
      default:
        throw new HeadraceError("corrupt", "a stored value has an unknown tag");
    }
  };
  return read();
}
