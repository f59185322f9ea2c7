/** DDL: what CREATE, DROP and SET do to the catalog and the settings. */
import { inClause } from "../bind/clause.ts";
import { unsupported } from "../bind/expressions.ts";
import { bindType } from "../bind/types.ts";
import { objectName, type Catalog, type CatalogTable } from "../catalog.ts";
import { SqlError, type SqlErrorCode } from "../errors.ts";
import { nearestOf } from "../nearest.ts";
import type * as ast from "../parse/ast.ts";
import type { TableColumn } from "./plan.ts";
import type { PlanContext } from "./relation.ts";
import { planScan } from "./tables.ts";

/** Adds the table when everything it says can be bound: a fault belongs to the statement that makes it, not to the first that reads it. */
export function defineTable(node: ast.CreateTable, context: PlanContext): void {
  const table = tableOf(node, context.catalog);
  inClause("CREATE TABLE", () => checkPrimaryKey(node, table));
  try {
    inClause("CREATE TABLE", () => planScan(table, context, []));
  } catch (error) {
    // What LIKE brings along stands in another text.
    if (!(error instanceof SqlError) || node.like === undefined || isWithin(error.span, node.span)) throw error;
    throw new SqlError(error.code as SqlErrorCode, `what LIKE takes over does not hold here: ${error.message}`, node.like.span, {
      clause: "CREATE TABLE",
      hint: error.hint,
    });
  }
  context.catalog.add(table, node.name, node);
}

function isWithin(inner: ast.Span, outer: ast.Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

function checkPrimaryKey(node: ast.CreateTable, { reference }: CatalogTable): void {
  for (const { name, span } of node.primaryKey?.columns ?? []) {
    const column = reference.columns.find((each) => each.name === name);
    if (column?.kind === "physical") continue;
    const near =
      column === undefined
        ? nearestOf(
            name,
            reference.columns.map((each) => each.name),
          )
        : undefined;
    throw new SqlError(
      "sql-invalid",
      column === undefined ? `PRIMARY KEY (${name}): there is no such column` : `PRIMARY KEY (${name}): the column is not stored`,
      span,
      near === undefined ? {} : { hint: `did you mean ${near}?` },
    );
  }
}

function tableOf(node: ast.CreateTable, catalog: Catalog): CatalogTable {
  if (node.query !== undefined) throw unsupported("CREATE TABLE AS SELECT", node.query.span, "CREATE TABLE, then INSERT INTO");
  const like = node.like === undefined ? null : likeTable(node.like, catalog);
  const own = node.columns.map(columnOfDefinition);
  const names = new Set<string>();
  for (const [index, column] of own.entries()) {
    if (names.has(column.name))
      throw new SqlError("sql-invalid", `column ${column.name} is declared twice`, node.columns[index].span, { clause: "CREATE TABLE" });
    names.add(column.name);
  }
  const columns = [...(like?.reference.columns.filter(({ name }) => !names.has(name)) ?? []), ...own];
  const options = { ...like?.reference.options, ...optionsOf(node.options) };
  const { connector = "", ...rest } = options;
  if (connector === "")
    throw new SqlError("sql-invalid", `table ${objectName(node.name)} has no 'connector'`, node.span, {
      clause: "CREATE TABLE",
      hint: "WITH ('connector' = 'stream', 'stream' = '…', 'format' = 'json')",
    });
  const computed = new Map(like?.computed);
  for (const column of node.columns) if (column.kind === "computed-column") computed.set(column.name.name, column.expression);
  return {
    kind: "table",
    reference: {
      name: objectName(node.name),
      connector,
      options: rest,
      columns,
      partitionedBy: partitionsOf(node, columns) ?? like?.reference.partitionedBy ?? [],
      primaryKey: node.primaryKey?.columns.map(({ name }) => name) ?? like?.reference.primaryKey ?? null,
    },
    computed,
    watermark: watermarkOf(node) ?? like?.watermark ?? null,
    definition: like === null ? node : { ...node, watermark: node.watermark ?? like.definition.watermark },
  };
}

function likeTable(like: ast.LikeDefinition, catalog: Catalog): CatalogTable {
  const found = catalog.relation(objectName(like.source));
  if (found?.kind !== "table") throw new SqlError("sql-invalid", `there is no table ${objectName(like.source)} to be like`, like.source.span);
  const excluded = new Set(like.options.filter(({ action }) => action === "EXCLUDING").map(({ feature }) => feature));
  const without = (feature: ast.LikeFeature): boolean => excluded.has(feature) || excluded.has("ALL");
  return {
    ...found,
    reference: {
      ...found.reference,
      options: without("OPTIONS") ? {} : { ...found.reference.options, connector: found.reference.connector },
      columns: found.reference.columns.filter(({ kind }) => !(kind === "computed" && without("GENERATED")) && !(kind === "metadata" && without("METADATA"))),
      partitionedBy: without("PARTITIONS") ? [] : found.reference.partitionedBy,
      primaryKey: without("CONSTRAINTS") ? null : found.reference.primaryKey,
    },
    watermark: without("WATERMARKS") ? null : found.watermark,
  };
}

function columnOfDefinition(node: ast.ColumnDefinition): TableColumn {
  switch (node.kind) {
    case "physical-column":
      return { kind: "physical", name: node.name.name, type: bindType(node.type) };
    case "metadata-column":
      return { kind: "metadata", name: node.name.name, type: bindType(node.type), metadata: node.key ?? node.name.name, virtual: node.virtual };
    case "computed-column":
      return { kind: "computed", name: node.name.name, type: { kind: "null", nullable: true } };
  }
}

function partitionsOf(node: ast.CreateTable, columns: readonly TableColumn[]): string[] | null {
  if (node.partitionedBy.length === 0) return null;
  return node.partitionedBy.map((identifier) => {
    if (!columns.some((column) => column.kind === "physical" && column.name === identifier.name))
      throw new SqlError("sql-invalid", `PARTITIONED BY ${identifier.name}: there is no such column`, identifier.span, { clause: "CREATE TABLE" });
    return identifier.name;
  });
}

function watermarkOf(node: ast.CreateTable): CatalogTable["watermark"] {
  if (node.watermark === undefined) return null;
  const { column, expression } = node.watermark;
  if (column.length > 1) throw unsupported("a watermark of a nested field", node.watermark.span, "give it a computed column of its own");
  return { column: column[0].name, expression };
}

function optionsOf(pairs: readonly ast.OptionPair[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (const { key, value, keySpan } of pairs) {
    if (Object.hasOwn(options, key)) throw new SqlError("sql-invalid", `option '${key}' is given twice`, keySpan);
    options[key] = value;
  }
  return options;
}

export function defineModel(node: ast.CreateModel, catalog: Catalog): void {
  if (node.query !== undefined) throw unsupported("training by CREATE MODEL AS SELECT", node.query.span);
  const fields = (columns: readonly ast.PhysicalColumn[]): { name: string; type: ReturnType<typeof bindType> }[] =>
    columns.map((column) => ({ name: column.name.name, type: bindType(column.type) }));
  if (node.input.length === 0 || node.output.length === 0)
    throw new SqlError("sql-invalid", `model ${objectName(node.name)} needs INPUT and OUTPUT columns`, node.span, { clause: "CREATE MODEL" });
  const options = optionsOf(node.options);
  if (options.provider === undefined)
    throw new SqlError("sql-invalid", `model ${objectName(node.name)} has no 'provider'`, node.span, {
      clause: "CREATE MODEL",
      hint: "WITH ('provider' = 'onnx', 'path' = 'model.onnx')",
    });
  catalog.add({ kind: "model", name: objectName(node.name), inputs: fields(node.input), outputs: fields(node.output), options }, node.name, node);
}

export function drop(node: ast.Drop, catalog: Catalog): void {
  const kind =
    node.objectType === "MODEL"
      ? "model"
      : node.objectType === "FUNCTION"
        ? "function"
        : node.objectType === "TABLE" || node.objectType === "VIEW"
          ? "relation"
          : null;
  if (kind === null) throw unsupported(`DROP ${node.objectType}`, node.span);
  if (!catalog.drop(kind, objectName(node.name)) && !node.ifExists)
    throw new SqlError("sql-invalid", `there is no ${node.objectType.toLowerCase()} ${objectName(node.name)}`, node.name.span);
}
