/**
 * Positions and names for the nodes of a finished plan. Equal nodes become one. Names of stateful nodes say what they keep
 * and end in a digest of it: the same script gives the same names, a changed window another one, so its state is not
 * taken for something it is not.
 */
import { typeText } from "../../../data/index.ts";
import type { PlanNode } from "../plan.ts";
import { structuralKey, type Draft } from "./graph.ts";

/** Structurally equal nodes become one: what two sinks read alike is computed once. */
export function deduplicated(nodes: readonly Draft[]): Draft[] {
  const known = new Map<string, number>();
  const places: number[] = [];
  const result: Draft[] = [];
  for (const node of nodes) {
    const moved = { ...node, inputs: node.inputs.map((input) => places[input]) };
    const key = structuralKey(moved);
    // Two INSERTs of the same rows write them twice.
    const same = node.kind === "sink" || node.kind === "collect" ? undefined : known.get(key);
    const place = same ?? result.push(moved) - 1;
    known.set(key, place);
    places.push(place);
  }
  return result;
}

export function named(nodes: readonly Draft[]): PlanNode[] {
  const counts = new Map<string, number>();
  return nodes.map((node, id) => {
    const label = labelOf(node, nodes);
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return { ...node, id, name: count === 1 ? label : `${label}#${count}` } as PlanNode;
  });
}

function labelOf(node: Draft, nodes: readonly Draft[]): string {
  const input = node.inputs.length === 0 ? undefined : nodes[node.inputs[0]];
  const names = (columns: readonly number[]): string => columns.map((index) => input!.schema.fields[index].name).join("+") || "all";
  switch (node.kind) {
    case "scan":
    case "sink":
      return `${node.kind}:${node.table.name}`;
    case "values":
    case "collect":
    case "union":
      return node.kind;
    case "calc":
    case "watermark":
      return `${node.kind}:${sourceOf(node, nodes)}`;
    case "predict":
      return `predict:${node.model.name}`;
    case "over":
      return `over:${sourceOf(node, nodes)}:${names(node.partitionBy)}:${digest([keyTypes(node.partitionBy, input!), node.windows.map(({ frame, aggregates }) => [frame, aggregates.map((call) => described(call, input!))])])}`;
    case "window-aggregate":
      return `${node.window.kind}:${sourceOf(node, nodes)}:${names(node.groupBy)}:${digest([keyTypes(node.groupBy, input!), node.window, node.aggregates.map((call) => described(call, input!))])}`;
  }
}

function keyTypes(columns: readonly number[], input: Draft): string[] {
  return columns.map((index) => `${input.schema.fields[index].name} ${typeText(input.schema.fields[index].type)}`);
}

/** An aggregate by the names and types of what it reads, whatever their places. */
function described(
  call: {
    readonly function: string;
    readonly arguments: readonly number[];
    readonly distinct: boolean;
    readonly filter: number | null;
    readonly constants: readonly unknown[];
  },
  input: Draft,
): unknown {
  const filter = call.filter === null ? null : input.schema.fields[call.filter].name;
  return [call.function, call.distinct, keyTypes(call.arguments, input), filter, call.constants];
}

/** Name of the first table, or of the first union or VALUES, below. */
function sourceOf(node: Draft, nodes: readonly Draft[]): string {
  let current = node;
  while (current.inputs.length > 0) current = nodes[current.inputs[0]];
  return current.kind === "scan" ? current.table.name : current.kind;
}

/** FNV-1a over the text, as six hexadecimal digits: enough to tell apart what one pipeline holds. */
function digest(value: unknown): string {
  let hash = 0x811c9dc5;
  for (const character of structuralKey(value)) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0").slice(0, 6);
}
