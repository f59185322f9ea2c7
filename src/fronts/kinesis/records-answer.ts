/** Writes the answer of GetRecords as bytes: base64 goes straight to its place, sequence numbers are counted up. */
import type { ShardState } from "../../log/index.ts";
import { asFast, type FastBuffer } from "./fast-buffer.ts";
import { advanceSequenceNumber, sequenceNumber } from "./sequence-number.ts";
import type { RecordView } from "./stored-records.ts";

const head = '{"Records":[';
const beforeNumber = '{"SequenceNumber":"';
const beforeData = '"Data":"';
const beforeKey = '","PartitionKey":';

/** All of a record's text beside its data and its key. */
const recordTextBytes = 200;
const numberDigits = 56;

export class RecordsAnswer {
  readonly #shard: ShardState;
  #target: FastBuffer;
  #position: number;
  #count = 0;
  #dataBytes = 0;
  /** `{"SequenceNumber":"…","ApproximateArrivalTimestamp":…,"Data":"` of the record at #nextOffset. */
  #lead: Buffer = Buffer.alloc(0);
  #nextOffset = -1;
  #appendTimeMs = -1;

  constructor(shard: ShardState, expectedBytes: number) {
    this.#shard = shard;
    this.#target = asFast(Buffer.allocUnsafe(Math.ceil(expectedBytes * 1.4) + 1024));
    this.#position = this.#target.latin1Write(head, 0);
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of data and keys so far, as AWS counts them. */
  get payloadBytes(): number {
    return this.#dataBytes;
  }

  append(record: RecordView, appendTimeMs: number): void {
    const key = keyText(record);
    const dataCharacters = Math.ceil(Math.max(record.valueBytes, 0) / 3) * 4;
    this.#reserve(recordTextBytes + dataCharacters + key.length * 3);
    this.#moveLead(record.offset, appendTimeMs);
    const target = this.#target;
    if (this.#count++ > 0) target[this.#position++] = 0x2c;
    target.set(this.#lead, this.#position);
    this.#position += this.#lead.length;
    if (record.valueBytes > 0) {
      this.#position += target.latin1Write(record.bytes.base64Slice(record.valueStart, record.valueStart + record.valueBytes), this.#position);
    }
    this.#position += target.latin1Write(beforeKey, this.#position);
    this.#position += target.utf8Write(key, this.#position);
    target[this.#position++] = 0x7d;
    this.#dataBytes += Math.max(record.valueBytes, 0) + Math.max(record.keyBytes, 0);
  }

  /** The whole answer; `rest` are the members behind `Records`, without the closing brace. */
  finish(rest: string): Uint8Array {
    const text = `],${rest}}`;
    this.#reserve(text.length * 3);
    this.#position += this.#target.utf8Write(text, this.#position);
    return this.#target.subarray(0, this.#position);
  }

  #moveLead(offset: number, appendTimeMs: number): void {
    if (offset === this.#nextOffset && appendTimeMs === this.#appendTimeMs) {
      advanceSequenceNumber(this.#lead, beforeNumber.length + numberDigits);
    } else {
      const number = sequenceNumber(this.#shard, offset, appendTimeMs);
      this.#lead = Buffer.from(`${beforeNumber}${number}","ApproximateArrivalTimestamp":${appendTimeMs / 1000},${beforeData}`, "latin1");
      this.#appendTimeMs = appendTimeMs;
    }
    this.#nextOffset = offset + 1;
  }

  #reserve(bytes: number): void {
    if (this.#position + bytes <= this.#target.length) return;
    const grown = asFast(Buffer.allocUnsafe(Math.max(this.#target.length * 2, this.#position + bytes)));
    grown.set(this.#target.subarray(0, this.#position), 0);
    this.#target = grown;
  }
}

/** Marks a key that is not UTF-8 text; the rest is its base64. */
const binaryKeyMark = "base64:";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The key as a JSON string. Kafka's null and empty keys, which Kinesis does not know, become the record's offset. */
function keyText(record: RecordView): string {
  const { bytes, keyStart, keyBytes } = record;
  if (keyBytes <= 0) return `"${record.offset}"`;
  const end = keyStart + keyBytes;
  for (let index = keyStart; index < end; index++) {
    const byte = bytes[index]!;
    if (byte < 0x20 || byte >= 0x7f || byte === 0x22 || byte === 0x5c) return unusualKeyText(bytes, keyStart, end);
  }
  return `"${bytes.latin1Slice(keyStart, end)}"`;
}

function unusualKeyText(bytes: FastBuffer, start: number, end: number): string {
  try {
    return JSON.stringify(decoder.decode(bytes.subarray(start, end)));
  } catch {
    return `"${binaryKeyMark}${bytes.base64Slice(start, end)}"`;
  }
}
