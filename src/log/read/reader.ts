/** Reads batches of one shard from the journal's files, checksums verified. */
import { decodeFrameHeader, frameHeaderBytes } from "../journal/frame.ts";
import { decodePayload } from "../journal/payload.ts";
import type { Segment } from "../journal/segment.ts";
import { crc32c, HeadraceError } from "../../core/index.ts";
import type { StoredBatch } from "../log.ts";
import { readBatchHeader } from "../records/index.ts";
import type { ShardIndex } from "./shard-index.ts";

const windowBytes = 256 * 1024;

export interface SegmentSource {
  /** The segment's file, and how far it is durable; null when it is gone. */
  segment(number: number): { segment: Segment; endPosition: number } | null;
}

/** Batches from the one that holds `offset` up to `endOffset`, about `bytesMax` bytes of them and at least one. */
export async function readFromJournal(
  source: SegmentSource,
  index: ShardIndex,
  shard: number,
  offset: number,
  endOffset: number,
  bytesMax: number,
): Promise<StoredBatch[]> {
  const found: StoredBatch[] = [];
  let bytes = 0;
  let next = offset;
  let entry = index.find(offset);
  while (entry !== undefined && next < endOffset) {
    const held = source.segment(entry.segment);
    if (held === null) throw new HeadraceError("corrupt", `segment ${entry.segment} of the journal is missing`);
    // Batches between two index entries lie at most one spacing behind the first; beyond the second the index leads on.
    const following = index.after(entry.offset);
    const stop = following !== undefined && following.segment === entry.segment ? following.position : held.endPosition;
    for await (const batch of framesOf(held.segment, entry.position, stop, shard)) {
      if (batch.baseOffset + batch.recordCount <= next) continue;
      if (batch.baseOffset >= endOffset || (found.length > 0 && bytes + batch.bytes.length > bytesMax)) return found;
      found.push(batch);
      bytes += batch.bytes.length;
      next = batch.baseOffset + batch.recordCount;
      if (bytes >= bytesMax) return found;
    }
    entry = following;
  }
  return found;
}

/** This shard's batches in the frames from `start` to `stop` of a segment. */
async function* framesOf(segment: Segment, start: number, stop: number, shard: number): AsyncGenerator<StoredBatch> {
  let window: Uint8Array = new Uint8Array(0);
  let windowStart = start;
  let position = start;
  const load = async (count: number): Promise<Uint8Array> => {
    const at = position - windowStart;
    if (at >= 0 && at + count <= window.length) return window.subarray(at, at + count);
    windowStart = position;
    window = await segment.read(position, Math.max(count, Math.min(windowBytes, stop - position)));
    return window.subarray(0, count);
  };
  while (position < stop) {
    const header = decodeFrameHeader(await load(frameHeaderBytes), 0, segment.header.salt);
    if (header === null) throw segment.corrupt(position, "its header does not match its checksum");
    const whole = await load(frameHeaderBytes + header.payloadBytes);
    const payload = whole.subarray(frameHeaderBytes);
    if (payload.length !== header.payloadBytes || crc32c(payload) !== header.payloadCrc)
      throw segment.corrupt(position, "its payload does not match its checksum");
    for (const entry of decodePayload(payload)) {
      if (entry.kind !== "append" || entry.shard !== shard) continue;
      // Copied out, so that a reader that keeps a batch does not keep the window.
      const bytes = entry.batch.slice();
      yield { bytes, baseOffset: entry.baseOffset, recordCount: readBatchHeader(bytes).recordCount, appendTimeMs: header.timeMs };
    }
    position += frameHeaderBytes + header.payloadBytes;
  }
}
