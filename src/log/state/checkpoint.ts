/**
 * The log's memory as one file, so that a start reads only the segments after it.
 *
 * "HRCP0001", length of the rest (float64), then JSON of streams, shards, producers and tables (values in base64) with
 * its length, the shards' index entries as raw numbers, and the CRC-32C of all before. Two are kept; a damaged one is
 * passed over for the one before, whose segments are kept for that.
 */
import { crc32c, type Disk } from "../../core/index.ts";
import { ShardIndex } from "../read/shard-index.ts";
import { LogState, type MutableShard, type MutableStream } from "./log-state.ts";
import { ProducerState, type ProducerSnapshot } from "./producers.ts";

const magic = "HRCP0001";

/** End offsets of the shards with records in a segment: what retention must have passed before the file may go. */
export type SegmentContents = Map<number, Map<number, number>>;

export interface CheckpointContents {
  readonly state: LogState;
  readonly indexes: ReadonlyMap<number, ShardIndex>;
  readonly segments: SegmentContents;
  /** First segment whose frames are not in here. */
  readonly segment: number;
  readonly nextFrame: number;
}

interface Document {
  readonly segment: number;
  readonly nextFrame: number;
  readonly nextShard: number;
  readonly streams: readonly MutableStream[];
  readonly shards: readonly (Omit<MutableShard, "hashRange"> & { readonly hashStart: string; readonly hashEnd: string })[];
  readonly producers: readonly [number, ProducerSnapshot][];
  readonly tables: readonly [string, readonly [string, string][]][];
  readonly indexes: readonly [shard: number, numbers: number][];
  readonly segments: readonly [number, readonly [number, number][]][];
}

export function checkpointPath(directory: string, segment: number): string {
  return `${directory}/checkpoint-${String(segment).padStart(10, "0")}`;
}

export async function listCheckpoints(disk: Disk, directory: string): Promise<number[]> {
  const names = (await disk.list(directory)).map((entry) => /^checkpoint-(\d{10})$/.exec(entry.name));
  return names.flatMap((match) => (match === null ? [] : [Number(match[1])])).sort((left, right) => left - right);
}

/** Taken at once; the bytes may be written later. */
export function encodeCheckpoint(contents: CheckpointContents): Uint8Array {
  const { state, indexes, segments } = contents;
  const numbers = [...indexes].map(([shard, index]) => [shard, index.snapshot()] as const);
  const document: Document = {
    segment: contents.segment,
    nextFrame: contents.nextFrame,
    nextShard: state.nextShard,
    streams: [...state.streams.values()],
    shards: [...state.shards.values()].map(({ hashRange, ...shard }) => ({ ...shard, hashStart: String(hashRange.start), hashEnd: String(hashRange.end) })),
    producers: [...state.producers].map(([shard, producers]) => [shard, producers.snapshot()]),
    tables: [...state.tables].map(([table, entries]) => [table, [...entries].map(([key, value]) => [key, Buffer.from(value).toString("base64")])]),
    indexes: numbers.map(([shard, values]) => [shard, values.length]),
    segments: [...segments].map(([segment, shards]) => [segment, [...shards]]),
  };
  const json = Buffer.from(JSON.stringify(document), "utf8");
  const head = Buffer.alloc(20);
  head.write(magic, 0, "latin1");
  head.writeUInt32BE(json.length, 16);
  const parts = [head, json, ...numbers.map(([, values]) => Buffer.from(values.buffer, values.byteOffset, values.byteLength))];
  head.writeDoubleBE(
    parts.reduce((total, part) => total + part.length, 4),
    8,
  );
  const bytes = Buffer.concat([...parts, Buffer.alloc(4)]);
  bytes.writeUInt32BE(crc32c(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

/** Null when the bytes are not a whole checkpoint. */
export function decodeCheckpoint(source: Uint8Array): CheckpointContents | null {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  if (bytes.length < 24 || bytes.toString("latin1", 0, 8) !== magic || bytes.readDoubleBE(8) !== bytes.length) return null;
  if (bytes.readUInt32BE(bytes.length - 4) !== crc32c(bytes.subarray(0, -4))) return null;
  const jsonBytes = bytes.readUInt32BE(16);
  const document = JSON.parse(bytes.toString("utf8", 20, 20 + jsonBytes)) as Document;
  const indexes = new Map<number, ShardIndex>();
  let at = 20 + jsonBytes;
  for (const [shard, count] of document.indexes) {
    const values = new Float64Array(count);
    new Uint8Array(values.buffer).set(bytes.subarray(at, at + count * 8));
    indexes.set(shard, ShardIndex.restore(values));
    at += count * 8;
  }
  return {
    state: restoreState(document),
    indexes,
    segments: new Map(document.segments.map(([segment, shards]) => [segment, new Map(shards)])),
    segment: document.segment,
    nextFrame: document.nextFrame,
  };
}

function restoreState(document: Document): LogState {
  const state = new LogState();
  state.nextShard = document.nextShard;
  for (const stream of document.streams) state.streams.set(stream.name, { ...stream, shards: [...stream.shards] });
  for (const { hashStart, hashEnd, ...shard } of document.shards) {
    state.shards.set(shard.shard, {
      ...shard,
      parents: [...shard.parents],
      children: [...shard.children],
      hashRange: { start: BigInt(hashStart), end: BigInt(hashEnd) },
    });
  }
  for (const [shard, snapshot] of document.producers) state.producers.set(shard, ProducerState.restore(snapshot));
  for (const [table, entries] of document.tables)
    state.tables.set(table, new Map(entries.map(([key, value]) => [key, new Uint8Array(Buffer.from(value, "base64"))])));
  return state;
}

/** Written under another name first, so that a crash leaves either the whole file or none. */
export async function writeCheckpoint(disk: Disk, directory: string, segment: number, bytes: Uint8Array): Promise<void> {
  const path = checkpointPath(directory, segment);
  const file = await disk.open(`${path}.new`, "create");
  try {
    await file.truncate(0);
    await file.write([bytes], 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await disk.rename(`${path}.new`, path);
  await disk.syncDirectory(directory);
}

/** The newest whole one, or null. */
export async function readNewestCheckpoint(disk: Disk, directory: string): Promise<CheckpointContents | null> {
  for (const segment of (await listCheckpoints(disk, directory)).reverse()) {
    const file = await disk.open(checkpointPath(directory, segment), "read");
    try {
      const bytes = new Uint8Array(await file.size());
      await file.read(bytes, 0);
      const contents = decodeCheckpoint(bytes);
      if (contents !== null) return contents;
    } finally {
      await file.close();
    }
  }
  return null;
}
