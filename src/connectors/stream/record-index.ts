/** From stored batches to a chunk of raw records, without copying values when the batches lie in one buffer. */
import type { RawChunk } from "../../connector/index.ts";
import { HeadraceError } from "../../core/index.ts";
import { forEachRecord, readBatchHeader, readHeaders, type Offset, type RecordView, type ShardState, type StoredBatch } from "../../log/index.ts";
import { shardId } from "./lineage.ts";
import { sequenceNumber } from "../../log/index.ts";

const compressionNames = ["none", "gzip", "snappy", "lz4", "zstd"];

/** Records from `from` up to, not with, `end`. Records without a value carry no row and are left out; so are markers of transactions. */
export function indexBatches(shard: ShardState, batches: readonly StoredBatch[], from: Offset, end: Offset, position: Offset): RawChunk {
  const index = new RecordIndex(shard, batches);
  for (let number = 0; number < batches.length; number++) index.add(number, from, end);
  return index.chunk(position);
}

/** One buffer that holds all batches, and where each begins in it. */
function oneBuffer(batches: readonly StoredBatch[]): { bytes: Uint8Array; begins: number[] } {
  const first = batches[0]?.bytes;
  if (first === undefined) return { bytes: new Uint8Array(0), begins: [] };
  if (batches.every(({ bytes }) => bytes.buffer === first.buffer)) {
    const low = Math.min(...batches.map(({ bytes }) => bytes.byteOffset));
    const high = Math.max(...batches.map(({ bytes }) => bytes.byteOffset + bytes.length));
    return { bytes: new Uint8Array(first.buffer, low, high - low), begins: batches.map(({ bytes }) => bytes.byteOffset - low) };
  }
  const bytes = new Uint8Array(batches.reduce((total, batch) => total + batch.bytes.length, 0));
  const begins: number[] = [];
  let at = 0;
  for (const batch of batches) {
    bytes.set(batch.bytes, at);
    begins.push(at);
    at += batch.bytes.length;
  }
  return { bytes, begins };
}

class RecordIndex {
  readonly #shard: ShardState;
  readonly #batches: readonly StoredBatch[];
  readonly #bytes: Uint8Array;
  readonly #begins: readonly number[];
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #keyStarts: Int32Array;
  readonly #keyEnds: Int32Array;
  readonly #timestampsMs: Float64Array;
  readonly #offsets: Float64Array;
  readonly #batchOf: Int32Array;
  #count = 0;

  constructor(shard: ShardState, batches: readonly StoredBatch[]) {
    this.#shard = shard;
    this.#batches = batches;
    const { bytes, begins } = oneBuffer(batches);
    this.#bytes = bytes;
    this.#begins = begins;
    const capacity = batches.reduce((total, batch) => total + batch.recordCount, 0);
    this.#starts = new Int32Array(capacity);
    this.#ends = new Int32Array(capacity);
    this.#keyStarts = new Int32Array(capacity);
    this.#keyEnds = new Int32Array(capacity);
    this.#timestampsMs = new Float64Array(capacity);
    this.#offsets = new Float64Array(capacity);
    this.#batchOf = new Int32Array(capacity);
  }

  add(number: number, from: Offset, end: Offset): void {
    const { appendTimeMs } = this.#batches[number];
    const batch = this.#batch(number);
    const { isControl, compression } = readBatchHeader(batch);
    if (isControl) return;
    if (compression !== 0) {
      throw new HeadraceError("decode", `${this.#shard.stream}: a record batch is compressed with ${compressionNames[compression] ?? compression}`, {
        hint: "Let the producer send uncompressed batches (compression.type=none).",
      });
    }
    const begin = this.#begins[number];
    forEachRecord(batch, ({ offset, keyStart, keyEnd, valueStart, valueEnd }) => {
      if (offset < from || offset >= end || valueStart < 0) return;
      const at = this.#count++;
      this.#starts[at] = begin + valueStart;
      this.#ends[at] = begin + valueEnd;
      this.#keyStarts[at] = keyStart < 0 ? -1 : begin + keyStart;
      this.#keyEnds[at] = keyStart < 0 ? -1 : begin + keyEnd;
      this.#timestampsMs[at] = appendTimeMs;
      this.#offsets[at] = offset;
      this.#batchOf[at] = number;
    });
  }

  chunk(position: Offset): RawChunk {
    const count = this.#count;
    return {
      kind: "raw",
      bytes: this.#bytes,
      count,
      starts: this.#starts.subarray(0, count),
      ends: this.#ends.subarray(0, count),
      keyStarts: this.#keyStarts.subarray(0, count),
      keyEnds: this.#keyEnds.subarray(0, count),
      timestampsMs: this.#timestampsMs.subarray(0, count),
      metadata: (key, index) => this.#metadata(key, index),
      describe: (index) => `${this.#shard.stream}/${shardId(this.#shard.index)}@${this.#sequenceNumber(index)}`,
      position,
    };
  }

  #batch(number: number): Uint8Array {
    const begin = this.#begins[number];
    return this.#bytes.subarray(begin, begin + this.#batches[number].bytes.length);
  }

  #sequenceNumber(index: number): string {
    return sequenceNumber(this.#shard, this.#offsets[index], this.#timestampsMs[index]);
  }

  #metadata(key: string, index: number): unknown {
    switch (key) {
      case "timestamp":
        return this.#timestampsMs[index];
      case "partition-key":
        if (this.#keyStarts[index] < 0) return null;
        return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.#keyStarts[index], this.#keyEnds[index] - this.#keyStarts[index]).toString("utf8");
      case "sequence-number":
        return this.#sequenceNumber(index);
      case "shard-id":
        return shardId(this.#shard.index);
      case "offset":
        return BigInt(this.#offsets[index]);
      case "headers":
        return this.#headers(index);
      default:
        throw new HeadraceError("internal", `metadata '${key}' is not declared`);
    }
  }

  /** Headers are asked for rarely: found again in the batch. */
  #headers(index: number): Map<string, Uint8Array | null> {
    const batch = this.#batch(this.#batchOf[index]);
    const headers = new Map<string, Uint8Array | null>();
    forEachRecord(batch, (record: RecordView) => {
      if (record.offset !== this.#offsets[index]) return;
      for (const { key, value } of readHeaders(batch, record)) headers.set(key, value === null ? null : value.slice());
    });
    return headers;
  }
}
