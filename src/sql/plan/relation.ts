/** A table in the making: a node and what its columns are called. */
import type { Field } from "../../data/index.ts";
import { Scope, type ScopeColumn } from "../bind/scope.ts";
import type { Catalog } from "../catalog.ts";
import type * as ast from "../parse/ast.ts";
import type { PlanBuilder } from "./builder.ts";
import type { WindowSpecification } from "./plan.ts";

export interface Relation {
  readonly node: number;
  /** The node's columns, and behind them those of {@link window}, which no node has yet. */
  readonly columns: readonly ScopeColumn[];
  readonly rowtime: number | null;
  /** A windowing table function that waits for its aggregation. */
  readonly window: PendingWindow | null;
}

export interface PendingWindow {
  readonly specification: WindowSpecification;
  /** Position of the time column. */
  readonly timeColumn: number;
  /** GROUP BY TUMBLE(…) of the older dialect, whose time may be NULL by its type. */
  readonly legacy: boolean;
  readonly span: ast.Span;
}

export const windowColumnNames = ["window_start", "window_end", "window_time"] as const;
export type WindowColumn = (typeof windowColumnNames)[number];

/** What planning a query needs. */
export interface PlanContext {
  readonly builder: PlanBuilder;
  readonly catalog: Catalog;
  readonly timeZone: string;
  readonly configuration: Readonly<Record<string, string>>;
  /** Queries named by WITH, the nearest first. */
  readonly commonTables: ReadonlyMap<string, ast.CommonTable>;
  /** Views being planned: one that leads back to itself is an error. */
  readonly views: readonly string[];
}

export function scopeOf(relation: Relation): Scope {
  return new Scope(relation.columns);
}

/** Columns that the node itself has. */
export function nodeWidth(relation: Relation): number {
  return relation.columns.length - (relation.window === null ? 0 : windowColumnNames.length);
}

export function fieldsOf(columns: readonly ScopeColumn[]): Field[] {
  return columns.map(({ name, type }) => ({ name, type }));
}

/** Under another name, perhaps with other names of columns. */
export function aliased(relation: Relation, alias: string, names: readonly string[]): Relation {
  return { ...relation, columns: relation.columns.map((column, index) => ({ ...column, name: names[index] ?? column.name, qualifier: alias })) };
}
