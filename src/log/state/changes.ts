/** Changes of streams and shards as the journal stores them: decided once, at commit, and only replayed afterwards. */
import type { HashRange } from "../entries.ts";

export type ChangeEntry =
  | {
      readonly kind: "create-stream";
      readonly stream: string;
      readonly retentionMs: number | null;
      readonly shards: readonly OpenedShard[];
      readonly timeMs: number;
    }
  | { readonly kind: "delete-stream"; readonly stream: string }
  | { readonly kind: "set-retention"; readonly stream: string; readonly retentionMs: number | null }
  | { readonly kind: "trim"; readonly shard: number; readonly offset: number }
  | DropShardEntry
  | {
      readonly kind: "reshard";
      readonly stream: string;
      readonly parents: readonly number[];
      readonly children: readonly OpenedShard[];
      readonly timeMs: number;
    }
  | {
      readonly kind: "end-transaction";
      readonly producerId: number;
      readonly producerEpoch: number;
      readonly outcome: "commit" | "abort";
      readonly shards: readonly number[];
    };

export interface OpenedShard {
  readonly shard: number;
  readonly index: number;
  readonly hashRange: HashRange;
}

/** Forgets a closed shard. Retention's alone; not part of the contract. */
export interface DropShardEntry {
  readonly kind: "drop-shard";
  readonly shard: number;
}
