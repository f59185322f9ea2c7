/** Which rows of a batch are in time. */
import { HeadraceError } from "../../core/index.ts";
import { changeKind, type Batch } from "../../data/index.ts";
import type { Collector } from "../operator.ts";

export interface TimelyRows {
  /** Rows in time, in order; null: all. */
  readonly rows: Int32Array | null;
  readonly count: number;
}

/** Rows later than the watermark; the others go to `output.late`. A NULL time ends the job, as in Flink. */
export function selectTimely(batch: Batch, timeColumn: number, watermarkMs: number, output: Collector, operator: string): TimelyRows {
  const times = timesOf(batch, timeColumn, operator);
  let late = 0;
  for (let row = 0; row < batch.length; row++) if (!(times[row]! > watermarkMs)) late++;
  if (late === 0) return { rows: null, count: batch.length };
  const rows = new Int32Array(batch.length - late);
  let count = 0;
  for (let row = 0; row < batch.length; row++) {
    if (times[row]! > watermarkMs) rows[count++] = row;
    else output.late(batch, row);
  }
  return { rows, count };
}

/** Event times of an append-only batch. */
export function timesOf(batch: Batch, timeColumn: number, operator: string): Float64Array {
  const column = batch.columns[timeColumn]!;
  if (column.layout !== "double") throw new HeadraceError("internal", `event time came in layout ${column.layout} to ${operator}`);
  if (column.nulls !== null) {
    for (let row = 0; row < batch.length; row++) {
      if (column.nulls[row] === 1) {
        throw new HeadraceError("decode", `a row without event time came to ${operator}`, {
          hint: "filter such rows (WHERE … IS NOT NULL) or give them a time with COALESCE in a computed column",
        });
      }
    }
  }
  if (batch.changes !== null && batch.changes.subarray(0, batch.length).some((change) => change !== changeKind.insert)) {
    throw new HeadraceError("internal", `${operator} takes inserted rows only`);
  }
  return column.values;
}
