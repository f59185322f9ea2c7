/**
 * Writes Kinesis records as one Kafka record batch (v2, KIP-98) into memory of the right size, each record's base64
 * decoded straight to its place: no bytes of a record exist anywhere else in between.
 */
import { crc32c } from "@node-rs/crc32";
import { asFast, type FastBuffer } from "./fast-buffer.ts";

/** Header that keeps a record's ExplicitHashKey; invisible to Kinesis readers. */
const hashKeyHeader = Buffer.from("ExplicitHashKey", "latin1");

const headerBytes = 61;
const crcStart = 21;

/** Length, attributes, two deltas, key length, value length, header count: no more than this beside key, value and headers. */
const recordOverheadBytes = 24;

/** Enough room for a batch of `count` records with so many bytes of keys and values. */
export function batchCapacity(count: number, payloadBytes: number): number {
  return headerBytes + count * recordOverheadBytes + payloadBytes;
}

/** Room one explicit hash key takes beyond {@link batchCapacity}. */
export function hashKeyCapacity(hashKey: string): number {
  return hashKeyHeader.length + hashKey.length + 4;
}

export class RecordBatchWriter {
  readonly #target: FastBuffer;
  readonly #start: number;
  #position: number;
  #count = 0;

  /** Writes into `target` from `start`; the caller has reserved the room. */
  constructor(target: Uint8Array, start: number) {
    this.#target = asFast(target);
    this.#start = start;
    this.#position = start + headerBytes;
  }

  get count(): number {
    return this.#count;
  }

  /** False, with the batch of no more use, when `dataText` does not decode to exactly `dataBytes`. */
  append(keys: Uint8Array, keyStart: number, keyEnd: number, dataText: string, dataBytes: number, hashKey: string | undefined): boolean {
    const target = this.#target;
    const keyBytes = keyEnd - keyStart;
    const offsetDelta = this.#count++;
    const headersBytes = hashKey === undefined ? 1 : 3 + hashKeyHeader.length + hashKey.length;
    const bodyBytes = 2 + varintBytes(offsetDelta) + varintBytes(keyBytes) + keyBytes + varintBytes(dataBytes) + dataBytes + headersBytes;
    let position = writeVarint(target, this.#position, bodyBytes);
    target[position++] = 0; // attributes
    target[position++] = 0; // timestamp delta
    position = writeVarint(target, position, offsetDelta);
    position = writeVarint(target, position, keyBytes);
    for (let index = keyStart; index < keyEnd; index++) target[position++] = keys[index]!;
    position = writeVarint(target, position, dataBytes);
    if (dataBytes > 0 && target.base64Write(dataText, position) !== dataBytes) return false;
    this.#position = this.#writeHeaders(position + dataBytes, hashKey);
    return true;
  }

  /** The whole batch. Timestamps are the producer's side of the batch; the log keeps its own append time. */
  finish(timestampMs: number): Uint8Array {
    const batch = this.#target.subarray(this.#start, this.#position);
    batch.fill(0, 0, headerBytes);
    batch.writeInt32BE(batch.length - 12, 8);
    batch[16] = 2; // magic
    batch.writeInt32BE(this.#count - 1, 23);
    batch.writeBigInt64BE(BigInt(timestampMs), 27);
    batch.writeBigInt64BE(BigInt(timestampMs), 35);
    batch.fill(0xff, 43, 57); // no producer id, epoch, sequence
    batch.writeInt32BE(this.#count, 57);
    batch.writeUInt32BE(crc32c(batch.subarray(crcStart)), 17);
    return batch;
  }

  #writeHeaders(start: number, hashKey: string | undefined): number {
    if (hashKey === undefined) {
      this.#target[start] = 0;
      return start + 1;
    }
    let position = writeVarint(this.#target, start, 1);
    position = writeVarint(this.#target, position, hashKeyHeader.length);
    position += hashKeyHeader.copy(this.#target, position);
    position = writeVarint(this.#target, position, hashKey.length);
    return position + this.#target.latin1Write(hashKey, position);
  }
}

/** Zigzag, for values that are not negative. */
function writeVarint(target: Uint8Array, start: number, value: number): number {
  let rest = value * 2;
  let position = start;
  while (rest > 0x7f) {
    target[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[position++] = rest;
  return position;
}

function varintBytes(value: number): number {
  return value < 0x40 ? 1 : value < 0x2000 ? 2 : value < 0x10_0000 ? 3 : 4;
}
