/** Passes over a plan: each reads nodes in order and writes new ones, whose positions it knows by the old ones. */
import type { DataType } from "../../../data/index.ts";
import type { Expression } from "../expression.ts";
import type { PlanNode } from "../plan.ts";

type WithoutId<Node extends PlanNode> = Node extends PlanNode ? Omit<Node, "id" | "name"> : never;
/** A node before it has a position and a name. */
export type Draft = WithoutId<PlanNode>;

/** Nodes of a pass, inputs before users. */
export class Graph {
  readonly nodes: Draft[] = [];
  /** By old position the new one; undefined for a node that is gone. */
  readonly places: (number | undefined)[] = [];

  add(node: Draft): number {
    this.nodes.push(node);
    return this.nodes.length - 1;
  }

  /** Copies the node of an old position with its inputs moved. */
  keep(old: number, node: Draft): void {
    this.places[old] = this.add({ ...node, inputs: node.inputs.map((input) => this.places[input]!) });
  }
}

/** How many inputs of other nodes each node is. */
export function countUsers(nodes: readonly Draft[]): number[] {
  const users = new Array<number>(nodes.length).fill(0);
  for (const node of nodes) for (const input of node.inputs) users[input]++;
  return users;
}

export function column(index: number, type: DataType): Expression {
  return { kind: "column", type, index };
}

/** Replaces the columns of an expression. */
export function substitute(expression: Expression, by: (index: number, type: DataType) => Expression): Expression {
  if (expression.kind === "literal") return expression;
  if (expression.kind === "column") return by(expression.index, expression.type);
  return { ...expression, arguments: expression.arguments.map((argument) => substitute(argument, by)) };
}

export function collectColumns(expression: Expression, into: (index: number) => void): void {
  if (expression.kind === "column") into(expression.index);
  else if (expression.kind === "call") for (const argument of expression.arguments) collectColumns(argument, into);
}

/** Text of a value in which BIGINT, bytes and special numbers keep apart: for structural equality. */
export function structuralKey(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === "bigint") return `bigint ${each}`;
    if (each instanceof Uint8Array) return `bytes ${[...each].join(" ")}`;
    if (each instanceof Map) return ["map", ...each];
    if (typeof each === "number" && (!Number.isFinite(each) || Object.is(each, -0))) return `number ${Object.is(each, -0) ? "-0" : each}`;
    return each;
  });
}
