/**
 * Life of jobs on one server: start, restart after a failure with growing pauses, stop, drain. Definitions lie in the
 * log's "jobs" table, so a server that comes back goes on with what was running.
 */
import { HeadraceError, type Logger, type Platform, type Timer } from "../core/index.ts";
import type { Log } from "../log/index.ts";
import { compileJob } from "./compile.ts";
import type { JobDefinition, JobStatus } from "./job.ts";
import { JobRun, type RunEvent } from "./job-run.ts";

const jobsTable = "jobs";
const restartPausesMs = [200, 1_000, 5_000, 15_000, 60_000];

export interface JobManagerOptions {
  readonly platform: Platform;
  readonly log: Log;
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Address of our AWS-shaped fronts, for connectors. */
  awsEndpoint(): string | null;
  /** Called at every change of a job's state. */
  changed?(status: JobStatus): void;
}

interface Held {
  definition: JobDefinition;
  status: JobStatus;
  run: JobRun | null;
  pause: Timer | null;
  /** Somebody asked for the end of the input: said again to every run until one has finished. */
  draining: boolean;
  settled: (() => void)[];
}

export class JobManager {
  readonly #options: JobManagerOptions;
  readonly #jobs = new Map<string, Held>();

  constructor(options: JobManagerOptions) {
    this.#options = options;
  }

  /** Goes on with every job that was running when the server stopped. */
  async resume(): Promise<void> {
    for (const [, value] of this.#options.log.table(jobsTable).entries()) {
      const definition = JSON.parse(new TextDecoder().decode(value)) as JobDefinition;
      this.#jobs.set(definition.name, this.#held(definition, definition.wanted === "running" ? "starting" : "stopped"));
    }
    for (const held of this.#jobs.values()) if (held.definition.wanted === "running") await this.#start(held);
  }

  /**
   * Starts a job. The same name with the same script goes on where it was; with another script, its state must still fit.
   *
   * @throws HeadraceError for SQL, options or models that are wrong, `already-exists` while a job of that name runs.
   */
  async submit(job: Omit<JobDefinition, "createdMs" | "wanted">): Promise<JobStatus> {
    checkName(job.name);
    const existing = this.#jobs.get(job.name);
    if (existing?.run) throw new HeadraceError("already-exists", `job ${job.name} is running`, { hint: `headrace job stop ${job.name}` });
    await this.#compile({ ...job, createdMs: 0, wanted: "running" });
    const definition: JobDefinition = { ...job, createdMs: existing?.definition.createdMs ?? this.#options.platform.clock.nowMs(), wanted: "running" };
    await this.#save(definition);
    const held = this.#held(definition, "starting");
    this.#jobs.set(job.name, held);
    await this.#start(held);
    return held.status;
  }

  list(): JobStatus[] {
    return [...this.#jobs.values()].map((held) => held.status).sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  definitions(): JobDefinition[] {
    return [...this.#jobs.values()].map((held) => held.definition);
  }

  describe(name: string): { definition: JobDefinition; status: JobStatus } {
    const { definition, status } = this.#get(name);
    return { definition, status };
  }

  /**
   * Stops after the epoch in work. With `drain`, reads to the present end first, sends what is waiting for time to pass, and
   * finishes; a server that ends meanwhile goes on with the job, and whoever wanted it drained has to ask again.
   */
  async stop(name: string, drain: boolean): Promise<JobStatus> {
    const held = this.#get(name);
    if (drain) return this.#drain(held);
    held.draining = false;
    await this.#want(held, "stopped");
    held.pause?.cancel();
    if (held.run === null) {
      if (held.status.state === "restarting") this.#settle(held, "stopped", null);
      return held.status;
    }
    const settled = new Promise<void>((resolve) => held.settled.push(resolve));
    held.run.stop();
    await settled;
    return held.status;
  }

  async #drain(held: Held): Promise<JobStatus> {
    if (hasSettled(held.status)) return held.status;
    const settled = new Promise<void>((resolve) => held.settled.push(resolve));
    held.draining = true;
    // A job between two runs is told when the next begins.
    if (held.run !== null) {
      this.#set(held, { state: "draining" });
      held.run.drain();
    }
    await settled;
    return held.status;
  }

  /** Forgets a stopped job with its state. */
  async remove(name: string): Promise<void> {
    const held = this.#get(name);
    if (held.run !== null) throw new HeadraceError("already-exists", `job ${name} is running`, { hint: `headrace job stop ${name}` });
    const { log } = this.#options;
    const state = log.stream(`$state/${name}`);
    await log.commit([
      { kind: "put", table: jobsTable, key: name, value: null },
      { kind: "put", table: "epochs", key: name, value: null },
      ...(state === undefined ? [] : [{ kind: "delete-stream" as const, stream: state.name }]),
    ]);
    this.#jobs.delete(name);
  }

  /** Resolves when the job has finished, failed or stopped. */
  async settled(name: string): Promise<JobStatus> {
    const held = this.#get(name);
    if (hasSettled(held.status)) return held.status;
    await new Promise<void>((resolve) => held.settled.push(resolve));
    return held.status;
  }

  /** Stops all threads; jobs stay wanted and go on with the next server. */
  async close(): Promise<void> {
    for (const held of this.#jobs.values()) held.pause?.cancel();
    await Promise.all([...this.#jobs.values()].map(async (held) => held.run?.terminate()));
  }

  #get(name: string): Held {
    const held = this.#jobs.get(name);
    if (held === undefined) throw new HeadraceError("not-found", `job ${name} does not exist`, { hint: "headrace job ls" });
    return held;
  }

  #held(definition: JobDefinition, state: JobStatus["state"]): Held {
    const status: JobStatus = {
      name: definition.name,
      state,
      reason: null,
      hint: null,
      restarts: 0,
      startedMs: this.#options.platform.clock.nowMs(),
      statistics: null,
      deadLetters: {},
      createdMs: definition.createdMs,
    };
    return { definition, status, run: null, pause: null, draining: false, settled: [] };
  }

  #compile(definition: JobDefinition): ReturnType<typeof compileJob> {
    return compileJob(definition, this.#options.platform);
  }

  async #start(held: Held): Promise<void> {
    try {
      const compiled = await this.#compile(held.definition);
      const { platform, log, dataDirectory } = this.#options;
      held.run = new JobRun({
        platform,
        log,
        dataDirectory,
        awsEndpoint: this.#options.awsEndpoint(),
        definition: held.definition,
        compiled,
        collects: false,
        event: (event) => this.#event(held, event),
      });
      held.run.start();
      if (held.draining) held.run.drain();
    } catch (error) {
      this.#settle(held, "failed", error);
    }
  }

  #event(held: Held, event: RunEvent): void {
    switch (event.kind) {
      case "running":
        this.#set(held, { state: held.draining ? "draining" : "running", reason: null, hint: null });
        return;
      case "statistics":
        held.status = { ...held.status, statistics: event.statistics, deadLetters: event.deadLetters };
        return;
      case "rows":
        return;
      case "ended":
        held.run = null;
        void this.#ended(held, event.outcome);
        return;
      case "failed":
        held.run = null;
        this.#failed(held, event);
        return;
    }
  }

  async #ended(held: Held, outcome: "finished" | "stopped"): Promise<void> {
    try {
      await this.#want(held, "stopped");
    } catch (error) {
      // Its last epoch says that it has finished: the next server's run of it ends at once.
      this.#options.logger.warn({ job: held.definition.name, error: String(error) }, "the job's end was not noted");
    }
    this.#settle(held, outcome, null);
  }

  #failed(held: Held, event: Extract<RunEvent, { kind: "failed" }>): void {
    const error = new HeadraceError(event.code, event.message, event.hint === undefined ? undefined : { hint: event.hint });
    this.#options.logger.warn({ job: held.definition.name, code: event.code }, event.message);
    if (held.definition.wanted === "stopped") return this.#settle(held, "stopped", error);
    if (!event.worthRestarting) return this.#settle(held, "failed", error);
    const pauseMs = restartPausesMs[Math.min(held.status.restarts, restartPausesMs.length - 1)];
    this.#set(held, { state: "restarting", reason: error.message, hint: error.hint ?? null, restarts: held.status.restarts + 1 });
    held.pause = this.#options.platform.clock.setTimer(pauseMs, () => {
      held.pause = null;
      void this.#start(held);
    });
  }

  #settle(held: Held, state: JobStatus["state"], error: unknown): void {
    const hint = error instanceof HeadraceError ? (error.hint ?? null) : null;
    held.draining = false;
    this.#set(held, { state, reason: error === null ? null : error instanceof Error ? error.message : String(error), hint });
    for (const resolve of held.settled.splice(0)) resolve();
  }

  #set(held: Held, change: Partial<JobStatus>): void {
    held.status = { ...held.status, ...change };
    this.#options.changed?.(held.status);
  }

  async #want(held: Held, wanted: JobDefinition["wanted"]): Promise<void> {
    const definition = { ...held.definition, wanted };
    await this.#save(definition);
    held.definition = definition;
  }

  async #save(definition: JobDefinition): Promise<void> {
    await this.#options.log.commit([{ kind: "put", table: jobsTable, key: definition.name, value: new TextEncoder().encode(JSON.stringify(definition)) }]);
  }
}

function hasSettled({ state }: JobStatus): boolean {
  return state === "finished" || state === "failed" || state === "stopped";
}

function checkName(name: string): void {
  if (/^[a-zA-Z0-9_.-]{1,128}$/.test(name)) return;
  throw new HeadraceError("invalid-argument", `"${name}" is no name for a job`, { hint: "1 to 128 letters, digits, '_', '-' or '.'" });
}
