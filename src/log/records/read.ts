/** Reads record batches without making an object per record. */
import { crc32c, HeadraceError } from "../../core/index.ts";
import { readVarint, type VarintCursor } from "../../core/varint.ts";
import type { RecordHeader } from "./builder.ts";
import { attributeBits, layout, readInt64 } from "./layout.ts";

/** One record as positions in its batch. The same object is used again for the next record: copy what must live longer. */
export interface RecordView {
  offset: number;
  /** The producer's. */
  timestampMs: number;
  /** −1 for a null key. */
  keyStart: number;
  keyEnd: number;
  /** −1 for a null value. */
  valueStart: number;
  valueEnd: number;
  headerCount: number;
  /** Where the headers begin: see {@link readHeaders}. */
  headersStart: number;
}

/** Calls `visit` for each record of an uncompressed batch, in order. Throws `corrupt` for lengths that lead outside. */
export function forEachRecord(batch: Uint8Array, visit: (record: RecordView) => void): void {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
  const count = view.getInt32(layout.recordCount);
  const baseOffset = readInt64(view, layout.baseOffset);
  const baseTimestampMs = readInt64(view, layout.baseTimestamp);
  const cursor: VarintCursor = { at: layout.records, value: 0 };
  const record: RecordView = { offset: 0, timestampMs: 0, keyStart: -1, keyEnd: -1, valueStart: -1, valueEnd: -1, headerCount: 0, headersStart: 0 };
  for (let index = 0; index < count; index++) {
    const length = readVarint(batch, cursor);
    const end = cursor.at + length;
    if (length < 0 || end > batch.length) throw new HeadraceError("corrupt", `record ${index} of a batch at offset ${baseOffset} leads outside its batch`);
    cursor.at++;
    record.timestampMs = baseTimestampMs + readVarint(batch, cursor);
    record.offset = baseOffset + readVarint(batch, cursor);
    const keyLength = readVarint(batch, cursor);
    record.keyStart = keyLength < 0 ? -1 : cursor.at;
    cursor.at += Math.max(0, keyLength);
    record.keyEnd = keyLength < 0 ? -1 : cursor.at;
    const valueLength = readVarint(batch, cursor);
    record.valueStart = valueLength < 0 ? -1 : cursor.at;
    cursor.at += Math.max(0, valueLength);
    record.valueEnd = valueLength < 0 ? -1 : cursor.at;
    record.headerCount = readVarint(batch, cursor);
    record.headersStart = cursor.at;
    if (cursor.at > end) throw new HeadraceError("corrupt", `record ${index} of a batch at offset ${baseOffset} is longer than it says`);
    visit(record);
    cursor.at = end;
  }
}

export function readHeaders(batch: Uint8Array, record: RecordView): RecordHeader[] {
  const headers: RecordHeader[] = [];
  const cursor: VarintCursor = { at: record.headersStart, value: 0 };
  for (let index = 0; index < record.headerCount; index++) {
    const keyLength = readVarint(batch, cursor);
    const key = Buffer.from(batch.buffer, batch.byteOffset + cursor.at, keyLength).toString("utf8");
    cursor.at += keyLength;
    const valueLength = readVarint(batch, cursor);
    const value = valueLength < 0 ? null : batch.subarray(cursor.at, cursor.at + valueLength);
    cursor.at += Math.max(0, valueLength);
    headers.push({ key, value });
  }
  return headers;
}

export interface BatchHeader {
  readonly baseOffset: number;
  readonly recordCount: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly compression: number;
}

export function readBatchHeader(batch: Uint8Array): BatchHeader {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
  const attributes = view.getInt16(layout.attributes);
  return {
    baseOffset: readInt64(view, layout.baseOffset),
    recordCount: view.getInt32(layout.recordCount),
    maxTimestampMs: readInt64(view, layout.maxTimestamp),
    producerId: readInt64(view, layout.producerId),
    producerEpoch: view.getInt16(layout.producerEpoch),
    baseSequence: view.getInt32(layout.baseSequence),
    isTransactional: (attributes & attributeBits.transactional) !== 0,
    isControl: (attributes & attributeBits.control) !== 0,
    compression: attributes & attributeBits.compression,
  };
}

/** Throws `invalid-argument` unless these bytes are one whole batch with a right CRC and at least one record. */
export function checkBatch(batch: Uint8Array): void {
  const refuse = (reason: string): never => {
    throw new HeadraceError("invalid-argument", `not a record batch: ${reason}`);
  };
  if (batch.length < layout.records) refuse(`${batch.length} bytes are less than its header`);
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
  if (view.getInt8(layout.magic) !== 2) refuse(`magic ${view.getInt8(layout.magic)}, only 2 is supported`);
  if (view.getInt32(layout.batchLength) !== batch.length - 12)
    refuse(`its length says ${view.getInt32(layout.batchLength) + 12} bytes, there are ${batch.length}`);
  const count = view.getInt32(layout.recordCount);
  if (count < 1 || view.getInt32(layout.lastOffsetDelta) !== count - 1)
    refuse(`${count} records with a last offset delta of ${view.getInt32(layout.lastOffsetDelta)}`);
  if (view.getUint32(layout.crc) !== crc32c(batch.subarray(layout.attributes))) refuse("its CRC does not match");
}
