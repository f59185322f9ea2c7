/**
 * Which character columns of a scan are only handed through: those are read as views of the record's bytes, since interning
 * a text that nobody compares costs time and, for unique texts, memory for ever.
 */
import type { Plan, PlanNode } from "../sql/index.ts";
import type { Expression } from "../sql/plan/expression.ts";

/** Columns of each node that somebody above computes with. */
export function computedColumns(plan: Plan): ReadonlyMap<number, ReadonlySet<number>> {
  const used = new Map<number, Set<number>>(plan.nodes.map((node) => [node.id, new Set()]));
  // Users stand behind their inputs: going backwards, what a node's own columns are used for is known when it is looked at.
  for (const node of [...plan.nodes].reverse()) {
    for (const input of node.inputs) mark(node, used.get(node.id)!, used.get(input)!, plan.nodes[input].schema.fields.length);
  }
  return used;
}

function mark(node: PlanNode, own: ReadonlySet<number>, input: Set<number>, inputWidth: number): void {
  switch (node.kind) {
    case "calc":
      if (node.filter !== null) columnsOf(node.filter, input);
      node.projection.forEach((expression, index) => {
        if (expression.kind !== "column") columnsOf(expression, input);
        else if (own.has(index)) input.add(expression.index);
      });
      return;
    case "over":
      for (const column of [...node.partitionBy, ...node.windows.flatMap(({ aggregates }) => aggregates.flatMap((call) => call.arguments))]) input.add(column);
      break;
    case "window-aggregate":
      for (const column of [...node.groupBy, ...node.aggregates.flatMap((call) => call.arguments)]) input.add(column);
      return;
    case "predict":
      for (const column of node.features) input.add(column);
      break;
    default:
  }
  for (const column of own) if (column < inputWidth) input.add(column);
}

function columnsOf(expression: Expression, columns: Set<number>): void {
  if (expression.kind === "column") columns.add(expression.index);
  else if (expression.kind === "call") for (const argument of expression.arguments) columnsOf(argument, columns);
}
