/** Walks over syntax trees, not into queries inside them. */
import { lookupFunction } from "../functions/index.ts";
import type * as ast from "../parse/ast.ts";

/** Every expression node at or below `node`, outermost first; `visit` answers false to stay out of a node. */
export function walk(node: unknown, visit: (node: ast.Expression) => boolean | void): void {
  if (Array.isArray(node)) {
    for (const each of node) walk(each, visit);
    return;
  }
  if (typeof node !== "object" || node === null || !("kind" in node) || node.kind === "query") return;
  if (visit(node as ast.Expression) === false) return;
  for (const [key, value] of Object.entries(node)) if (key !== "span" && typeof value === "object") walk(value, visit);
}

export function callName(node: ast.CallExpression): string {
  return node.name.parts.at(-1)!.name.toUpperCase();
}

export function isOverCall(node: ast.Expression): node is ast.CallExpression {
  return node.kind === "call" && node.modifiers.over !== undefined;
}

export function isAggregateCall(node: ast.Expression): node is ast.CallExpression {
  return node.kind === "call" && node.modifiers.over === undefined && lookupFunction(callName(node))?.kind === "aggregate";
}
