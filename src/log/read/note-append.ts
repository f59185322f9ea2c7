import type { ShardNumber } from "../log.ts";
import type { SegmentContents } from "../state/checkpoint.ts";
import type { LogState } from "../state/log-state.ts";
import { ShardIndex } from "./shard-index.ts";

/** Keeps index and segment contents for one append; the same at recovery and while running. */
export function noteAppend(
  indexes: Map<ShardNumber, ShardIndex>,
  contents: SegmentContents,
  shard: ShardNumber,
  baseOffset: number,
  batchBytes: number,
  state: LogState,
  segment: number,
  position: number,
  timeMs: number,
): void {
  const endOffset = state.shards.get(shard)?.endOffset;
  if (endOffset === undefined) return;
  let index = indexes.get(shard);
  if (index === undefined) indexes.set(shard, (index = new ShardIndex()));
  index.add(baseOffset, segment, position, timeMs, batchBytes);
  let shards = contents.get(segment);
  if (shards === undefined) contents.set(segment, (shards = new Map()));
  shards.set(shard, endOffset);
}
