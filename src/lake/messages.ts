/** What parent and child say to each other. */
import type { Column, DataType } from "../data/index.ts";

/** Given to the child when it starts, as its one argument. */
export interface ChildSettings {
  readonly threads: number;
  /** What DuckDB may hold before it spills or refuses. */
  readonly memoryBytes: number;
}

export type LakeRequest =
  /** Runs `setup` statements, then `sql`; what it gives is asked for with `next`. */
  | { readonly kind: "open"; readonly query: number; readonly setup: readonly string[]; readonly sql: string; readonly form: LakeForm }
  | { readonly kind: "next"; readonly query: number }
  /** Also while it runs: it is interrupted, and not answered any more. */
  | { readonly kind: "close"; readonly query: number };

/** `scalars`: values of `data/types.ts` by column, for people; `columns`: typed arrays, for pipelines. */
export type LakeForm = "scalars" | "columns";

export type LakeAnswer =
  | { readonly kind: "opened"; readonly query: number; readonly columns: readonly LakeColumn[] }
  | { readonly kind: "scalars"; readonly query: number; readonly columns: readonly (readonly unknown[])[]; readonly count: number }
  | { readonly kind: "columns"; readonly query: number; readonly columns: readonly Column[]; readonly count: number }
  /** No more rows; the query is closed. */
  | { readonly kind: "end"; readonly query: number }
  | { readonly kind: "failed"; readonly query: number; readonly message: string };

export interface LakeColumn {
  readonly name: string;
  readonly type: DataType;
}
