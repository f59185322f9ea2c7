/**
 * The decisions of the checkpoint protocol, as pure functions: facts in, decisions out, no I/O. Whoever runs them does
 * exactly what they say, in order, and reports what happened. `protocol.test.ts` crashes a model world between any two
 * steps.
 *
 * An epoch goes through four phases. Rows flow on through all of them; only `cut` stands between two batches.
 *
 *     running ──due──▶ preparing ──all sinks prepared──▶ logging ──durable──▶ publishing ──all sinks committed──▶ running
 *
 * - cut: state changes, positions and each sink's rows up to here belong to the epoch;
 * - the one atomic log commit holds positions, state changes, every committable and the records for embedded streams;
 * - only then sinks publish; the next epoch's commit waits for that, so at most one durable epoch is unpublished.
 *
 * After a restart: publish the last durable epoch again (idempotent), then restore sinks and state to it. What was
 * prepared for a later epoch is undone by the sink's restore; its rows come again from the positions.
 */
export type CheckpointPhase = "running" | "preparing" | "logging" | "publishing" | "finished" | "failed";

export interface CheckpointState {
  readonly phase: CheckpointPhase;
  /** Newest epoch that is durable; 0 before the first. */
  readonly durableEpoch: number;
  /** Sinks that still have to answer in this phase, by position. */
  readonly waiting: readonly number[];
  /** True when the epoch in work is the last one: the input ended, or a drained stop was asked for. */
  readonly last: boolean;
}

export type CheckpointEvent =
  /** The interval passed (or the input ended: `last`) and there is something to save. No operator is in the middle of a call. */
  | { readonly kind: "due"; readonly last: boolean }
  | { readonly kind: "prepared"; readonly sink: number }
  | { readonly kind: "logged" }
  | { readonly kind: "published"; readonly sink: number }
  /** A step failed. Nothing that follows from it may be done. */
  | { readonly kind: "failed" };

export type CheckpointDecision =
  /** Take the changes of all states and the positions, now. */
  | { readonly kind: "cut"; readonly epoch: number }
  | { readonly kind: "prepare"; readonly sink: number; readonly epoch: number }
  | { readonly kind: "log"; readonly epoch: number }
  | { readonly kind: "publish"; readonly sink: number; readonly epoch: number }
  /** Sources may forget what lies before the epoch's positions. */
  | { readonly kind: "release"; readonly epoch: number }
  | { readonly kind: "finish" }
  /** Leave everything as it is: a restart recovers from the last durable epoch. */
  | { readonly kind: "abandon" };

export interface CheckpointStep {
  readonly state: CheckpointState;
  readonly decisions: readonly CheckpointDecision[];
}

export function startCheckpoints(durableEpoch: number): CheckpointState {
  return { phase: "running", durableEpoch, waiting: [], last: false };
}

/** An event that does not belong to the phase is a defect of the caller and throws. */
export function decide(state: CheckpointState, event: CheckpointEvent, sinkCount: number): CheckpointStep {
  if (event.kind === "failed") return { state: { ...state, phase: "failed", waiting: [] }, decisions: [{ kind: "abandon" }] };
  switch (state.phase) {
    case "running":
      if (event.kind === "due") return startEpoch(state, event.last, sinkCount);
      break;
    case "preparing":
      if (event.kind === "prepared") return sinkAnswered(state, event.sink);
      break;
    case "logging":
      if (event.kind === "logged") return published(state, sinkCount);
      break;
    case "publishing":
      if (event.kind === "published") return sinkAnswered(state, event.sink);
      break;
    case "finished":
    case "failed":
      break;
  }
  throw new Error(`checkpoint event ${event.kind} in phase ${state.phase}`);
}

function startEpoch(state: CheckpointState, last: boolean, sinkCount: number): CheckpointStep {
  const epoch = state.durableEpoch + 1;
  const sinks = range(sinkCount);
  const decisions: CheckpointDecision[] = [{ kind: "cut", epoch }, ...sinks.map((sink) => ({ kind: "prepare" as const, sink, epoch }))];
  if (sinkCount > 0) return { state: { ...state, phase: "preparing", waiting: sinks, last }, decisions };
  return { state: { ...state, phase: "logging", waiting: [], last }, decisions: [...decisions, { kind: "log", epoch }] };
}

function sinkAnswered(state: CheckpointState, sink: number): CheckpointStep {
  if (!state.waiting.includes(sink)) throw new Error(`sink ${sink} answered twice in phase ${state.phase}`);
  const waiting = state.waiting.filter((other) => other !== sink);
  if (waiting.length > 0) return { state: { ...state, waiting }, decisions: [] };
  const epoch = state.durableEpoch + 1;
  if (state.phase === "preparing") return { state: { ...state, phase: "logging", waiting }, decisions: [{ kind: "log", epoch }] };
  return epochPublished({ ...state, waiting });
}

function published(state: CheckpointState, sinkCount: number): CheckpointStep {
  const epoch = state.durableEpoch + 1;
  const durable: CheckpointState = { ...state, durableEpoch: epoch, phase: "publishing", waiting: range(sinkCount) };
  if (sinkCount === 0) return epochPublished(durable);
  return { state: durable, decisions: range(sinkCount).map((sink) => ({ kind: "publish", sink, epoch })) };
}

function epochPublished(state: CheckpointState): CheckpointStep {
  const release: CheckpointDecision = { kind: "release", epoch: state.durableEpoch };
  if (state.last) return { state: { ...state, phase: "finished" }, decisions: [release, { kind: "finish" }] };
  return { state: { ...state, phase: "running" }, decisions: [release] };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** What a restart finds. */
export interface RecoveryFacts {
  /** Epoch of the durable record, 0 when there is none. */
  readonly durableEpoch: number;
  /** Epoch of the snapshot the record names, null when state is rebuilt from changes alone. */
  readonly snapshotEpoch: number | null;
  /** True when the record says that the pipeline had ended. */
  readonly finished: boolean;
}

export type RecoveryDecision =
  | { readonly kind: "publish"; readonly sink: number; readonly epoch: number }
  | { readonly kind: "restore-sink"; readonly sink: number; readonly epoch: number }
  /** Snapshot, then the changes of the epochs after it up to `through`. */
  | { readonly kind: "restore-state"; readonly snapshotEpoch: number | null; readonly through: number }
  | { readonly kind: "run" }
  | { readonly kind: "finish" };

export function recover(facts: RecoveryFacts, sinkCount: number): readonly RecoveryDecision[] {
  const epoch = facts.durableEpoch;
  const decisions: RecoveryDecision[] = [];
  if (epoch > 0) for (const sink of range(sinkCount)) decisions.push({ kind: "publish", sink, epoch });
  for (const sink of range(sinkCount)) decisions.push({ kind: "restore-sink", sink, epoch });
  if (facts.finished) return [...decisions, { kind: "finish" }];
  if (epoch > 0) decisions.push({ kind: "restore-state", snapshotEpoch: facts.snapshotEpoch, through: epoch });
  return [...decisions, { kind: "run" }];
}
