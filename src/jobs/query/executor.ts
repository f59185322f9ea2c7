/** Runs the statements of SQL sessions: queries over streams by our engine, over files by DuckDB, the rest from the catalog. */
import { HeadraceError, type Platform } from "../../core/index.ts";
import type { SqlExecutor, SqlResult, SqlSession } from "../../fronts/index.ts";
import type { Lake } from "../../lake/index.ts";
import type { Log } from "../../log/index.ts";
import { compileScript, parseScript, SqlError, type Catalog, type Statement } from "../../sql/index.ts";
import type { JobManager } from "../manager.ts";
import { answer, describe, done, show, textColumns } from "./answers.ts";
import { define, isDefinition, queryCatalog } from "./catalog.ts";
import { forgetOldQueries, queryEngine } from "./engine-query.ts";
import { mayBeLakeQuery, queryLake, readsOnlyLake } from "./lake-query.ts";

/** Session property: absolute folder where relative paths of the session's statements start. */
export const baseDirectoryProperty = "headrace.base-directory";

export interface QueryServiceOptions {
  readonly platform: Platform;
  readonly log: Log;
  readonly lake: Lake;
  readonly jobs: JobManager;
  readonly dataDirectory: string;
  awsEndpoint(): string | null;
}

interface Context {
  readonly session: SqlSession;
  readonly catalog: Catalog;
  readonly baseDirectory: string;
  readonly configuration: Readonly<Record<string, string>>;
}

export class QueryService implements SqlExecutor {
  readonly #options: QueryServiceOptions;
  readonly #definitions = new WeakMap<SqlSession, string[]>();

  constructor(options: QueryServiceOptions) {
    this.#options = options;
  }

  /** Clears up after a server that was killed while queries ran. */
  async open(): Promise<void> {
    await forgetOldQueries(this.#options.log);
  }

  async execute(statement: string, session: SqlSession): Promise<SqlResult> {
    const text = statement.trim().replace(/;\s*$/, "");
    const context = this.#context(session);
    let parsed: readonly Statement[];
    try {
      parsed = parseScript(text);
    } catch (error) {
      if (error instanceof SqlError && mayBeLakeQuery(text, context.catalog)) return this.#lake(text, context);
      throw error;
    }
    if (parsed.length !== 1) throw new HeadraceError("sql-invalid", parsed.length === 0 ? "there is no statement" : "one statement at a time, please");
    return this.#run(parsed[0], text, context);
  }

  #run(statement: Statement, text: string, context: Context): Promise<SqlResult> | SqlResult {
    if (isDefinition(statement)) return this.#define(text, context);
    switch (statement.kind) {
      case "query-statement":
        return this.#query(statement, text, context);
      case "show":
        return show(statement, context.catalog, this.#options.jobs.list());
      case "describe":
        return describe(statement, context.catalog);
      case "explain":
        return answer(
          textColumns("result"),
          compileScript(text, context).explanations.map((plan) => [plan]),
        );
      case "set":
        return this.#set(statement, text, context);
      case "reset":
        for (const key of statement.key === undefined ? [...context.session.properties.keys()] : [statement.key])
          if (key !== baseDirectoryProperty) context.session.properties.delete(key);
        return done();
      case "use":
        return done();
      case "insert":
      case "statement-set":
        throw new HeadraceError("sql-unsupported", "INSERT in a session is not supported yet: a job needs a script that outlives the session", {
          hint: "headrace run FILE.sql --attach",
        });
      default:
        throw new HeadraceError("sql-unsupported", `${statement.kind.replaceAll("-", " ").toUpperCase()} in a session is not supported yet`);
    }
  }

  #query(statement: Statement, text: string, context: Context): Promise<SqlResult> {
    if (readsOnlyLake(statement, context.catalog)) return this.#lake(text, context);
    const { plan } = compileScript(text, context);
    return queryEngine(plan!, { ...this.#options, awsEndpoint: this.#options.awsEndpoint(), baseDirectory: context.baseDirectory });
  }

  #lake(text: string, { catalog, baseDirectory }: Context): Promise<SqlResult> {
    return queryLake(text, { lake: this.#options.lake, catalog, baseDirectory });
  }

  #define(text: string, { session, catalog, baseDirectory }: Context): SqlResult {
    define(catalog, text, baseDirectory);
    const definitions = this.#definitions.get(session) ?? [];
    this.#definitions.set(session, [...definitions, text]);
    return done();
  }

  #set(statement: Extract<Statement, { kind: "set" }>, text: string, context: Context): SqlResult {
    const { session } = context;
    if (statement.key === undefined || statement.value === undefined) return answer(textColumns("key", "value"), [...session.properties].toSorted());
    compileScript(text, context);
    session.properties.set(statement.key, statement.value);
    return done();
  }

  #context(session: SqlSession): Context {
    const { jobs, log } = this.#options;
    const baseDirectory = session.properties.get(baseDirectoryProperty) ?? process.cwd();
    const catalog = queryCatalog({ jobs: jobs.definitions(), streams: log.streams(), definitions: this.#definitions.get(session) ?? [], baseDirectory });
    const configuration = Object.fromEntries([...session.properties].filter(([key]) => key !== baseDirectoryProperty));
    return { session, catalog, baseDirectory, configuration };
  }
}
