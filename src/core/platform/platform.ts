/**
 * Everything Headrace takes from the machine it runs on, as interfaces.
 *
 * Code outside this folder never names `Date.now`, timers, `node:fs`, sockets or `Math.random`: it is handed a
 * {@link Platform}. `node.ts` is the real one, `sim/` its deterministic twin for crash and time tests.
 */

/** Wall and monotonic time, and timers. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, whole. May jump when the machine's clock is set. */
  nowMs(): number;
  /** Milliseconds from an arbitrary start, with a fraction; never goes backwards. For durations. */
  monotonicMs(): number;
  /** Runs `callback` once, no sooner than `delayMs` from now. A pending timer does not keep the process alive if `unref`. */
  setTimer(delayMs: number, callback: () => void, options?: { unref?: boolean }): Timer;
  /** Resolves once I/O and timers that are due had their turn (setImmediate): for long work that gives way. */
  nextTurn(): Promise<void>;
}

export interface Timer {
  /** Stops the timer; harmless when it has fired. */
  cancel(): void;
}

/** How a file is opened. `create`: made if absent, kept if present. `createNew`: must not exist. `read`: must exist, not written. */
export type OpenMode = "read" | "create" | "createNew";

/**
 * A file system reduced to what a log needs. Every method rejects with a {@link DiskError}.
 *
 * Durability: bytes survive a power cut only after {@link DiskFile.datasync}; a new name, a rename or an unlink only
 * after {@link Disk.syncDirectory} of its folder.
 */
export interface Disk {
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  /** Names in a folder, unsorted; an absent folder gives `[]`. */
  list(path: string): Promise<DirectoryEntry[]>;
  /** Size and modification time, or null when the path does not exist. */
  stat(path: string): Promise<FileStatus | null>;
  /** Makes a folder and its parents; harmless when present. */
  makeDirectory(path: string): Promise<void>;
  /** Atomic within one file system; replaces the target. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; harmless when absent. */
  unlink(path: string): Promise<void>;
  /** Removes an empty folder; harmless when absent. */
  removeDirectory(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  /** Takes an exclusive lock for this process, released by `unlock` or by the process's end. Null when another process holds it. */
  lock(path: string): Promise<DiskLock | null>;
}

export interface DirectoryEntry {
  name: string;
  isDirectory: boolean;
}

export interface FileStatus {
  sizeBytes: number;
  modifiedMs: number;
  isDirectory: boolean;
}

export interface DiskLock {
  unlock(): Promise<void>;
}

export interface DiskFile {
  /** Writes all of `buffers` one after the other from `position` (bytes); continues short writes itself. */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>;
  /** Fills `target` from `position`; returns the bytes read, fewer only at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Returns once the file's bytes and size are on stable storage. A failed sync must never be tried again. */
  datasync(): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** Closed list, so that callers can branch: `full` ENOSPC/EDQUOT, `missing` ENOENT, `exists` EEXIST, `denied` EACCES/EPERM/EROFS, `io` all else. */
export type DiskErrorCode = "full" | "missing" | "exists" | "denied" | "io";

export class DiskError extends Error {
  override readonly name = "DiskError";
  readonly code: DiskErrorCode;
  readonly path: string;
  constructor(code: DiskErrorCode, path: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}

/** Randomness. Cryptographically strong on a real machine, seeded in the simulation. */
export interface Random {
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1). */
  float(): number;
  /** RFC 4122 version 4. */
  uuid(): string;
}

export interface Platform {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly random: Random;
}

/** Resolves after `delayMs` on the given clock. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delayMs, resolve);
  });
}
