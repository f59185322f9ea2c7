/** A script to a plan: definitions first, then everything that is to run, as one job. */
import { inClause } from "../bind/clause.ts";
import { unsupported } from "../bind/expressions.ts";
import { type Catalog, objectName } from "../catalog.ts";
import { SqlError } from "../errors.ts";
import type * as ast from "../parse/ast.ts";
import { isTimeZone } from "../functions/index.ts";
import { parseScript } from "../parse/index.ts";
import { PlanBuilder } from "./builder.ts";
import { defineModel, defineTable, drop } from "./definitions.ts";
import { explain } from "./explain.ts";
import { planInsert } from "./insert.ts";
import { optimise } from "./optimise/index.ts";
import type { Plan } from "./plan.ts";
import { planQuery, planSubquery } from "./query.ts";
import type { PlanContext } from "./relation.ts";
import { materialised } from "./window-columns.ts";

export interface CompileOptions {
  readonly catalog: Catalog;
  /** Settings in force before the script. */
  readonly configuration: Readonly<Record<string, string>>;
}

export interface CompiledScript {
  /** What is to run; null when the script only defines. */
  readonly plan: Plan | null;
  /** SET and RESET applied. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Texts of EXPLAIN statements, in order. */
  readonly explanations: readonly string[];
  /** The last SHOW or DESCRIBE, for whoever answers statements. */
  readonly request: ast.Show | ast.Describe | null;
}

/**
 * All INSERTs of a script run as one job with shared inputs, whether they stand in a statement set or not (Apache Flink
 * starts a job for each INSERT outside of one). A bare SELECT is collected; there may be one, and no INSERT beside it.
 *
 * @throws SqlError with its place in `text`.
 */
export function compileScript(text: string, options: CompileOptions): CompiledScript {
  try {
    return new Script(options).run(parseScript(text));
  } catch (error) {
    throw error instanceof SqlError ? error.locate(text) : error;
  }
}

/** What a fault is said to stand in when no clause owns it. */
function statementName({ kind }: ast.Statement): string {
  return kind === "query-statement" ? "SELECT" : kind.replaceAll("-", " ").toUpperCase();
}

class Script {
  readonly #catalog: Catalog;
  readonly #configuration: Record<string, string>;
  readonly #inserts: ast.Insert[] = [];
  readonly #explanations: string[] = [];
  #query: ast.QueryStatement | null = null;
  #request: ast.Show | ast.Describe | null = null;

  constructor({ catalog, configuration }: CompileOptions) {
    this.#catalog = catalog;
    this.#configuration = { ...configuration };
  }

  run(statements: readonly ast.Statement[]): CompiledScript {
    for (const statement of statements) inClause(statementName(statement), () => this.#statement(statement));
    return { plan: this.#plan(this.#inserts, this.#query), configuration: this.#configuration, explanations: this.#explanations, request: this.#request };
  }

  #statement(statement: ast.Statement): void {
    switch (statement.kind) {
      case "create-table":
        return defineTable(statement, this.#context(new PlanBuilder()));
      case "create-view":
        return this.#view(statement);
      case "create-model":
        return defineModel(statement, this.#catalog);
      case "create-function":
        this.#catalog.add(
          { kind: "function", name: objectName(statement.name), implementation: statement.implementation, language: statement.language },
          statement.name,
          { ifNotExists: statement.ifNotExists, orReplace: false },
        );
        return;
      case "drop":
        return drop(statement, this.#catalog);
      case "set":
        if (statement.key === undefined || statement.value === undefined) return;
        if (statement.key === "table.local-time-zone" && !isTimeZone(statement.value)) {
          throw new SqlError("sql-invalid", `no time zone is called '${statement.value}'`, statement.span, {
            clause: "SET",
            hint: "UTC, a name such as Europe/Berlin, or an offset such as GMT+02:00",
          });
        }
        this.#configuration[statement.key] = statement.value;
        return;
      case "reset":
        for (const key of statement.key === undefined ? Object.keys(this.#configuration) : [statement.key]) delete this.#configuration[key];
        return;
      case "insert":
        this.#inserts.push(statement);
        return this.#onlyOne(statement);
      case "statement-set":
        this.#inserts.push(...statement.statements);
        return this.#onlyOne(statement);
      case "query-statement":
        if (this.#query !== null) throw unsupported("a second query in one script", statement.span, "INSERT INTO a 'print' table shows several");
        this.#query = statement;
        return this.#onlyOne(statement);
      case "explain":
        this.#explanations.push(this.#explain(statement));
        return;
      case "show":
      case "describe":
        this.#request = statement;
        return;
      case "use":
      case "jar":
        return;
      default:
        throw unsupported(statement.kind.replaceAll("-", " ").toUpperCase(), statement.span);
    }
  }

  #onlyOne(statement: ast.Statement): void {
    if (this.#query !== null && this.#inserts.length > 0) throw unsupported("a query beside INSERTs", statement.span, "INSERT INTO a 'print' table shows rows");
  }

  /** Planned once here, so that an error points into the view and not at who uses it. */
  #view(statement: ast.CreateView): void {
    const relation = planSubquery(statement.query, this.#context(new PlanBuilder()));
    if (statement.columns.length > relation.columns.length)
      throw new SqlError("sql-invalid", `the view names ${statement.columns.length} columns, its query has ${relation.columns.length}`, statement.span);
    this.#catalog.add(
      { kind: "view", name: objectName(statement.name), columns: statement.columns.map(({ name }) => name.name), query: statement.query },
      statement.name,
      statement,
    );
  }

  #context(builder: PlanBuilder): PlanContext {
    return {
      builder,
      catalog: this.#catalog,
      timeZone: this.#configuration["table.local-time-zone"] ?? "UTC",
      configuration: this.#configuration,
      commonTables: new Map(),
      views: [],
    };
  }

  #plan(inserts: readonly ast.Insert[], query: ast.QueryStatement | null): Plan | null {
    if (inserts.length === 0 && query === null) return null;
    const builder = new PlanBuilder();
    const context = this.#context(builder);
    for (const insert of inserts) planInsert(insert, context);
    if (query !== null) this.#collect(query, context);
    return { ...optimise(builder.nodes), configuration: { ...this.#configuration } };
  }

  #collect(query: ast.QueryStatement, context: PlanContext): number {
    const planned = planQuery(query.query, context);
    const relation = materialised(planned.relation, context);
    const { builder } = context;
    return builder.add(
      { kind: "collect", inputs: [relation.node], schema: builder.schema(relation.node), rowtime: relation.rowtime, changelog: "append", limit: planned.limit },
      "collect",
    );
  }

  #explain(statement: ast.Explain): string {
    const inner = statement.statement;
    if (inner.kind === "create-table") throw unsupported("EXPLAIN of CREATE TABLE AS", inner.span);
    const inserts = inner.kind === "insert" ? [inner] : inner.kind === "statement-set" ? inner.statements : [];
    return explain(this.#plan(inserts, inner.kind === "query-statement" ? inner : null)!);
  }
}
