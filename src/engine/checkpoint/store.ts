/**
 * Where epochs are kept: the record in the table "epochs" under the job's name, state in the job's internal stream
 * "$state/JOB" as parts of at most 1 MiB. The record, the changes and the records for embedded streams go into one commit.
 * Snapshots are too big for that: their parts go ahead, and count only once a record names them.
 */
import { HeadraceError } from "../../core/index.ts";
import type { EmbeddedAppend } from "../../connector/index.ts";
import { encodeBatch, forEachRecord, type Entry, type RemoteLog } from "../../log/index.ts";
import { decodeRecord, encodeRecord, type EpochRecord } from "./record.ts";

const epochsTable = "epochs";
const partBytes = 1024 * 1024;
const headerBytes = 17;
const kinds = { snapshot: 1, changes: 2 } as const;

/** Turns embedded appends into log entries: routing by key needs the shards as they are at that moment. */
export type AppendRouter = (appends: readonly EmbeddedAppend[]) => Promise<Entry[]>;

export class EpochStore {
  readonly #log: RemoteLog;
  readonly #job: string;
  readonly #stream: string;
  #shard = -1;

  constructor(log: RemoteLog, job: string) {
    this.#log = log;
    this.#job = job;
    this.#stream = `$state/${job}`;
  }

  /** Makes the state stream if it is not there; answers the last durable record. */
  async open(): Promise<EpochRecord | null> {
    let stream = await this.#log.stream(this.#stream);
    if (stream === undefined) {
      const hashRanges = [{ start: 0n, end: (1n << 128n) - 1n }];
      await this.#log.commit([{ kind: "create-stream", stream: this.#stream, hashRanges, retentionMs: null }]);
      stream = await this.#log.stream(this.#stream);
    }
    if (stream === undefined) throw new HeadraceError("internal", `stream ${this.#stream} was not created`);
    this.#shard = stream.shards[0];
    const bytes = await this.#log.tableGet(epochsTable, this.#job);
    return bytes === undefined ? null : decodeRecord(bytes);
  }

  /** Where the next part will stand. */
  async endOffset(): Promise<number> {
    const shard = await this.#log.shard(this.#shard);
    return shard?.endOffset ?? 0;
  }

  /** Appends a snapshot's parts; answers the offset of the first. */
  async writeSnapshot(epoch: number, state: Uint8Array): Promise<number> {
    let first = -1;
    for (const entry of this.#parts("snapshot", epoch, state)) {
      const result = await this.#log.commit([entry]);
      if (first < 0) first = result.appends[0].baseOffset;
    }
    return first;
  }

  /** The one atomic commit of an epoch. Resolves when it is durable. */
  async commit(record: EpochRecord, changes: Uint8Array | null, appends: readonly Entry[]): Promise<void> {
    const entries: Entry[] = [];
    if (changes !== null && changes.length > 0) entries.push(...this.#parts("changes", record.epoch, changes));
    entries.push(...appends, { kind: "put", table: epochsTable, key: this.#job, value: encodeRecord(record) });
    const snapshot = record.snapshot;
    if (snapshot !== null && snapshot.epoch === record.epoch && snapshot.offset > 0)
      entries.push({ kind: "trim", shard: this.#shard, offset: snapshot.offset });
    await this.#log.commit(entries);
  }

  /** Snapshot (or null) and the changes of every epoch after it, in order. */
  async readState(record: EpochRecord): Promise<{ snapshot: Uint8Array | null; changes: Uint8Array[] }> {
    const snapshotEpoch = record.snapshot?.epoch ?? 0;
    const snapshots = new Map<string, Uint8Array[]>();
    const changes = new Map<number, Uint8Array[]>();
    let offset = record.snapshot?.offset ?? 0;
    for (;;) {
      const result = await this.#log.read({ shard: this.#shard, offset, bytesMax: 8 * partBytes });
      if (result.batches.length === 0) break;
      for (const batch of result.batches) this.#collect(batch.bytes, snapshotEpoch, record, snapshots, changes);
      offset = result.nextOffset;
    }
    const parts = record.snapshot === null ? null : snapshots.get("snapshot");
    if (record.snapshot !== null && parts === undefined)
      throw new HeadraceError("corrupt", `snapshot of epoch ${snapshotEpoch} of job ${this.#job} is not there`);
    const epochs = [...changes.keys()].sort((left, right) => left - right);
    return { snapshot: parts === null || parts === undefined ? null : concatenate(parts), changes: epochs.map((epoch) => concatenate(changes.get(epoch)!)) };
  }

  #collect(batch: Uint8Array, snapshotEpoch: number, record: EpochRecord, snapshots: Map<string, Uint8Array[]>, changes: Map<number, Uint8Array[]>): void {
    forEachRecord(batch, (stored) => {
      const value = batch.subarray(stored.valueStart, stored.valueEnd);
      const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
      const kind = view.getUint8(0);
      const epoch = view.getFloat64(1);
      const part = view.getUint32(9);
      const payload = value.subarray(headerBytes);
      if (kind === kinds.snapshot && epoch === snapshotEpoch && record.snapshot !== null && stored.offset >= record.snapshot.offset) {
        // An attempt that failed half way is followed by a whole one that starts at part 0 again.
        const parts = part === 0 ? [] : (snapshots.get("snapshot") ?? []);
        parts[part] = payload;
        snapshots.set("snapshot", parts);
      } else if (kind === kinds.changes && epoch > snapshotEpoch && epoch <= record.epoch) {
        const parts = part === 0 ? [] : (changes.get(epoch) ?? []);
        parts[part] = payload;
        changes.set(epoch, parts);
      }
    });
  }

  *#parts(kind: keyof typeof kinds, epoch: number, bytes: Uint8Array): Generator<Entry> {
    const count = Math.max(1, Math.ceil(bytes.length / partBytes));
    for (let part = 0; part < count; part++) {
      const payload = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      const value = new Uint8Array(headerBytes + payload.length);
      const view = new DataView(value.buffer);
      view.setUint8(0, kinds[kind]);
      view.setFloat64(1, epoch);
      view.setUint32(9, part);
      view.setUint32(13, count);
      value.set(payload, headerBytes);
      yield { kind: "append", shard: this.#shard, batch: encodeBatch([{ key: null, value, timestampMs: 0 }]) };
    }
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
