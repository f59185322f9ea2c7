import { SqlError } from "../errors.ts";
import type { Span } from "./ast/span.ts";
import type { Statement } from "./ast/statements.ts";
import type { Expression } from "./ast/expressions.ts";

/** How many nodes may hang below one another: long chains of operators, joins and unions grow one node per link. */
export const depthLimit = 1000;

/**
 * Refuses a tree that those who walk it by recursion could not walk. It is walked here without any. Trees of few tokens need no
 * check: each level takes at least one.
 */
export function checkDepth(tree: Statement | Expression, text: string): void {
  if (tree.span.end - tree.span.start <= depthLimit) return;
  const pending: { node: object; depth: number; span: Span }[] = [{ node: tree, depth: 1, span: tree.span }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { node, depth, span } = item;
    if (depth > depthLimit) {
      throw new SqlError("sql-unsupported", `a chain of more than ${depthLimit} operators or joins`, span, {
        hint: "write a list of values with IN, or cut the chain with CREATE VIEW",
      }).locate(text);
    }
    for (const value of Object.values(node)) {
      if (typeof value !== "object" || value === null) continue;
      const own = (value as { span?: Span }).span;
      pending.push({ node: value, depth: Array.isArray(value) ? depth : depth + 1, span: own ?? span });
    }
  }
}
