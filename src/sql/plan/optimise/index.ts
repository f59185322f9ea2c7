/** From what the binder wrote down to what is worth running: every pass keeps the result. */
import type { PlanNode } from "../plan.ts";
import { mergeCalcs, reachable } from "./calcs.ts";
import type { Draft } from "./graph.ts";
import { deduplicated, named } from "./names.ts";
import { prune } from "./prune.ts";

export function optimise(nodes: readonly PlanNode[]): { nodes: PlanNode[]; sinks: number[] } {
  let drafts: Draft[] = nodes.map(({ id: _id, name: _name, ...draft }) => draft as Draft);
  drafts = mergeCalcs(deduplicated(reachable(drafts)));
  drafts = mergeCalcs(prune(drafts));
  const result = named(deduplicated(drafts));
  return { nodes: result, sinks: result.filter(isSink).map(({ id }) => id) };
}

function isSink(node: { readonly kind: PlanNode["kind"] }): boolean {
  return node.kind === "sink" || node.kind === "collect";
}
