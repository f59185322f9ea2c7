/** One file in the making: rows gather in memory, encoded pieces go to a hidden file, and nobody sees it before its time. */
import type { DiskFile } from "../../../core/index.ts";
import type { Batch, Column, Schema } from "../../../data/index.ts";
import { RowAccumulator } from "./accumulator.ts";
import type { FileEncoder } from "./encoders.ts";

const accumulatedRowsMax = 4096;
/** Batches of at least this many rows of one file are encoded as they come. */
const wholeBatchRows = 256;
const pieceBytesMin = 256 * 1024;

export interface RowFileHost {
  /** Makes the hidden file. */
  open(): Promise<DiskFile>;
  remove(): Promise<void>;
  /** Bytes on their way to the disk became more or fewer. */
  moved(bytes: number): void;
}

export class RowFile {
  readonly serial: number;
  readonly folder: string;
  readonly openedMs: number;
  /** Staging segment of its first row. */
  readonly segment: number;
  rows = 0;
  readonly #host: RowFileHost;
  readonly #encoder: FileEncoder;
  readonly #accumulator: RowAccumulator;
  readonly #rowBytes: number;
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #writtenBytes = 0;
  #file: Promise<DiskFile> | null = null;
  #queue: Promise<void> = Promise.resolve();

  constructor(host: RowFileHost, identity: { serial: number; folder: string; openedMs: number; segment: number }, encoder: FileEncoder, schema: Schema) {
    this.serial = identity.serial;
    this.folder = identity.folder;
    this.openedMs = identity.openedMs;
    this.segment = identity.segment;
    this.#host = host;
    this.#encoder = encoder;
    this.#accumulator = new RowAccumulator(schema, accumulatedRowsMax);
    this.#rowBytes = 16 * schema.fields.length;
  }

  /** What the file would have now, about. */
  get sizeBytes(): number {
    return this.#writtenBytes + this.memoryBytes;
  }

  get memoryBytes(): number {
    return this.#pieceBytes + this.#encoder.bufferedBytes + this.#accumulator.length * this.#rowBytes;
  }

  /** Adds a batch whose rows all belong here. */
  addWhole(batch: Batch, identity: Int32Array): void {
    if (batch.length < wholeBatchRows) return this.add(batch.columns, identity, 0, batch.length);
    this.rows += batch.length;
    this.#encodeAccumulated();
    this.#encode(batch);
  }

  add(columns: readonly Column[], rows: Int32Array, from: number, to: number): void {
    this.rows += to - from;
    if (!this.#accumulator.accepts(columns)) this.#encodeAccumulated();
    while (from < to) {
      const count = Math.min(to - from, this.#accumulator.room);
      this.#accumulator.append(columns, rows, from, from + count);
      from += count;
      if (this.#accumulator.room === 0) this.#encodeAccumulated();
    }
  }

  /** Lets memory go: everything encoded, and on its way to the disk. */
  spill(): void {
    this.#encodeAccumulated();
    for (const piece of this.#encoder.flush()) this.#keep(piece);
    this.#writePieces();
  }

  /** Resolves when the hidden file is whole and on stable storage. */
  async finish(): Promise<void> {
    this.#encodeAccumulated();
    for (const piece of this.#encoder.finish()) this.#keep(piece);
    this.#writePieces();
    const file = this.#open();
    await this.#queue;
    await (await file).datasync();
    await (await file).close();
  }

  /** Gives the file up. */
  async discard(): Promise<void> {
    await this.#queue.catch(() => {});
    if (this.#file === null) return;
    const file = await this.#file.catch(() => null);
    await file?.close();
    await this.#host.remove();
  }

  #encodeAccumulated(): void {
    if (this.#accumulator.length > 0) this.#encode(this.#accumulator.take());
  }

  #encode(batch: Batch): void {
    for (const piece of this.#encoder.write(batch)) this.#keep(piece);
    if (this.#pieceBytes >= pieceBytesMin) this.#writePieces();
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
  }

  #writePieces(): void {
    const bytes = this.#pieceBytes;
    if (bytes === 0) return;
    const pieces = this.#pieces;
    const position = this.#writtenBytes;
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#writtenBytes += bytes;
    this.#host.moved(bytes);
    const file = this.#open();
    const queue = this.#queue.then(async () => (await file).write(pieces, position));
    this.#queue = queue;
    queue.then(
      () => this.#host.moved(-bytes),
      () => this.#host.moved(-bytes),
    );
  }

  #open(): Promise<DiskFile> {
    if (this.#file === null) {
      this.#file = this.#host.open();
      this.#file.catch(() => {});
    }
    return this.#file;
  }
}

/** Rows of a batch for one file: all its columns, or without those that the folder's name carries. */
export function columnsOf(batch: Batch, kept: readonly number[], schema: Schema): Batch {
  return kept.length === batch.columns.length ? batch : { schema, length: batch.length, columns: kept.map((index) => batch.columns[index]), changes: null };
}
