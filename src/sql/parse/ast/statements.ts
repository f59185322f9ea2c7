import type { AlterCatalog, AlterDatabase, AlterFunction, AlterModel, AlterTable, AlterView, Drop, PartitionSpecification } from "./alterations.ts";
import type { CreateCatalog, CreateDatabase, CreateFunction, CreateModel, CreateTable, CreateView } from "./definitions.ts";
import type { Hint, Query } from "./queries.ts";
import type { Identifier, ObjectName, OptionPair, Span } from "./span.ts";

/** One statement; its span is without the semicolon. */
export type Statement =
  | QueryStatement
  | Insert
  | StatementSet
  | Explain
  | CreateTable
  | CreateView
  | CreateModel
  | CreateFunction
  | CreateCatalog
  | CreateDatabase
  | Drop
  | AlterTable
  | AlterView
  | AlterModel
  | AlterFunction
  | AlterDatabase
  | AlterCatalog
  | SetStatement
  | Reset
  | Show
  | Describe
  | Use
  | Jar
  | Module
  | StopJob;

/** `SELECT …`, `WITH …`, `VALUES …`, also after EXECUTE. */
export interface QueryStatement {
  readonly kind: "query-statement";
  readonly query: Query;
  readonly span: Span;
}

/** `INSERT INTO | OVERWRITE t PARTITION (…) (columns) query`, also after EXECUTE. */
export interface Insert {
  readonly kind: "insert";
  readonly overwrite: boolean;
  readonly target: ObjectName;
  readonly hints: readonly Hint[];
  readonly partition: PartitionSpecification | undefined;
  /** Empty: all columns in their order. */
  readonly columns: readonly Identifier[];
  readonly query: Query;
  /** `ON CONFLICT DO …`. */
  readonly onConflict: "ERROR" | "NOTHING" | "DEDUPLICATE" | undefined;
  readonly span: Span;
}

/** `EXECUTE STATEMENT SET BEGIN …; END`, also `BEGIN STATEMENT SET; …; END`: one job with several sinks. */
export interface StatementSet {
  readonly kind: "statement-set";
  /** At least one. */
  readonly statements: readonly Insert[];
  readonly span: Span;
}

export type ExplainDetail = "ESTIMATED_COST" | "CHANGELOG_MODE" | "JSON_EXECUTION_PLAN" | "PLAN_ADVICE" | "CODE";

/** `EXPLAIN [PLAN FOR | details] statement`. */
export interface Explain {
  readonly kind: "explain";
  readonly details: readonly ExplainDetail[];
  readonly statement: QueryStatement | Insert | StatementSet | CreateTable;
  readonly span: Span;
}

/** `SET 'key' = 'value'`; alone it lists all. */
export interface SetStatement {
  readonly kind: "set";
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly span: Span;
}

/** `RESET 'key'`; alone it resets all. */
export interface Reset {
  readonly kind: "reset";
  readonly key: string | undefined;
  readonly span: Span;
}

export type ShowSubject =
  | "TABLES"
  | "VIEWS"
  | "MODELS"
  | "FUNCTIONS"
  | "CATALOGS"
  | "DATABASES"
  | "COLUMNS"
  | "PARTITIONS"
  | "MODULES"
  | "JARS"
  | "JOBS"
  | "PROCEDURES"
  | "CURRENT CATALOG"
  | "CURRENT DATABASE"
  | "CREATE TABLE"
  | "CREATE VIEW"
  | "CREATE MODEL"
  | "CREATE FUNCTION"
  | "CREATE CATALOG";

export interface Show {
  readonly kind: "show";
  readonly subject: ShowSubject;
  /** Of SHOW CREATE … (the object), SHOW PARTITIONS and SHOW COLUMNS (the table), FROM or IN otherwise (catalog or database). */
  readonly name: ObjectName | undefined;
  readonly like: ShowFilter | undefined;
  /** SHOW USER FUNCTIONS. */
  readonly user: boolean;
  /** SHOW FULL MODULES. */
  readonly full: boolean;
  readonly partition: PartitionSpecification | undefined;
  readonly span: Span;
}

export interface ShowFilter {
  readonly kind: "show-filter";
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly negated: boolean;
  readonly span: Span;
}

/** `DESCRIBE [CATALOG | DATABASE | FUNCTION | MODEL | JOB] [EXTENDED] name`, also DESC. */
export interface Describe {
  readonly kind: "describe";
  readonly objectType: "TABLE" | "CATALOG" | "DATABASE" | "FUNCTION" | "MODEL" | "JOB";
  readonly extended: boolean;
  /** For a job: one part that holds its id. */
  readonly name: ObjectName;
  readonly span: Span;
}

/** `USE CATALOG c`, `USE [c.]d`, `USE MODULES a, b`. */
export interface Use {
  readonly kind: "use";
  readonly objectType: "CATALOG" | "DATABASE" | "MODULES";
  /** One, but for MODULES. */
  readonly names: readonly ObjectName[];
  readonly span: Span;
}

/** `ADD JAR 'path'`, `REMOVE JAR 'path'`: read so that a script for Flink can be told what becomes of it. */
export interface Jar {
  readonly kind: "jar";
  readonly operation: "ADD" | "REMOVE";
  readonly path: string;
  readonly span: Span;
}

/** `LOAD MODULE m [WITH (…)]`, `UNLOAD MODULE m`. */
export interface Module {
  readonly kind: "module";
  readonly operation: "LOAD" | "UNLOAD";
  readonly name: Identifier;
  readonly options: readonly OptionPair[];
  readonly span: Span;
}

/** `STOP JOB 'id' [WITH SAVEPOINT] [WITH DRAIN]`. */
export interface StopJob {
  readonly kind: "stop-job";
  readonly jobId: string;
  readonly withSavepoint: boolean;
  readonly withDrain: boolean;
  readonly span: Span;
}
