/**
 * Which shards' starts move, as a pure function of state, index and time.
 *
 * A shard's start moves to an index entry (about 32 KiB of journal apart), so that finding it reads nothing: records go
 * a little after their time, never before.
 */
import type { TrimEntry } from "./entries.ts";
import type { ShardIndex } from "./read/shard-index.ts";
import type { DropShardEntry } from "./state/changes.ts";
import type { LogState } from "./state/log-state.ts";

export function findExpired(state: LogState, indexes: ReadonlyMap<number, ShardIndex>, nowMs: number): TrimEntry[] {
  const entries: TrimEntry[] = [];
  for (const shard of state.shards.values()) {
    const retentionMs = state.streams.get(shard.stream)?.retentionMs;
    if (retentionMs === undefined || retentionMs === null || shard.startOffset >= shard.endOffset) continue;
    const horizonMs = nowMs - retentionMs;
    if (shard.lastAppendMs < horizonMs) {
      entries.push({ kind: "trim", shard: shard.shard, offset: shard.endOffset });
      continue;
    }
    const entry = indexes.get(shard.shard)?.findTime(horizonMs);
    if (entry !== undefined && entry.timeMs < horizonMs && entry.offset > shard.startOffset)
      entries.push({ kind: "trim", shard: shard.shard, offset: entry.offset });
  }
  return entries;
}

/** Closed shards whose last record has expired: nobody can need them any more. */
export function findEnded(state: LogState, nowMs: number): DropShardEntry[] {
  const entries: DropShardEntry[] = [];
  for (const { shard, stream, closedMs, startOffset, endOffset } of state.shards.values()) {
    const retentionMs = state.streams.get(stream)?.retentionMs ?? null;
    if (retentionMs !== null && closedMs !== null && closedMs < nowMs - retentionMs && startOffset >= endOffset) entries.push({ kind: "drop-shard", shard });
  }
  return entries;
}
