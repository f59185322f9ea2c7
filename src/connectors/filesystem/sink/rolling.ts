/** When a file is closed and published. Pure. */
export interface RollingPolicy {
  /** A file of this size is closed at once. */
  readonly fileBytesMax: number;
  /** A file is closed at the first epoch after it has been open for this long. */
  readonly openMsMax: number;
  /** Rows in memory, all files together. */
  readonly memoryBytesMax: number;
  /** Files open side by side; the oldest is closed for a new one. */
  readonly filesMax: number;
}

interface Rollable {
  readonly openedMs: number;
  readonly memoryBytes: number;
}

/** Files due at an epoch. */
export function dueFiles<File extends Rollable>(files: Iterable<File>, nowMs: number, last: boolean, policy: RollingPolicy): File[] {
  return [...files].filter(({ openedMs }) => last || nowMs - openedMs >= policy.openMsMax);
}

/** Fewest files whose memory has to go to come down to half of the budget, largest first. Half, so that it does not recur with every batch. */
export function filesToSpill<File extends Rollable>(files: Iterable<File>, memoryBytes: number, policy: RollingPolicy): File[] {
  if (memoryBytes <= policy.memoryBytesMax) return [];
  const largestFirst = [...files].sort((left, right) => right.memoryBytes - left.memoryBytes);
  const chosen: File[] = [];
  let left = memoryBytes;
  for (const file of largestFirst) {
    if (left <= policy.memoryBytesMax / 2) break;
    chosen.push(file);
    left -= file.memoryBytes;
  }
  return chosen;
}

/** The oldest files that must be closed so that `added` new ones fit, sparing those in `used`. */
export function filesToEvict<File extends Rollable>(files: ReadonlyMap<string, File>, added: number, used: ReadonlySet<string>, policy: RollingPolicy): File[] {
  const surplus = files.size + added - policy.filesMax;
  if (surplus <= 0) return [];
  const evictable = [...files].filter(([folder]) => !used.has(folder)).map(([, file]) => file);
  return evictable.sort((left, right) => left.openedMs - right.openedMs).slice(0, surplus);
}
