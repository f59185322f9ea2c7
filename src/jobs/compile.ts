/**
 * From a job's script to a plan that can start: SQL bound and planned, every connector, option, format and model checked
 * by name, so that what is wrong is said at once and not by a thread that failed.
 */
import { HeadraceError, type Platform } from "../core/index.ts";
import { parseOptions } from "../connector/index.ts";
import { connectorDeclaration } from "../connectors/index.ts";
import { Catalog, compileScript, explain, formatSqlError, SqlError, type Plan, type PlanTable } from "../sql/index.ts";
import { pipelineSettings } from "./settings.ts";
import type { JobDefinition } from "./job.ts";
import { openPredictModel } from "./model.ts";

/** Plain data: crosses threads. */
export interface CompiledJob {
  readonly plan: Plan;
}

/** @throws HeadraceError for whatever keeps the job from starting. */
export async function compileJob(definition: Pick<JobDefinition, "name" | "sql" | "baseDirectory">, platform: Platform): Promise<CompiledJob> {
  const plan = planScript(definition.sql);
  await checkPlan(plan, definition.baseDirectory, platform);
  return { plan };
}

/** Settings, connectors, options, formats and models of a plan. @throws HeadraceError for the first that is wrong. */
export async function checkPlan(plan: Plan, baseDirectory: string, platform: Platform): Promise<void> {
  pipelineSettings(plan.configuration);
  for (const node of plan.nodes) {
    if (node.kind === "scan") checkTable(node.table, "source");
    else if (node.kind === "sink") checkTable(node.table, "sink");
    else if (node.kind === "predict") await (await openPredictModel(node.model, baseDirectory, platform)).close();
  }
}

/** Plan of a script that has something to run. */
function planScript(sql: string): Plan {
  const { plan } = withPlace(sql, () => compileScript(sql, { catalog: new Catalog(), configuration: {} }));
  if (plan === null) {
    throw new HeadraceError("sql-invalid", "the script has no INSERT: there is nothing to run", {
      hint: "add INSERT INTO … SELECT …, or run a query with `headrace sql -e`",
    });
  }
  return plan;
}

export function explainJob(sql: string): string {
  return explain(planScript(sql));
}

function checkTable(table: PlanTable, role: "source" | "sink"): void {
  const declaration = connectorDeclaration(table.connector, table.name);
  if (declaration[role] === undefined) throw new HeadraceError("invalid-option", `table ${table.name}: connector '${table.connector}' is no ${role}`);
  parseOptions(declaration.options, table.options, { connector: table.connector, table: table.name, role });
  const format = table.options.format;
  const formats = declaration.formats[role];
  if (format !== undefined && formats.length > 0 && !formats.includes(format)) {
    throw new HeadraceError(
      "invalid-option",
      `table ${table.name}: connector '${table.connector}' does not ${role === "source" ? "read" : "write"} format '${format}'`,
      { hint: `formats: ${formats.join(", ")}` },
    );
  }
}

/** Errors of SQL as people read them: line, column, caret and hint in the message, since it may cross threads and wires. */
function withPlace<Result>(sql: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof SqlError ? new HeadraceError(error.code, formatSqlError(sql, error), { cause: error }) : error;
  }
}
