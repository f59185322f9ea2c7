/** Which columns, and which fields inside them, are read of a node. */
import { lookupFunction } from "../../functions/index.ts";
import type { DataType } from "../../../data/index.ts";
import type { Expression } from "../expression.ts";

/** A column, or by `path` a field inside it. */
export interface Access {
  readonly column: number;
  readonly path: readonly number[];
}

export function accessKey(column: number, path: readonly number[]): string {
  return path.length === 0 ? String(column) : `${column}.${path.join(".")}`;
}

export class Accesses {
  readonly #byKey = new Map<string, Access>();

  add(column: number, path: readonly number[] = []): void {
    this.#byKey.set(accessKey(column, path), { column, path });
  }

  /** In order of columns, without those that lie inside another one. */
  list(): Access[] {
    const wanted = [...this.#byKey.values()].filter(({ column, path }) => !path.some((_, length) => this.#byKey.has(accessKey(column, path.slice(0, length)))));
    return wanted.sort((left, right) => left.column - right.column || comparePaths(left.path, right.path));
  }
}

function comparePaths(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) if (left[index] !== right[index]) return left[index] - right[index];
  return left.length - right.length;
}

export interface Chain extends Access {
  /** Type of the column, then after each field. */
  readonly types: readonly DataType[];
}

/** The access that an expression is; null when it computes. */
export function chainOf(expression: Expression): Chain | null {
  if (expression.kind === "column") return { column: expression.index, path: [], types: [expression.type] };
  if (expression.kind !== "call" || expression.function !== "FIELD") return null;
  const base = chainOf(expression.arguments[0]);
  return base === null ? null : { column: base.column, path: [...base.path, expression.parameter as number], types: [...base.types, expression.type] };
}

/** Adds what an expression reads. */
export function addAccesses(expression: Expression, into: Accesses): void {
  const chain = chainOf(expression);
  if (chain !== null) into.add(chain.column, chain.path);
  else if (expression.kind === "call") for (const argument of expression.arguments) addAccesses(argument, into);
}

/** Wraps an expression in the fields of a path. */
export function fieldOf(base: Expression, path: readonly number[]): Expression {
  let expression = base;
  for (const position of path) {
    const { type } = expression;
    if (type.kind !== "row") return expression;
    const field = type.fields[position].type;
    expression = {
      kind: "call",
      function: "FIELD",
      type: { ...field, nullable: field.nullable || type.nullable },
      arguments: [expression],
      parameter: position,
    };
  }
  return expression;
}

/** Where accesses of an old node stand in the new one. */
export class Located {
  readonly #places = new Map<string, number>();

  set(column: number, path: readonly number[], place: number): void {
    this.#places.set(accessKey(column, path), place);
  }

  get(column: number): number {
    return this.#places.get(String(column))!;
  }

  has(column: number): boolean {
    return this.#places.has(String(column));
  }

  entries(): IterableIterator<[string, number]> {
    return this.#places.entries();
  }

  /** Takes over what another one knows. */
  inherit(other: Located): void {
    for (const [key, place] of other.entries()) this.#places.set(key, place);
  }

  /** The expression over the new node's columns. */
  rewrite(expression: Expression): Expression {
    const chain = chainOf(expression);
    if (chain !== null) return this.#chain(chain);
    if (expression.kind !== "call") return expression;
    return { ...expression, arguments: expression.arguments.map((argument) => this.rewrite(argument)) };
  }

  #chain({ column, path, types }: Chain): Expression {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(accessKey(column, path.slice(0, length)));
      if (place === undefined) continue;
      let expression: Expression = { kind: "column", type: types[length], index: place };
      for (let index = length; index < path.length; index++)
        expression = { kind: "call", function: "FIELD", type: types[index + 1], arguments: [expression], parameter: path[index] };
      return expression;
    }
    throw new Error(`column ${accessKey(column, path)} was pruned though it is read`);
  }
}

/** Whether evaluating an expression twice, or not at all, changes nothing. */
export function isDeterministic(expression: Expression): boolean {
  if (expression.kind !== "call") return true;
  const declaration = lookupFunction(expression.function);
  return declaration?.kind === "scalar" && declaration.deterministic && expression.arguments.every(isDeterministic);
}
