/**
 * Kafka's record batch, version 2 (Kafka documentation, "Record Batch"; KIP-98). All numbers are big-endian.
 *
 *      0  base offset          int64   written by the log
 *      8  batch length         int32   bytes after this field
 *     12  leader epoch         int32
 *     16  magic                int8    2
 *     17  CRC-32C              uint32  of everything from 21 on
 *     21  attributes           int16   bits 0-2 compression, 3 append time, 4 transactional, 5 control
 *     23  last offset delta    int32
 *     27  base timestamp       int64
 *     35  max timestamp        int64
 *     43  producer id          int64   −1: none
 *     51  producer epoch       int16
 *     53  base sequence        int32
 *     57  record count         int32
 *     61  records: length, attributes int8, timestamp delta, offset delta, key length, key, value length, value,
 *         header count, headers (key length, key, value length, value); every number but attributes a zigzag varint
 */
export const layout = {
  baseOffset: 0,
  batchLength: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

export const attributeBits = { compression: 0x07, appendTime: 0x08, transactional: 0x10, control: 0x20 } as const;

export function readInt64(view: DataView, at: number): number {
  return view.getInt32(at) * 4_294_967_296 + view.getUint32(at + 4);
}

export function writeInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / 4_294_967_296));
  view.setUint32(at + 4, value >>> 0);
}
