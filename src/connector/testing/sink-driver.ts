/**
 * Drives a sink as the engine does, with crashes, and checks what becomes visible.
 *
 * The durable world is what the subject keeps (files, a stream) and the epoch's record, which here is a variable: written
 * after prepare, read at the restart. Rows after the last record are written again, as a source would be read again.
 */
import { deepStrictEqual } from "node:assert/strict";
import type { Batch } from "../../data/index.ts";
import type { Prepared, Sink } from "../contract.ts";
import type { EmbeddedAppend } from "../embedded.ts";
import { CrashError } from "./crash.ts";

export interface SinkSubject {
  /** A sink on the durable world as it is now. Called again after every crash. */
  open(): Promise<Sink>;
  /** Input of each epoch, batches in order. Called for every attempt: batches must be equal each time. */
  readonly epochs: readonly (readonly Batch[])[];
  /** Rows that readers see, as texts. `appends`: what the epochs gave to embedded streams. */
  visible(appends: readonly EmbeddedAppend[]): Promise<readonly string[]>;
  /** Rows of a batch as the same texts. */
  rows(batch: Batch): readonly string[];
  /** Called at every crash, before the sink is opened again: lose what is not durable. */
  crash?(): void | Promise<void>;
  /** Resolves when the subject's own machine died in the middle of something, such as the power cut of a simulated disk. */
  died?(): Promise<void>;
}

/** Steps of an epoch after which a crash can be placed. */
export const sinkSteps = ["open", "write", "prepare", "log", "commit"] as const;
export type SinkStep = (typeof sinkSteps)[number];

interface EpochRecord {
  readonly epoch: number;
  readonly prepared: Prepared;
}

/** Runs all epochs; `crashAfter` answers whether the process dies after this step of this epoch. Answers the embedded appends. */
export async function driveSink(subject: SinkSubject, crashAfter: (epoch: number, step: SinkStep) => boolean): Promise<EmbeddedAppend[]> {
  let record: EpochRecord | null = null;
  const appends: EmbeddedAppend[] = [];
  const commitRecord = (epoch: number, prepared: Prepared): void => {
    record = { epoch, prepared };
    appends.push(...prepared.appends);
  };
  for (;;) {
    let sink: Sink | null = null;
    try {
      const died = subject.died?.().then(() => Promise.reject(new CrashError("the machine died")));
      const run = async (): Promise<void> => {
        sink = await subject.open();
        await runFrom(subject, sink, record, commitRecord, (epoch, step) => {
          if (crashAfter(epoch, step)) throw new CrashError(`after ${step} of epoch ${epoch}`);
        });
        await sink.close();
      };
      await (died === undefined ? run() : Promise.race([run(), died]));
      return appends;
    } catch (error) {
      if (!isCrash(error)) throw error;
      if (error.message !== "the machine died") await (sink as Sink | null)?.close().catch(() => {});
      await subject.crash?.();
    }
  }
}

function isCrash(error: unknown): error is CrashError {
  return error instanceof CrashError;
}

async function runFrom(
  subject: SinkSubject,
  sink: Sink,
  record: EpochRecord | null,
  commitRecord: (epoch: number, prepared: Prepared) => void,
  step: (epoch: number, name: SinkStep) => void,
): Promise<void> {
  if (record !== null) await sink.commit(record.epoch, record.prepared.committable);
  await sink.restore(record?.epoch ?? 0, record?.prepared.state ?? null);
  step((record?.epoch ?? 0) + 1, "open");
  for (let epoch = (record?.epoch ?? 0) + 1; epoch <= subject.epochs.length; epoch++) {
    for (const batch of subject.epochs[epoch - 1]) {
      if (sink.full()) await sink.drained();
      sink.write(batch);
    }
    step(epoch, "write");
    if (epoch === subject.epochs.length) sink.finish();
    const prepared = await sink.prepare(epoch);
    step(epoch, "prepare");
    commitRecord(epoch, prepared);
    step(epoch, "log");
    await sink.commit(epoch, prepared.committable);
    step(epoch, "commit");
  }
}

/** Checks that a transactional sink shows each row exactly once: without a crash, with one after every step of every epoch, and with one at every second step. */
export async function checkTransactionalSink(make: () => Promise<SinkSubject>): Promise<void> {
  await checkRun(await make(), "no crash", () => false);
  const epochCount = (await make()).epochs.length;
  for (let epoch = 1; epoch <= epochCount; epoch++) {
    for (const step of sinkSteps) {
      let due = true;
      await checkRun(await make(), `crash after ${step} of epoch ${epoch}`, (at, name) => {
        if (!due || at !== epoch || name !== step) return false;
        due = false;
        return true;
      });
    }
  }
  const crashed = new Set<string>();
  await checkRun(await make(), "a crash at every step", (epoch, step) => {
    const key = `${epoch} ${step}`;
    if (crashed.has(key)) return false;
    crashed.add(key);
    return true;
  });
}

/** One run against what must be visible at its end. */
export async function checkRun(subject: SinkSubject, name: string, crashAfter: (epoch: number, step: SinkStep) => boolean): Promise<void> {
  const appends = await driveSink(subject, crashAfter);
  const visible = [...(await subject.visible(appends))].sort();
  const expected = subject.epochs.flatMap((batches) => batches.flatMap((batch) => [...subject.rows(batch)])).sort();
  deepStrictEqual(visible, expected, name);
}
