import type { CreateCatalog, CreateDatabase, CreateFunction, CreateModel, CreateView, FunctionResource } from "../ast/definitions.ts";
import type { Cursor } from "../grammar/cursor.ts";
import { parseWith } from "../grammar/options.ts";
import { parsePhysicalColumns } from "./columns.ts";

/** What stood between CREATE and the kind of thing. */
export interface CreateHead {
  readonly start: number;
  readonly temporary: boolean;
  readonly system: boolean;
  readonly orReplace: boolean;
}

export function parseIfNotExists(cursor: Cursor): boolean {
  if (!cursor.at("IF")) return false;
  if (cursor.peek().key !== "NOT") return false;
  cursor.expect("IF", "NOT", "EXISTS");
  return true;
}

export function parseCreateView(cursor: Cursor, { start, temporary, orReplace }: CreateHead): CreateView {
  cursor.clause = "CREATE VIEW";
  cursor.expect("VIEW");
  const ifNotExists = parseIfNotExists(cursor);
  const name = cursor.objectName("the name of a view");
  const columns =
    cursor.token.key === "("
      ? cursor.parenthesised(() => {
          const column = cursor.identifier("a column name");
          const comment = cursor.optionalString("COMMENT");
          return { kind: "view-column" as const, name: column, comment, span: cursor.span(column.span.start) };
        })
      : [];
  const comment = cursor.optionalString("COMMENT");
  cursor.expect("AS");
  return { kind: "create-view", temporary, orReplace, ifNotExists, name, columns, comment, query: cursor.query(), span: cursor.span(start) };
}

export function parseCreateModel(cursor: Cursor, { start, temporary, orReplace }: CreateHead): CreateModel {
  cursor.clause = "CREATE MODEL";
  cursor.expect("MODEL");
  const ifNotExists = parseIfNotExists(cursor);
  const name = cursor.objectName("the name of a model");
  const input = cursor.accept("INPUT") ? parsePhysicalColumns(cursor) : [];
  const output = cursor.accept("OUTPUT") ? parsePhysicalColumns(cursor) : [];
  const comment = cursor.optionalString("COMMENT");
  const options = parseWith(cursor);
  const query = cursor.accept("AS") ? cursor.query() : undefined;
  return { kind: "create-model", temporary, orReplace, ifNotExists, name, input, output, comment, options, query, span: cursor.span(start) };
}

export function parseCreateFunction(cursor: Cursor, { start, temporary, system }: CreateHead): CreateFunction {
  cursor.clause = "CREATE FUNCTION";
  cursor.expect("FUNCTION");
  const ifNotExists = parseIfNotExists(cursor);
  const name = cursor.objectName("the name of a function");
  cursor.expect("AS");
  const { start: from, end } = cursor.token;
  const implementation = cursor.string("the class or file of the function in single quotes");
  const language = parseLanguage(cursor);
  const resources = cursor.accept("USING") ? cursor.list(() => parseResource(cursor)) : [];
  const options = parseWith(cursor);
  const head = { kind: "create-function", temporary, system, ifNotExists, name, implementation } as const;
  return { ...head, implementationSpan: { start: from, end }, language, resources, options, span: cursor.span(start) };
}

export function parseLanguage(cursor: Cursor): string | undefined {
  if (!cursor.accept("LANGUAGE")) return undefined;
  if (cursor.token.type !== "word") cursor.fail(["JAVA", "SCALA", "PYTHON", "TYPESCRIPT", "JAVASCRIPT"]);
  return cursor.next().key;
}

function parseResource(cursor: Cursor): FunctionResource {
  const { start, type } = cursor.token;
  if (type !== "word") cursor.fail(["JAR", "FILE", "ARTIFACT"]);
  const word = cursor.next().key;
  return { kind: "function-resource", type: word, path: cursor.string("a path in single quotes"), span: cursor.span(start) };
}

export function parseCreateCatalog(cursor: Cursor, { start }: CreateHead): CreateCatalog {
  cursor.clause = "CREATE CATALOG";
  cursor.expect("CATALOG");
  const ifNotExists = parseIfNotExists(cursor);
  const name = cursor.identifier("the name of a catalog");
  const comment = cursor.optionalString("COMMENT");
  return { kind: "create-catalog", ifNotExists, name, comment, options: parseWith(cursor), span: cursor.span(start) };
}

export function parseCreateDatabase(cursor: Cursor, { start }: CreateHead): CreateDatabase {
  cursor.clause = "CREATE DATABASE";
  cursor.expect("DATABASE");
  const ifNotExists = parseIfNotExists(cursor);
  const name = cursor.objectName("the name of a database");
  const comment = cursor.optionalString("COMMENT");
  return { kind: "create-database", ifNotExists, name, comment, options: parseWith(cursor), span: cursor.span(start) };
}
