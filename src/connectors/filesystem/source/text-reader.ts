import type { RawChunk, SourceChunk, SplitReader } from "../../../connector/index.ts";
import { HeadraceError } from "../../../core/index.ts";
import type { ByteReader } from "./byte-reader.ts";
import { findRecords, type RecordOptions, type RecordRanges } from "./records.ts";

/** Where reading goes on in a file. */
export interface TextPosition {
  /** Of the (decompressed) bytes. */
  readonly byte: number;
  /** Lines before `byte`. */
  readonly line: number;
}

export interface TextReaderOptions extends RecordOptions {
  /** For messages and metadata: path as people know it. */
  readonly name: string;
  readonly headerLines: number;
  /** Upper bound of a chunk, whatever the engine asks. */
  readonly chunkBytesMax: number;
  /** Longest record. */
  readonly recordBytesMax: number;
  metadata(key: string): unknown;
}

/** Reads a text file in chunks that end at record boundaries, so that its positions are exact. */
export class TextReader implements SplitReader {
  readonly #bytes: ByteReader;
  readonly #options: TextReaderOptions;
  #position: TextPosition;

  constructor(bytes: ByteReader, position: TextPosition, options: TextReaderOptions) {
    this.#bytes = bytes;
    this.#position = position;
    this.#options = options;
  }

  async read(bytesMax: number): Promise<SourceChunk | null> {
    let length = Math.max(1024, Math.min(bytesMax, this.#options.chunkBytesMax));
    for (;;) {
      const bytes = await this.#bytes.read(this.#position.byte, length);
      if (bytes.length === 0) return null;
      const last = bytes.length < length;
      const found = findRecords(bytes, this.#skipMark(bytes), last, this.#options);
      if (found.consumedBytes > 0 && (found.lineCount > 0 || last)) {
        const chunk = this.#chunk(bytes, found);
        if (chunk.count > 0) return chunk;
      } else if (length >= this.#options.recordBytesMax) {
        throw new HeadraceError("decode", `${this.#options.name}:${this.#position.line + 1}: a record is longer than ${this.#options.recordBytesMax} bytes`, {
          hint: "A quote that is never closed makes the rest of a CSV file one record.",
        });
      } else length = Math.min(length * 4, this.#options.recordBytesMax);
    }
  }

  /** A byte order mark is no part of the first record. */
  #skipMark(bytes: Uint8Array): number {
    return this.#position.byte === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  }

  #chunk(bytes: Uint8Array, found: RecordRanges): RawChunk {
    const { line } = this.#position;
    const { name, headerLines, metadata } = this.#options;
    const lineOf = (index: number): number => line + (found.lines === null ? index : found.lines[index]);
    let skipped = 0;
    while (skipped < found.count && lineOf(skipped) < headerLines) skipped++;
    const position: TextPosition = { byte: this.#position.byte + found.consumedBytes, line: line + found.lineCount };
    this.#position = position;
    return {
      kind: "raw",
      bytes,
      count: found.count - skipped,
      starts: found.starts.subarray(skipped, found.count),
      ends: found.ends.subarray(skipped, found.count),
      keyStarts: null,
      keyEnds: null,
      timestampsMs: null,
      metadata: (key) => metadata(key),
      describe: (index) => `${name}:${lineOf(index + skipped) + 1}`,
      position,
    };
  }

  async close(): Promise<void> {
    await this.#bytes.close();
  }
}
