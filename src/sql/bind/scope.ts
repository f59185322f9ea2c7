/** Names in sight while an expression is bound. */
import type { DataType } from "../../data/index.ts";
import { SqlError } from "../errors.ts";
import { nearestOf } from "../nearest.ts";
import type * as ast from "../parse/ast.ts";

export interface ScopeColumn {
  readonly name: string;
  readonly type: DataType;
  /** Alias or name of its table; null for a column that no table stands for. */
  readonly qualifier: string | null;
}

export interface Resolved {
  readonly index: number;
  /** Fields inside the column, for `a.b.c`. */
  readonly fields: readonly ast.Identifier[];
}

export class Scope {
  readonly columns: readonly ScopeColumn[];
  constructor(columns: readonly ScopeColumn[]) {
    this.columns = columns;
  }

  /** @throws SqlError for a name that is not there, or that two tables have. */
  resolve(parts: readonly ast.Identifier[], span: ast.Span): Resolved {
    const [first, second] = parts;
    // A table's name goes before a ROW column of the same name.
    const qualified = this.#qualified(parts, 0);
    if (qualified !== null) return qualified;
    const byColumn = this.#find((column) => column.name === first.name);
    if (byColumn.length === 1) return { index: byColumn[0], fields: parts.slice(1) };
    if (byColumn.length > 1)
      throw new SqlError("sql-invalid", `column ${first.name} is ambiguous`, span, {
        hint: `name its table, such as ${this.columns[byColumn[0]].qualifier ?? "t"}.${first.name}`,
      });
    if (second !== undefined && this.columns.some((column) => column.qualifier === first.name)) throw this.#unknown(second, first.name);
    // Catalogs and databases are read past: there is one.
    for (let at = 1; at + 1 < parts.length; at++) {
      const found = this.#qualified(parts, at);
      if (found !== null) return found;
    }
    throw this.#unknown(first, null);
  }

  /** `table.column`, the table's name at a position. */
  #qualified(parts: readonly ast.Identifier[], at: number): Resolved | null {
    const [table, name] = parts.slice(at);
    if (name === undefined) return null;
    const index = this.columns.findIndex((column) => column.qualifier === table.name && column.name === name.name);
    return index < 0 ? null : { index, fields: parts.slice(at + 2) };
  }

  #find(matches: (column: ScopeColumn) => boolean): number[] {
    return this.columns.flatMap((column, index) => (matches(column) ? [index] : []));
  }

  #unknown(name: ast.Identifier, qualifier: string | null): SqlError {
    const names = this.columns.filter((column) => qualifier === null || column.qualifier === qualifier).map((column) => column.name);
    const near = nearestOf(name.name, names);
    const place = qualifier === null ? "" : ` in ${qualifier}`;
    const hint = near === undefined ? (names.length === 0 ? undefined : `columns: ${[...new Set(names)].join(", ")}`) : `did you mean ${near}?`;
    return new SqlError("sql-invalid", `there is no column ${name.name}${place}`, name.span, hint === undefined ? {} : { hint });
  }
}
