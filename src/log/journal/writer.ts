/**
 * The one writer of the journal: group commit. What arrives while a sync runs is written and synced together afterwards.
 *
 * A write that finds the disk full refuses its group and cuts the file back: what is stored stays, and later commits may
 * succeed. A sync that fails stops the writer for good, because the kernel may have dropped the pages it reports.
 */
import { crc32c, HeadraceError, type Clock, type Disk, type Random } from "../../core/index.ts";
import { encodeFrameHeader, frameHeaderBytes, segmentHeaderBytes } from "./frame.ts";
import { isDiskFull, Segment } from "./segment.ts";

export interface PendingCommit {
  readonly pieces: readonly Uint8Array[];
  readonly timeMs: number;
  /** Called after the sync, in commit order, with where the frame stands. */
  durable(segment: number, position: number, frame: number): void;
  failed(error: HeadraceError): void;
}

export interface WriterOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: string;
  /** A segment is left once it is this long. */
  readonly segmentBytes: number;
  /** Zeros written ahead, at most. */
  readonly prewriteBytes: number;
  /** A new segment is in use; the one before is complete. */
  rolled(segment: Segment, before: Segment): void;
  /** Nothing can be written any more. */
  stopped(error: HeadraceError): void;
  /** Time a sync took, for the metric. */
  synced(durationMs: number, commits: number): void;
}

/** Prewriting pays only for a busy log: it begins once so much was written. */
const prewriteAfterBytes = 1024 * 1024;
/** Larger groups pay for their own growth: writing zeros first would double what the disk has to do. */
const prewriteGroupBytesMax = 1024 * 1024;
const zeros = new Uint8Array(256 * 1024);
const groupBytesMax = 16 * 1024 * 1024;
const copyBelowBytes = 4096;

export class JournalWriter {
  readonly #options: WriterOptions;
  #segment: Segment;
  #position: number;
  #nextFrame: number;
  #waiting: PendingCommit[] = [];
  #running = false;
  #stopped: HeadraceError | null = null;
  #prewriting: Promise<void> | null = null;
  #writtenBytes = 0;
  #idle: (() => void)[] = [];

  constructor(options: WriterOptions, segment: Segment, position: number, nextFrame: number) {
    this.#options = options;
    this.#segment = segment;
    this.#position = position;
    this.#nextFrame = nextFrame;
  }

  get segment(): Segment {
    return this.#segment;
  }

  get nextFrame(): number {
    return this.#nextFrame;
  }

  append(commit: PendingCommit): void {
    if (this.#stopped !== null) {
      commit.failed(this.#stopped);
      return;
    }
    this.#waiting.push(commit);
    if (!this.#running) {
      this.#running = true;
      // One turn of the microtask queue later, so that calls of the same moment share the first sync.
      queueMicrotask(() => void this.#run());
    }
  }

  /** Resolves when nothing is waiting or being written. */
  async settled(): Promise<void> {
    if (this.#running) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.#prewriting;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#writeGroup(group);
      } catch (error) {
        await this.#groupFailed(group, error);
      }
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #takeGroup(): PendingCommit[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || bytes < groupBytesMax)) bytes += sizeOf(this.#waiting[count++].pieces);
    return this.#waiting.splice(0, count);
  }

  async #writeGroup(group: readonly PendingCommit[]): Promise<void> {
    if (this.#position >= this.#options.segmentBytes) await this.#roll();
    const groupStart = this.#position;
    const buffers: Uint8Array[] = [];
    const positions: number[] = [];
    let position = groupStart;
    let frame = this.#nextFrame;
    for (const commit of group) {
      positions.push(position);
      position += this.#encode(buffers, commit.pieces, commit.timeMs, frame++, groupStart);
    }
    await this.#makeRoom(position);
    await this.#segment.write(joined(buffers), groupStart);
    await this.#sync(group.length);
    const firstFrame = this.#nextFrame;
    this.#position = position;
    this.#nextFrame = frame;
    this.#writtenBytes += position - groupStart;
    const segment = this.#segment.number;
    for (let index = 0; index < group.length; index++) group[index].durable(segment, positions[index], firstFrame + index);
    if (position - groupStart <= prewriteGroupBytesMax) this.#prewrite();
  }

  #encode(buffers: Uint8Array[], pieces: readonly Uint8Array[], timeMs: number, frame: number, groupStart: number): number {
    let crc = 0;
    let payloadBytes = 0;
    for (const piece of pieces) {
      crc = crc32c(piece, crc);
      payloadBytes += piece.length;
    }
    buffers.push(encodeFrameHeader({ payloadBytes, frame, timeMs, groupStart, payloadCrc: crc }, this.#segment.header.salt), ...pieces);
    return frameHeaderBytes + payloadBytes;
  }

  async #sync(commits: number): Promise<void> {
    const { clock, synced } = this.#options;
    const startMs = clock.monotonicMs();
    try {
      await this.#segment.datasync();
    } catch (cause) {
      throw new SyncFailed(cause);
    }
    synced(clock.monotonicMs() - startMs, commits);
  }

  /** Waits for zeros that are being written where this group goes. */
  async #makeRoom(end: number): Promise<void> {
    if (end <= this.#segment.prewrittenBytes) return;
    await this.#prewriting;
    if (end > this.#segment.prewrittenBytes) this.#segment.prewrittenBytes = end;
  }

  #prewrite(): void {
    const { prewriteBytes, segmentBytes } = this.#options;
    const segment = this.#segment;
    const ahead = segment.prewrittenBytes - this.#position;
    if (this.#prewriting !== null || this.#writtenBytes < prewriteAfterBytes || ahead > prewriteBytes / 2) return;
    const from = segment.prewrittenBytes;
    const pieces = Math.ceil(Math.min(prewriteBytes, segmentBytes + prewriteBytes - from) / zeros.length);
    if (pieces <= 0) return;
    const bytes = pieces * zeros.length;
    this.#prewriting = segment
      .write(new Array<Uint8Array>(pieces).fill(zeros), from)
      .then(
        () => {
          segment.prewrittenBytes = Math.max(segment.prewrittenBytes, from + bytes);
        },
        // A full disk shows at the next commit, which says so to its caller.
        () => {},
      )
      .finally(() => {
        this.#prewriting = null;
      });
  }

  /**
   * All frames before are synced, so the new segment's header, which says how many there were, is proof of the old one's end.
   * Should its creation fail half way, writing goes on in the old one and what was made is made anew at the next attempt.
   */
  async #roll(): Promise<void> {
    const { disk, directory, random, rolled } = this.#options;
    await this.#prewriting;
    const before = this.#segment;
    await before.truncate(this.#position);
    const salt = new DataView(random.bytes(4).buffer).getUint32(0);
    this.#segment = await Segment.create(disk, directory, { segment: before.number + 1, salt, firstFrame: this.#nextFrame });
    this.#position = segmentHeaderBytes;
    rolled(this.#segment, before);
  }

  async #groupFailed(group: readonly PendingCommit[], error: unknown): Promise<void> {
    const refused = await this.#recoverFromFailure(error);
    // All that waits was checked against the group that is lost.
    for (const commit of [...group, ...this.#waiting.splice(0)]) commit.failed(refused);
  }

  async #recoverFromFailure(error: unknown): Promise<HeadraceError> {
    if (!(error instanceof SyncFailed)) {
      try {
        await this.#prewriting;
        await this.#segment.truncate(this.#position);
        if (isDiskFull(error))
          return new HeadraceError("disk-full", "the disk is full: the record was not stored, what is stored stays", {
            cause: error,
            hint: "free some space; the log takes records again as soon as there is room",
          });
        if (error instanceof HeadraceError) return error;
      } catch (cause) {
        return this.#stop(cause);
      }
    }
    return this.#stop(error);
  }

  #stop(cause: unknown): HeadraceError {
    const reason = cause instanceof SyncFailed ? cause.cause : cause;
    this.#stopped = new HeadraceError("log-stopped", `the log takes no more records: ${reason instanceof Error ? reason.message : String(reason)}`, {
      cause: reason,
      hint: "check the disk, then restart: what was acknowledged is there",
    });
    this.#options.stopped(this.#stopped);
    return this.#stopped;
  }
}

class SyncFailed extends Error {
  constructor(cause: unknown) {
    super("sync failed", { cause });
  }
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  return bytes;
}

/** Small buffers copied together: a write of many tiny pieces costs more than their copies. */
function joined(buffers: readonly Uint8Array[]): Uint8Array[] {
  const result: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  const flush = (): void => {
    if (small.length > 0) result.push(small.length === 1 ? small[0] : Buffer.concat(small));
    small = [];
  };
  for (const buffer of buffers) {
    if (buffer.length < copyBelowBytes) small.push(buffer);
    else {
      flush();
      result.push(buffer);
    }
  }
  flush();
  return result;
}
