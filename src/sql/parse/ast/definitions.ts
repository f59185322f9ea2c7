import type { Expression } from "./expressions.ts";
import type { Query } from "./queries.ts";
import type { Identifier, ObjectName, OptionPair, Span } from "./span.ts";
import type { TypeNode } from "./types.ts";

// What CREATE and ALTER TABLE are made of.

export type ColumnDefinition = PhysicalColumn | ComputedColumn | MetadataColumn;

/** `name type [COMMENT '…']`. */
export interface PhysicalColumn {
  readonly kind: "physical-column";
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly comment: string | undefined;
  readonly span: Span;
}

/** `name AS expression`. */
export interface ComputedColumn {
  readonly kind: "computed-column";
  readonly name: Identifier;
  readonly expression: Expression;
  readonly comment: string | undefined;
  readonly span: Span;
}

/** `name type METADATA [FROM 'key'] [VIRTUAL]`. */
export interface MetadataColumn {
  readonly kind: "metadata-column";
  readonly name: Identifier;
  readonly type: TypeNode;
  /** Undefined: the column's own name is the key. */
  readonly key: string | undefined;
  /** Read only: not part of the schema of a sink. */
  readonly virtual: boolean;
  readonly comment: string | undefined;
  readonly span: Span;
}

/** `WATERMARK FOR column AS expression`; the column may be a field path. */
export interface WatermarkDefinition {
  readonly kind: "watermark";
  readonly column: readonly Identifier[];
  readonly expression: Expression;
  readonly span: Span;
}

/** `[CONSTRAINT name] PRIMARY KEY (columns) NOT ENFORCED`, also a key that stood behind its column. */
export interface PrimaryKeyDefinition {
  readonly kind: "primary-key";
  readonly name: Identifier | undefined;
  readonly columns: readonly Identifier[];
  /** False with NOT ENFORCED; Flink refuses anything else. */
  readonly enforced: boolean;
  readonly span: Span;
}

/** `DISTRIBUTED [BY [HASH | RANGE] (columns)] [INTO n BUCKETS]`. Nothing of ours uses it. */
export interface DistributionDefinition {
  readonly kind: "distribution";
  readonly method: "HASH" | "RANGE" | undefined;
  readonly columns: readonly Identifier[];
  readonly bucketCount: number | undefined;
  readonly span: Span;
}

export type LikeFeature = "ALL" | "CONSTRAINTS" | "DISTRIBUTION" | "GENERATED" | "METADATA" | "OPTIONS" | "PARTITIONS" | "WATERMARKS";

/** `LIKE source (INCLUDING ALL, OVERWRITING OPTIONS)`. */
export interface LikeDefinition {
  readonly kind: "like-definition";
  readonly source: ObjectName;
  readonly options: readonly LikeOption[];
  readonly span: Span;
}

export interface LikeOption {
  readonly kind: "like-option";
  readonly action: "INCLUDING" | "EXCLUDING" | "OVERWRITING";
  readonly feature: LikeFeature;
  readonly span: Span;
}

export interface CreateTable {
  readonly kind: "create-table";
  readonly temporary: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: ObjectName;
  readonly columns: readonly ColumnDefinition[];
  /** `(a, b)` without types, before AS SELECT: the order of the query's columns. Empty otherwise. */
  readonly columnOrder: readonly Identifier[];
  readonly watermark: WatermarkDefinition | undefined;
  readonly primaryKey: PrimaryKeyDefinition | undefined;
  readonly comment: string | undefined;
  readonly distribution: DistributionDefinition | undefined;
  readonly partitionedBy: readonly Identifier[];
  readonly options: readonly OptionPair[];
  readonly like: LikeDefinition | undefined;
  /** `AS SELECT …`. */
  readonly query: Query | undefined;
  readonly span: Span;
}

export interface CreateView {
  readonly kind: "create-view";
  readonly temporary: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: ObjectName;
  readonly columns: readonly ViewColumn[];
  readonly comment: string | undefined;
  /** Its span cuts the query's own text out of the statement. */
  readonly query: Query;
  readonly span: Span;
}

export interface ViewColumn {
  readonly kind: "view-column";
  readonly name: Identifier;
  readonly comment: string | undefined;
  readonly span: Span;
}

/** `CREATE MODEL m INPUT (…) OUTPUT (…) WITH (…)`. */
export interface CreateModel {
  readonly kind: "create-model";
  readonly temporary: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: ObjectName;
  readonly input: readonly PhysicalColumn[];
  readonly output: readonly PhysicalColumn[];
  readonly comment: string | undefined;
  readonly options: readonly OptionPair[];
  /** `AS SELECT …`: training by query. */
  readonly query: Query | undefined;
  readonly span: Span;
}

/** `CREATE FUNCTION f AS 'class or file' LANGUAGE TYPESCRIPT USING JAR '…' WITH (…)`. */
export interface CreateFunction {
  readonly kind: "create-function";
  readonly temporary: boolean;
  /** TEMPORARY SYSTEM. */
  readonly system: boolean;
  readonly ifNotExists: boolean;
  readonly name: ObjectName;
  readonly implementation: string;
  readonly implementationSpan: Span;
  /** In upper case: JAVA, SCALA, PYTHON, TYPESCRIPT, JAVASCRIPT, …; undefined where not said. */
  readonly language: string | undefined;
  readonly resources: readonly FunctionResource[];
  readonly options: readonly OptionPair[];
  readonly span: Span;
}

/** `JAR '…'`, `FILE '…'`, `ARTIFACT '…'` of USING; the word in upper case. */
export interface FunctionResource {
  readonly kind: "function-resource";
  readonly type: string;
  readonly path: string;
  readonly span: Span;
}

export interface CreateCatalog {
  readonly kind: "create-catalog";
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly comment: string | undefined;
  readonly options: readonly OptionPair[];
  readonly span: Span;
}

export interface CreateDatabase {
  readonly kind: "create-database";
  readonly ifNotExists: boolean;
  readonly name: ObjectName;
  readonly comment: string | undefined;
  readonly options: readonly OptionPair[];
  readonly span: Span;
}
