/** A query over streams: a pipeline of its own in a thread, that ends at what is stored when it begins, or at its LIMIT. */
import { HeadraceError, type Platform } from "../../core/index.ts";
import type { Field } from "../../data/index.ts";
import type { SqlResult, SqlRow } from "../../fronts/index.ts";
import type { Entry, Log } from "../../log/index.ts";
import type { Plan, PlanNode } from "../../sql/index.ts";
import { checkPlan } from "../compile.ts";
import { JobRun, type RunEvent } from "../job-run.ts";

const namePrefix = "query-";

export interface EngineQueryOptions {
  readonly platform: Platform;
  readonly log: Log;
  readonly dataDirectory: string;
  readonly awsEndpoint: string | null;
  readonly baseDirectory: string;
}

/** @throws HeadraceError for options and models that are wrong. */
export async function queryEngine(plan: Plan, options: EngineQueryOptions): Promise<SqlResult> {
  const bounded: Plan = { ...plan, nodes: plan.nodes.map(endingAtPresent) };
  await checkPlan(bounded, options.baseDirectory, options.platform);
  const collect = bounded.nodes.find((node) => node.kind === "collect")!;
  return new EngineQuery(bounded, collect.schema.fields, options);
}

/** Forgets the state of queries that a server left behind when it was killed. */
export async function forgetOldQueries(log: Log): Promise<void> {
  const entries: Entry[] = [];
  for (const { name } of log.streams()) if (name.startsWith(`$state/${namePrefix}`)) entries.push({ kind: "delete-stream", stream: name });
  for (const [key] of log.table("epochs").entries(namePrefix)) entries.push({ kind: "put", table: "epochs", key, value: null });
  if (entries.length > 0) await log.commit(entries);
}

function endingAtPresent(node: PlanNode): PlanNode {
  if (node.kind !== "scan" || node.table.connector !== "stream" || (node.table.options["scan.bounded.mode"] ?? "unbounded") !== "unbounded") return node;
  return { ...node, table: { ...node.table, options: { ...node.table.options, "scan.bounded.mode": "latest-offset" } } };
}

class EngineQuery implements SqlResult {
  readonly columns: readonly Field[];
  readonly isQuery = true;
  readonly #run: JobRun;
  readonly #log: Log;
  readonly #name: string;
  readonly #arrived: SqlRow[][] = [];
  #ended = false;
  #failure: HeadraceError | null = null;
  #refused = 0;
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(plan: Plan, columns: readonly Field[], { platform, log, dataDirectory, awsEndpoint, baseDirectory }: EngineQueryOptions) {
    this.columns = columns;
    this.#log = log;
    this.#name = `${namePrefix}${platform.random.uuid()}`;
    const definition = { name: this.#name, sql: "", baseDirectory, createdMs: platform.clock.nowMs(), wanted: "running" as const };
    this.#run = new JobRun({ platform, log, dataDirectory, awsEndpoint, definition, compiled: { plan }, collects: true, event: (event) => this.#event(event) });
    this.#run.start();
  }

  async next(): Promise<readonly SqlRow[] | null> {
    while (this.#arrived.length === 0 && !this.#ended && this.#failure === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const rows = this.#arrived.shift();
    if (rows !== undefined) {
      this.#run.taken();
      return rows;
    }
    if (this.#failure !== null) throw this.#failure;
    await this.close();
    return null;
  }

  warnings(): readonly string[] {
    return this.#refused === 0 ? [] : [`${this.#refused} records could not be decoded and are not in the result`];
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ended = true;
    this.#wake?.();
    await this.#run.terminate();
    const state = `$state/${this.#name}`;
    await this.#log.commit([
      { kind: "put", table: "epochs", key: this.#name, value: null },
      ...(this.#log.stream(state) === undefined ? [] : [{ kind: "delete-stream" as const, stream: state }]),
    ]);
  }

  #event(event: RunEvent): void {
    if (event.kind === "rows") this.#arrived.push(event.rows.map((fields) => ({ kind: "INSERT", fields })));
    else if (event.kind === "statistics") this.#refused = event.statistics.rowsFailed;
    else if (event.kind === "ended") this.#ended = true;
    else if (event.kind === "failed") this.#failure = new HeadraceError(event.code, event.message, event.hint === undefined ? undefined : { hint: event.hint });
    this.#wake?.();
  }
}
