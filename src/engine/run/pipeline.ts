/**
 * Runs one plan on the thread it is made on: reads splits in event-time order, pushes batches through the operators, ends
 * epochs, and recovers.
 *
 * The loop gives way to the event loop after every chunk: commits, answers of models and messages get their turn between
 * two chunks, never inside one.
 */
import { HeadraceError } from "../../core/index.ts";
import type { Batch } from "../../data/index.ts";
import type { Plan } from "../../sql/plan/plan.ts";
import { recover } from "../checkpoint/protocol.ts";
import { fromBase64, type EpochRecord } from "../checkpoint/record.ts";
import { EpochStore, type AppendRouter } from "../checkpoint/store.ts";
import { changesOf, restoreStates, snapshotStates } from "../state/index.ts";
import { buildPipeline, type BuiltPipeline } from "./build.ts";
import type { PipelineEnvironment } from "./environment.ts";
import { Epochs, type Cut } from "./epochs.ts";
import type { OperatorTask } from "./graph.ts";
import { encodeLateRow } from "./late.ts";
import { Progress, type PipelineStatistics } from "./progress.ts";
import { nextSplit, type SourceTask, type SplitTask } from "./source-task.ts";

/** Least time between two epochs while rows flow, when a sink asks for one. */
const earlyEpochMs = 20;

export type PipelineOutcome = "finished" | "stopped";

export class Pipeline {
  readonly #plan: Plan;
  readonly #environment: PipelineEnvironment;
  readonly #route: AppendRouter;
  readonly #store: EpochStore;
  #built!: BuiltPipeline;
  #epochs!: Epochs;
  #progress!: Progress;
  /** True once it has recovered and reads. */
  started = false;
  readonly #ready: OperatorTask[] = [];
  #wake: (() => void) | null = null;
  #failure: unknown = undefined;
  #failed = false;
  #stopping = false;
  #finished = false;
  #inputEnded = false;
  #dirty = false;
  #lastBarrierMs = 0;
  #lastDiscoveryMs = 0;
  #timeZone: string;

  constructor(plan: Plan, environment: PipelineEnvironment, route: AppendRouter) {
    this.#plan = plan;
    this.#environment = environment;
    this.#route = route;
    this.#store = new EpochStore(environment.log, environment.job);
    this.#timeZone = environment.settings.timeZone;
  }

  /** Recovers and runs until the input ends or `stop`. Rejects with what made it fail; then nothing was lost, and a new Pipeline goes on from the last epoch. */
  async run(running?: () => void): Promise<PipelineOutcome> {
    try {
      if (await this.#start()) return "finished";
      this.started = true;
      running?.();
      await this.#loop();
      return this.#finished ? "finished" : "stopped";
    } finally {
      await this.#close();
    }
  }

  /** Stops after the epoch in work; what was read since is read again at the next start. */
  stop(): void {
    this.#stopping = true;
    this.#wakeUp();
  }

  /** Ends the input at what is durable now, sends watermark +∞, and finishes. */
  async drain(): Promise<void> {
    for (const source of this.#built.sources) await source.opened.source.drain();
    this.#wakeUp();
  }

  /** Rows that were collected have been taken. */
  wake(): void {
    this.#wakeUp();
  }

  statistics(): PipelineStatistics {
    return this.#progress.statistics(this.#built, this.#epochs.durableEpoch);
  }

  /** True when the job had ended before. */
  async #start(): Promise<boolean> {
    const host = {
      clock: this.#environment.platform.clock,
      wake: (task: OperatorTask) => {
        this.#ready.push(task);
        this.#wakeUp();
      },
      wakeSources: () => this.#wakeUp(),
      fail: (error: unknown) => this.#fail(error),
      late: (operator: string, batch: Batch, index: number) => this.#late(operator, batch, index),
    };
    const record = await this.#store.open();
    this.#built = await buildPipeline(this.#plan, this.#environment, host);
    this.#progress = new Progress(this.#environment.platform.clock, record?.counters ?? {});
    checkLayout(record, this.#layout());
    const ended = await this.#recover(record);
    if (ended) return true;
    const epochHost = {
      cut: (_epoch: number, snapshot: boolean) => this.#cut(snapshot),
      fail: (error: unknown) => this.#fail(error),
      finished: () => {
        this.#finished = true;
        this.#wakeUp();
      },
      published: () => {
        this.#progress.epochDone();
        this.#wakeUp();
      },
    };
    this.#epochs = new Epochs(this.#store, this.#built.sinks, this.#route, epochHost, record, this.#environment.settings.snapshotAfterBytes);
    for (const source of this.#built.sources) await this.#openSplits(source, record);
    this.#restoreWatermarks(record);
    if (record === null) this.#sendValues();
    this.#lastBarrierMs = host.clock.monotonicMs();
    return false;
  }

  async #recover(record: EpochRecord | null): Promise<boolean> {
    const facts = { durableEpoch: record?.epoch ?? 0, snapshotEpoch: record?.snapshot?.epoch ?? null, finished: record?.finished ?? false };
    const sinks = this.#built.sinks;
    const timeZone = this.#timeZone;
    let ended = false;
    for (const decision of recover(facts, sinks.length)) {
      switch (decision.kind) {
        case "publish":
          await sinks[decision.sink].sink.commit(decision.epoch, fromBase64(record!.sinks[sinks[decision.sink].node.name]?.committable ?? null));
          break;
        case "restore-sink":
          await sinks[decision.sink].sink.restore(decision.epoch, fromBase64(record?.sinks[sinks[decision.sink].node.name]?.state ?? null));
          break;
        case "restore-state": {
          const { snapshot, changes } = await this.#store.readState(record!);
          if (snapshot !== null) restoreStates(this.#states(), snapshot, changes);
          break;
        }
        case "finish":
          ended = true;
          break;
        case "run":
          break;
      }
    }
    const { clock, random } = this.#environment.platform;
    for (const task of this.#built.operators) task.operator.open({ clock, random, timeZone, sliceMs: 5, restored: record !== null });
    return ended;
  }

  async #openSplits(source: SourceTask, record: EpochRecord | null): Promise<void> {
    const saved = record?.sources[source.node.name];
    const positions = new Map(Object.entries(saved?.positions ?? {}));
    await source.discover(positions, new Map(Object.entries(saved?.ended ?? {})));
    if (saved === undefined || source.assigner === null) return;
    for (const [split, watermarkMs] of Object.entries(saved.watermarks)) source.assigner.addSplit(split, watermarkMs);
  }

  #restoreWatermarks(record: EpochRecord | null): void {
    for (const source of this.#built.sources) {
      const publishedMs = record?.sources[source.node.name]?.publishedMs;
      if (publishedMs !== undefined && publishedMs !== null) source.assigner?.restore(publishedMs);
    }
  }

  #sendValues(): void {
    for (const { node, edges } of this.#built.values) {
      const batch = this.#progress.valuesBatch(node);
      for (const edge of edges) edge.receiver.batch(edge.input, batch);
      this.#dirty = true;
    }
  }

  async #loop(): Promise<void> {
    const { clock } = this.#environment.platform;
    while (!this.#finished) {
      if (this.#failed) throw this.#failure;
      if (this.#stopping && this.#epochs.open) return;
      this.#resumeReady();
      await this.#discover();
      this.#checkIdleness();
      if (this.#barrierIsDue()) this.#barrier();
      const split = this.#mayRead() ? nextSplit(this.#built.sources) : null;
      if (split !== null) {
        this.#process(split);
        await clock.nextTurn();
      } else if (this.#mayEnd()) this.#endInput();
      else await this.#pause();
    }
  }

  #resumeReady(): void {
    for (const task of this.#ready.splice(0)) task.resume();
  }

  #mayRead(): boolean {
    if (this.#inputEnded || this.#stopping || this.#environment.deadLetters.full || this.#satisfied()) return false;
    // Operators that always have more to do are never all idle: an epoch that is due gets its turn by no new rows.
    if (this.#epochs.open && this.#epochIsDue()) return false;
    return !this.#sourceEdgesFull();
  }

  #sourceEdgesFull(): boolean {
    for (const task of this.#built.operators) if (task.full) return true;
    for (const task of this.#built.sinks) if (task.full) return true;
    return this.#built.collects.some((task) => task.full);
  }

  #process(split: SplitTask): void {
    const { source } = split;
    const chunk = split.chunk!;
    split.chunk = null;
    split.read();
    source.currentSplit = split.id;
    source.assigner?.setIdle(split.id, false);
    const rows = chunk.kind === "raw" ? chunk.count : chunk.batch.length;
    const step = chunk.kind === "raw" ? this.#environment.settings.batchRows : rows;
    for (let from = 0; from < rows; from += step) {
      const decoded = source.opened.decode(chunk, from, Math.min(step, rows - from));
      for (const failed of decoded.failed) this.#refused(source, split, chunk, failed);
      if (decoded.batch.length > 0) for (const edge of source.edges) edge.receiver.batch(edge.input, decoded.batch);
      if (this.#failed) return;
    }
    split.position = chunk.position;
    source.rowsIn += rows;
    if (chunk.kind === "raw" && chunk.timestampsMs !== null) this.#progress.arrived(chunk.timestampsMs.subarray(0, rows));
    if (chunk.kind === "raw") source.bytesIn += chunk.count === 0 ? 0 : chunk.ends[chunk.count - 1] - chunk.starts[0];
    this.#dirty = true;
  }

  #refused(source: SourceTask, split: SplitTask, chunk: NonNullable<SplitTask["chunk"]>, failed: { index: number; message: string }): void {
    source.rowsFailed++;
    const raw = chunk.kind === "raw" ? chunk : null;
    this.#environment.deadLetters.add({
      reason: "decode",
      message: failed.message,
      table: source.node.table.name,
      position: raw === null ? split.id : raw.describe(failed.index),
      bytes: raw === null ? new Uint8Array(0) : raw.bytes.slice(raw.starts[failed.index], raw.ends[failed.index]),
    });
  }

  #late(operator: string, batch: Batch, index: number): void {
    if (this.#environment.settings.lateRows === "drop") return;
    const message = `came after the watermark of ${operator} had passed it`;
    this.#environment.deadLetters.add({ reason: "late", message, table: operator, position: "", bytes: encodeLateRow(batch, index) });
  }

  #mayEnd(): boolean {
    if (this.#inputEnded || !this.#operatorsIdle()) return false;
    if (this.#satisfied()) return true;
    return this.#built.sources.every((source) => source.finished);
  }

  /** Whether a query has all the rows it asked for. */
  #satisfied(): boolean {
    return this.#built.collects.length > 0 && this.#built.collects.every((task) => task.satisfied);
  }

  #operatorsIdle(): boolean {
    return this.#ready.length === 0 && this.#built.operators.every((task) => task.idle);
  }

  #endInput(): void {
    this.#inputEnded = true;
    this.#dirty = true;
    for (const source of this.#built.sources) for (const edge of source.edges) edge.receiver.watermark(edge.input, Infinity);
    for (const { edges } of this.#built.values) for (const edge of edges) edge.receiver.watermark(edge.input, Infinity);
  }

  #barrierIsDue(): boolean {
    if (!this.#epochs.open || !this.#operatorsIdle()) return false;
    return this.#inputEnded || this.#epochIsDue();
  }

  #epochIsDue(): boolean {
    const nowMs = this.#environment.platform.clock.monotonicMs();
    const sinceMs = nowMs - this.#lastBarrierMs;
    if (this.#dirty && sinceMs >= this.#environment.settings.epochIntervalMs) return true;
    if (this.#sinkDueMs() > nowMs) return false;
    return !this.#dirty || (sinceMs >= this.#earlyEpochMs() && nextSplit(this.#built.sources) === null);
  }

  /** How soon after a barrier a sink may have another while rows flow: epochs it asks for take a quarter of the time at most. */
  #earlyEpochMs(): number {
    return Math.max(earlyEpochMs, this.#progress.epochDurationMs * 4);
  }

  /** When the first sink wants what it holds published, whether rows come or not; +∞ for none. */
  #sinkDueMs(): number {
    let dueMs = Infinity;
    for (const { sink } of this.#built.sinks) dueMs = Math.min(dueMs, sink.epochDueMs?.() ?? Infinity);
    return dueMs;
  }

  #barrier(): void {
    this.#dirty = false;
    this.#lastBarrierMs = this.#environment.platform.clock.monotonicMs();
    this.#progress.epochStarted();
    this.#epochs.due(this.#inputEnded);
  }

  #cut(snapshot: boolean): Cut {
    const states = this.#states();
    const state = states.length === 0 ? null : snapshot ? snapshotStates(states) : changesOf(states);
    const sources = Object.fromEntries(
      this.#built.sources.map((source) => [
        source.node.name,
        {
          positions: Object.fromEntries(source.positions()),
          ended: Object.fromEntries(source.ended),
          watermarks: Object.fromEntries(source.assigner?.positions().filter(([, value]) => Number.isFinite(value)) ?? []),
          publishedMs: finiteOrNull(source.assigner?.publishedMs),
        },
      ]),
    );
    const positions = this.#built.sources.map((source) => [source, new Map(source.positions())] as const);
    return {
      record: { layout: this.#layout(), sources, counters: this.#progress.counters(this.#built) },
      state,
      isSnapshot: snapshot && state !== null,
      deadLetters: this.#environment.deadLetters.take(),
      release: () => {
        for (const [source, map] of positions) source.opened.source.committed?.(map);
      },
    };
  }

  #states(): OperatorTask["operator"]["states"][number][] {
    return this.#built.operators.flatMap((task) => [...task.operator.states]);
  }

  #layout(): string[] {
    return this.#built.operators.flatMap((task) => task.operator.states.map((state) => `${task.operator.name}/${state.name}/${state.layout}`));
  }

  async #discover(): Promise<void> {
    const nowMs = this.#environment.platform.clock.monotonicMs();
    for (const source of this.#built.sources) {
      for (const split of source.splits.values()) if (split.phase === "ended" && !source.opened.source.bounded) source.endSplit(split);
    }
    if (nowMs - this.#lastDiscoveryMs < this.#environment.settings.discoveryIntervalMs) return;
    this.#lastDiscoveryMs = nowMs;
    for (const source of this.#built.sources) if (!source.opened.source.bounded) await source.discover(new Map(), new Map());
  }

  /** Splits that have been without rows for long enough stop holding time back. */
  #checkIdleness(): void {
    const nowMs = this.#environment.platform.clock.monotonicMs();
    for (const source of this.#built.sources) {
      const timeoutMs = source.assigner?.node.idleTimeoutMs ?? 0;
      if (timeoutMs === 0) continue;
      for (const split of source.splits.values())
        if (split.phase === "idle" && nowMs - split.idleSinceMs >= timeoutMs) source.assigner!.setIdle(split.id, true);
    }
  }

  /** Waits for a chunk, an operator, a sink or a message; for at most the time to the next barrier. */
  async #pause(): Promise<void> {
    const { clock } = this.#environment.platform;
    const settings = this.#environment.settings;
    const nowMs = clock.monotonicMs();
    const barrierMs = this.#lastBarrierMs + (this.#sinkDueMs() <= nowMs ? Math.min(this.#earlyEpochMs(), settings.epochIntervalMs) : settings.epochIntervalMs);
    const waitMs = this.#dirty ? Math.max(1, barrierMs - nowMs) : settings.epochIntervalMs;
    if (this.#failed) return;
    // An operator that yielded waits for others to work off what it sent; their input and output need the event loop.
    if (this.#ready.length > 0) return clock.nextTurn();
    await new Promise<void>((resolve) => {
      const timer = clock.setTimer(waitMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
      for (const task of this.#built.sinks) if (task.full) void task.sink.drained().then(() => this.#wakeUp());
    });
    this.#wake = null;
  }

  #wakeUp(): void {
    this.#wake?.();
  }

  #fail(error: unknown): void {
    if (!this.#failed) {
      this.#failed = true;
      this.#failure = error;
    }
    this.#wakeUp();
  }

  async #close(): Promise<void> {
    if (this.#built === undefined) return;
    for (const task of this.#built.operators) task.operator.close();
    const closing = [...this.#built.sources.map((source) => source.close()), ...this.#built.sinks.map((task) => task.sink.close())];
    await Promise.allSettled(closing);
  }
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function checkLayout(record: EpochRecord | null, layout: readonly string[]): void {
  if (record === null || JSON.stringify(record.layout) === JSON.stringify(layout)) return;
  const gone = record.layout.filter((line) => !layout.includes(line));
  const added = layout.filter((line) => !record.layout.includes(line));
  throw new HeadraceError(
    "sql-invalid",
    `the pipeline's state does not fit the changed SQL: stored ${gone.join(", ") || "the same operators in another order"}; now ${added.join(", ") || "the same operators in another order"}`,
    {
      hint: "run it under another job name to start anew, or stop the old job and delete its state",
    },
  );
}
