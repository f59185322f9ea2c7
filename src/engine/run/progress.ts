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

export class Progress {
  readonly #clock: Clock;
  readonly #base: Readonly<Record<string, number>>;
  #epochStartMs = 0;
  #epochDurationMs = 0;

  constructor(clock: Clock, base: Readonly<Record<string, number>>) {
    this.#clock = clock;
    this.#base = base;
  }

  epochStarted(): void {
    this.#epochStartMs = this.#clock.monotonicMs();
  }

  epochDone(): void {
    this.#epochDurationMs = this.#clock.monotonicMs() - this.#epochStartMs;
  }

  valuesBatch(node: ValuesNode): Batch {
    const columns = node.schema.fields.map((field, column) => columnFromScalars(field.type, node.rows.map((row) => row[column])));
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
