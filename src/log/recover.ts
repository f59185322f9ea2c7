/** From the files of a data folder to the log's memory. */
import { HeadraceError, type Platform } from "../core/index.ts";
import { segmentHeaderBytes } from "./journal/frame.ts";
import { decodePayload } from "./journal/payload.ts";
import { recoverSegment, type RecoveredSegment } from "./journal/recovery.ts";
import { listSegments, Segment } from "./journal/segment.ts";
import { noteAppend } from "./disk-log.ts";
import type { ShardIndex } from "./read/shard-index.ts";
import { readNewestCheckpoint, type SegmentContents } from "./state/checkpoint.ts";
import { LogState } from "./state/log-state.ts";

export interface Recovered {
  readonly state: LogState;
  readonly indexes: Map<number, ShardIndex>;
  readonly contents: SegmentContents;
  readonly segments: { segment: Segment; endPosition: number }[];
  readonly nextFrame: number;
  readonly checkpointSegment: number;
}

/** @throws HeadraceError `corrupt` when stored bytes are damaged or a segment is missing. */
export async function recover(platform: Platform, directory: string): Promise<Recovered> {
  const { disk } = platform;
  const checkpoint = await readNewestCheckpoint(disk, directory);
  const state = checkpoint?.state ?? new LogState();
  const indexes = new Map(checkpoint?.indexes ?? []);
  const contents: SegmentContents = new Map(checkpoint?.segments ?? []);
  const numbers = await listSegments(disk, directory);
  const segments: Recovered["segments"] = [];
  for (const number of numbers) {
    const segment = await Segment.open(disk, directory, number);
    if (segment !== null) segments.push({ segment, endPosition: segment.prewrittenBytes });
    else if (number !== numbers.at(-1)) throw new HeadraceError("corrupt", `${directory}: segment ${number} has no readable header`);
  }
  const first = checkpoint?.segment ?? segments[0]?.segment.number ?? 1;
  checkContinuity(segments.map(({ segment }) => segment.number), first, directory, checkpoint !== null);
  let nextFrame = checkpoint?.nextFrame ?? segments[0]?.segment.header.firstFrame ?? 0;
  for (const held of segments.filter(({ segment }) => segment.number >= first)) {
    const isLast = held === segments.at(-1);
    nextFrame = await replay(held, nextFrame, isLast, { state, indexes, contents });
  }
  if (segments.length === 0 || segments.at(-1)!.segment.number < first) {
    const salt = new DataView(platform.random.bytes(4).buffer).getUint32(0);
    const segment = await Segment.create(disk, directory, { segment: first, salt, firstFrame: nextFrame });
    segments.push({ segment, endPosition: segmentHeaderBytes });
  }
  return { state, indexes, contents, segments, nextFrame, checkpointSegment: checkpoint?.segment ?? 0 };
}

function checkContinuity(numbers: readonly number[], first: number, directory: string, hasCheckpoint: boolean): void {
  const replayed = numbers.filter((number) => number >= first);
  replayed.forEach((number, index) => {
    if (number !== first + index) throw new HeadraceError("corrupt", `${directory}: segment ${first + index} of the journal is missing`);
  });
  if (!hasCheckpoint && numbers.length > 0 && numbers[0] !== 1) throw new HeadraceError("corrupt", `${directory}: the journal begins at segment ${numbers[0]} and there is no checkpoint`);
}

async function replay(
  held: { segment: Segment; endPosition: number },
  firstFrame: number,
  isLast: boolean,
  target: { state: LogState; indexes: Map<number, ShardIndex>; contents: SegmentContents },
): Promise<number> {
  const { segment } = held;
  const { state, indexes, contents } = target;
  const end: RecoveredSegment = await recoverSegment(segment, firstFrame, (header, payload, position) => {
    for (const entry of decodePayload(payload)) {
      state.apply(entry, header.timeMs);
      if (entry.kind === "append") noteAppend(indexes, contents, entry.shard, entry.baseOffset, state, segment.number, position, header.timeMs);
      else if (entry.kind === "change" && entry.change.kind === "trim") indexes.get(entry.change.shard)?.trim(entry.change.offset);
    }
  });
  if (!isLast && !end.sealed) throw new HeadraceError("corrupt", `${segment.path}: the segment ends at byte ${end.endPosition} without its last frame, and another one follows it`);
  held.endPosition = end.endPosition;
  for (const shard of [...indexes.keys()]) if (!state.shards.has(shard)) indexes.delete(shard);
  // What a torn group left behind must not be taken for frames once new ones stand before it.
  if (end.torn) await segment.truncate(end.endPosition);
  return end.nextFrame;
}
