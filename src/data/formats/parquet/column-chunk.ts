/** One column of one row group: pages with their headers, and what the footer says of them. */
import { gzipSync } from "node:zlib";
import type { Batch } from "../../batch.ts";
import { physicalType, type ColumnType } from "./column-type.ts";
import { bitWidth, encodeHybrid } from "./levels.ts";
import { compressSnappy } from "./snappy.ts";
import { encodeTexts } from "./texts.ts";
import { ThriftWriter } from "./thrift.ts";
import { plainNumbers, type Bounds } from "./values.ts";

export type Compression = "UNCOMPRESSED" | "SNAPPY" | "GZIP";
export const codecs: Readonly<Record<Compression, number>> = { UNCOMPRESSED: 0, SNAPPY: 1, GZIP: 2 };
export const encoding = { plain: 0, rle: 3, rleDictionary: 8 } as const;

export interface ColumnChunk {
  readonly pages: readonly Uint8Array[];
  /** What was asked for, or UNCOMPRESSED where that would have gained next to nothing. */
  readonly compression: Compression;
  readonly encodings: readonly number[];
  readonly values: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  /** Bytes before the first data page; null without a dictionary. */
  readonly dataPageOffset: number | null;
  readonly bounds: Bounds;
}

export function encodeColumn(batches: readonly Batch[], index: number, type: ColumnType, rows: number, wanted: Compression): ColumnChunk {
  const levels = type.field.type.nullable ? definitionLevels(batches, index, rows) : null;
  if (type.physical !== physicalType.byteArray) {
    const { bytes, bounds } = plainNumbers(batches, index, type, rows);
    return plainChunk(levels, bytes, rows, bounds, wanted);
  }
  const texts = encodeTexts(batches, index, rows);
  if (texts.dictionary === null) return plainChunk(levels, texts.bytes, rows, texts.bounds, wanted);
  const { bytes, count, indexes } = texts.dictionary;
  const width = bitWidth(count);
  const packed = encodeHybrid(indexes, width);
  const values = new Uint8Array(packed.length + 1);
  values[0] = width;
  values.set(packed, 1);
  const pages = [dictionaryPage(bytes, count, wanted), dataPage(levels, values, rows, encoding.rleDictionary, wanted)];
  return chunk(pages, [encoding.plain, encoding.rle, encoding.rleDictionary], rows, texts.bounds, true, wanted);
}

function plainChunk(levels: Uint8Array | null, values: Uint8Array, rows: number, bounds: Bounds, wanted: Compression): ColumnChunk {
  const compression = isWorthwhile(values, wanted) ? wanted : "UNCOMPRESSED";
  return chunk([dataPage(levels, values, rows, encoding.plain, compression)], [encoding.plain, encoding.rle], rows, bounds, false, compression);
}

const sampleBytes = 65_536;

/** Random values do not shrink: a sample shows it before time goes into the whole page, here and in every reader. */
function isWorthwhile(values: Uint8Array, wanted: Compression): boolean {
  if (wanted !== "SNAPPY" || values.length < 2 * sampleBytes) return true;
  return compressSnappy(values.subarray(0, sampleBytes)).length < 0.9 * sampleBytes;
}

interface Page {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  readonly uncompressedBytes: number;
}

function chunk(
  pages: readonly Page[],
  encodings: readonly number[],
  values: number,
  bounds: Bounds,
  hasDictionary: boolean,
  compression: Compression,
): ColumnChunk {
  const sizes = pages.map(({ header, body }) => header.length + body.length);
  return {
    compression,
    pages: pages.flatMap(({ header, body }) => [header, body]),
    encodings,
    values,
    uncompressedBytes: pages.reduce((total, { header, uncompressedBytes }) => total + header.length + uncompressedBytes, 0),
    compressedBytes: sizes.reduce((total, size) => total + size, 0),
    dataPageOffset: hasDictionary ? sizes[0] : null,
    bounds,
  };
}

/** 1 where there is a value, behind its length. */
function definitionLevels(batches: readonly Batch[], index: number, rows: number): Uint8Array {
  const levels = new Uint8Array(rows).fill(1);
  let at = 0;
  for (const batch of batches) {
    const { nulls } = batch.columns[index];
    if (nulls !== null) for (let row = 0; row < batch.length; row++) levels[at + row] = nulls[row] === 1 ? 0 : 1;
    at += batch.length;
  }
  const encoded = encodeHybrid(levels, 1);
  const bytes = new Uint8Array(4 + encoded.length);
  new DataView(bytes.buffer).setUint32(0, encoded.length, true);
  bytes.set(encoded, 4);
  return bytes;
}

function compress(bytes: Uint8Array, compression: Compression): Uint8Array {
  switch (compression) {
    case "UNCOMPRESSED":
      return bytes;
    case "SNAPPY":
      return compressSnappy(bytes);
    case "GZIP":
      return gzipSync(bytes, { level: 6 });
  }
}

/** PageHeader: type 0 is a data page (field 5), 2 a dictionary page (field 7). */
function dataPage(levels: Uint8Array | null, values: Uint8Array, rows: number, valueEncoding: number, compression: Compression): Page {
  const plain = levels === null ? values : Buffer.concat([levels, values]);
  const body = compress(plain, compression);
  const writer = new ThriftWriter();
  writer.int32(1, 0);
  writer.int32(2, plain.length);
  writer.int32(3, body.length);
  writer.struct(5, () => {
    writer.int32(1, rows);
    writer.int32(2, valueEncoding);
    writer.int32(3, encoding.rle);
    writer.int32(4, encoding.rle);
  });
  writer.stop();
  return { header: writer.finish(), body, uncompressedBytes: plain.length };
}

function dictionaryPage(values: Uint8Array, count: number, compression: Compression): Page {
  const body = compress(values, compression);
  const writer = new ThriftWriter();
  writer.int32(1, 2);
  writer.int32(2, values.length);
  writer.int32(3, body.length);
  writer.struct(7, () => {
    writer.int32(1, count);
    writer.int32(2, encoding.plain);
  });
  writer.stop();
  return { header: writer.finish(), body, uncompressedBytes: values.length };
}
