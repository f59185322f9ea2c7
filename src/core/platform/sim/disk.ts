/**
 * A disk in memory that can be cut off at any step, fill up, fail a sync, lie about it, and be damaged.
 *
 * Every call is a step. `cutPowerAtStep` stops the disk before that step: the call, and all after it, never answer, as
 * for a process that is gone. `afterPowerCut` is the disk the next process finds.
 */
import { posix } from "node:path";
import { DiskError, type Disk, type DiskFile, type DiskLock, type FileStatus, type OpenMode } from "../platform.ts";
import type { Inode } from "./inode.ts";
import { Names } from "./names.ts";
import { seededRandom, type SeededRandom } from "./random.ts";

export interface DiskFaults {
  /** Stop before this step, counted from 1. */
  cutPowerAtStep?: number;
  /** Total size of all files that fits; a write that goes beyond is done as far as it fits and fails as `full`. */
  capacityBytes?: number;
  /** The datasync with this number, counted from 1, fails as `io`. */
  failSyncNumber?: number;
  /** Syncs answer without doing anything: the control that shows the tests can fail. */
  lyingSyncs?: boolean;
}

export class SimulatedDisk implements Disk {
  readonly faults: DiskFaults;
  readonly random: SeededRandom;
  /** Steps taken. */
  steps = 0;
  syncs = 0;
  /** Resolves when the power is cut. */
  readonly powerCut: Promise<void>;
  #names: Names;
  #isOff = false;
  #notifyCut: () => void = () => {};
  readonly #locks = new Set<string>();

  constructor(seed = 1, faults: DiskFaults = {}, names = new Names()) {
    this.random = seededRandom(seed);
    this.faults = faults;
    this.#names = names;
    this.powerCut = new Promise((resolve) => (this.#notifyCut = resolve));
  }

  /** The same disk after the power came back, holding a random part of what was not synced. */
  afterPowerCut(seed: number, faults: DiskFaults = {}): SimulatedDisk {
    this.#isOff = true;
    return new SimulatedDisk(seed, faults, this.#names.afterPowerCut(seededRandom(seed)));
  }

  /** The same disk after the process was killed: what was written is there, what was not synced still is not. */
  afterProcessEnd(faults: DiskFaults = {}): SimulatedDisk {
    this.#isOff = true;
    return new SimulatedDisk(this.random.integer(2 ** 31), faults, this.#names);
  }

  /** Flips one bit on the medium. */
  flipBit(path: string, position: number, bit: number): void {
    this.#file(path).flipBit(position, bit);
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    await this.step();
    const at = normal(path);
    let inode = this.#names.file(at);
    if (inode !== undefined && mode === "createNew") throw new DiskError("exists", path, `${path} exists`);
    if (inode === undefined && mode === "read") throw new DiskError("missing", path, `${path} does not exist`);
    inode ??= this.#names.create(at);
    return new SimulatedFile(this, inode, path);
  }

  async list(path: string): Promise<{ name: string; isDirectory: boolean }[]> {
    await this.step();
    return this.#names.list(normal(path));
  }

  async stat(path: string): Promise<FileStatus | null> {
    await this.step();
    const inode = this.#names.file(normal(path));
    if (inode !== undefined) return { sizeBytes: inode.size, modifiedMs: 0, isDirectory: false };
    return this.#names.isFolder(normal(path)) ? { sizeBytes: 0, modifiedMs: 0, isDirectory: true } : null;
  }

  async makeDirectory(path: string): Promise<void> {
    await this.step();
    this.#names.makeFolder(normal(path));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.step();
    this.#names.rename(normal(from), normal(to));
  }

  async unlink(path: string): Promise<void> {
    await this.step();
    this.#names.unlink(normal(path));
  }

  async removeDirectory(path: string): Promise<void> {
    await this.step();
    this.#names.removeFolder(normal(path));
  }

  async syncDirectory(path: string): Promise<void> {
    await this.step();
    if (this.faults.lyingSyncs !== true) this.#names.sync(normal(path));
  }

  async lock(path: string): Promise<DiskLock | null> {
    await this.step();
    const at = normal(path);
    if (this.#locks.has(at)) return null;
    this.#locks.add(at);
    return { unlock: async () => void this.#locks.delete(at) };
  }

  /** Counts one step; never answers once the power is off. */
  async step(): Promise<void> {
    if (!this.#isOff && ++this.steps === this.faults.cutPowerAtStep) {
      this.#isOff = true;
      this.#notifyCut();
    }
    if (this.#isOff) await new Promise<never>(() => {});
  }

  /** Bytes that still fit. */
  freeBytes(): number {
    let used = 0;
    for (const [, inode] of this.#names.files()) used += inode.size;
    return (this.faults.capacityBytes ?? Infinity) - used;
  }

  paths(): string[] {
    return Array.from(this.#names.files(), ([path]) => path).sort();
  }

  sizeOf(path: string): number {
    return this.#file(path).size;
  }

  #file(path: string): Inode {
    const inode = this.#names.file(normal(path));
    if (inode === undefined) throw new DiskError("missing", path, `${path} does not exist`);
    return inode;
  }
}

class SimulatedFile implements DiskFile {
  readonly #disk: SimulatedDisk;
  readonly #inode: Inode;
  readonly #path: string;

  constructor(disk: SimulatedDisk, inode: Inode, path: string) {
    this.#disk = disk;
    this.#inode = inode;
    this.#path = path;
  }

  async write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    await this.#disk.step();
    let at = position;
    for (const buffer of buffers) {
      const growth = at + buffer.length - this.#inode.size;
      const missing = growth - (growth > 0 ? this.#disk.freeBytes() : growth);
      const fitting = missing > 0 ? Math.max(0, buffer.length - missing) : buffer.length;
      if (fitting > 0) this.#inode.write(buffer.subarray(0, fitting), at);
      if (fitting < buffer.length) throw new DiskError("full", this.#path, "no space left on the simulated disk");
      at += buffer.length;
    }
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    await this.#disk.step();
    return this.#inode.read(target, position);
  }

  async datasync(): Promise<void> {
    await this.#disk.step();
    if (++this.#disk.syncs === this.#disk.faults.failSyncNumber) {
      this.#inode.failSync(this.#disk.random);
      throw new DiskError("io", this.#path, "the simulated disk failed a sync");
    }
    if (this.#disk.faults.lyingSyncs !== true) this.#inode.sync();
  }

  async truncate(sizeBytes: number): Promise<void> {
    await this.#disk.step();
    this.#inode.truncate(sizeBytes);
  }

  async size(): Promise<number> {
    await this.#disk.step();
    return this.#inode.size;
  }

  async close(): Promise<void> {
    await this.#disk.step();
  }
}

function normal(path: string): string {
  return posix.resolve("/", path);
}
