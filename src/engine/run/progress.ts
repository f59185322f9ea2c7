/** Counters that outlive restarts, and what people see of a running pipeline. */
import type { Clock } from "../../core/index.ts";
import { columnFromScalars, type Batch } from "../../data/index.ts";
import type { ValuesNode } from "../../sql/plan/plan.ts";
import type { OperatorStatistics } from "../operator.ts";
import type { BuiltPipeline } from "./build.ts";

export interface PipelineStatistics {
  readonly epoch: number;
  /** Duration of the last epoch from barrier to publication. */
  readonly epochDurationMs: number;
  /** From a record's arrival in its source to the publication of the epoch that read it, over the last thousand samples; null before the first. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsFailed: number;
  readonly bytesIn: number;
  readonly sources: readonly SourceStatistics[];
  readonly operators: readonly (OperatorStatistics & { readonly name: string; readonly watermarkMs: number | null })[];
  readonly sinks: readonly { readonly name: string; readonly table: string; readonly rowsIn: number }[];
}

export interface SourceStatistics {
  readonly name: string;
  readonly table: string;
  readonly rowsIn: number;
  readonly rowsFailed: number;
  readonly splits: number;
  readonly watermarkMs: number | null;
  /** The split that holds time back; null when none does. */
  readonly heldBy: string | null;
}

const latencySamples = 1_000;
const samplesPerEpochMax = 64;

export class Progress {
  readonly #clock: Clock;
  readonly #base: Readonly<Record<string, number>>;
  #epochStartMs = 0;
  #epochDurationMs = 0;
  /** Arrival times of records read in this epoch, and of those whose epoch is on its way. */
  #arrivalsMs: number[] = [];
  #cutArrivalsMs: number[] = [];
  readonly #latenciesMs: number[] = [];
  #nextLatency = 0;

  constructor(clock: Clock, base: Readonly<Record<string, number>>) {
    this.#clock = clock;
    this.#base = base;
  }

  /** Records arrived at these times were read. */
  arrived(timesMs: Float64Array): void {
    if (timesMs.length === 0 || this.#arrivalsMs.length >= samplesPerEpochMax) return;
    this.#arrivalsMs.push(timesMs[0], timesMs[timesMs.length - 1]);
  }

  epochStarted(): void {
    this.#epochStartMs = this.#clock.monotonicMs();
    this.#cutArrivalsMs = this.#arrivalsMs;
    this.#arrivalsMs = [];
  }

  /** Of the last epoch, from barrier to publication. */
  get epochDurationMs(): number {
    return this.#epochDurationMs;
  }

  epochDone(): void {
    this.#epochDurationMs = this.#clock.monotonicMs() - this.#epochStartMs;
    const nowMs = this.#clock.nowMs();
    for (const arrivalMs of this.#cutArrivalsMs) {
      this.#latenciesMs[this.#nextLatency] = Math.max(0, nowMs - arrivalMs);
      this.#nextLatency = (this.#nextLatency + 1) % latencySamples;
    }
    this.#cutArrivalsMs = [];
  }

  #latency(): PipelineStatistics["latencyMs"] {
    if (this.#latenciesMs.length === 0) return null;
    const sorted = [...this.#latenciesMs].sort((left, right) => left - right);
    return { p50: sorted[Math.floor(sorted.length / 2)], p99: sorted[Math.floor(sorted.length * 0.99)] };
  }

  valuesBatch(node: ValuesNode): Batch {
    const columns = node.schema.fields.map((field, column) =>
      columnFromScalars(
        field.type,
        node.rows.map((row) => row[column]),
      ),
    );
    return { schema: node.schema, length: node.rows.length, columns, changes: null };
  }

  /** Totals since the job began. */
  counters(built: BuiltPipeline): Record<string, number> {
    const counters: Record<string, number> = {};
    for (const source of built.sources) {
      counters[`rows-in/${source.node.name}`] = this.#total(`rows-in/${source.node.name}`, source.rowsIn);
      counters[`rows-failed/${source.node.name}`] = this.#total(`rows-failed/${source.node.name}`, source.rowsFailed);
      counters[`bytes-in/${source.node.name}`] = this.#total(`bytes-in/${source.node.name}`, source.bytesIn);
    }
    for (const sink of built.sinks) counters[`rows-out/${sink.node.name}`] = this.#total(`rows-out/${sink.node.name}`, sink.rowsIn);
    return counters;
  }

  #total(name: string, since: number): number {
    return (this.#base[name] ?? 0) + since;
  }

  statistics(built: BuiltPipeline, epoch: number): PipelineStatistics {
    const counters = this.counters(built);
    const sum = (prefix: string): number => Object.entries(counters).reduce((total, [name, value]) => (name.startsWith(prefix) ? total + value : total), 0);
    return {
      epoch,
      epochDurationMs: this.#epochDurationMs,
      latencyMs: this.#latency(),
      rowsIn: sum("rows-in/"),
      rowsOut: sum("rows-out/"),
      rowsFailed: sum("rows-failed/"),
      bytesIn: sum("bytes-in/"),
      sources: built.sources.map((source) => ({
        name: source.node.name,
        table: source.node.table.name,
        rowsIn: counters[`rows-in/${source.node.name}`],
        rowsFailed: counters[`rows-failed/${source.node.name}`],
        splits: source.splits.size,
        watermarkMs: source.assigner !== null && Number.isFinite(source.assigner.publishedMs) ? source.assigner.publishedMs : null,
        heldBy: source.assigner?.holder()?.split ?? null,
      })),
      operators: built.operators.map((task) => ({
        name: task.operator.name,
        watermarkMs: Number.isFinite(task.watermarkMs) ? task.watermarkMs : null,
        ...task.operator.statistics(),
      })),
      sinks: built.sinks.map((task) => ({ name: task.node.name, table: task.node.table.name, rowsIn: counters[`rows-out/${task.node.name}`] })),
    };
  }
}
