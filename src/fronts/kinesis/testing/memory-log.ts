/** The log's contract over arrays: for tests of the front alone. Nothing is durable, the clock decides append times. */
import { HeadraceError, type Clock } from "../../../core/index.ts";
import { checkBatch, readBatchHeader } from "../../../log/index.ts";
import type {
  AppendResult,
  CommitResult,
  Entry,
  HashRange,
  Log,
  ReadRequest,
  ReadResult,
  ShardNumber,
  ShardState,
  StoredBatch,
  StreamState,
  Table,
} from "../../../log/index.ts";

interface MemoryShard {
  state: ShardState;
  batches: StoredBatch[];
}

export class MemoryLog implements Log {
  readonly #clock: Clock;
  readonly #shards: MemoryShard[] = [];
  readonly #streams = new Map<string, StreamState & { shards: ShardNumber[] }>();
  readonly #tables = new Map<string, Map<string, Uint8Array>>();
  /** Commits so far, with the number of entries of each. */
  readonly commits: number[] = [];
  /** When set, the next commit is refused with it. */
  refusal: HeadraceError | null = null;
  /** When set, commits wait for it. */
  gate: Promise<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async commit(entries: readonly Entry[]): Promise<CommitResult> {
    if (this.gate !== null) await this.gate;
    const refusal = this.refusal;
    this.refusal = null;
    if (refusal !== null) throw refusal;
    for (const entry of entries) this.#check(entry);
    this.commits.push(entries.length);
    const result: CommitResult = { appends: [], opened: [] };
    for (const entry of entries) this.#apply(entry, result);
    return result;
  }

  #check(entry: Entry): void {
    if (entry.kind === "create-stream" && this.#streams.has(entry.stream)) throw new HeadraceError("already-exists", `stream ${entry.stream} exists`);
    if (entry.kind === "append" && this.#shards[entry.shard]?.state.closedMs !== null)
      throw new HeadraceError("shard-closed", `shard ${entry.shard} is closed`);
  }

  #apply(entry: Entry, result: CommitResult): void {
    switch (entry.kind) {
      case "append":
        result.appends.push(this.#append(entry.shard, entry.batch));
        break;
      case "put": {
        const table = this.#tables.get(entry.table) ?? new Map<string, Uint8Array>();
        this.#tables.set(entry.table, table);
        if (entry.value === null) table.delete(entry.key);
        else table.set(entry.key, entry.value);
        break;
      }
      case "create-stream":
        this.#streams.set(entry.stream, { name: entry.stream, createdMs: this.#clock.nowMs(), retentionMs: entry.retentionMs, shards: [] });
        result.opened.push(this.#open(entry.stream, entry.hashRanges, []));
        break;
      case "delete-stream":
        for (const shard of this.#streams.get(entry.stream)!.shards) Reflect.deleteProperty(this.#shards, shard);
        this.#streams.delete(entry.stream);
        break;
      case "reshard": {
        for (const parent of entry.parents) this.#shards[parent]!.state.closedMs = this.#clock.nowMs();
        const children = this.#open(entry.stream, entry.children, entry.parents);
        for (const parent of entry.parents) this.#shards[parent]!.state.children = children;
        result.opened.push(children);
        break;
      }
      default:
        throw new HeadraceError("internal", `the memory log knows no ${entry.kind}`);
    }
  }

  #open(streamName: string, ranges: readonly HashRange[], parents: readonly ShardNumber[]): ShardNumber[] {
    const stream = this.#streams.get(streamName)!;
    return ranges.map((hashRange) => {
      const shard = this.#shards.length;
      const state: ShardState = {
        shard,
        stream: streamName,
        index: stream.shards.length,
        hashRange,
        parents,
        children: [],
        createdMs: this.#clock.nowMs(),
        closedMs: null,
        startOffset: 0,
        endOffset: 0,
        lastStableOffset: 0,
        storedBytes: 0,
        lastAppendMs: 0,
      };
      this.#shards.push({ state, batches: [] });
      stream.shards.push(shard);
      return shard;
    });
  }

  #append(number: ShardNumber, bytes: Uint8Array): AppendResult {
    const { state, batches } = this.#shards[number]!;
    checkBatch(bytes);
    const { recordCount } = readBatchHeader(bytes);
    const baseOffset = state.endOffset;
    Buffer.from(bytes.buffer, bytes.byteOffset).writeBigInt64BE(BigInt(baseOffset), 0);
    const appendTimeMs = this.#clock.nowMs();
    batches.push({ bytes, baseOffset, recordCount, appendTimeMs });
    state.endOffset += recordCount;
    state.lastStableOffset = state.endOffset;
    state.lastAppendMs = appendTimeMs;
    state.storedBytes += bytes.length;
    return { shard: number, baseOffset, appendTimeMs, duplicate: false };
  }

  /** Moves a shard's start as retention would. */
  trim(number: ShardNumber, startOffset: number): void {
    const shard = this.#shards[number]!;
    shard.state.startOffset = startOffset;
    shard.batches = shard.batches.filter((batch) => batch.baseOffset + batch.recordCount > startOffset);
  }

  read(request: ReadRequest): Promise<ReadResult> {
    const { state, batches: all } = this.#shards[request.shard]!;
    const offset = Math.max(request.offset, state.startOffset);
    const batches: StoredBatch[] = [];
    let bytes = 0;
    for (const batch of all) {
      if (batch.baseOffset + batch.recordCount <= offset) continue;
      if (batches.length > 0 && bytes + batch.bytes.length > request.bytesMax) break;
      batches.push(batch);
      bytes += batch.bytes.length;
    }
    const last = batches[batches.length - 1];
    const nextOffset = last === undefined ? Math.min(offset, state.endOffset) : last.baseOffset + last.recordCount;
    return Promise.resolve({ batches, nextOffset, startOffset: state.startOffset, endOffset: state.lastStableOffset });
  }

  tail(): never {
    throw new HeadraceError("internal", "the memory log has no tail");
  }

  offsetAtTime(number: ShardNumber, timestampMs: number): Promise<number> {
    const { state, batches } = this.#shards[number]!;
    return Promise.resolve(batches.find((batch) => batch.appendTimeMs >= timestampMs)?.baseOffset ?? state.endOffset);
  }

  shard(number: ShardNumber): ShardState | undefined {
    return this.#shards[number]?.state;
  }

  stream(name: string): StreamState | undefined {
    return this.#streams.get(name);
  }

  streams(): StreamState[] {
    return [...this.#streams.values()];
  }

  table(name: string): Table {
    const entries = (): Map<string, Uint8Array> => this.#tables.get(name) ?? new Map<string, Uint8Array>();
    return {
      get: (key) => entries().get(key),
      latest: (key) => entries().get(key),
      entries: (prefix = "") => [...entries()].filter(([key]) => key.startsWith(prefix)).sort(([left], [right]) => (left < right ? -1 : 1)),
    };
  }

  health(): { writable: boolean; reason: string | null } {
    return { writable: true, reason: null };
  }

  async close(): Promise<void> {}
}
