/** What parent and child say to each other. */
import type { DataType } from "../data/index.ts";

export type LakeRequest =
  /** Runs `setup` statements, then `sql`; rows are asked for with `next`. */
  | { readonly kind: "open"; readonly query: number; readonly setup: readonly string[]; readonly sql: string }
  | { readonly kind: "next"; readonly query: number }
  | { readonly kind: "close"; readonly query: number };

export type LakeAnswer =
  | { readonly kind: "opened"; readonly query: number; readonly columns: readonly LakeColumn[] }
  /** Scalars of `data/types.ts` by column. `last`: no more will come. */
  | { readonly kind: "rows"; readonly query: number; readonly columns: readonly (readonly unknown[])[]; readonly count: number; readonly last: boolean }
  | { readonly kind: "failed"; readonly query: number; readonly message: string };

export interface LakeColumn {
  readonly name: string;
  readonly type: DataType;
}
