/** Builds one record batch in one growing buffer, so that a record's bytes are written once. */
import { crc32c } from "../../core/index.ts";
import { varintLength, writeVarint } from "../../core/varint.ts";
import { attributeBits, layout, writeInt64 } from "./layout.ts";

export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

export interface BatchRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestampMs: number;
  readonly headers?: readonly RecordHeader[];
}

const encoder = new TextEncoder();

export class BatchBuilder {
  #bytes: Uint8Array;
  #at: number = layout.records;
  #count = 0;
  #baseTimestampMs = 0;
  #maxTimestampMs = 0;

  /** `sizeBytes`: expected size of the batch, to grow rarely. */
  constructor(sizeBytes = 4096) {
    this.#bytes = new Uint8Array(Math.max(sizeBytes, 256));
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes so far, the batch's header included. */
  get sizeBytes(): number {
    return this.#at;
  }

  append(key: Uint8Array | null, value: Uint8Array | null, timestampMs: number, headers?: readonly RecordHeader[]): void {
    const at = this.reserve(key, value === null ? -1 : value.length, timestampMs, headers);
    if (value !== null) this.#bytes.set(value, at);
  }

  /**
   * Appends a record whose value of `valueLength` bytes (−1: null) the caller writes itself into {@link buffer} at the
   * position answered, before the next call.
   */
  reserve(key: Uint8Array | null, valueLength: number, timestampMs: number, headers?: readonly RecordHeader[]): number {
    if (this.#count === 0) this.#baseTimestampMs = this.#maxTimestampMs = timestampMs;
    else if (timestampMs > this.#maxTimestampMs) this.#maxTimestampMs = timestampMs;
    const timestampDelta = timestampMs - this.#baseTimestampMs;
    const keyLength = key === null ? -1 : key.length;
    const headerBytes = headers === undefined ? 1 : headersLength(headers);
    const body =
      1 +
      varintLength(timestampDelta) +
      varintLength(this.#count) +
      varintLength(keyLength) +
      Math.max(0, keyLength) +
      varintLength(valueLength) +
      Math.max(0, valueLength) +
      headerBytes;
    this.#ensure(varintLength(body) + body);
    const bytes = this.#bytes;
    let at = writeVarint(bytes, this.#at, body);
    bytes[at++] = 0;
    at = writeVarint(bytes, at, timestampDelta);
    at = writeVarint(bytes, at, this.#count);
    at = writeVarint(bytes, at, keyLength);
    if (key !== null) {
      bytes.set(key, at);
      at += key.length;
    }
    at = writeVarint(bytes, at, valueLength);
    const valueAt = at;
    at += Math.max(0, valueLength);
    if (headers === undefined) bytes[at++] = 0;
    else at = writeHeaders(bytes, at, headers);
    this.#at = at;
    this.#count++;
    return valueAt;
  }

  /** Where reserved values are written. Changes with every append. */
  get buffer(): Uint8Array {
    return this.#bytes;
  }

  /** The whole batch with its CRC. The builder must not be used again. */
  finish(producer?: { id: number; epoch: number; sequence: number; transactional?: boolean }): Uint8Array {
    const batch = this.#bytes.subarray(0, this.#at);
    const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
    view.setInt32(layout.batchLength, batch.length - 12);
    view.setInt8(layout.magic, 2);
    view.setInt16(layout.attributes, producer?.transactional === true ? attributeBits.transactional : 0);
    view.setInt32(layout.lastOffsetDelta, this.#count - 1);
    writeInt64(view, layout.baseTimestamp, this.#baseTimestampMs);
    writeInt64(view, layout.maxTimestamp, this.#maxTimestampMs);
    writeInt64(view, layout.producerId, producer?.id ?? -1);
    view.setInt16(layout.producerEpoch, producer?.epoch ?? -1);
    view.setInt32(layout.baseSequence, producer?.sequence ?? -1);
    view.setInt32(layout.recordCount, this.#count);
    view.setUint32(layout.crc, crc32c(batch.subarray(layout.attributes)));
    return batch;
  }

  #ensure(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bytes;
  }
}

/** A batch of records given as values. */
export function encodeBatch(records: readonly BatchRecord[]): Uint8Array {
  const builder = new BatchBuilder(
    records.reduce<number>((total, record) => total + 32 + (record.key?.length ?? 0) + (record.value?.length ?? 0), layout.records),
  );
  for (const record of records) builder.append(record.key, record.value, record.timestampMs, record.headers);
  return builder.finish();
}

function headersLength(headers: readonly RecordHeader[]): number {
  let length = varintLength(headers.length);
  for (const { key, value } of headers) {
    const keyLength = Buffer.byteLength(key);
    length += varintLength(keyLength) + keyLength + varintLength(value === null ? -1 : value.length) + (value?.length ?? 0);
  }
  return length;
}

function writeHeaders(bytes: Uint8Array, start: number, headers: readonly RecordHeader[]): number {
  let at = writeVarint(bytes, start, headers.length);
  for (const { key, value } of headers) {
    const keyBytes = encoder.encode(key);
    at = writeVarint(bytes, at, keyBytes.length);
    bytes.set(keyBytes, at);
    at = writeVarint(bytes, at + keyBytes.length, value === null ? -1 : value.length);
    if (value !== null) bytes.set(value, at);
    at += value?.length ?? 0;
  }
  return at;
}
