/** Writes the answer of GetRecords as bytes: base64 goes straight to its place, sequence numbers are counted up. */
import type { RecordView, ShardState } from "../../log/index.ts";
import { asFast, type FastBuffer } from "./fast-buffer.ts";
import { advanceSequenceNumber, sequenceNumber } from "../../log/index.ts";

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
  #payloadBytes = 0;
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
    return this.#payloadBytes;
  }

  /** `bytes` are those of the batch that `record` lies in. */
  append(bytes: FastBuffer, record: RecordView, appendTimeMs: number): void {
    const key = keyText(bytes, record);
    const valueBytes = record.valueEnd - record.valueStart;
    const dataCharacters = Math.ceil(valueBytes / 3) * 4;
    this.#reserve(recordTextBytes + dataCharacters + key.length * 3);
    this.#moveLead(record.offset, appendTimeMs);
    const target = this.#target;
    if (this.#count++ > 0) target[this.#position++] = 0x2c;
    target.set(this.#lead, this.#position);
    this.#position += this.#lead.length;
    if (valueBytes > 0) this.#position += target.latin1Write(bytes.base64Slice(record.valueStart, record.valueEnd), this.#position);
    this.#position += target.latin1Write(beforeKey, this.#position);
    this.#position += target.utf8Write(key, this.#position);
    target[this.#position++] = 0x7d;
    this.#payloadBytes += payloadBytes(record);
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

/** Bytes of a record as AWS counts them: data and key. Null and empty are the same here. */
export function payloadBytes(record: RecordView): number {
  return record.valueEnd - record.valueStart + record.keyEnd - record.keyStart;
}

/** Marks a key that is not UTF-8 text; the rest is its base64. */
const binaryKeyMark = "base64:";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The key as a JSON string. Kafka's null and empty keys, which Kinesis does not know, become the record's offset. */
function keyText(bytes: FastBuffer, record: RecordView): string {
  const { keyStart, keyEnd } = record;
  if (keyEnd === keyStart) return `"${record.offset}"`;
  for (let index = keyStart; index < keyEnd; index++) {
    const byte = bytes[index]!;
    if (byte < 0x20 || byte >= 0x7f || byte === 0x22 || byte === 0x5c) return unusualKeyText(bytes, keyStart, keyEnd);
  }
  return `"${bytes.latin1Slice(keyStart, keyEnd)}"`;
}

function unusualKeyText(bytes: FastBuffer, start: number, end: number): string {
  try {
    return JSON.stringify(decoder.decode(bytes.subarray(start, end)));
  } catch {
    return `"${binaryKeyMark}${bytes.base64Slice(start, end)}"`;
  }
}
