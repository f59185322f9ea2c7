import type { AlterCatalog, AlterDatabase, AlterFunction, AlterModel, AlterView, SetCommentAction } from "../ast/alterations.ts";
import type { Statement } from "../ast/statements.ts";
import type { Cursor } from "../grammar/cursor.ts";
import { parseRename, parseResetOptions, parseSetOptions } from "./actions.ts";
import { parseAlterTable } from "./alter-table.ts";
import { parseLanguage } from "./create.ts";
import { parseIfExists } from "./drop.ts";

/** ALTER of anything. */
export function parseAlter(cursor: Cursor): Statement {
  const { start } = cursor.next();
  cursor.clause = "ALTER";
  const temporary = cursor.accept("TEMPORARY");
  const system = temporary && cursor.accept("SYSTEM");
  if (temporary && cursor.token.key !== "FUNCTION") cursor.fail(["FUNCTION"]);
  const type = cursor.acceptAny("TABLE", "VIEW", "MODEL", "FUNCTION", "DATABASE", "CATALOG");
  cursor.clause = `ALTER ${type}`;
  switch (type) {
    case "TABLE":
      return parseAlterTable(cursor, start);
    case "VIEW":
      return alterView(cursor, start);
    case "MODEL":
      return alterModel(cursor, start);
    case "FUNCTION":
      return alterFunction(cursor, start, temporary, system);
    case "DATABASE":
      return alterDatabase(cursor, start);
    case "CATALOG":
      return alterCatalog(cursor, start);
    default:
      cursor.clause = "ALTER";
      if (cursor.at("MATERIALIZED")) cursor.unsupported("materialized tables do not run here", cursor.token, "use a table and INSERT INTO");
      return cursor.fail(["TABLE", "VIEW", "MODEL", "FUNCTION", "DATABASE", "CATALOG"]);
  }
}

function alterView(cursor: Cursor, start: number): AlterView {
  const name = cursor.objectName("the name of a view");
  const from = cursor.token.start;
  if (cursor.token.key === "RENAME") return { kind: "alter-view", name, action: parseRename(cursor, "a name for the view"), span: cursor.span(start) };
  if (!cursor.accept("AS")) cursor.fail(["RENAME TO", "AS"]);
  const query = cursor.query();
  return { kind: "alter-view", name, action: { kind: "replace-query", query, span: cursor.span(from) }, span: cursor.span(start) };
}

function alterModel(cursor: Cursor, start: number): AlterModel {
  const ifExists = parseIfExists(cursor);
  const name = cursor.objectName("the name of a model");
  const { key } = cursor.token;
  if (key !== "RENAME" && key !== "SET" && key !== "RESET") cursor.fail(["RENAME TO", "SET", "RESET"]);
  const action = key === "RENAME" ? parseRename(cursor, "a name for the model") : key === "SET" ? parseSetOptions(cursor) : parseResetOptions(cursor);
  return { kind: "alter-model", ifExists, name, action, span: cursor.span(start) };
}

function alterFunction(cursor: Cursor, start: number, temporary: boolean, system: boolean): AlterFunction {
  const ifExists = parseIfExists(cursor);
  const name = cursor.objectName("the name of a function");
  cursor.expect("AS");
  const implementation = cursor.string("the class or file of the function in single quotes");
  const language = parseLanguage(cursor);
  return { kind: "alter-function", temporary, system, ifExists, name, implementation, language, span: cursor.span(start) };
}

function alterDatabase(cursor: Cursor, start: number): AlterDatabase {
  const name = cursor.objectName("the name of a database");
  return { kind: "alter-database", name, action: parseSetOptions(cursor), span: cursor.span(start) };
}

function alterCatalog(cursor: Cursor, start: number): AlterCatalog {
  const name = cursor.identifier("the name of a catalog");
  const from = cursor.token.start;
  let action: AlterCatalog["action"];
  if (cursor.token.key === "SET") action = parseSetOptions(cursor);
  else if (cursor.token.key === "RESET") action = parseResetOptions(cursor);
  else {
    const comment = cursor.optionalString("COMMENT") ?? cursor.fail(["SET", "RESET", "COMMENT"]);
    const set: SetCommentAction = { kind: "set-comment", comment, span: cursor.span(from) };
    action = set;
  }
  return { kind: "alter-catalog", name, action, span: cursor.span(start) };
}
