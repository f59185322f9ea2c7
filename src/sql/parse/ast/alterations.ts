import type { ColumnDefinition, DistributionDefinition, PrimaryKeyDefinition, WatermarkDefinition } from "./definitions.ts";
import type { Expression } from "./expressions.ts";
import type { Query } from "./queries.ts";
import type { Identifier, ObjectName, OptionPair, Span } from "./span.ts";

export interface Drop {
  readonly kind: "drop";
  readonly objectType: "TABLE" | "VIEW" | "MODEL" | "FUNCTION" | "CATALOG" | "DATABASE";
  readonly temporary: boolean;
  /** TEMPORARY SYSTEM FUNCTION. */
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: ObjectName;
  /** Of DATABASE only; RESTRICT is the default. */
  readonly cascade: boolean;
  readonly span: Span;
}

export interface AlterTable {
  readonly kind: "alter-table";
  readonly ifExists: boolean;
  readonly name: ObjectName;
  readonly action: AlterTableAction;
  readonly span: Span;
}

export type AlterTableAction =
  | RenameAction
  | RenameColumnAction
  | SetOptionsAction
  | ResetOptionsAction
  | ChangeColumnsAction
  | DropColumnsAction
  | DropPartAction
  | PartitionAction;

export interface AlterView {
  readonly kind: "alter-view";
  readonly name: ObjectName;
  readonly action: RenameAction | ReplaceQueryAction;
  readonly span: Span;
}

export interface AlterModel {
  readonly kind: "alter-model";
  readonly ifExists: boolean;
  readonly name: ObjectName;
  readonly action: RenameAction | SetOptionsAction | ResetOptionsAction;
  readonly span: Span;
}

export interface AlterFunction {
  readonly kind: "alter-function";
  readonly temporary: boolean;
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: ObjectName;
  readonly implementation: string;
  readonly language: string | undefined;
  readonly span: Span;
}

export interface AlterDatabase {
  readonly kind: "alter-database";
  readonly name: ObjectName;
  readonly action: SetOptionsAction;
  readonly span: Span;
}

export interface AlterCatalog {
  readonly kind: "alter-catalog";
  readonly name: Identifier;
  readonly action: SetOptionsAction | ResetOptionsAction | SetCommentAction;
  readonly span: Span;
}

/** `RENAME TO other`. */
export interface RenameAction {
  readonly kind: "rename";
  readonly to: ObjectName;
  readonly span: Span;
}

/** `RENAME a TO b`; `from` may be a field path. */
export interface RenameColumnAction {
  readonly kind: "rename-column";
  readonly from: readonly Identifier[];
  readonly to: Identifier;
  readonly span: Span;
}

/** `SET ('key' = 'value')`. */
export interface SetOptionsAction {
  readonly kind: "set-options";
  readonly options: readonly OptionPair[];
  readonly span: Span;
}

/** `RESET ('key')`. */
export interface ResetOptionsAction {
  readonly kind: "reset-options";
  readonly keys: readonly string[];
  readonly span: Span;
}

/** `COMMENT 'text'`. */
export interface SetCommentAction {
  readonly kind: "set-comment";
  readonly comment: string;
  readonly span: Span;
}

/** `AS query`, of a view. */
export interface ReplaceQueryAction {
  readonly kind: "replace-query";
  readonly query: Query;
  readonly span: Span;
}

/** `ADD …` or `MODIFY …`: columns, watermark, primary key, distribution. */
export interface ChangeColumnsAction {
  readonly kind: "change-columns";
  readonly operation: "ADD" | "MODIFY";
  readonly columns: readonly PlacedColumn[];
  readonly watermark: WatermarkDefinition | undefined;
  readonly primaryKey: PrimaryKeyDefinition | undefined;
  readonly distribution: DistributionDefinition | undefined;
  readonly span: Span;
}

/** A column and where it goes. */
export interface PlacedColumn {
  readonly kind: "placed-column";
  readonly column: ColumnDefinition;
  /** FIRST, AFTER `after`, or (undefined) at the end, or where it was. */
  readonly position: "FIRST" | "AFTER" | undefined;
  readonly after: Identifier | undefined;
  readonly span: Span;
}

/** `DROP a` or `DROP (a, b)`. */
export interface DropColumnsAction {
  readonly kind: "drop-columns";
  readonly columns: readonly Identifier[];
  readonly span: Span;
}

/** `DROP PRIMARY KEY`, `DROP CONSTRAINT name`, `DROP WATERMARK`, `DROP DISTRIBUTION`. */
export interface DropPartAction {
  readonly kind: "drop-part";
  readonly part: "PRIMARY KEY" | "CONSTRAINT" | "WATERMARK" | "DISTRIBUTION";
  /** Of CONSTRAINT only. */
  readonly name: Identifier | undefined;
  readonly span: Span;
}

/** `ADD [IF NOT EXISTS] PARTITION (…)`, `DROP [IF EXISTS] PARTITION (…)`. */
export interface PartitionAction {
  readonly kind: "partition";
  readonly operation: "ADD" | "DROP";
  /** IF NOT EXISTS of ADD, IF EXISTS of DROP. */
  readonly conditional: boolean;
  readonly partitions: readonly PartitionSpecification[];
  readonly span: Span;
}

/** `PARTITION (a = 1, b)`. */
export interface PartitionSpecification {
  readonly kind: "partition-specification";
  readonly values: readonly PartitionValue[];
  readonly span: Span;
}

export interface PartitionValue {
  readonly kind: "partition-value";
  readonly column: Identifier;
  /** Undefined: taken from the row (dynamic). */
  readonly value: Expression | undefined;
  readonly span: Span;
}
