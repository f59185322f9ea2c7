/** Walks the records of a stored batch (Kafka record batch v2). */
import { gunzipSync } from "node:zlib";
import { HeadraceError } from "../../core/index.ts";
import type { Offset, StoredBatch } from "../../log/index.ts";
import { asFast, type FastBuffer } from "./fast-buffer.ts";

/** Where key and value lie in `bytes`; a length of -1 means null. */
export interface RecordView {
  offset: Offset;
  bytes: FastBuffer;
  keyStart: number;
  keyBytes: number;
  valueStart: number;
  valueBytes: number;
}

const headerBytes = 61;
const controlFlag = 0x20;
const compressionMask = 0x07;

/**
 * Calls `visit` for every record from `fromOffset` on, until it answers false. The view is the same object each time.
 * Control batches (transaction markers) hold no records of a user.
 */
export function visitRecords(batch: StoredBatch, fromOffset: Offset, visit: (record: RecordView) => boolean): void {
  const stored = asFast(batch.bytes);
  const attributes = stored.readInt16BE(21);
  if ((attributes & controlFlag) !== 0) return;
  const { bytes, start } = uncompressed(stored, attributes & compressionMask);
  const record: RecordView = { offset: 0, bytes, keyStart: 0, keyBytes: 0, valueStart: 0, valueBytes: 0 };
  const cursor = new Cursor(bytes, start);
  const count = stored.readInt32BE(57);
  for (let index = 0; index < count; index++) {
    const length = cursor.varint();
    const end = cursor.position + length;
    cursor.position++; // attributes
    cursor.varlong(); // timestamp delta
    record.offset = batch.baseOffset + cursor.varint();
    if (record.offset >= fromOffset) {
      record.keyBytes = cursor.varint();
      record.keyStart = cursor.position;
      cursor.position += Math.max(record.keyBytes, 0);
      record.valueBytes = cursor.varint();
      record.valueStart = cursor.position;
      if (!visit(record)) return;
    }
    cursor.position = end;
  }
}

function uncompressed(stored: FastBuffer, codec: number): { bytes: FastBuffer; start: number } {
  if (codec === 0) return { bytes: stored, start: headerBytes };
  if (codec === 1) return { bytes: asFast(gunzipSync(stored.subarray(headerBytes))), start: 0 };
  const name = ["none", "gzip", "snappy", "lz4", "zstd"][codec] ?? `number ${codec}`;
  throw new HeadraceError("decode", `a batch of this stream is compressed with ${name}, which Kinesis readers cannot be served from`);
}

class Cursor {
  readonly #bytes: Uint8Array;
  position: number;
  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** Zigzag, 32 bits. */
  varint(): number {
    let shift = 0;
    let value = 0;
    for (;;) {
      const byte = this.#bytes[this.position++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
      shift += 7;
    }
  }

  /** Steps over a variable-length integer of any size. */
  varlong(): void {
    while (this.#bytes[this.position++]! >= 0x80);
  }
}
