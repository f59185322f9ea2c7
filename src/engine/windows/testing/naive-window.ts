/** What TUMBLE and HOP must give: every window from its rows again. */
import type { Schema } from "../../../data/index.ts";
import type { WindowAggregateNode } from "../../../sql/plan/plan.ts";
import { encodeScalar } from "../../state/scalars.ts";
import type { Event } from "./harness.ts";
import { naiveAggregate } from "./naive.ts";

type Row = readonly unknown[];

export function naiveWindows(node: WindowAggregateNode, input: Schema, events: readonly Event[]): { rows: unknown[][]; lateRows: unknown[][] } {
  const { window } = node;
  const slide = window.kind === "hop" ? window.slideMs : window.sizeMs;
  const windows = new Map<number, Row[]>();
  const lateRows: unknown[][] = [];
  let watermark = -Infinity;
  for (const event of events) {
    if (event.kind === "watermark") watermark = event.timestampMs;
    if (event.kind !== "rows") continue;
    for (const row of event.rows) {
      const ends = endsOf(row[node.timeColumn] as number, window.sizeMs, slide, window.offsetMs);
      const open = ends.filter((end) => end - 1 > watermark);
      for (const end of open) windows.set(end, [...(windows.get(end) ?? []), row]);
      if (open.length === 0 && ends.length > 0) lateRows.push([...row]);
    }
  }
  const fired = [...windows.keys()].filter((end) => end - 1 <= watermark).sort((left, right) => left - right);
  return { lateRows, rows: fired.flatMap((end) => resultsOf(node, input, end, windows.get(end)!)) };
}

function endsOf(time: number, size: number, slide: number, offset: number): number[] {
  const ends: number[] = [];
  for (let start = Math.floor((time - offset) / slide) * slide + offset; start + size > time; start -= slide) ends.unshift(start + size);
  return ends;
}

/** Keys in the order of their first rows, slice by slice. */
function resultsOf(node: WindowAggregateNode, input: Schema, end: number, rows: readonly Row[]): unknown[][] {
  const { window } = node;
  const slide = window.kind === "hop" ? window.slideMs : window.sizeMs;
  let [slice, rest] = [window.sizeMs, slide];
  while (rest !== 0) [slice, rest] = [rest, slice % rest];
  const sliceOf = (row: Row): number => Math.floor(((row[node.timeColumn] as number) - window.offsetMs) / slice);
  const byKey = new Map<string, Row[]>();
  const bySlice = rows.map((row, arrival) => ({ row, arrival })).sort((left, right) => sliceOf(left.row) - sliceOf(right.row) || left.arrival - right.arrival);
  const keyOf = (row: Row): string => Buffer.from(encodeScalar(node.groupBy.map((column) => row[column]))).toString("latin1");
  for (const { row } of bySlice) byKey.set(keyOf(row), []);
  for (const row of rows) byKey.get(keyOf(row))!.push(row);
  return [...byKey.values()].map((own) => [
    ...node.groupBy.map((column) => own[0]![column]),
    ...node.aggregates.map((call) => naiveAggregate(call, input, own)),
    ...node.windowColumns.map((column) => (column === "window_start" ? end - window.sizeMs : column === "window_end" ? end : end - 1)),
  ]);
}
