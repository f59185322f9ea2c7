/**
 * Reads a segment's frames at start and decides where it ends.
 *
 * Behind the last good frame there may be zeros, or the torn rest of the last group, which nobody was told about. A good
 * frame of a later group behind a bad one proves that the bad one had been synced: that is damage, and the log refuses.
 */
import { crc32c, type HeadraceError } from "../../core/index.ts";
import { decodeFrameHeader, frameHeaderBytes, frameMagic, segmentHeaderBytes, type FrameHeader } from "./frame.ts";
import type { Segment } from "./segment.ts";

const readBytes = 4 * 1024 * 1024;

export interface RecoveredSegment {
  /** Where the next frame goes. */
  readonly endPosition: number;
  readonly nextFrame: number;
  /** True when bytes of a torn group lie behind the end. */
  readonly torn: boolean;
}

export type FrameVisitor = (header: FrameHeader, payload: Uint8Array, position: number) => void;

/** Reads through a window that moves along the file. */
class Window {
  readonly #segment: Segment;
  readonly size: number;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(segment: Segment, size: number) {
    this.#segment = segment;
    this.size = size;
  }

  /** `count` bytes at `position`, fewer at the end of the file. */
  async bytes(position: number, count: number): Promise<Uint8Array> {
    const offset = position - this.#start;
    if (offset < 0 || offset + count > this.#bytes.length) {
      this.#start = position;
      this.#bytes = await this.#segment.read(position, Math.min(Math.max(count, readBytes), Math.max(0, this.size - position)));
      return this.#bytes.subarray(0, count);
    }
    return this.#bytes.subarray(offset, offset + count);
  }
}

/** @throws HeadraceError `corrupt` */
export async function recoverSegment(segment: Segment, firstFrame: number, visit: FrameVisitor): Promise<RecoveredSegment> {
  const window = new Window(segment, await segment.size());
  let position = segmentHeaderBytes;
  let frame = firstFrame;
  for (;;) {
    const found = await frameAt(window, segment, position);
    if (found === null || found.header.frame !== frame) {
      const damage = await damageBehind(window, segment, position, frame);
      if (damage !== null) throw damage;
      return { endPosition: position, nextFrame: frame, torn: await anyBytes(window, position) };
    }
    visit(found.header, found.payload, position);
    position += frameHeaderBytes + found.header.payloadBytes;
    frame++;
  }
}

async function frameAt(window: Window, segment: Segment, position: number): Promise<{ header: FrameHeader; payload: Uint8Array } | null> {
  const head = await window.bytes(position, frameHeaderBytes);
  const header = decodeFrameHeader(head, 0, segment.header.salt);
  if (header === null || position + frameHeaderBytes + header.payloadBytes > window.size) return null;
  const payload = await window.bytes(position + frameHeaderBytes, header.payloadBytes);
  return payload.length === header.payloadBytes && crc32c(payload) === header.payloadCrc ? { header, payload } : null;
}

/** Looks for a good frame behind a bad one at `bad` whose group began after it. */
async function damageBehind(window: Window, segment: Segment, bad: number, frame: number): Promise<HeadraceError | null> {
  const magic = new Uint8Array(new Uint32Array([frameMagic]).buffer);
  for (let start = bad; start < window.size; start += readBytes - 3) {
    const bytes = Buffer.from(await segment.read(start, Math.min(readBytes, window.size - start)));
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      const position = start + at;
      if (position === bad && (await frameAt(window, segment, position)) === null) continue;
      const found = await frameAt(window, segment, position);
      if (found === null || found.header.frame < frame) continue;
      if (found.header.groupStart > bad)
        return segment.corrupt(bad, `it is broken, but frame ${found.header.frame} at byte ${position}, written after it was synced, is whole`);
    }
  }
  return null;
}

async function anyBytes(window: Window, position: number): Promise<boolean> {
  for (let at = position; at < window.size; at += readBytes) {
    const bytes = await window.bytes(at, Math.min(readBytes, window.size - at));
    if (bytes.some((byte) => byte !== 0)) return true;
  }
  return false;
}
