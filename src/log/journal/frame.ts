/**
 * The journal's frames, as bytes. Pure.
 *
 * A segment begins with a header of 32 bytes: "HRSEG001", segment number (float64), salt (uint32), number of its first
 * frame (float64), CRC-32C of the 28 bytes before. Frames follow without gaps; zeros after the last one are room not used yet.
 *
 *      0  magic           uint32
 *      4  payload length  uint32
 *      8  frame number    float64  counts on through all segments
 *     16  time            float64  milliseconds since 1970: append time of all its records
 *     24  group start     uint32   where the first frame of the same sync begins
 *     28  payload CRC     uint32   CRC-32C
 *     32  header CRC      uint32   CRC-32C of the 32 bytes before, begun with the segment's salt
 *     36  payload
 *
 * The salt is random for each segment, so bytes that a user stored and that look like a frame are none. The group start
 * tells a torn tail from damage: what was synced together may be torn anywhere, but nothing is written behind a group
 * before its sync returned.
 */
import { crc32c, HeadraceError } from "../../core/index.ts";

export const segmentHeaderBytes = 32;
export const frameHeaderBytes = 36;
export const frameMagic = 0x4c4a5248;
const segmentMagic = new TextEncoder().encode("HRSEG001");
/** Largest payload: a limit on what a damaged length can make a reader allocate. */
export const payloadBytesMax = 1024 * 1024 * 1024;

export interface SegmentHeader {
  readonly segment: number;
  readonly salt: number;
  readonly firstFrame: number;
}

export interface FrameHeader {
  readonly payloadBytes: number;
  readonly frame: number;
  readonly timeMs: number;
  readonly groupStart: number;
  readonly payloadCrc: number;
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(segmentHeaderBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(segmentMagic);
  view.setFloat64(8, header.segment);
  view.setUint32(16, header.salt);
  view.setFloat64(20, header.firstFrame);
  view.setUint32(28, crc32c(bytes.subarray(0, 28)));
  return bytes;
}

/** Null when these bytes are no segment header. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | null {
  if (bytes.length < segmentHeaderBytes) return null;
  for (let index = 0; index < segmentMagic.length; index++) if (bytes[index] !== segmentMagic[index]) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, segmentHeaderBytes);
  if (view.getUint32(28) !== crc32c(bytes.subarray(0, 28))) return null;
  return { segment: view.getFloat64(8), salt: view.getUint32(16), firstFrame: view.getFloat64(20) };
}

export function encodeFrameHeader(header: FrameHeader, salt: number): Uint8Array {
  if (header.payloadBytes > payloadBytesMax)
    throw new HeadraceError("limit-exceeded", `a commit of ${header.payloadBytes} bytes is larger than ${payloadBytesMax}`);
  const bytes = new Uint8Array(frameHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, frameMagic, true);
  view.setUint32(4, header.payloadBytes);
  view.setFloat64(8, header.frame);
  view.setFloat64(16, header.timeMs);
  view.setUint32(24, header.groupStart);
  view.setUint32(28, header.payloadCrc);
  view.setUint32(32, crc32c(bytes.subarray(0, 32), salt));
  return bytes;
}

/** The header at `at`, or null when there is none with a right CRC. */
export function decodeFrameHeader(bytes: Uint8Array, at: number, salt: number): FrameHeader | null {
  if (at + frameHeaderBytes > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, frameHeaderBytes);
  if (view.getUint32(0, true) !== frameMagic || view.getUint32(32) !== crc32c(bytes.subarray(at, at + 32), salt)) return null;
  return {
    payloadBytes: view.getUint32(4),
    frame: view.getFloat64(8),
    timeMs: view.getFloat64(16),
    groupStart: view.getUint32(24),
    payloadCrc: view.getUint32(28),
  };
}
