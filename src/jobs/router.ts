/**
 * Embedded appends to log entries: each record goes to the open shard whose hash range holds the MD5 of its key, as the
 * Kinesis API routes (docs "PutRecord"). Shards are looked up again after a resharding closed one.
 */
import { createHash } from "node:crypto";
import type { EmbeddedAppend } from "../connector/index.ts";
import { HeadraceError, type Clock } from "../core/index.ts";
import { BatchBuilder, type Entry, type RemoteLog, type ShardState } from "../log/index.ts";

export function createRouter(log: RemoteLog, clock: Clock): (appends: readonly EmbeddedAppend[]) => Promise<Entry[]> {
  return async (appends) => {
    const entries: Entry[] = [];
    for (const append of appends) {
      if (append.count === 0) continue;
      const shards = await openShards(log, append.stream);
      entries.push(...route(append, shards, clock.nowMs()));
    }
    return entries;
  };
}

async function openShards(log: RemoteLog, stream: string): Promise<ShardState[]> {
  const state = await log.stream(stream);
  if (state === undefined) throw new HeadraceError("not-found", `stream ${stream} does not exist`, { hint: `headrace stream create ${stream}` });
  const shards: ShardState[] = [];
  for (const number of state.shards) {
    const shard = await log.shard(number);
    if (shard !== undefined && shard.closedMs === null) shards.push(shard);
  }
  return shards.sort((left, right) => (left.hashRange.start < right.hashRange.start ? -1 : 1));
}

function route(append: EmbeddedAppend, shards: readonly ShardState[], nowMs: number): Entry[] {
  const builders: (BatchBuilder | undefined)[] = new Array(shards.length);
  for (let index = 0; index < append.count; index++) {
    const key = append.keyStarts[index] < 0 ? null : append.bytes.subarray(append.keyStarts[index], append.keyEnds[index]);
    const position = shards.length === 1 ? 0 : shardOf(shards, key);
    const builder = (builders[position] ??= new BatchBuilder());
    builder.append(key, append.bytes.subarray(append.valueStarts[index], append.valueEnds[index]), nowMs);
  }
  return builders.flatMap((builder, position): Entry[] =>
    builder === undefined ? [] : [{ kind: "append", shard: shards[position].shard, batch: builder.finish() }],
  );
}

function shardOf(shards: readonly ShardState[], key: Uint8Array | null): number {
  const hash = BigInt(
    `0x${createHash("md5")
      .update(key ?? new Uint8Array(0))
      .digest("hex")}`,
  );
  let low = 0;
  let high = shards.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (shards[middle].hashRange.start <= hash) low = middle;
    else high = middle - 1;
  }
  return low;
}
