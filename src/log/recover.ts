/** From the files of a data folder to the log's memory. */
import { HeadraceError, type Disk, type Platform } from "../core/index.ts";
import { segmentHeaderBytes } from "./journal/frame.ts";
import { decodePayload } from "./journal/payload.ts";
import { recoverSegment, type RecoveredSegment } from "./journal/recovery.ts";
import { corruptionHint, listSegments, Segment, segmentPath } from "./journal/segment.ts";
import { noteAppend } from "./read/note-append.ts";
import type { ShardIndex } from "./read/shard-index.ts";
import { readClosingMark } from "./state/closing-mark.ts";
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

interface Memory {
  readonly state: LogState;
  readonly indexes: Map<number, ShardIndex>;
  readonly contents: SegmentContents;
}

/** @throws HeadraceError `corrupt` when stored bytes are damaged or a segment is missing. */
export async function recover(platform: Platform, directory: string): Promise<Recovered> {
  const { disk } = platform;
  const checkpoint = await readNewestCheckpoint(disk, directory);
  const memory: Memory = {
    state: checkpoint?.state ?? new LogState(),
    indexes: new Map(checkpoint?.indexes ?? []),
    contents: new Map(checkpoint?.segments ?? []),
  };
  const segments = await openSegments(disk, directory);
  const first = checkpoint?.segment ?? 1;
  checkContinuity(
    segments.map(({ segment }) => segment.number),
    first,
    directory,
  );
  if (segments.length === 0 && checkpoint === null) segments.push(await firstSegment(platform, directory));
  const { nextFrame, torn } = await replayAll(disk, segments, first, checkpoint?.nextFrame ?? 0, memory);
  const active = segments.at(-1)!;
  const mark = await readClosingMark(disk, directory);
  if (mark > nextFrame)
    throw active.segment.corrupt(active.endPosition, `it is frame ${nextFrame}, and the journal was closed in good order after frame ${mark - 1}`);
  // What a torn group left behind must not be taken for frames once new ones stand before it.
  if (torn) await active.segment.truncate(active.endPosition);
  // Of what a killed process left in the kernel nothing may be shown to readers before it is on the disk.
  await active.segment.datasync();
  await disk.syncDirectory(directory);
  return { ...memory, segments, nextFrame, checkpointSegment: checkpoint?.segment ?? 0 };
}

async function openSegments(disk: Disk, directory: string): Promise<Recovered["segments"]> {
  const numbers = await listSegments(disk, directory);
  const segments: Recovered["segments"] = [];
  for (const number of numbers) {
    const segment = await Segment.open(disk, directory, number);
    if (segment !== null) segments.push({ segment, endPosition: segment.prewrittenBytes });
    // A header is synced before anything follows it: without a header, only a file without frames was cut short.
    else if (number !== numbers.at(-1) || (await disk.stat(segmentPath(directory, number)))!.sizeBytes > segmentHeaderBytes) {
      throw new HeadraceError("corrupt", `${segmentPath(directory, number)}: the header at byte 0 is damaged`, { hint: corruptionHint });
    }
  }
  return segments;
}

async function firstSegment({ disk, random }: Platform, directory: string): Promise<Recovered["segments"][0]> {
  const salt = new DataView(random.bytes(4).buffer).getUint32(0);
  return { segment: await Segment.create(disk, directory, { segment: 1, salt, firstFrame: 0 }), endPosition: segmentHeaderBytes };
}

function checkContinuity(numbers: readonly number[], first: number, directory: string): void {
  const replayed = numbers.filter((number) => number >= first);
  if (replayed.length === 0 && (first > 1 || numbers.length > 0))
    throw new HeadraceError("corrupt", `${directory}: segment ${first} of the journal is missing`, { hint: corruptionHint });
  replayed.forEach((number, index) => {
    if (number !== first + index)
      throw new HeadraceError("corrupt", `${directory}: segment ${first + index} of the journal is missing`, { hint: corruptionHint });
  });
}

/** Replays from segment `first` on; answers the number of the next frame, and whether a torn group lies behind the end. */
async function replayAll(
  disk: Disk,
  segments: Recovered["segments"],
  first: number,
  firstFrame: number,
  memory: Memory,
): Promise<{ nextFrame: number; torn: boolean }> {
  let nextFrame = firstFrame;
  let torn = false;
  for (const held of segments.filter(({ segment }) => segment.number >= first)) {
    const { segment } = held;
    if (segment.header.firstFrame !== nextFrame) {
      const isLeftOver = held === segments.at(-1) && segment.header.firstFrame < nextFrame && (await isEmpty(segment));
      if (!isLeftOver)
        throw new HeadraceError(
          "corrupt",
          `${segment.path}: begins with frame ${segment.header.firstFrame}, the segment before it ends with ${nextFrame - 1}`,
          { hint: corruptionHint },
        );
      // Its making failed half way, and writing went on in the segment before.
      segments.pop();
      await segment.close();
      await disk.unlink(segment.path);
      break;
    }
    ({ nextFrame, torn } = await replay(held, nextFrame, memory));
  }
  return { nextFrame, torn };
}

async function isEmpty(segment: Segment): Promise<boolean> {
  return (await recoverSegment(segment, segment.header.firstFrame, () => {})).nextFrame === segment.header.firstFrame;
}

async function replay(held: Recovered["segments"][0], firstFrame: number, { state, indexes, contents }: Memory): Promise<RecoveredSegment> {
  const { segment } = held;
  const end = await recoverSegment(segment, firstFrame, (header, payload, position) => {
    for (const entry of decodePayload(payload)) {
      state.apply(entry, header.timeMs);
      if (entry.kind === "append")
        noteAppend(indexes, contents, entry.shard, entry.baseOffset, entry.batch.length, state, segment.number, position, header.timeMs);
      else if (entry.kind === "change" && entry.change.kind === "trim") indexes.get(entry.change.shard)?.trim(entry.change.offset);
    }
  });
  held.endPosition = end.endPosition;
  for (const shard of indexes.keys()) if (!state.shards.has(shard)) indexes.delete(shard);
  return end;
}
