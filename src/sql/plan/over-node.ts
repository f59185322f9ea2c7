/**
 * Adds an OVER node, or widens the one below: windows over the same partition and order share one log of rows, so views
 * stacked on each other, one window each as Apache Flink wants them, cost what one view with all windows would.
 */
import type * as ast from "../parse/ast.ts";
import { columnOf, columnsOf } from "./builder.ts";
import type { AggregateCall, Expression } from "./expression.ts";
import type { BoundOver } from "./over.ts";
import type { OverNode, OverWindow } from "./plan.ts";
import { fieldsOf, type PlanContext, type Relation } from "./relation.ts";

/** The relation with a column for each call behind its own; `results` learns where. */
export function addOver(relation: Relation, calls: readonly BoundOver[], results: Map<ast.Expression, Expression>, context: PlanContext): Relation {
  const { windows, positions } = windowsOf(calls);
  const below = overBelow(relation, calls, context);
  return below === null
    ? newOver(relation, calls, windows, positions, results, context)
    : widened(relation, below, calls, windows, positions, results, context);
}

interface Windows {
  readonly windows: OverWindow[];
  /** For each call, the number of its aggregate over all windows. */
  readonly positions: number[];
}

function windowsOf(calls: readonly BoundOver[]): Windows {
  const frames: { frame: OverWindow["frame"]; aggregates: AggregateCall[] }[] = [];
  const places = calls.map(({ frame, call }) => {
    const key = JSON.stringify(frame);
    let window = frames.find((each) => JSON.stringify(each.frame) === key);
    if (window === undefined) frames.push((window = { frame, aggregates: [] }));
    const text = keyOf(call);
    let index = window.aggregates.findIndex((each) => keyOf(each) === text);
    if (index < 0) index = window.aggregates.push(call) - 1;
    return { window, index };
  });
  const positions = places.map(
    ({ window, index }) => frames.slice(0, frames.indexOf(window)).reduce((total, each) => total + each.aggregates.length, 0) + index,
  );
  return { windows: frames, positions };
}

function keyOf(call: AggregateCall): string {
  return JSON.stringify(call, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

function resultColumns(windows: readonly OverWindow[], from: number): { name: string; type: AggregateCall["type"]; qualifier: null }[] {
  return windows.flatMap(({ aggregates }) => aggregates).map((call, index) => ({ name: `$over${from + index}`, type: call.type, qualifier: null }));
}

function newOver(
  relation: Relation,
  calls: readonly BoundOver[],
  windows: readonly OverWindow[],
  positions: readonly number[],
  results: Map<ast.Expression, Expression>,
  context: PlanContext,
): Relation {
  const width = relation.columns.length;
  const columns = [...relation.columns, ...resultColumns(windows, width)];
  const [{ partitionBy, orderBy }] = calls;
  const label = `over:${partitionBy.map((index) => relation.columns[index].name).join("+") || "all"}`;
  const node = context.builder.add(
    { kind: "over", inputs: [relation.node], schema: { fields: fieldsOf(columns) }, rowtime: relation.rowtime, partitionBy, orderBy, windows },
    label,
  );
  calls.forEach((call, index) => results.set(call.node, columnOf(width + positions[index], call.call.type)));
  return { ...relation, node, columns };
}

interface Below {
  readonly over: OverNode;
  /** Column of the relation → column of the OVER node, −1 where it is computed in between. */
  readonly columns: readonly number[];
  readonly projection: readonly Expression[];
}

/** The OVER node under the relation, when these calls can join it: nothing filtered or computed stands in between for them. */
function overBelow(relation: Relation, calls: readonly BoundOver[], context: PlanContext): Below | null {
  const { nodes } = context.builder;
  const top = nodes[relation.node];
  const over = top.kind === "over" ? top : top.kind === "calc" && top.filter === null ? nodes[top.inputs[0]] : null;
  if (over?.kind !== "over") return null;
  const projection = top.kind === "calc" ? top.projection : columnsOf(over.schema);
  const columns = projection.map((expression) => (expression.kind === "column" ? expression.index : -1));
  const inputWidth = nodes[over.inputs[0]].schema.fields.length;
  const isInput = (index: number): boolean => columns[index] >= 0 && columns[index] < inputWidth;
  const samePartition =
    calls[0].partitionBy.length === over.partitionBy.length && calls[0].partitionBy.every((index, at) => columns[index] === over.partitionBy[at]);
  const needed = calls.flatMap(({ call }) => [...call.arguments, ...(call.filter === null ? [] : [call.filter])]);
  return samePartition && columns[calls[0].orderBy] === over.orderBy && needed.every(isInput) ? { over, columns, projection } : null;
}

function widened(
  relation: Relation,
  below: Below,
  calls: readonly BoundOver[],
  windows: readonly OverWindow[],
  positions: readonly number[],
  results: Map<ast.Expression, Expression>,
  context: PlanContext,
): Relation {
  const { builder } = context;
  const { over, columns: map } = below;
  const mapped = windows.map((window) => ({
    ...window,
    aggregates: window.aggregates.map((call) => ({
      ...call,
      arguments: call.arguments.map((index) => map[index]),
      filter: call.filter === null ? null : map[call.filter],
    })),
  }));
  const added = resultColumns(windows, over.schema.fields.length);
  const fields = [...over.schema.fields, ...fieldsOf(added)];
  const node = builder.add({ ...draftOf(over), schema: { fields }, windows: [...over.windows, ...mapped] }, over.name.replace(/#\d+$/, ""));
  const first = over.schema.fields.length;
  const projection = [...below.projection, ...added.map(({ type }, index) => columnOf(first + index, type))];
  const columns = [...relation.columns, ...added];
  const width = relation.columns.length;
  calls.forEach((call, index) => results.set(call.node, columnOf(width + positions[index], call.call.type)));
  return { ...relation, node: builder.calc(node, null, projection, fieldsOf(columns), relation.rowtime), columns };
}

function draftOf(over: OverNode): Omit<OverNode, "id" | "name"> {
  const { id: _id, name: _name, ...draft } = over;
  return draft;
}
