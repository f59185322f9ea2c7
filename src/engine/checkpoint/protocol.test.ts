/**
 * Goal: whatever step a crash falls between, each row is published exactly once. Method: a model world (a replayable
 * source, sinks that stage and publish, one atomic log) carries out the protocol's decisions; it is crashed after every
 * possible number of steps, recovered, possibly crashed again while recovering, and run to the end.
 */
import { describe, expect, it } from "vitest";
import { decide, recover, startCheckpoints, type CheckpointDecision, type CheckpointState, type RecoveryDecision } from "./protocol.ts";

const rowCount = 7;

/** What survives a crash: the log's record and what sinks made durable. */
interface DurableWorld {
  record: { epoch: number; position: number; committables: number[][]; finished: boolean } | null;
  /** Rows staged by prepare, by sink and epoch. */
  staged: Map<number, number[]>[];
  published: Map<number, number[]>[];
}

class Crash extends Error {}

/** Carries out decisions; every durable action is one step, and the world stops before step `crashAt`. */
class World {
  readonly durable: DurableWorld;
  readonly sinkCount: number;
  stepsLeft: number;
  state: CheckpointState = startCheckpoints(0);
  position = 0;
  open: number[][] = [];
  cutPosition = 0;
  cut: number[][] = [];
  order: "forward" | "backward";
  /** Differs from run to run: where an epoch is cut depends on speed, and must not matter. */
  rowsPerEpoch: number;
  publishesEarly: boolean;

  constructor(durable: DurableWorld, sinkCount: number, crashAt: number, order: "forward" | "backward", rowsPerEpoch: number, publishesEarly: boolean) {
    this.rowsPerEpoch = rowsPerEpoch;
    this.publishesEarly = publishesEarly;
    this.durable = durable;
    this.sinkCount = sinkCount;
    this.stepsLeft = crashAt;
    this.order = order;
  }

  step(): void {
    if (this.stepsLeft-- === 0) throw new Crash();
  }

  run(): void {
    const facts = { durableEpoch: this.durable.record?.epoch ?? 0, snapshotEpoch: null, finished: this.durable.record?.finished ?? false };
    this.state = startCheckpoints(facts.durableEpoch);
    this.open = Array.from({ length: this.sinkCount }, () => []);
    for (const decision of recover(facts, this.sinkCount)) if (this.recovered(decision)) return;
    while (this.state.phase !== "finished") {
      for (let count = 0; count < this.rowsPerEpoch && this.position < rowCount; count++) {
        for (const rows of this.open) rows.push(this.position);
        this.position++;
      }
      this.apply({ kind: "due", last: this.position === rowCount });
    }
  }

  recovered(decision: RecoveryDecision): boolean {
    switch (decision.kind) {
      case "publish":
        this.publish(decision.sink, decision.epoch, this.durable.record!.committables[decision.sink]);
        return false;
      case "restore-sink":
        this.step();
        for (const epoch of this.durable.staged[decision.sink].keys()) if (epoch > decision.epoch) this.durable.staged[decision.sink].delete(epoch);
        return false;
      case "restore-state":
        this.position = this.durable.record!.position;
        return false;
      case "run":
        return false;
      case "finish":
        return true;
    }
  }

  apply(event: Parameters<typeof decide>[1]): void {
    const result = decide(this.state, event, this.sinkCount);
    this.state = result.state;
    const answers: Parameters<typeof decide>[1][] = [];
    for (const decision of result.decisions) {
      const answer = this.carryOut(decision);
      if (answer !== null) answers.push(answer);
    }
    for (const answer of this.order === "forward" ? answers : answers.reverse()) this.apply(answer);
  }

  carryOut(decision: CheckpointDecision): Parameters<typeof decide>[1] | null {
    switch (decision.kind) {
      case "cut":
        this.cutPosition = this.position;
        this.cut = this.open;
        this.open = Array.from({ length: this.sinkCount }, () => []);
        return null;
      case "prepare":
        this.step();
        this.durable.staged[decision.sink].set(decision.epoch, this.cut[decision.sink]);
        if (this.publishesEarly) this.publish(decision.sink, decision.epoch, this.cut[decision.sink]);
        return { kind: "prepared", sink: decision.sink };
      case "log":
        this.step();
        this.durable.record = { epoch: decision.epoch, position: this.cutPosition, committables: this.cut, finished: this.state.last };
        return { kind: "logged" };
      case "publish":
        this.publish(decision.sink, decision.epoch, this.durable.record!.committables[decision.sink]);
        return { kind: "published", sink: decision.sink };
      case "release":
      case "finish":
      case "abandon":
        return null;
    }
  }

  publish(sink: number, epoch: number, rows: number[]): void {
    this.step();
    expect(this.durable.staged[sink].has(epoch), "published without having been prepared").toBe(true);
    if (!this.durable.published[sink].has(epoch)) this.durable.published[sink].set(epoch, rows);
  }
}

function emptyWorld(sinkCount: number): DurableWorld {
  return {
    record: null,
    staged: Array.from({ length: sinkCount }, () => new Map()),
    published: Array.from({ length: sinkCount }, () => new Map()),
  };
}

function runUntil(
  durable: DurableWorld,
  sinkCount: number,
  crashAt: number,
  order: "forward" | "backward",
  rowsPerEpoch: number,
  publishesEarly = false,
): boolean {
  try {
    new World(durable, sinkCount, crashAt, order, rowsPerEpoch, publishesEarly).run();
    return true;
  } catch (error) {
    if (error instanceof Crash) return false;
    throw error;
  }
}

describe("checkpoint protocol", () => {
  for (const sinkCount of [0, 1, 2, 3]) {
    for (const order of ["forward", "backward"] as const) {
      it(`publishes each row once for every pair of crash points, ${sinkCount} sinks, answers ${order}`, () => {
        const all = Array.from({ length: rowCount }, (_, index) => index);
        let first = 0;
        for (let finished = false; !finished; first++) {
          for (let second = 0; second < 40; second++) {
            const durable = emptyWorld(sinkCount);
            finished = runUntil(durable, sinkCount, first, order, 2);
            if (!finished && runUntil(durable, sinkCount, second, order, 3)) second = 40;
            expect(runUntil(durable, sinkCount, 1_000, order, 1)).toBe(true);
            for (const published of durable.published) {
              expect(
                [...published.values()].flat().sort((a, b) => a - b),
                `crashes at ${first}, ${second}`,
              ).toEqual(all);
            }
            expect(durable.record?.finished).toBe(true);
            if (finished) break;
          }
        }
        expect(first).toBeGreaterThan(4);
      });
    }
  }

  it("control: publishing before the log commit loses or repeats rows", () => {
    let broken = 0;
    const all = Array.from({ length: rowCount }, (_, index) => index);
    for (let crashAt = 0; crashAt < 12; crashAt++) {
      const durable = emptyWorld(1);
      if (runUntil(durable, 1, crashAt, "forward", 2, true)) break;
      runUntil(durable, 1, 1_000, "forward", 3, true);
      if (JSON.stringify([...durable.published[0].values()].flat()) !== JSON.stringify(all)) broken++;
    }
    expect(broken).toBeGreaterThan(0);
  });

  it("refuses events out of phase and answers given twice", () => {
    expect(() => decide(startCheckpoints(0), { kind: "logged" }, 1)).toThrow(/phase running/);
    const preparing = decide(startCheckpoints(0), { kind: "due", last: false }, 2).state;
    const once = decide(preparing, { kind: "prepared", sink: 1 }, 2).state;
    expect(() => decide(once, { kind: "prepared", sink: 1 }, 2)).toThrow(/answered twice/);
  });

  it("abandons on a failure and then does nothing more", () => {
    const preparing = decide(startCheckpoints(3), { kind: "due", last: false }, 1).state;
    const failed = decide(preparing, { kind: "failed" }, 1);
    expect(failed.decisions).toEqual([{ kind: "abandon" }]);
    expect(() => decide(failed.state, { kind: "prepared", sink: 0 }, 1)).toThrow();
  });
});
