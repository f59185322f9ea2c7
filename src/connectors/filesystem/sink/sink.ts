import { DurableFolders, type Prepared, type Sink } from "../../../connector/index.ts";
import type { Disk, DiskFile, Platform } from "../../../core/index.ts";
import type { Batch, Schema } from "../../../data/index.ts";
import type { FileEncoder } from "./encoders.ts";
import { PartitionRouter, type PartitionOptions, type RowGroups } from "./partitions.ts";
import { decodeJson, encodeJson, HiddenFolder, type Committable } from "./publication.ts";
import { dueFiles, filesToSpill, filesToEvict, type RollingPolicy } from "./rolling.ts";
import { columnsOf, RowFile } from "./row-file.ts";
import { Staging, type StagedSegment, type StagingOptions } from "./staging.ts";

export interface FilesystemSinkOptions {
  readonly platform: Platform;
  /** Folder of the table. */
  readonly root: string;
  /** For staging. */
  readonly workDirectory: string;
  /** Short text that is the same after a restart and other for every other sink of the server. */
  readonly scope: string;
  /** With the dot: ".parquet". */
  readonly extension: string;
  readonly schema: Schema;
  readonly partition: PartitionOptions;
  readonly policy: RollingPolicy;
  readonly staging?: Partial<StagingOptions>;
  openEncoder(schema: Schema): FileEncoder;
}

interface State {
  /** Part of file names: tells this run from an earlier one under the same name whose files are still there. */
  readonly run: string;
  readonly nextSerial: number;
  /** Files in the making at the cut: to be made again from the staged rows. */
  readonly open: readonly number[];
  readonly segments: readonly StagedSegment[];
}

const inFlightBytesMax = 64 * 1024 * 1024;

/**
 * Files that appear with their epoch, exactly once.
 *
 * Rows go two ways at once: into the staging journal, made durable by one sync per epoch, and into the open files of their
 * folders. When a file is due it is synced under its hidden name and named in the epoch's committable; commit renames it.
 * After a restart hidden files without a durable epoch are removed and made again from the journal.
 */
export class FilesystemSink implements Sink {
  readonly ability = { changes: "append", guarantee: "transactional" } as const;
  readonly #options: FilesystemSinkOptions;
  readonly #disk: Disk;
  readonly #router: PartitionRouter;
  readonly #staging: Staging;
  readonly #hidden: HiddenFolder;
  /** Columns that are written to files; the others stand in the folder's name. */
  readonly #kept: readonly number[];
  readonly #fileSchema: Schema;
  readonly #open = new Map<string, RowFile>();
  /** Closed since the last cut, on their way to stable storage. */
  #finished: { file: RowFile; done: Promise<void> }[] = [];
  readonly #forget = new Map<number, number>();
  #run: string;
  #nextSerial = 0;
  #inFlightBytes = 0;
  #memoryBytes = 0;
  #batchesUntilAccount = 0;
  #replaying = false;
  #last = false;
  #waiting: (() => void)[] = [];

  constructor(options: FilesystemSinkOptions) {
    this.#options = options;
    this.#disk = options.platform.disk;
    this.#router = new PartitionRouter(options.schema, options.partition);
    const folders = new DurableFolders(this.#disk);
    this.#staging = new Staging(this.#disk, folders, options.workDirectory, options.staging);
    this.#hidden = new HiddenFolder(this.#disk, folders, options.root, options.scope);
    const { style, columns } = options.partition;
    this.#kept = options.schema.fields.map((_, index) => index).filter((index) => style === "plain" || !columns.includes(options.schema.fields[index].name));
    this.#fileSchema = { fields: this.#kept.map((index) => options.schema.fields[index]) };
    this.#run = shortName(options.platform);
  }

  write(batch: Batch): void {
    if (batch.length === 0) return;
    const groups = this.#router.route(batch);
    this.#makeRoom(groups.folders);
    this.#staging.append(batch);
    this.#add(batch, groups, this.#staging.segment, () => true);
    this.#keepToBudget(batch.length);
  }

  /** Closes files of other folders before the batch is staged: the mark of a closed folder covers all rows staged before it. */
  #makeRoom(folders: readonly string[]): void {
    const added = folders.filter((folder) => !this.#open.has(folder)).length;
    if (added > 0) this.#finishFiles(filesToEvict(this.#open, added, new Set(folders), this.#options.policy));
  }

  #add(batch: Batch, { folders, rows, starts }: RowGroups, segment: number, wanted: (folder: string) => boolean): void {
    const kept = columnsOf(batch, this.#kept, this.#fileSchema);
    for (let group = 0; group < folders.length; group++) {
      if (!wanted(folders[group])) continue;
      const file = this.#open.get(folders[group]) ?? this.#openFile(folders[group], segment);
      if (folders.length === 1) file.addWhole(kept, rows);
      else file.add(kept.columns, rows, starts[group], starts[group + 1]);
      if (file.sizeBytes >= this.#options.policy.fileBytesMax && !this.#replaying) this.#finishFiles([file]);
    }
  }

  #openFile(folder: string, segment: number): RowFile {
    const serial = this.#nextSerial++;
    const host = {
      open: () => this.#openHidden(serial),
      remove: () => this.#disk.unlink(this.#hidden.file(serial)),
      moved: (bytes: number) => this.#moved(bytes),
    };
    const openedMs = this.#options.platform.clock.monotonicMs();
    const encoder = this.#options.openEncoder(this.#fileSchema);
    const file = new RowFile(host, { serial, folder, openedMs, segment }, encoder, this.#fileSchema);
    this.#open.set(folder, file);
    return file;
  }

  async #openHidden(serial: number): Promise<DiskFile> {
    await this.#hidden.make();
    return this.#disk.open(this.#hidden.file(serial), "createNew");
  }

  /** Summing up many files costs; once per 64 batches is often enough. */
  #keepToBudget(rows: number): void {
    this.#memoryBytes += rows * 16 * this.#fileSchema.fields.length;
    if (this.#batchesUntilAccount-- > 0 && this.#memoryBytes < this.#options.policy.memoryBytesMax) return;
    this.#batchesUntilAccount = 64;
    this.#memoryBytes = 0;
    for (const file of this.#open.values()) this.#memoryBytes += file.memoryBytes;
    for (const file of filesToSpill(this.#open.values(), this.#memoryBytes, this.#options.policy)) {
      this.#memoryBytes -= file.memoryBytes;
      file.spill();
    }
  }

  /** Takes files out of the open ones; their last bytes follow in the background. */
  #finishFiles(files: readonly RowFile[]): void {
    for (const file of files) {
      this.#open.delete(file.folder);
      const done = this.#finishLater(file);
      done.catch(() => {});
      this.#finished.push({ file, done });
    }
    this.#staging.rolled(files.map(({ folder }) => folder));
  }

  /** One file's rest is encoded at a time, with turns for others in between. */
  #finishing: Promise<void> = Promise.resolve();
  #finishLater(file: RowFile): Promise<void> {
    const turn = this.#finishing.then(() => this.#options.platform.clock.nextTurn());
    const done = turn.then(() => file.finish());
    this.#finishing = turn;
    return done;
  }

  full(): boolean {
    return this.#inFlightBytes + this.#staging.inFlightBytes > inFlightBytesMax;
  }

  async drained(): Promise<void> {
    while (this.full()) {
      if (this.#inFlightBytes > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      else await this.#options.platform.clock.nextTurn();
    }
  }

  #moved(bytes: number): void {
    this.#inFlightBytes += bytes;
    if (bytes < 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async prepare(epoch: number): Promise<Prepared> {
    const nowMs = this.#options.platform.clock.monotonicMs();
    this.#finishFiles(dueFiles(this.#open.values(), nowMs, this.#last, this.#options.policy));
    const finished = this.#finished;
    this.#finished = [];
    let lowestOpen: number | null = null;
    for (const { segment } of this.#open.values()) lowestOpen = Math.min(lowestOpen ?? segment, segment);
    const { segments, durable } = this.#staging.cut(lowestOpen);
    const state: State = { run: this.#run, nextSerial: this.#nextSerial, open: [...this.#open.values()].map(({ serial }) => serial), segments };
    this.#forget.set(epoch, segments[0].number);

    await Promise.all([durable, ...finished.map(({ done }) => done)]);
    if (finished.length > 0) await this.#hidden.sync();
    const files = finished.map(({ file }, index) => ({ serial: file.serial, path: this.#finalPath(file.folder, epoch, index) }));
    const committable: Committable | null = files.length === 0 ? null : { files };
    return { committable: committable === null ? null : encodeJson(committable), state: encodeJson(state), appends: [] };
  }

  #finalPath(folder: string, epoch: number, index: number): string {
    const name = `part-${this.#options.scope}-${this.#run}-${epoch}-${index}${this.#options.extension}`;
    return folder === "" ? name : `${folder}/${name}`;
  }

  async commit(epoch: number, committable: Uint8Array | null): Promise<void> {
    if (committable !== null) await this.#hidden.publish(decodeJson<Committable>(committable));
    const segment = this.#forget.get(epoch);
    this.#forget.delete(epoch);
    if (segment !== undefined && segment > 0) await this.#staging.forget(segment);
    if (this.#last && this.#open.size === 0) await this.#hidden.remove();
  }

  async restore(_epoch: number, bytes: Uint8Array | null): Promise<void> {
    const state = bytes === null ? null : decodeJson<State>(bytes);
    const remade = new Set(state?.open);
    await this.#hidden.clear((serial) => state === null || serial >= state.nextSerial || remade.has(serial));
    if (state !== null) {
      this.#run = state.run;
      this.#nextSerial = state.nextSerial;
    }
    this.#replaying = true;
    await this.#staging.restore(state?.segments ?? [], this.#options.schema, async (batch, segment, isOpen) => {
      this.#add(batch, this.#router.route(batch), segment, isOpen);
      this.#keepToBudget(batch.length);
      if (this.full()) await this.drained();
    });
    this.#replaying = false;
  }

  /** An open file is due though its folder gets no more rows. */
  epochDueMs(): number | null {
    let oldestMs: number | null = null;
    for (const { openedMs } of this.#open.values()) oldestMs = Math.min(oldestMs ?? openedMs, openedMs);
    return oldestMs === null ? null : oldestMs + this.#options.policy.openMsMax;
  }

  finish(): void {
    this.#last = true;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#finished.map(({ done }) => done));
    await this.#staging.close();
    for (const file of this.#open.values()) await file.discard();
    this.#open.clear();
  }
}

/** Six characters that tell runs apart. */
function shortName(platform: Platform): string {
  return Math.floor(platform.random.float() * 36 ** 6)
    .toString(36)
    .padStart(6, "0");
}
