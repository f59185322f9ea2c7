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
    const byColumn = this.#find((column) => column.name === first.name);
    if (byColumn.length === 1) return { index: byColumn[0], fields: parts.slice(1) };
    if (second !== undefined) {
      const qualified = this.#find((column) => column.qualifier === first.name && column.name === second.name);
      if (qualified.length > 0) return { index: qualified[0], fields: parts.slice(2) };
      if (this.columns.some((column) => column.qualifier === first.name)) throw this.#unknown(second, first.name);
    }
    if (byColumn.length > 1)
      throw new SqlError("sql-invalid", `column ${first.name} is ambiguous`, span, {
        hint: `name its table, such as ${this.columns[byColumn[0]].qualifier ?? "t"}.${first.name}`,
      });
    throw this.#unknown(first, null);
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
