/** The real platform: Node's clock, file system and randomness. */
import { randomBytes, randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rmdir, stat, unlink, type FileHandle } from "node:fs/promises";
import { DiskError, type Clock, type Disk, type DiskErrorCode, type DiskFile, type DiskLock, type OpenMode, type Platform, type Random } from "./platform.ts";

export function createNodePlatform(): Platform {
  return { clock: nodeClock, disk: nodeDisk, random: nodeRandom };
}

const nodeClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, callback, options) {
    const timer = setTimeout(callback, delayMs);
    if (options?.unref === true) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
};

const nodeRandom: Random = {
  bytes: (count) => new Uint8Array(randomBytes(count)),
  float: () => Math.random(),
  uuid: () => randomUUID(),
};

const errorCodes: Readonly<Record<string, DiskErrorCode>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  ENOENT: "missing",
  EEXIST: "exists",
  EACCES: "denied",
  EPERM: "denied",
  EROFS: "denied",
};

function toDiskError(error: unknown, path: string): DiskError {
  const cause = error as NodeJS.ErrnoException;
  return new DiskError(errorCodes[cause.code ?? ""] ?? "io", path, cause.message, { cause });
}

async function guarded<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toDiskError(error, path);
  }
}

/** As {@link guarded}, but null where the path does not exist. */
async function ifPresent<Result>(path: string, work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    const translated = toDiskError(error, path);
    if (translated.code === "missing") return null;
    throw translated;
  }
}

const openFlags: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY,
  create: constants.O_RDWR | constants.O_CREAT,
  createNew: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
};

const nodeDisk: Disk = {
  open: (path, mode) => guarded(path, async () => new NodeFile(path, await open(path, openFlags[mode], 0o644))),
  async list(path) {
    const entries = await ifPresent(path, () => readdir(path, { withFileTypes: true }));
    return (entries ?? []).map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }));
  },
  async stat(path) {
    const status: Stats | null = await ifPresent(path, () => stat(path));
    return status === null ? null : { sizeBytes: status.size, modifiedMs: status.mtimeMs, isDirectory: status.isDirectory() };
  },
  makeDirectory: (path) => guarded(path, async () => void (await mkdir(path, { recursive: true }))),
  rename: (from, to) => guarded(from, () => rename(from, to)),
  unlink: async (path) => void (await ifPresent(path, () => unlink(path))),
  removeDirectory: async (path) => void (await ifPresent(path, () => rmdir(path))),
  syncDirectory: (path) =>
    guarded(path, async () => {
      const handle = await open(path, constants.O_RDONLY);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }),
  lock: (path) => guarded(path, () => lockFile(path)),
};

class NodeFile implements DiskFile {
  readonly #path: string;
  readonly #handle: FileHandle;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    return guarded(this.#path, async () => {
      let rest = buffers.filter((buffer) => buffer.length > 0);
      let at = position;
      while (rest.length > 0) {
        const { bytesWritten } = rest.length === 1 ? await this.#handle.write(rest[0], 0, rest[0].length, at) : await this.#handle.writev(rest, at);
        at += bytesWritten;
        rest = skipBytes(rest, bytesWritten);
      }
    });
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return guarded(this.#path, async () => {
      let filled = 0;
      while (filled < target.length) {
        const { bytesRead } = await this.#handle.read(target, filled, target.length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    });
  }

  datasync(): Promise<void> {
    return guarded(this.#path, () => this.#handle.datasync());
  }

  truncate(sizeBytes: number): Promise<void> {
    return guarded(this.#path, () => this.#handle.truncate(sizeBytes));
  }

  size(): Promise<number> {
    return guarded(this.#path, async () => (await this.#handle.stat()).size);
  }

  close(): Promise<void> {
    return guarded(this.#path, () => this.#handle.close());
  }
}

function skipBytes(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  let index = 0;
  while (index < buffers.length && left >= buffers[index].length) left -= buffers[index++].length;
  const rest = buffers.slice(index);
  if (left > 0) rest[0] = rest[0].subarray(left);
  return rest;
}

/**
 * A lock file naming its owner by process id and start time, so that a lock left by a dead process, even one whose id
 * was given to another, is taken over.
 */
async function lockFile(path: string): Promise<DiskLock | null> {
  const own = `${process.pid} ${await processStart(process.pid)}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
      await handle.writeFile(own);
      await handle.close();
      heldLocks.add(path);
      return {
        async unlock() {
          heldLocks.delete(path);
          await unlink(path);
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (await isHeld(path)) return null;
    await removeStale(path);
  }
  return null;
}

/**
 * Two processes may both have found the lock stale; the slower must not remove what the quicker has made since. So removing
 * needs a lock of its own, under which the lock is looked at again.
 */
async function removeStale(path: string): Promise<void> {
  const guard = await lockFile(`${path}.takeover`);
  if (guard === null) return;
  try {
    if (!(await isHeld(path))) await ifPresent(path, () => unlink(path));
  } finally {
    await guard.unlock();
  }
}

/** Locks of this process: a second one in the same process is refused too. */
const heldLocks = new Set<string>();

async function isHeld(path: string): Promise<boolean> {
  if (heldLocks.has(path)) return true;
  const text = await ifPresent(path, () => readFile(path, "utf8"));
  if (text === null) return false;
  const [pidText, start] = text.split(" ");
  const pid = Number(pidText);
  // An empty file is a lock that is being written.
  if (!Number.isInteger(pid) || pid <= 0) return text === "" && (await isYoung(path));
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return start === "" || start === (await processStart(pid));
}

async function isYoung(path: string): Promise<boolean> {
  const status = await ifPresent(path, () => stat(path));
  return status !== null && Date.now() - status.mtimeMs < 2_000;
}

/** Start time of a process in clock ticks since boot (proc(5), stat field 22); "" where the system does not tell. */
async function processStart(pid: number): Promise<string> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
