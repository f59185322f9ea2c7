/** The log over files: admission, the writer, durable state, reads and retention put together. */
import { HeadraceError, type DiskLock, type Platform, type Timer } from "../core/index.ts";
import type { CommitResult, Entry } from "./entries.ts";
import { payloadBytesMax } from "./journal/frame.ts";
import { encodePayload, type StoredEntry } from "./journal/payload.ts";
import type { Segment } from "./journal/segment.ts";
import { JournalWriter } from "./journal/writer.ts";
import type { Log, LogHealth, Offset, ReadRequest, ReadResult, ShardNumber, ShardState, StoredBatch, StreamState, Table, Tail, TailRequest } from "./log.ts";
import { Listeners } from "./read/listeners.ts";
import { readFromJournal } from "./read/reader.ts";
import { noteAppend } from "./read/note-append.ts";
import type { ShardIndex } from "./read/shard-index.ts";
import { TailCache } from "./read/tail-cache.ts";
import { ShardTail } from "./read/tail.ts";
import { readBatchHeader } from "./records/index.ts";
import { layout } from "./records/layout.ts";
import { findEnded, findExpired } from "./retention.ts";
import type { LogOptions } from "./options.ts";
import { admit, type Admitted } from "./state/admission.ts";
import type { DropShardEntry } from "./state/changes.ts";
import { encodeCheckpoint, listCheckpoints, checkpointPath, writeCheckpoint, type SegmentContents } from "./state/checkpoint.ts";
import { writeClosingMark } from "./state/closing-mark.ts";
import { copyState, type LogState } from "./state/log-state.ts";
import type { Recovered } from "./recover.ts";

/** How often a full disk is tried again without being asked. */
const probeIntervalMs = 1000;
/** How long a silent producer's last batches are remembered (Kafka's producer.id.expiration.ms). */
const producerIdleMs = 86_400_000;
const writable: LogHealth = { writable: true, reason: null };

export class DiskLog implements Log {
  readonly #platform: Platform;
  readonly #directory: string;
  readonly #options: LogOptions;
  readonly #lock: DiskLock;
  readonly #writer: JournalWriter;
  readonly #durable: LogState;
  #accepted: LogState;
  readonly #indexes: Map<ShardNumber, ShardIndex>;
  readonly #contents: SegmentContents;
  readonly #segments = new Map<number, { segment: Segment; endPosition: number }>();
  readonly #cache: TailCache;
  readonly #listeners = new Listeners();
  #bytesInFlight = 0;
  #health: LogHealth = writable;
  #acceptedIsStale = false;
  #lastStored: Promise<unknown> = Promise.resolve();
  #lastTimeMs = 0;
  #probe: Timer | null = null;
  #closed = false;
  /** First segment that the newest checkpoint does not hold. */
  #checkpointed: number;
  #maintenance: Promise<void> = Promise.resolve();
  #timer: Timer | null = null;

  constructor(platform: Platform, directory: string, options: LogOptions, lock: DiskLock, recovered: Recovered) {
    this.#platform = platform;
    this.#directory = directory;
    this.#options = options;
    this.#lock = lock;
    this.#durable = recovered.state;
    this.#accepted = copyState(recovered.state);
    this.#indexes = recovered.indexes;
    this.#contents = recovered.contents;
    this.#checkpointed = recovered.checkpointSegment;
    this.#cache = new TailCache(options.cacheBytes);
    for (const held of recovered.segments) this.#segments.set(held.segment.number, held);
    const { disk, clock, random } = platform;
    const writerOptions = {
      disk,
      clock,
      random,
      directory,
      segmentBytes: options.segmentBytes,
      prewriteBytes: options.prewriteBytes,
      rolled: (segment: Segment) => this.#rolled(segment),
      stopped: (error: HeadraceError) => this.#stopped(error),
      synced: options.synced ?? (() => {}),
    };
    const last = recovered.segments.at(-1)!;
    this.#writer = new JournalWriter(writerOptions, last.segment, last.endPosition, recovered.nextFrame);
    for (const shard of recovered.state.shards.values()) this.#lastTimeMs = Math.max(this.#lastTimeMs, shard.lastAppendMs);
    this.#scheduleRetention();
  }

  commit(entries: readonly Entry[]): Promise<CommitResult> {
    return this.#commit(entries);
  }

  #commit(entries: readonly (Entry | DropShardEntry)[]): Promise<CommitResult> {
    if (this.#closed) return Promise.reject(closed());
    const timeMs = this.#nextTime();
    let admitted: Admitted;
    try {
      admitted = admit(entries, this.#acceptedState(), timeMs);
      this.#checkRoom(admitted.bytes);
    } catch (error) {
      return Promise.reject(error);
    }
    const result = { appends: admitted.appends, opened: admitted.opened };
    if (admitted.entries.length > 0) return (this.#lastStored = this.#store(admitted.entries, admitted.bytes, timeMs, result));
    // A repeat is answered when what it repeats is durable, which is so when all before it is.
    return this.#lastStored.then(() => result);
  }

  /** Append times never go back, or records could not be found by time. */
  #nextTime(): number {
    return (this.#lastTimeMs = Math.max(this.#lastTimeMs, this.#platform.clock.nowMs()));
  }

  #checkRoom(bytes: number): void {
    if (bytes > payloadBytesMax) throw new HeadraceError("limit-exceeded", `a commit of ${bytes} bytes is larger than ${payloadBytesMax}`);
    const { bytesInFlightMax } = this.#options;
    if (this.#bytesInFlight > 0 && this.#bytesInFlight + bytes > bytesInFlightMax) {
      throw new HeadraceError("limit-exceeded", `${this.#bytesInFlight} bytes wait for the disk, no more than ${bytesInFlightMax} may`, {
        hint: "send again later, or wait for earlier commits",
      });
    }
  }

  #store(entries: readonly StoredEntry[], bytes: number, timeMs: number, result: CommitResult): Promise<CommitResult> {
    for (const entry of entries) this.#accepted.apply(entry, timeMs);
    this.#bytesInFlight += bytes;
    return new Promise((resolve, reject) => {
      this.#writer.append({
        pieces: encodePayload(entries),
        timeMs,
        durable: (segment, position) => {
          this.#apply(entries, timeMs, segment, position);
          this.#bytesInFlight -= bytes;
          if (!this.#health.writable) this.#health = writable;
          resolve(result);
        },
        failed: (error) => {
          this.#bytesInFlight -= bytes;
          this.#refused(error);
          reject(error);
        },
      });
    });
  }

  /** Everything accepted and not durable was refused: the next commit is checked against what is stored. */
  #refused(error: HeadraceError): void {
    this.#acceptedIsStale = true;
    this.#lastStored = Promise.resolve();
    if (error.code !== "disk-full" || this.#probe !== null || this.#closed) return;
    this.#health = { writable: false, reason: error.message };
    this.#probe = this.#platform.clock.setTimer(
      probeIntervalMs,
      () => {
        this.#probe = null;
        // Removes what is not there: all it shows is whether there is room again.
        if (!this.#health.writable) this.commit([{ kind: "put", table: "$probe", key: "", value: null }]).catch(() => {});
      },
      { unref: true },
    );
  }

  #acceptedState(): LogState {
    if (this.#acceptedIsStale) {
      this.#accepted = copyState(this.#durable);
      this.#acceptedIsStale = false;
    }
    return this.#accepted;
  }

  #apply(entries: readonly StoredEntry[], timeMs: number, segment: number, position: number): void {
    const held = this.#segments.get(segment);
    if (held !== undefined) held.endPosition = Math.max(held.endPosition, position + 1);
    for (const entry of entries) {
      this.#durable.apply(entry, timeMs);
      if (entry.kind === "append") {
        noteAppend(this.#indexes, this.#contents, entry.shard, entry.baseOffset, entry.batch.length, this.#durable, segment, position, timeMs);
        this.#cache.add(entry.shard, {
          bytes: compact(entry.batch),
          baseOffset: entry.baseOffset,
          recordCount: recordCountOf(entry.batch),
          appendTimeMs: timeMs,
        });
        this.#listeners.changed(entry.shard);
      } else if (entry.kind === "change") this.#changed(entry.change);
    }
  }

  #changed(change: Extract<StoredEntry, { kind: "change" }>["change"]): void {
    switch (change.kind) {
      case "trim":
        this.#indexes.get(change.shard)?.trim(change.offset);
        this.#listeners.changed(change.shard);
        this.#forgetGone([change.shard]);
        return;
      case "delete-stream":
        this.#forgetGone([...this.#indexes.keys()]);
        this.#listeners.allChanged();
        return;
      case "drop-shard":
        this.#listeners.changed(change.shard);
        this.#forgetGone([change.shard]);
        return;
      case "reshard":
        for (const parent of change.parents) this.#listeners.changed(parent);
        return;
      case "end-transaction":
        for (const shard of change.shards) this.#listeners.changed(shard);
        return;
      default:
    }
  }

  #forgetGone(shards: readonly ShardNumber[]): void {
    for (const shard of shards) {
      if (this.#durable.shards.has(shard)) continue;
      this.#indexes.delete(shard);
      this.#cache.drop(shard);
    }
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    if (this.#closed) throw closed();
    const { shard, bytesMax } = request;
    const state = this.#durable.shards.get(shard);
    if (state === undefined) throw new HeadraceError("not-found", `shard ${shard} does not exist`);
    const committed = request.isolation !== "uncommitted";
    const endOffset = committed ? this.#durable.lastStableOffset(state) : state.endOffset;
    const offset = Math.max(request.offset, state.startOffset);
    const { startOffset } = state;
    if (offset >= endOffset) return { batches: [], nextOffset: Math.max(offset, Math.min(request.offset, endOffset)), startOffset, endOffset };
    let batches = this.#cache.read(shard, offset, endOffset, bytesMax);
    if (batches === null) {
      try {
        batches = await this.#readStored(shard, offset, endOffset, bytesMax);
      } catch (error) {
        // Retention may delete under a reader: then the start has moved, or the shard is gone.
        if (this.#durable.shards.get(shard) === state && state.startOffset <= offset) throw error;
        return this.read(request);
      }
    }
    const last = batches.at(-1);
    const nextOffset = last === undefined ? offset : last.baseOffset + last.recordCount;
    if (!committed || !this.#durable.producers.has(shard)) return { batches, nextOffset, startOffset, endOffset };
    const producers = this.#durable.producers.get(shard)!;
    const visible = batches.filter((batch) => {
      const header = readBatchHeader(batch.bytes);
      return !header.isControl && !(header.isTransactional && producers.isAborted(header.producerId, batch.baseOffset));
    });
    return { batches: visible, nextOffset, startOffset, endOffset };
  }

  async #readStored(shard: ShardNumber, offset: Offset, endOffset: Offset, bytesMax: number): Promise<StoredBatch[]> {
    const index = this.#indexes.get(shard);
    if (index === undefined) throw new HeadraceError("internal", `shard ${shard} has records but no index`);
    return readFromJournal({ segment: (number) => this.#segments.get(number) ?? null }, index, shard, offset, endOffset, bytesMax);
  }

  tail(request: TailRequest): Tail {
    return new ShardTail(request, { log: this, onChange: (shard, callback) => this.#listeners.once(shard, callback) });
  }

  async offsetAtTime(shard: ShardNumber, timestampMs: number): Promise<Offset> {
    const state = this.#durable.shards.get(shard);
    if (state === undefined) throw new HeadraceError("not-found", `shard ${shard} does not exist`);
    if (timestampMs > state.lastAppendMs) return state.endOffset;
    let offset = Math.max(state.startOffset, this.#indexes.get(shard)?.findTime(timestampMs)?.offset ?? 0);
    for (;;) {
      const { batches, nextOffset } = await this.read({ shard, offset, bytesMax: 1024 * 1024, isolation: "uncommitted" });
      for (const batch of batches) if (batch.appendTimeMs >= timestampMs) return Math.max(batch.baseOffset, state.startOffset);
      if (batches.length === 0) return nextOffset;
      offset = nextOffset;
    }
  }

  shard(shard: ShardNumber): ShardState | undefined {
    return this.#durable.shardState(shard);
  }

  stream(name: string): StreamState | undefined {
    return this.#durable.streamState(name);
  }

  streams(): StreamState[] {
    return [...this.#durable.streams.keys()].sort().map((name) => this.#durable.streamState(name)!);
  }

  table(name: string): Table {
    return {
      get: (key) => this.#durable.tables.get(name)?.get(key),
      latest: (key) => this.#acceptedState().tables.get(name)?.get(key),
      entries: (prefix = "") =>
        [...(this.#durable.tables.get(name) ?? [])].filter(([key]) => key.startsWith(prefix)).sort(([left], [right]) => (left < right ? -1 : 1)),
    };
  }

  health(): LogHealth {
    return this.#health;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#probe?.cancel();
    this.#listeners.allChanged();
    await this.#writer.settled();
    await this.#maintenance;
    // A disk that fails here has nothing to lose: the mark only adds certainty.
    if (this.#health.writable) await writeClosingMark(this.#platform.disk, this.#directory, this.#writer.nextFrame).catch(() => {});
    for (const { segment } of this.#segments.values()) await segment.close();
    await this.#lock.unlock();
  }

  /** Moves the start of shards whose records are older than their stream's retention, and deletes what nobody can read any more. */
  async expire(nowMs: number): Promise<void> {
    for (const entries of [findExpired(this.#durable, this.#indexes, nowMs), findEnded(this.#durable, nowMs)]) {
      if (entries.length > 0 && !this.#closed) await this.#commit(entries);
    }
    // Not journaled: a restart remembers a few more until the next time.
    for (const state of [this.#durable, this.#accepted]) for (const producers of state.producers.values()) producers.forgetIdle(nowMs - producerIdleMs);
    this.#maintain(() => this.#deleteSegments());
    await this.#maintenance;
  }

  #scheduleRetention(): void {
    this.#timer = this.#platform.clock.setTimer(
      this.#options.retentionIntervalMs,
      () => {
        this.expire(this.#platform.clock.nowMs())
          .catch(() => {})
          .finally(() => {
            if (!this.#closed) this.#scheduleRetention();
          });
      },
      { unref: true },
    );
  }

  #rolled(segment: Segment): void {
    this.#segments.set(segment.number, { segment, endPosition: 0 });
    // Taken now, between two commits: it is exactly the state before the new segment's first frame.
    const bytes = encodeCheckpoint({
      state: this.#durable,
      indexes: this.#indexes,
      segments: this.#contents,
      segment: segment.number,
      nextFrame: this.#writer.nextFrame,
    });
    this.#maintain(async () => {
      await writeCheckpoint(this.#platform.disk, this.#directory, segment.number, bytes);
      const older = (await listCheckpoints(this.#platform.disk, this.#directory)).slice(0, -2);
      for (const each of older) await this.#platform.disk.unlink(checkpointPath(this.#directory, each));
      // One checkpoint back, so that a damaged newest one can be passed over.
      this.#checkpointed = (await listCheckpoints(this.#platform.disk, this.#directory))[0];
      await this.#deleteSegments();
    });
  }

  /** One after another; a failure leaves more on disk than needed and is tried again at the next occasion. */
  #maintain(work: () => Promise<void>): void {
    this.#maintenance = this.#maintenance.then(work).catch(() => {});
  }

  async #deleteSegments(): Promise<void> {
    for (const number of [...this.#segments.keys()].sort((left, right) => left - right)) {
      if (number >= this.#checkpointed || number === this.#writer.segment.number) return;
      const shards = this.#contents.get(number) ?? new Map<number, number>();
      const needed = [...shards].some(([shard, end]) => (this.#durable.shards.get(shard)?.startOffset ?? Infinity) < end);
      if (needed) continue;
      const held = this.#segments.get(number)!;
      this.#segments.delete(number);
      this.#contents.delete(number);
      await held.segment.close();
      await this.#platform.disk.unlink(held.segment.path);
    }
  }

  #stopped(error: HeadraceError): void {
    this.#health = { writable: false, reason: error.message };
  }
}

function closed(): HeadraceError {
  return new HeadraceError("log-stopped", "the log is closed");
}

function recordCountOf(batch: Uint8Array): number {
  return (
    ((batch[layout.recordCount] << 24) | (batch[layout.recordCount + 1] << 16) | (batch[layout.recordCount + 2] << 8) | batch[layout.recordCount + 3]) >>> 0
  );
}

/** A small batch cut from a large buffer is copied, so that the cache keeps what it counts. */
function compact(batch: Uint8Array): Uint8Array {
  return batch.byteLength * 2 < batch.buffer.byteLength ? batch.slice() : batch;
}
