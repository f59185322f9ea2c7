/** Carries out the decisions of the checkpoint protocol for a running pipeline. */
import type { EmbeddedAppend } from "../../connector/index.ts";
import { decide, startCheckpoints, type CheckpointDecision, type CheckpointEvent, type CheckpointState } from "../checkpoint/protocol.ts";
import { toBase64, type EpochRecord, type SinkRecord } from "../checkpoint/record.ts";
import type { AppendRouter, EpochStore } from "../checkpoint/store.ts";
import type { SinkTask } from "./sink-task.ts";

/** What a cut takes, at once and between two batches. */
export interface Cut {
  readonly record: Omit<EpochRecord, "epoch" | "snapshot" | "sinks" | "finished">;
  /** Changes since the last cut, or a whole snapshot. */
  readonly state: Uint8Array | null;
  readonly isSnapshot: boolean;
  readonly deadLetters: readonly EmbeddedAppend[];
  /** Source name → split → position, for `committed`. */
  release(): void;
}

export interface EpochHost {
  cut(epoch: number, snapshot: boolean): Cut;
  fail(error: unknown): void;
  finished(): void;
  published(epoch: number): void;
}

export class Epochs {
  readonly #store: EpochStore;
  readonly #sinks: readonly SinkTask[];
  readonly #route: AppendRouter;
  readonly #host: EpochHost;
  readonly #snapshotAfterBytes: number;
  #state: CheckpointState;
  #cut: Cut | null = null;
  #prepared = new Map<number, { committable: Uint8Array | null; record: SinkRecord; appends: readonly EmbeddedAppend[] }>();
  #snapshot: EpochRecord["snapshot"];
  #changesBytes: number;

  constructor(store: EpochStore, sinks: readonly SinkTask[], route: AppendRouter, host: EpochHost, record: EpochRecord | null, snapshotAfterBytes: number) {
    this.#store = store;
    this.#sinks = sinks;
    this.#route = route;
    this.#host = host;
    this.#snapshotAfterBytes = snapshotAfterBytes;
    this.#state = startCheckpoints(record?.epoch ?? 0);
    this.#snapshot = record?.snapshot ?? null;
    // The first epoch of a run takes a snapshot, so that no recovery reads the changes of an earlier run again.
    this.#changesBytes = Infinity;
  }

  get durableEpoch(): number {
    return this.#state.durableEpoch;
  }

  /** True between epochs: a new one may be cut. */
  get open(): boolean {
    return this.#state.phase === "running";
  }

  /** Ends the epoch now. The caller knows that no operator is in the middle of a call. */
  due(last: boolean): void {
    this.#apply({ kind: "due", last });
  }

  #apply(event: CheckpointEvent): void {
    const step = decide(this.#state, event, this.#sinks.length);
    this.#state = step.state;
    for (const decision of step.decisions) this.#carryOut(decision);
  }

  #carryOut(decision: CheckpointDecision): void {
    switch (decision.kind) {
      case "cut":
        this.#prepared.clear();
        this.#cut = this.#host.cut(decision.epoch, this.#changesBytes >= this.#snapshotAfterBytes);
        if (this.#state.last) for (const task of this.#sinks) task.sink.finish();
        return;
      case "prepare":
        return this.#run(this.#prepare(decision.sink, decision.epoch), { kind: "prepared", sink: decision.sink });
      case "log":
        return this.#run(this.#logEpoch(decision.epoch), { kind: "logged" });
      case "publish": {
        const prepared = this.#prepared.get(decision.sink)!;
        return this.#run(this.#sinks[decision.sink].sink.commit(decision.epoch, prepared.committable), { kind: "published", sink: decision.sink });
      }
      case "release":
        this.#cut?.release();
        this.#host.published(decision.epoch);
        return;
      case "finish":
        this.#host.finished();
        return;
      case "abandon":
        return;
    }
  }

  #run(work: Promise<void>, then: CheckpointEvent): void {
    work.then(
      () => {
        if (this.#state.phase !== "failed") this.#apply(then);
      },
      (error: unknown) => {
        if (this.#state.phase !== "failed") this.#apply({ kind: "failed" });
        this.#host.fail(error);
      },
    );
  }

  async #prepare(sink: number, epoch: number): Promise<void> {
    const prepared = await this.#sinks[sink].sink.prepare(epoch);
    const record = { committable: toBase64(prepared.committable), state: toBase64(prepared.state) };
    this.#prepared.set(sink, { committable: prepared.committable, record, appends: prepared.appends });
  }

  async #logEpoch(epoch: number): Promise<void> {
    const cut = this.#cut!;
    if (cut.isSnapshot && cut.state !== null) {
      this.#snapshot = { epoch, offset: await this.#store.writeSnapshot(epoch, cut.state) };
      this.#changesBytes = 0;
    } else if (cut.state !== null) this.#changesBytes += cut.state.length;
    const sinks: Record<string, SinkRecord> = {};
    const appends: EmbeddedAppend[] = [...cut.deadLetters];
    for (const [position, prepared] of this.#prepared) {
      sinks[this.#sinks[position].node.name] = prepared.record;
      appends.push(...prepared.appends);
    }
    const record: EpochRecord = { ...cut.record, epoch, snapshot: this.#snapshot, sinks, finished: this.#state.last };
    await this.#store.commit(record, cut.isSnapshot ? null : cut.state, await this.#route(appends));
  }
}
