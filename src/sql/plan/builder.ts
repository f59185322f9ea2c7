/** A plan being built: nodes shared where they are the same, neighbouring calcs made one. */
import { sameType, type DataType, type Field, type Schema } from "../../data/index.ts";
import type { Expression } from "./expression.ts";
import type { CalcNode, PlanNode } from "./plan.ts";

/** A node without what the builder gives it. */
type Draft<Node extends PlanNode = PlanNode> = Node extends PlanNode ? Omit<Node, "id" | "name"> : never;

export class PlanBuilder {
  readonly nodes: PlanNode[] = [];
  readonly #known = new Map<string, number>();
  readonly #names = new Map<string, number>();

  /** Adds a node, or answers one that is the same already. `label` becomes its name, made unique. */
  add(draft: Draft, label: string): number {
    const key = JSON.stringify(draft, (_, value: unknown) =>
      typeof value === "bigint" ? `${value}n` : value instanceof Uint8Array ? [...value] : Number.isNaN(value) ? "NaN" : value,
    );
    // Two INSERTs of the same rows write them twice.
    const known = draft.kind === "sink" ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.nodes.length;
    this.nodes.push({ ...draft, id, name: this.#unique(label) } as PlanNode);
    this.#known.set(key, id);
    return id;
  }

  #unique(label: string): string {
    const count = (this.#names.get(label) ?? 0) + 1;
    this.#names.set(label, count);
    return count === 1 ? label : `${label}#${count}`;
  }

  schema(id: number): Schema {
    return this.nodes[id].schema;
  }

  /** Filter and projection over a node. What changes nothing adds nothing; a calc below is taken in where that costs nothing twice. */
  calc(input: number, filter: Expression | null, projection: readonly Expression[], fields: readonly Field[], rowtime: number | null): number {
    const below = this.nodes[input];
    if (filter === null && isIdentity(projection, fields, below.schema) && below.rowtime === rowtime) return input;
    if (below.kind === "calc" && canMerge(below, filter, projection)) {
      const substitute = (expression: Expression): Expression => substituted(expression, below.projection);
      const upper = filter === null ? null : substitute(filter);
      return this.calc(below.inputs[0], conjunction(below.filter, upper), projection.map(substitute), fields, rowtime);
    }
    return this.add({ kind: "calc", inputs: [input], schema: { fields }, rowtime, filter, projection }, `calc:${below.name}`);
  }
}

export function columnOf(index: number, type: DataType): Expression {
  return { kind: "column", index, type };
}

export function columnsOf(schema: Schema): Expression[] {
  return schema.fields.map((field, index) => columnOf(index, field.type));
}

function isIdentity(projection: readonly Expression[], fields: readonly Field[], schema: Schema): boolean {
  if (projection.length !== schema.fields.length) return false;
  return projection.every(
    (expression, index) =>
      expression.kind === "column" &&
      expression.index === index &&
      fields[index].name === schema.fields[index].name &&
      sameType(fields[index].type, schema.fields[index].type),
  );
}

/** No computed column of the lower calc may be used more than once above: it would be computed as often. */
function canMerge(below: CalcNode, filter: Expression | null, projection: readonly Expression[]): boolean {
  const uses = new Array<number>(below.projection.length).fill(0);
  for (const expression of [...(filter === null ? [] : [filter]), ...projection]) countUses(expression, uses);
  return below.projection.every((expression, index) => expression.kind !== "call" || uses[index] <= 1);
}

function countUses(expression: Expression, uses: number[]): void {
  if (expression.kind === "column") uses[expression.index]++;
  else if (expression.kind === "call") for (const argument of expression.arguments) countUses(argument, uses);
}

/** The expression with each column replaced by what stands for it. */
export function substituted(expression: Expression, by: readonly Expression[]): Expression {
  if (expression.kind === "column") return by[expression.index];
  if (expression.kind === "literal") return expression;
  return { ...expression, arguments: expression.arguments.map((argument) => substituted(argument, by)) };
}

export function conjunction(left: Expression | null, right: Expression | null): Expression | null {
  if (left === null || right === null) return left ?? right;
  return { kind: "call", function: "AND", type: { kind: "boolean", nullable: left.type.nullable || right.type.nullable }, arguments: [left, right] };
}
