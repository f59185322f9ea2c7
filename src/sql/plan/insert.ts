/** INSERT: a query's columns to a table's, by position, cast where that loses nothing. */
import { typeText, type Field } from "../../data/index.ts";
import { bindCall } from "../bind/calls.ts";
import { inClause } from "../bind/clause.ts";
import { assign } from "../bind/expressions.ts";
import { objectName, type CatalogTable } from "../catalog.ts";
import { SqlError } from "../errors.ts";
import { castsImplicitly } from "../functions/index.ts";
import { nearestOf } from "../nearest.ts";
import type * as ast from "../parse/ast.ts";
import { columnOf, conjunction } from "./builder.ts";
import type { Expression } from "./expression.ts";
import type { TableColumn } from "./plan.ts";
import { planQuery } from "./query.ts";
import type { PlanContext, Relation } from "./relation.ts";

/** Columns a sink writes: physical ones, and metadata that can be written. */
export function persistedColumns(columns: readonly TableColumn[]): TableColumn[] {
  return columns.filter((column) => column.kind === "physical" || (column.kind === "metadata" && !column.virtual));
}

/** The position of the sink node. */
export function planInsert(insert: ast.Insert, context: PlanContext): number {
  if (insert.overwrite) throw new SqlError("sql-unsupported", "INSERT OVERWRITE cannot be run yet", insert.span);
  const table = targetTable(insert, context);
  const { relation, limit } = planQuery(insert.query, context);
  if (limit !== null) throw new SqlError("sql-unsupported", "LIMIT in INSERT cannot be run yet", insert.query.limit!.span);
  const fixed = staticPartition(insert);
  const targets = inClause("INSERT INTO", () => targetColumns(insert, table, fixed));
  if (relation.columns.length !== targets.length) throw mismatch(insert, table, relation, targets);
  const { builder, timeZone } = context;
  const columns = persistedColumns(table.reference.columns);
  const projection = columns.map((column): Expression => {
    const position = targets.indexOf(column);
    if (position >= 0) return target(position, column, relation, insert, table, targets, timeZone);
    const constant = fixed[column.name];
    if (constant !== undefined)
      return assign(
        { kind: "literal", type: { kind: "varchar", length: 2_147_483_647, nullable: false }, value: constant },
        column.name,
        column.type,
        insert.span,
        timeZone,
      );
    if (!column.type.nullable) {
      throw new SqlError("sql-invalid", `column ${column.name} of ${table.reference.name} is NOT NULL and gets no value`, insert.target.span, {
        clause: "INSERT INTO",
      });
    }
    return { kind: "literal", type: { ...column.type, nullable: true }, value: null };
  });
  const filter = enforceNotNull(projection, columns, insert, context);
  const fields = columns.map((column, index): Field => ({ name: column.name, type: projection[index].type }));
  const rowtime = projection.findIndex((expression) => expression.kind === "column" && expression.index === relation.rowtime);
  const input = builder.calc(relation.node, filter, projection, fields, rowtime < 0 ? null : rowtime);
  const { reference } = table;
  return builder.add(
    { kind: "sink", inputs: [input], schema: builder.schema(input), rowtime: null, table: reference, changelog: "append", staticPartition: fixed },
    `sink:${reference.name}`,
  );
}

/** What may be NULL and goes into a NOT NULL column is checked row by row, or its rows are left out: then by the filter that comes back. */
function enforceNotNull(
  projection: Expression[],
  columns: readonly TableColumn[],
  insert: ast.Insert,
  { configuration, timeZone }: PlanContext,
): Expression | null {
  const drops = configuration["table.exec.sink.not-null-enforcer"]?.toUpperCase() === "DROP";
  let filter: Expression | null = null;
  for (const [index, column] of columns.entries()) {
    const value = projection[index];
    if (column.type.nullable || !value.type.nullable) continue;
    if (drops) filter = conjunction(filter, bindCall("IS NOT NULL", [value], insert.span, timeZone));
    else projection[index] = bindCall("NOT NULL", [value], insert.span, timeZone, `${objectName(insert.target)}.${column.name}`);
  }
  return filter;
}

function target(
  position: number,
  column: TableColumn,
  relation: Relation,
  insert: ast.Insert,
  table: CatalogTable,
  targets: readonly TableColumn[],
  timeZone: string,
): Expression {
  const { type } = relation.columns[position];
  if (!castsImplicitly(type, column.type)) throw mismatch(insert, table, relation, targets);
  return assign(columnOf(position, type), column.name, column.type, insert.span, timeZone);
}

function targetTable(insert: ast.Insert, context: PlanContext): CatalogTable {
  const name = objectName(insert.target);
  const found = context.catalog.relation(name);
  if (found?.kind === "table") return found;
  if (found !== undefined) throw new SqlError("sql-invalid", `${name} is a view; only tables can be written`, insert.target.span);
  const near = nearestOf(name, context.catalog.relationNames());
  throw new SqlError(
    "sql-invalid",
    `there is no table ${name}`,
    insert.target.span,
    near === undefined ? { clause: "INSERT INTO" } : { clause: "INSERT INTO", hint: `did you mean ${near}?` },
  );
}

function staticPartition(insert: ast.Insert): Record<string, string> {
  const values = insert.partition?.values ?? [];
  return Object.fromEntries(
    values.flatMap(({ column, value, span }) => {
      if (value === undefined) return [];
      if (value.kind !== "string-literal" && value.kind !== "number-literal") throw new SqlError("sql-invalid", "a partition's value is a constant", span);
      return [[column.name, value.kind === "string-literal" ? value.value : value.text]];
    }),
  );
}

function targetColumns(insert: ast.Insert, table: CatalogTable, fixed: Readonly<Record<string, string>>): TableColumn[] {
  const columns = persistedColumns(table.reference.columns);
  if (insert.columns.length === 0) return columns.filter(({ name }) => fixed[name] === undefined);
  return insert.columns.map((identifier, index) => {
    if (insert.columns.findIndex(({ name }) => name === identifier.name) < index)
      throw new SqlError("sql-invalid", `column ${identifier.name} is named twice`, identifier.span);
    const found = columns.find(({ name }) => name === identifier.name);
    if (found !== undefined) return found;
    const near = nearestOf(
      identifier.name,
      columns.map(({ name }) => name),
    );
    throw new SqlError(
      "sql-invalid",
      `table ${table.reference.name} has no column ${identifier.name} to write`,
      identifier.span,
      near === undefined ? {} : { hint: `did you mean ${near}?` },
    );
  });
}

const shownMisfits = 5;

/** Says how many columns each side has, or which do not fit. */
function mismatch(insert: ast.Insert, table: CatalogTable, relation: Relation, targets: readonly TableColumn[]): SqlError {
  const { name } = table.reference;
  const options = { clause: "INSERT INTO", hint: "columns are matched by position; CAST what differs" };
  if (relation.columns.length !== targets.length) {
    const [given, wanted] = [relation.columns, targets].map((columns) => `${columns.length} (${columns.map((column) => column.name).join(", ")})`);
    return new SqlError("sql-invalid", `table ${name} takes columns: ${wanted}; the query gives ${given}`, insert.query.span, options);
  }
  const misfits = relation.columns.flatMap((given, index) =>
    castsImplicitly(given.type, targets[index].type)
      ? []
      : [`column ${index + 1} is ${given.name} ${typeText(given.type, true)}, not ${targets[index].name} ${typeText(targets[index].type, true)}`],
  );
  const more = misfits.length > shownMisfits ? `; and ${misfits.length - shownMisfits} more` : "";
  return new SqlError("sql-invalid", `the query does not fit table ${name}: ${misfits.slice(0, shownMisfits).join("; ")}${more}`, insert.query.span, options);
}
