/** Statements that are answered from the catalog and the session: SHOW, DESCRIBE, SET, EXPLAIN (Flink docs "SHOW", "DESCRIBE"). */
import { simpleType, stringType, typeText, type Field } from "../../data/index.ts";
import type { SqlResult } from "../../fronts/index.ts";
import { HeadraceError } from "../../core/index.ts";
import { allFunctions } from "../../sql/functions/index.ts";
import { type Catalog, type CatalogObject, type Describe, objectName, printStatement, type Show } from "../../sql/index.ts";

/** Rows that are all there already. */
export function answer(columns: readonly Field[], rows: readonly (readonly unknown[])[], isQuery = true): SqlResult {
  let given = rows.length === 0;
  return {
    columns,
    isQuery,
    async next() {
      if (given) return null;
      given = true;
      return rows.map((fields) => ({ kind: "INSERT", fields }));
    },
    async close() {},
  };
}

export function textColumns(...names: readonly string[]): Field[] {
  return names.map((name) => ({ name, type: stringType() }));
}

/** What Flink answers to a statement that only acts. */
export function done(): SqlResult {
  return answer(textColumns("result"), [["OK"]], false);
}

export function show(
  request: Show,
  catalog: Catalog,
  jobs: readonly { readonly name: string; readonly state: string; readonly startedMs: number }[],
): SqlResult {
  switch (request.subject) {
    case "TABLES":
      return list(request, "table name", catalog.relationNames());
    case "VIEWS":
      return list(request, "view name", namesOf(catalog, "view"));
    case "MODELS":
      return list(request, "model name", namesOf(catalog, "model"));
    case "FUNCTIONS":
      return list(
        request,
        "function name",
        request.user ? namesOf(catalog, "function") : [...namesOf(catalog, "function"), ...allFunctions.map(({ name }) => name.toLowerCase())],
      );
    case "CATALOGS":
    case "CURRENT CATALOG":
      return list(request, request.subject === "CATALOGS" ? "catalog name" : "current catalog name", ["default_catalog"]);
    case "DATABASES":
    case "CURRENT DATABASE":
      return list(request, request.subject === "DATABASES" ? "database name" : "current database name", ["default_database"]);
    case "JOBS":
      return answer(
        [...textColumns("job id", "job name", "status"), { name: "start time", type: { kind: "timestamp-ltz", precision: 3, nullable: true } }],
        jobs.map(({ name, state, startedMs }) => [name, name, state.toUpperCase(), startedMs]),
      );
    case "COLUMNS":
      return describeTable(catalog, objectName(request.name!));
    case "CREATE TABLE":
    case "CREATE VIEW":
      return answer(textColumns("result"), [[definitionText(relation(catalog, objectName(request.name!)))]]);
    default:
      throw new HeadraceError("sql-unsupported", `SHOW ${request.subject} is not supported yet`);
  }
}

export function describe(request: Describe, catalog: Catalog): SqlResult {
  if (request.objectType === "TABLE") return describeTable(catalog, objectName(request.name));
  if (request.objectType !== "MODEL") throw new HeadraceError("sql-unsupported", `DESCRIBE ${request.objectType} is not supported yet`);
  const model = catalog.model(objectName(request.name));
  if (model === undefined) throw new HeadraceError("sql-invalid", `no model is called ${objectName(request.name)}`, { hint: "SHOW MODELS lists them" });
  const rows = (fields: readonly Field[], isInput: boolean): unknown[][] => fields.map(({ name, type }) => [name, typeText(type), type.nullable, isInput]);
  return answer(
    [...textColumns("name", "type"), { name: "null", type: simpleType("boolean") }, { name: "is input", type: simpleType("boolean") }],
    [...rows(model.inputs, true), ...rows(model.outputs, false)],
  );
}

function describeTable(catalog: Catalog, name: string): SqlResult {
  const found = relation(catalog, name);
  const columns = [...textColumns("name", "type"), { name: "null", type: simpleType("boolean") }, ...textColumns("key", "extras", "watermark")];
  if (found.kind === "view") return answer(textColumns("name", "view definition"), [[found.name, definitionText(found)]]);
  const { reference, watermark } = found;
  const keys = reference.primaryKey ?? [];
  return answer(
    columns,
    reference.columns.map((column) => [
      column.name,
      typeText(column.type),
      column.type.nullable,
      keys.includes(column.name) ? `PRI(${keys.join(", ")})` : null,
      column.kind === "metadata"
        ? `METADATA FROM '${column.metadata}'${column.virtual ? " VIRTUAL" : ""}`
        : column.kind === "computed"
          ? "AS (computed)"
          : null,
      watermark?.column === column.name ? "yes" : null,
    ]),
  );
}

type Relation = Extract<CatalogObject, { kind: "table" | "view" }>;

function relation(catalog: Catalog, name: string): Relation {
  const found = catalog.relation(name);
  if (found === undefined) throw new HeadraceError("sql-invalid", `no table or view is called ${name}`, { hint: "SHOW TABLES lists them" });
  return found;
}

function definitionText(found: Relation): string {
  if (found.kind === "table") return printStatement(found.definition);
  return printStatement({ kind: "query-statement", query: found.query, span: found.query.span });
}

function namesOf(catalog: Catalog, kind: "view" | "model" | "function"): string[] {
  return catalog.objects().flatMap((object) => (object.kind === kind ? [object.name] : []));
}

function list(request: Show, column: string, names: readonly string[]): SqlResult {
  const { like } = request;
  const pattern =
    like === undefined
      ? null
      : new RegExp(
          `^${like.pattern
            .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
            .replaceAll("%", ".*")
            .replaceAll("_", ".")}$`,
          like.ignoreCase ? "i" : "",
        );
  const wanted = names.filter((name) => pattern === null || pattern.test(name) !== like!.negated);
  return answer(
    textColumns(column),
    wanted.toSorted().map((name) => [name]),
  );
}
