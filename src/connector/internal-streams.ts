import { HeadraceError } from "../core/index.ts";
import type { CommitResult, Entry, HashRange, StreamState } from "../log/index.ts";

/** The part of a log, near or remote, that makes streams. */
export interface StreamKeeper {
  stream(name: string): StreamState | undefined | Promise<StreamState | undefined>;
  commit(entries: readonly Entry[]): Promise<CommitResult>;
}

export interface StreamRequest {
  readonly shards: number;
  readonly retentionMs: number | null;
}

const hashSpace = 1n << 128n;

/** Makes a stream if it is not there, with the hash space in equal parts. Harmless when somebody else makes it at the same time. */
export async function ensureStream(log: StreamKeeper, name: string, { shards, retentionMs }: StreamRequest): Promise<void> {
  await ensure(log, name, [{ kind: "create-stream", stream: name, hashRanges: evenHashRanges(shards), retentionMs }]);
}

/** Commits `entries`, which make the stream `name`, unless it is there. */
export async function ensure(log: StreamKeeper, name: string, entries: readonly Entry[]): Promise<void> {
  if ((await log.stream(name)) !== undefined) return;
  try {
    await log.commit(entries);
  } catch (error) {
    if (!(error instanceof HeadraceError) || error.code !== "already-exists") throw error;
  }
}

export function evenHashRanges(count: number): HashRange[] {
  const width = hashSpace / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: width * BigInt(index),
    end: index === count - 1 ? hashSpace - 1n : width * BigInt(index + 1) - 1n,
  }));
}
