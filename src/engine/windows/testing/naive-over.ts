/** What OVER must give: for every row in time, each aggregate from all rows again. */
import type { Schema } from "../../../data/index.ts";
import type { OverNode } from "../../../sql/plan/plan.ts";
import { encodeScalar } from "../../state/scalars.ts";
import type { Event } from "./harness.ts";
import { naiveAggregate } from "./naive.ts";

export function naiveOver(node: OverNode, input: Schema, events: readonly Event[]): { rows: unknown[][]; lateRows: unknown[][] } {
  const timely: (readonly unknown[])[] = [];
  const lateRows: unknown[][] = [];
  let watermark = -Infinity;
  for (const event of events) {
    if (event.kind === "watermark") watermark = event.timestampMs;
    else if (event.kind === "rows") {
      for (const row of event.rows) {
        if ((row[node.orderBy] as number) > watermark) timely.push(row);
        else lateRows.push([...row]);
      }
    }
  }
  const time = (row: readonly unknown[]): number => row[node.orderBy] as number;
  const sorted = timely
    .map((row, arrival) => ({ row, arrival }))
    .sort((left, right) => time(left.row) - time(right.row) || left.arrival - right.arrival)
    .map((entry) => entry.row);
  const due = sorted.filter((row) => time(row) <= watermark);
  const byKey = new Map<string, (readonly unknown[])[]>();
  const rows = due.map((row) => {
    const key = Buffer.from(encodeScalar(node.partitionBy.map((column) => row[column]))).toString("latin1");
    const before = byKey.get(key) ?? [];
    before.push(row);
    byKey.set(key, before);
    return { row, key, at: before.length };
  });
  return {
    lateRows,
    rows: rows.map(({ row, key, at }) => {
      const all = byKey.get(key)!;
      const own = node.windows.flatMap((window) =>
        window.aggregates.map((call) => {
          if (call.function === "ROW_NUMBER") return BigInt(at);
          if (call.function === "LAG") {
            const lastOfTime = all.findLastIndex((other) => time(other) === time(row));
            const from = window.frame.kind === "range" ? lastOfTime : at - 1;
            const back = all[from - Number(call.constants[0] ?? 1)];
            return back === undefined ? (call.constants[1] ?? null) : back[call.arguments[0]!];
          }
          const { frame } = window;
          const rowsIn =
            frame.kind === "rows"
              ? all.slice(frame.precedingRows === null ? 0 : Math.max(0, at - 1 - frame.precedingRows), at)
              : all.filter((other) => time(other) <= time(row) && (frame.precedingMs === null || time(other) >= time(row) - frame.precedingMs));
          return naiveAggregate(call, input, rowsIn);
        }),
      );
      return [...row, ...own];
    }),
  };
}
