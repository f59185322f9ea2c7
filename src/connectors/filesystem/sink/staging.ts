/**
 * Rows that are durable but not yet in a published file: an append-only journal in segments, so that space comes back.
 *
 * A segment's bytes count only up to the length in the epoch's state. Rows that stand behind a mark of their folder
 * ({@link Frame} "rolled") are still open.
 */
import { join } from "node:path";
import { HeadraceError, type Disk, type DiskFile } from "../../../core/index.ts";
import type { DurableFolders } from "../../../connector/index.ts";
import type { Batch, Schema } from "../../../data/index.ts";
import { decodeFrames, encodeRolled, encodeRows } from "./frames.ts";

export interface StagedSegment {
  readonly number: number;
  readonly lengthBytes: number;
}

export interface StagingOptions {
  /** A segment that reached this size is followed by a new one. */
  readonly segmentBytes: number;
  /** Bytes gathered before they are written. */
  readonly flushBytes: number;
}

const defaults: StagingOptions = { segmentBytes: 64 * 1024 * 1024, flushBytes: 1024 * 1024 };

export class Staging {
  readonly #disk: Disk;
  readonly #folders: DurableFolders;
  readonly #folder: string;
  readonly #options: StagingOptions;
  /** Lengths of segments before the current one that still hold open rows. */
  #closed: StagedSegment[] = [];
  #current = 0;
  #currentBytes = 0;
  #file: Promise<DiskFile> | null = null;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #queue: Promise<void> = Promise.resolve();
  /** Bytes handed to the disk and not written yet. */
  inFlightBytes = 0;

  constructor(disk: Disk, folders: DurableFolders, folder: string, options: Partial<StagingOptions> = {}) {
    this.#disk = disk;
    this.#folders = folders;
    this.#folder = folder;
    this.#options = { ...defaults, ...options };
  }

  /** The segment that the next rows go to. */
  get segment(): number {
    return this.#current;
  }

  append(batch: Batch): void {
    this.#add(encodeRows(batch));
  }

  /** Rows of `folders` that were appended so far are in files. */
  rolled(folders: readonly string[]): void {
    if (folders.length > 0) this.#add(encodeRolled(folders));
  }

  /**
   * Ends an epoch; `lowestOpen` is the first segment with open rows, null when there are none. Answers what is to be
   * kept, and a promise that resolves when it is durable.
   */
  cut(lowestOpen: number | null): { segments: StagedSegment[]; durable: Promise<void> } {
    if (lowestOpen === null) {
      // Nothing is open: what was gathered for the disk and what lies there has no use any more.
      this.#gathered = [];
      this.#gatheredBytes = 0;
      this.#closed = [];
      if (this.#currentBytes > 0) this.#startSegment();
      return { segments: [{ number: this.#current, lengthBytes: 0 }], durable: this.#queue };
    }
    this.#closed = this.#closed.filter(({ number }) => number >= lowestOpen);
    this.#flush();
    const file = this.#file;
    if (file !== null) this.#enqueue(0, async () => (await file).datasync());
    const segments = [...this.#closed, { number: this.#current, lengthBytes: this.#currentBytes }];
    if (this.#currentBytes >= this.#options.segmentBytes) {
      this.#closed.push(segments.at(-1)!);
      this.#startSegment();
    }
    return { segments, durable: this.#queue };
  }

  /** Removes segments before `number`: an epoch without them is durable. */
  async forget(number: number): Promise<void> {
    for (const { name } of await this.#disk.list(this.#folder)) {
      const found = segmentNumber(name);
      if (found !== null && found < number) await this.#disk.unlink(join(this.#folder, name));
    }
  }

  /** Goes back to `segments` and hands out the rows that are open, with the segment they lie in. */
  async restore(
    segments: readonly StagedSegment[],
    schema: Schema,
    row: (batch: Batch, segment: number, isOpen: (folder: string) => boolean) => Promise<void>,
  ): Promise<void> {
    const kept = new Map(segments.map((segment) => [segment.number, segment]));
    for (const { name } of await this.#disk.list(this.#folder)) {
      const number = segmentNumber(name);
      if (number !== null && !kept.has(number)) await this.#disk.unlink(join(this.#folder, name));
    }
    const last = segments.at(-1);
    if (last === undefined) return;
    this.#closed = segments.slice(0, -1);
    this.#current = last.number;
    this.#currentBytes = last.lengthBytes;
    const marks = await this.#marks(segments, schema);
    let frame = 0;
    for (const segment of segments) {
      for (const each of decodeFrames(await this.#read(segment), schema)) {
        const position = frame++;
        if (each.kind === "rows") await row(each.read(), segment.number, (folder) => position > (marks.get(folder) ?? -1));
      }
    }
    if (last.lengthBytes > 0) {
      this.#file = this.#open(last.number);
      await (await this.#file).truncate(last.lengthBytes);
    } else await this.#disk.unlink(this.#path(last.number));
  }

  /** Last frame of each folder's marks. */
  async #marks(segments: readonly StagedSegment[], schema: Schema): Promise<Map<string, number>> {
    const marks = new Map<string, number>();
    let frame = 0;
    for (const segment of segments) {
      for (const each of decodeFrames(await this.#read(segment), schema)) {
        if (each.kind === "rolled") for (const folder of each.folders) marks.set(folder, frame);
        frame++;
      }
    }
    return marks;
  }

  async #read({ number, lengthBytes }: StagedSegment): Promise<Uint8Array> {
    const bytes = new Uint8Array(lengthBytes);
    if (lengthBytes === 0) return bytes;
    const file = await this.#disk.open(this.#path(number), "read");
    try {
      const count = await file.read(bytes, 0);
      if (count < lengthBytes) throw new HeadraceError("corrupt", `${this.#path(number)} has ${count} bytes where ${lengthBytes} were durable`);
      return bytes;
    } finally {
      await file.close();
    }
  }

  #add(frame: Uint8Array): void {
    this.#gathered.push(frame);
    this.#gatheredBytes += frame.length;
    this.#currentBytes += frame.length;
    if (this.#gatheredBytes >= this.#options.flushBytes) this.#flush();
  }

  #flush(): void {
    if (this.#gatheredBytes === 0) return;
    const file = (this.#file ??= this.#open(this.#current));
    // A failure is met in the queue; it must not count as unhandled until its turn comes.
    file.catch(() => {});
    const buffers = this.#gathered;
    const bytes = this.#gatheredBytes;
    const position = this.#currentBytes - bytes;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#enqueue(bytes, async () => (await file).write(buffers, position));
  }

  #startSegment(): void {
    const file = this.#file;
    this.#file = null;
    this.#current++;
    this.#currentBytes = 0;
    if (file !== null) this.#enqueue(0, async () => (await file).close());
  }

  /** One after the other; a failure stays and is met by the next {@link cut}. */
  #enqueue(bytes: number, work: () => Promise<void>): void {
    this.inFlightBytes += bytes;
    const queue = this.#queue.then(work);
    this.#queue = queue;
    queue.then(
      () => (this.inFlightBytes -= bytes),
      () => {},
    );
  }

  async #open(number: number): Promise<DiskFile> {
    await this.#folders.make(this.#folder);
    const file = await this.#disk.open(this.#path(number), "create");
    await this.#disk.syncDirectory(this.#folder);
    return file;
  }

  #path(number: number): string {
    return join(this.#folder, `rows-${number}.staging`);
  }

  async close(): Promise<void> {
    await this.#queue.catch(() => {});
    const file = await this.#file?.catch(() => null);
    this.#file = null;
    await file?.close();
  }
}

function segmentNumber(name: string): number | null {
  const digits = /^rows-(\d+)\.staging$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
