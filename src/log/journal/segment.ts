/** One segment file of the journal. */
import { crc32c, DiskError, HeadraceError, type Disk, type DiskFile } from "../../core/index.ts";
import {
  decodeFrameHeader,
  decodeSegmentHeader,
  encodeSegmentHeader,
  frameHeaderBytes,
  segmentHeaderBytes,
  type FrameHeader,
  type SegmentHeader,
} from "./frame.ts";

export function segmentPath(directory: string, segment: number): string {
  return `${directory}/segment-${String(segment).padStart(10, "0")}.journal`;
}

/** Numbers of the segments in a folder, rising. */
export async function listSegments(disk: Disk, directory: string): Promise<number[]> {
  const names = (await disk.list(directory)).map((entry) => /^segment-(\d{10})\.journal$/.exec(entry.name));
  return names.flatMap((match) => (match === null ? [] : [Number(match[1])])).sort((left, right) => left - right);
}

export const corruptionHint = "nothing was changed; restore the file from a copy, or move the data folder away to start anew";

export class Segment {
  readonly header: SegmentHeader;
  readonly path: string;
  readonly #file: DiskFile;
  /** Bytes from the start that are known to be on disk, zeros included: writing below costs no change of the file's size. */
  prewrittenBytes: number;

  constructor(path: string, file: DiskFile, header: SegmentHeader, prewrittenBytes: number) {
    this.path = path;
    this.#file = file;
    this.header = header;
    this.prewrittenBytes = prewrittenBytes;
  }

  get number(): number {
    return this.header.segment;
  }

  /** Makes a segment under its name. Not durable before the first sync of file and folder. */
  static async create(disk: Disk, directory: string, header: SegmentHeader): Promise<Segment> {
    const path = segmentPath(directory, header.segment);
    // What is left of a creation that a crash cut short holds no frame: its folder entry was never synced with one.
    await disk.unlink(path);
    const file = await disk.open(path, "createNew");
    try {
      await file.write([encodeSegmentHeader(header)], 0);
      await file.datasync();
      await disk.syncDirectory(directory);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new Segment(path, file, header, segmentHeaderBytes);
  }

  /** Null when the file holds no segment header: its creation was cut short. */
  static async open(disk: Disk, directory: string, segment: number): Promise<Segment | null> {
    const path = segmentPath(directory, segment);
    const file = await disk.open(path, "create");
    const bytes = new Uint8Array(segmentHeaderBytes);
    const read = await file.read(bytes, 0);
    const header = decodeSegmentHeader(bytes.subarray(0, read));
    if (header === null || header.segment !== segment) {
      await file.close();
      return null;
    }
    return new Segment(path, file, header, await file.size());
  }

  write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    return this.#file.write(buffers, position);
  }

  datasync(): Promise<void> {
    return this.#file.datasync();
  }

  /** Cuts the file, so that nothing of a failed or torn write is left behind `sizeBytes`. */
  async truncate(sizeBytes: number): Promise<void> {
    await this.#file.truncate(sizeBytes);
    await this.#file.datasync();
    this.prewrittenBytes = sizeBytes;
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  /** Up to `bytes` bytes from `position`. */
  async read(position: number, bytes: number): Promise<Uint8Array> {
    const target = new Uint8Array(bytes);
    const read = await this.#file.read(target, position);
    return read === bytes ? target : target.subarray(0, read);
  }

  /** The frame at `position` with its payload checked, for readers: whatever is wrong is corruption. */
  async readFrame(position: number): Promise<{ header: FrameHeader; payload: Uint8Array; end: number }> {
    const head = await this.read(position, frameHeaderBytes);
    const header = decodeFrameHeader(head, 0, this.header.salt);
    if (header === null) throw this.corrupt(position, "its header does not match its checksum");
    const payload = await this.read(position + frameHeaderBytes, header.payloadBytes);
    if (payload.length !== header.payloadBytes || crc32c(payload) !== header.payloadCrc)
      throw this.corrupt(position, "its payload does not match its checksum");
    return { header, payload, end: position + frameHeaderBytes + header.payloadBytes };
  }

  corrupt(position: number, reason: string): HeadraceError {
    return new HeadraceError("corrupt", `${this.path}: the frame at byte ${position} is damaged: ${reason}`, {
      hint: corruptionHint,
    });
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** True for a failure that a fuller disk explains: what was written is still good. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof DiskError && error.code === "full";
}
