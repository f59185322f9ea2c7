/** FROM: tables, views, subqueries, windowing functions, ML_PREDICT. */
import { typeText } from "../../data/index.ts";
import { inClause } from "../bind/clause.ts";
import { ExpressionBinder, unsupported } from "../bind/expressions.ts";
import { Scope, type ScopeColumn } from "../bind/scope.ts";
import { objectName, type CatalogTable, type CatalogView } from "../catalog.ts";
import { SqlError, type SqlErrorCode } from "../errors.ts";
import { nearestOf } from "../nearest.ts";
import type * as ast from "../parse/ast.ts";
import { columnOf, substituted } from "./builder.ts";
import type { Expression } from "./expression.ts";
import { collectColumns } from "./optimise/graph.ts";
import type { ScanField } from "./plan.ts";
import { planPredict } from "./predict.ts";
import { planSubquery } from "./query.ts";
import { aliased, fieldsOf, type PlanContext, type Relation } from "./relation.ts";
import { planWindowFunction } from "./window-functions.ts";

export function planTable(node: ast.TableExpression, context: PlanContext): Relation {
  switch (node.kind) {
    case "table":
      if (node.systemTime !== undefined) throw unsupported("FOR SYSTEM_TIME AS OF (temporal and lookup joins)", node.span);
      return withAlias(planNamed(node.name, context, node.hints), node.alias);
    case "derived-table":
      return withAlias(planSubquery(node.query, context), node.alias);
    case "table-function":
      return withAlias(planFunction(node, context), node.alias);
    case "join":
      throw unsupported(
        node.comma ? "a join of tables listed with commas" : `${node.type === "INNER" ? "a regular" : `${node.type}`} JOIN`,
        node.right.span,
        "UNION ALL of both tables and OVER windows can often say the same",
      );
    case "unnest":
      throw unsupported("UNNEST", node.span);
    case "match-recognize":
      throw unsupported("MATCH_RECOGNIZE", node.span);
  }
}

function withAlias(relation: Relation, alias: ast.TableAlias | undefined): Relation {
  if (alias === undefined) return relation;
  if (alias.columns.length > relation.columns.length)
    throw new SqlError("sql-invalid", `${alias.name.name} names ${alias.columns.length} columns, but there are ${relation.columns.length}`, alias.span);
  return aliased(
    relation,
    alias.name.name,
    alias.columns.map(({ name }) => name),
  );
}

/** A table, view or common table expression by name. */
export function planNamed(name: ast.ObjectName, context: PlanContext, hints: readonly ast.Hint[] = []): Relation {
  const own = objectName(name);
  const common = name.parts.length === 1 ? context.commonTables.get(own) : undefined;
  if (common !== undefined) {
    const outer = new Map([...context.commonTables].filter(([key]) => key !== own));
    const relation = planSubquery(common.query, { ...context, commonTables: outer });
    return aliased(
      relation,
      own,
      common.columns.map((column) => column.name),
    );
  }
  const found = context.catalog.relation(own);
  if (found === undefined) {
    const near = nearestOf(own, [...context.catalog.relationNames(), ...context.commonTables.keys()]);
    const hint = near === undefined ? { hint: `tables: ${context.catalog.relationNames().join(", ") || "none yet"}` } : { hint: `did you mean ${near}?` };
    throw new SqlError("sql-invalid", `there is no table ${own}`, name.span, hint);
  }
  if (found.kind === "table") return planScan(found, context, hints);
  if (context.views.includes(own)) throw new SqlError("sql-invalid", `view ${own} leads back to itself`, name.span);
  return aliased(planView(found, name, context), own, found.columns);
}

/** A view's own text may be another script: its faults are told where the view is used. */
function planView(view: CatalogView, name: ast.ObjectName, context: PlanContext): Relation {
  try {
    return planSubquery(view.query, { ...context, commonTables: new Map(), views: [...context.views, view.name] });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const clause = error.clause === undefined ? "" : `${error.clause}: `;
    throw new SqlError(error.code as SqlErrorCode, `view ${view.name} does not hold any more: ${clause}${error.message}`, name.span, { hint: error.hint });
  }
}

const defaultIdleTimeoutMs = 10_000;

export function planScan(table: CatalogTable, context: PlanContext, hints: readonly ast.Hint[]): Relation {
  const { reference } = table;
  const options = { ...reference.options, ...hintOptions(hints) };
  const stored = reference.columns.filter((column) => column.kind !== "computed");
  const fields = stored.map((column): ScanField =>
    column.kind === "metadata"
      ? { kind: "metadata", metadata: column.metadata, type: column.type }
      : { kind: "physical", path: [column.name], type: column.type },
  );
  const { builder } = context;
  const scanned: ScopeColumn[] = stored.map(({ name, type }) => ({ name, type, qualifier: reference.name }));
  let node = builder.add(
    { kind: "scan", inputs: [], schema: { fields: fieldsOf(scanned) }, rowtime: null, table: { ...reference, options }, fields },
    `scan:${reference.name}`,
  );
  const binder = new ExpressionBinder(new Scope(scanned), context);
  const columns: ScopeColumn[] = [];
  const projection: Expression[] = [];
  for (const column of reference.columns) {
    const expression = column.kind === "computed" ? binder.bind(table.computed.get(column.name)!) : columnOf(stored.indexOf(column), column.type);
    columns.push({ name: column.name, type: expression.type, qualifier: reference.name });
    projection.push(expression);
  }
  const time = table.watermark === null ? null : boundWatermark(columns, table, context, options);
  const early = time !== null && readsStored(time, projection);
  if (early) node = addWatermark(node, substitutedTime(time, projection), reference.name, context);
  const rowtime = time === null ? null : time.rowtime;
  node = builder.calc(node, null, projection, fieldsOf(columns), early ? rowtime : null);
  if (time !== null && !early) node = addWatermark(node, time, reference.name, context);
  return { node, columns, rowtime, window: null };
}

interface BoundTime {
  readonly rowtime: number;
  readonly expression: Expression;
  readonly idleTimeoutMs: number;
}

/** A watermark over columns that are stored stands right above the scan, so that computed ones are made together with what uses them. */
function readsStored(time: BoundTime, projection: readonly Expression[]): boolean {
  let stored = projection[time.rowtime].kind === "column";
  collectColumns(time.expression, (index) => (stored &&= projection[index].kind === "column"));
  return stored;
}

function substitutedTime(time: BoundTime, projection: readonly Expression[]): BoundTime {
  const column = projection[time.rowtime] as Extract<Expression, { kind: "column" }>;
  return { ...time, rowtime: column.index, expression: substituted(time.expression, projection) };
}

function addWatermark(input: number, { rowtime, expression, idleTimeoutMs }: BoundTime, name: string, { builder }: PlanContext): number {
  return builder.add({ kind: "watermark", inputs: [input], schema: builder.schema(input), rowtime, expression, idleTimeoutMs }, `watermark:${name}`);
}

function boundWatermark(columns: readonly ScopeColumn[], table: CatalogTable, context: PlanContext, options: Readonly<Record<string, string>>): BoundTime {
  const { column, expression } = table.watermark!;
  const definition = table.definition.watermark!;
  const rowtime = columns.findIndex(({ name }) => name === column);
  if (rowtime < 0) throw new SqlError("sql-invalid", `WATERMARK FOR ${column}: there is no such column`, definition.span, { clause: "WATERMARK" });
  const { type } = columns[rowtime];
  if ((type.kind !== "timestamp" && type.kind !== "timestamp-ltz") || type.precision > 3) {
    throw new SqlError("sql-invalid", `an event time is TIMESTAMP(3) or TIMESTAMP_LTZ(3), but ${column} is ${typeText(type, true)}`, definition.span, {
      clause: "WATERMARK",
      hint: `declare ${column} TIMESTAMP(3)`,
    });
  }
  const bound = inClause("WATERMARK", () => new ExpressionBinder(new Scope(columns), context).bind(expression));
  if (bound.type.kind !== type.kind)
    throw new SqlError("sql-invalid", `the watermark of ${column} must be ${typeText(type, true)}, not ${typeText(bound.type, true)}`, expression.span, {
      clause: "WATERMARK",
    });
  const idle = options["scan.watermark.idle-timeout"] ?? context.configuration["table.exec.source.idle-timeout"];
  return { rowtime, expression: bound, idleTimeoutMs: idle === undefined ? defaultIdleTimeoutMs : durationMs(idle, definition.span) };
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  m: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

function durationMs(text: string, span: ast.Span): number {
  const match = /^(\d+)\s*([a-z]*)$/i.exec(text.trim());
  const unit = match === null ? undefined : units[match[2].toLowerCase() || "ms"];
  if (match === null || unit === undefined) throw new SqlError("sql-invalid", `'${text}' is no duration`, span, { hint: "such as '5 s' or '1 min'" });
  return Number(match[1]) * unit;
}

function hintOptions(hints: readonly ast.Hint[]): Record<string, string> {
  return Object.fromEntries(hints.filter(({ name }) => name === "OPTIONS").flatMap(({ options }) => options.map(({ key, value }) => [key, value])));
}

function planFunction(node: ast.TableFunction, context: PlanContext): Relation {
  const name = objectName(node.name).toUpperCase();
  switch (name) {
    case "TUMBLE":
    case "HOP":
    case "CUMULATE":
    case "SESSION":
      return planWindowFunction(name, node, context);
    case "ML_PREDICT":
      return inClause("ML_PREDICT", () => planPredict(node, context));
    default: {
      const user = context.catalog.userFunction(objectName(node.name));
      throw user === undefined
        ? new SqlError("sql-invalid", `there is no table function ${objectName(node.name)}`, node.name.span)
        : unsupported("a table function of your own", node.span);
    }
  }
}
