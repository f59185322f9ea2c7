/** Tables, views, models and functions by name, as DDL made them. In memory: a script makes its own. */
import type { DataType, Field } from "../data/index.ts";
import { SqlError } from "./errors.ts";
import type * as ast from "./parse/ast.ts";
import type { TableColumn, TableReference } from "./plan/plan.ts";

export interface CatalogTable {
  readonly kind: "table";
  readonly reference: TableReference;
  readonly computed: ReadonlyMap<string, ast.Expression>;
  readonly watermark: { readonly column: string; readonly expression: ast.Expression } | null;
  /** Options by their place in the text, for errors. */
  readonly definition: ast.CreateTable;
}

export interface CatalogView {
  readonly kind: "view";
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: ast.Query;
}

export interface CatalogModel {
  readonly kind: "model";
  readonly name: string;
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  readonly options: Readonly<Record<string, string>>;
}

export interface CatalogFunction {
  readonly kind: "function";
  readonly name: string;
  readonly implementation: string;
  readonly language: string | undefined;
}

export type CatalogObject = CatalogTable | CatalogView | CatalogModel | CatalogFunction;
export type { DataType, TableColumn };

export class Catalog {
  readonly #objects = new Map<string, CatalogObject>();

  /** Key of an object: tables and views share names, models and functions have their own. */
  #key(kind: "relation" | "model" | "function", name: string): string {
    return `${kind}/${kind === "function" ? name.toLowerCase() : name}`;
  }

  add(object: CatalogObject, at: ast.ObjectName, existing: { readonly ifNotExists: boolean; readonly orReplace: boolean }): void {
    const kind = object.kind === "table" || object.kind === "view" ? "relation" : object.kind;
    const key = this.#key(kind, objectName(at));
    if (this.#objects.has(key) && !existing.orReplace) {
      if (existing.ifNotExists) return;
      throw new SqlError("sql-invalid", `${objectName(at)} exists already`, at.span, { hint: "CREATE OR REPLACE, or IF NOT EXISTS" });
    }
    this.#objects.set(key, object);
  }

  relation(name: string): CatalogTable | CatalogView | undefined {
    return this.#objects.get(this.#key("relation", name)) as CatalogTable | CatalogView | undefined;
  }
  model(name: string): CatalogModel | undefined {
    return this.#objects.get(this.#key("model", name)) as CatalogModel | undefined;
  }
  userFunction(name: string): CatalogFunction | undefined {
    return this.#objects.get(this.#key("function", name)) as CatalogFunction | undefined;
  }

  /** False when there was none. */
  drop(kind: "relation" | "model" | "function", name: string): boolean {
    return this.#objects.delete(this.#key(kind, name));
  }

  objects(): CatalogObject[] {
    return [...this.#objects.values()];
  }

  relationNames(): string[] {
    return this.objects().flatMap((object) => (object.kind === "table" ? [object.reference.name] : object.kind === "view" ? [object.name] : []));
  }
}

/** The object's own name: catalogs and databases are read past, there is one. */
export function objectName(name: ast.ObjectName): string {
  return name.parts.at(-1)!.name;
}
