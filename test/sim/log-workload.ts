/** A script of commits, drawn from a seed, and a run of it on a simulated disk until it ends or the power goes. */
import { createSimulatedPlatform, seededRandom, type SeededRandom, type SimulatedDisk } from "../../src/core/platform/sim/index.ts";
import { BatchBuilder, openLog, type Entry, type LogOptions, type OwnedLog } from "../../src/log/index.ts";

export const tables = ["leases", "offsets", "progress"] as const;
export const transactionalStream = "transactions";
/** Small segments, so that a short run rolls, checkpoints and deletes some. */
export const options: Partial<LogOptions> = { segmentBytes: 4096, prewriteBytes: 2048, cacheBytes: 2000 };

const wholeRange = { start: 0n, end: (1n << 128n) - 1n };
const middle = 1n << 127n;
const encoder = new TextEncoder();

export type Step = { kind: "commit"; entries: () => Entry[]; wait: boolean } | { kind: "reopen" };

/** Draws a script. Entries are made anew on every call, because a log may keep and change what it is given. */
export function drawScript(seed: number, commits: number): Step[] {
  const random = seededRandom(seed);
  const writer = new ScriptWriter(random);
  const steps: Step[] = [{ kind: "commit", entries: counted(writer.beginning(), 0), wait: true }];
  for (let index = 1; index < commits; index++) {
    if (random.chance(0.03)) steps.push({ kind: "reopen" });
    steps.push({ kind: "commit", entries: counted(writer.next(index), index), wait: random.chance(0.4) });
  }
  return steps;
}

/** Every commit shows in the tables that it was there. */
function counted(entries: () => Entry[], index: number): () => Entry[] {
  return joinEntries([entries, () => [{ kind: "put", table: "progress", key: "commit", value: encoder.encode(String(index)) }]]);
}

class ScriptWriter {
  readonly #random: SeededRandom;
  readonly #open = [0, 1];
  readonly #lengths = new Map<number, number>();
  readonly #starts = new Map<number, number>();
  #shards = 3;
  #sequence = 0;
  #streamsMade = 0;
  #temporary: string | null = null;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  beginning(): () => Entry[] {
    return () => [
      {
        kind: "create-stream",
        stream: "events",
        hashRanges: [
          { start: 0n, end: middle - 1n },
          { start: middle, end: wholeRange.end },
        ],
        retentionMs: null,
      },
      { kind: "create-stream", stream: transactionalStream, hashRanges: [wholeRange], retentionMs: null },
    ];
  }

  next(index: number): () => Entry[] {
    const random = this.#random;
    const dice = random.float();
    if (dice < 0.5) return this.#append(index, 1 + random.integer(2));
    if (dice < 0.65) return this.#put(index);
    if (dice < 0.75) return joinEntries([this.#append(index, 1), this.#put(index), this.#append(index, 1)]);
    if (dice < 0.85) return this.#transactional(index);
    if (dice < 0.92) return this.#trim();
    if (dice < 0.96) return this.#reshard();
    return this.#temporaryStream(index);
  }

  #append(index: number, shards: number): () => Entry[] {
    const parts = Array.from({ length: shards }, () => {
      const shard = this.#open[this.#random.integer(this.#open.length)];
      const count = 1 + this.#random.integer(3);
      const from = this.#lengths.get(shard) ?? 0;
      this.#lengths.set(shard, from + count);
      const size = this.#random.chance(0.1) ? 1500 : this.#random.integer(200);
      return { shard, values: Array.from({ length: count }, (_, at) => `${shard}:${from + at} commit ${index} ${"x".repeat(size)}`) };
    });
    return () => parts.map(({ shard, values }) => ({ kind: "append", shard, batch: batchOf(values) }));
  }

  #put(index: number): () => Entry[] {
    const table = tables[this.#random.integer(2)];
    const key = `key ${this.#random.integer(6)}`;
    const remove = this.#random.chance(0.2);
    return () => [{ kind: "put", table, key, value: remove ? null : encoder.encode(`commit ${index}`) }];
  }

  #transactional(index: number): () => Entry[] {
    if (this.#random.chance(0.4)) {
      const outcome = this.#random.chance(0.5) ? "commit" : "abort";
      return () => [{ kind: "transaction-marker", producerId: 9, producerEpoch: 0, outcome }];
    }
    const producer = { id: 9, epoch: 0, sequence: this.#sequence++, transactional: true };
    return () => [{ kind: "append", shard: 2, batch: batchOf([`transactional ${index}`], producer), producer }];
  }

  #trim(): () => Entry[] {
    const shard = this.#open[this.#random.integer(this.#open.length)];
    const start = this.#starts.get(shard) ?? 0;
    const offset = start + this.#random.integer((this.#lengths.get(shard) ?? 0) - start + 1);
    this.#starts.set(shard, offset);
    return () => [{ kind: "trim", shard, offset }];
  }

  #reshard(): () => Entry[] {
    const [left, right] = this.#open;
    const children = [this.#shards++, this.#shards++];
    this.#open.splice(0, 2, ...children);
    return () => [
      {
        kind: "reshard",
        stream: "events",
        parents: [left, right],
        children: [
          { start: 0n, end: middle - 1n },
          { start: middle, end: wholeRange.end },
        ],
      },
    ];
  }

  #temporaryStream(index: number): () => Entry[] {
    const shard = this.#shards++;
    const stream = `temporary-${this.#streamsMade++}`;
    const old = this.#random.chance(0.5) ? this.#temporary : null;
    this.#temporary = stream;
    return () => [
      ...(old === null ? [] : [{ kind: "delete-stream", stream: old } as const]),
      { kind: "create-stream", stream, hashRanges: [wholeRange], retentionMs: null },
      { kind: "put", table: "leases", key: stream, value: encoder.encode(`commit ${index}, shard ${shard}`) },
    ];
  }
}

function joinEntries(parts: (() => Entry[])[]): () => Entry[] {
  return () => parts.flatMap((part) => part());
}

function batchOf(values: readonly string[], producer?: { id: number; epoch: number; sequence: number; transactional: boolean }): Uint8Array {
  const builder = new BatchBuilder();
  for (const value of values) builder.append(null, encoder.encode(value), 1);
  return builder.finish(producer);
}

export interface Run {
  /** Commits acknowledged, all of them from the first on. */
  acknowledged: number;
  /** Commits handed to the log. */
  issued: number;
  /** A failure that the script does not expect. */
  failure: unknown;
}

/** Runs until the script ends (then the log is closed) or the disk loses power. */
export async function runScript(disk: SimulatedDisk, steps: readonly Step[]): Promise<Run> {
  const run: Run = { acknowledged: 0, issued: 0, failure: null };
  const work = async (): Promise<void> => {
    let log = await open(disk);
    let pending: Promise<unknown>[] = [];
    for (const step of steps) {
      if (step.kind === "reopen") {
        await Promise.all(pending);
        await log.close();
        log = await open(disk);
        continue;
      }
      const number = ++run.issued;
      const committed = log.commit(step.entries()).then(() => {
        if (number !== run.acknowledged + 1) throw new Error(`commit ${number} was acknowledged after ${run.acknowledged} others`);
        run.acknowledged = number;
      });
      committed.catch(() => {});
      pending.push(committed);
      if (step.wait) {
        await Promise.all(pending);
        pending = [];
      }
    }
    await Promise.all(pending);
    await log.close();
  };
  await Promise.race([work().catch((error: unknown) => (run.failure = error)), disk.powerCut]);
  return run;
}

export function open(disk: SimulatedDisk): Promise<OwnedLog> {
  return openLog({ platform: createSimulatedPlatform({ disk }), directory: "/data", options });
}
