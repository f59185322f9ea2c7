import type { Statement } from "../ast/statements.ts";
import type { Cursor } from "../grammar/cursor.ts";
import { parseAlter } from "./alter.ts";
import { parseCreateTable } from "./create-table.ts";
import type { CreateHead } from "./create.ts";
import { parseCreateCatalog, parseCreateDatabase, parseCreateFunction, parseCreateModel, parseCreateView } from "./create.ts";
import { parseDrop } from "./drop.ts";
import { parseBegin, parseExecute, parseExplain, parseInsert, parseQueryStatement } from "./insert.ts";
import { parseDescribe, parseJar, parseModule, parseReset, parseSetStatement, parseStopJob, parseUse } from "./session.ts";
import { parseShow } from "./show.ts";

const rules = new Map<string, (cursor: Cursor) => Statement>([
  ["SELECT", parseQueryStatement],
  ["WITH", parseQueryStatement],
  ["VALUES", parseQueryStatement],
  ["TABLE", parseQueryStatement],
  ["(", parseQueryStatement],
  ["INSERT", parseInsert],
  ["EXECUTE", parseExecute],
  ["BEGIN", parseBegin],
  ["EXPLAIN", (cursor) => parseExplain(cursor, parseOneStatement)],
  ["CREATE", parseCreate],
  ["DROP", parseDrop],
  ["ALTER", parseAlter],
  ["SET", parseSetStatement],
  ["RESET", parseReset],
  ["SHOW", parseShow],
  ["DESCRIBE", parseDescribe],
  ["DESC", parseDescribe],
  ["USE", parseUse],
  ["ADD", parseJar],
  ["REMOVE", parseJar],
  ["LOAD", parseModule],
  ["UNLOAD", parseModule],
  ["STOP", parseStopJob],
]);

const refused = new Map<string, string>([
  ["UPDATE", "rows of a stream are not updated in place: write an INSERT INTO a table with a primary key"],
  ["DELETE", "rows of a stream are not deleted in place"],
  ["MERGE", "write an INSERT INTO a table with a primary key"],
  ["TRUNCATE", "drop the table's data in the system that holds it"],
  ["CALL", "there are no procedures"],
  ["ANALYZE", "the planner needs no statistics"],
  ["COMPILE", "plans of Flink do not run here"],
  ["REPLACE", "write CREATE OR REPLACE TABLE"],
]);

/** One statement; what follows it is the caller's. */
export function parseOneStatement(cursor: Cursor): Statement {
  cursor.clause = undefined;
  const { key } = cursor.token;
  const rule = rules.get(key);
  if (rule !== undefined) return rule(cursor);
  const reason = refused.get(key);
  if (reason !== undefined) cursor.unsupported(`${key} does not run here`, cursor.token, reason);
  return cursor.fail(["a statement"], { candidates: [...rules.keys()].filter((word) => word !== "(") });
}

function parseCreate(cursor: Cursor): Statement {
  const { start } = cursor.next();
  cursor.clause = "CREATE";
  const orReplace = cursor.accept("OR", "REPLACE");
  const temporary = cursor.accept("TEMPORARY");
  const system = temporary && cursor.accept("SYSTEM");
  const head: CreateHead = { start, temporary, system, orReplace };
  const token = cursor.token;
  switch (token.key) {
    case "TABLE":
      return parseCreateTable(cursor, head);
    case "VIEW":
      return parseCreateView(cursor, head);
    case "MODEL":
      return parseCreateModel(cursor, head);
    case "FUNCTION":
      return parseCreateFunction(cursor, head);
    case "CATALOG":
      return parseCreateCatalog(cursor, head);
    case "DATABASE":
      return parseCreateDatabase(cursor, head);
    case "MATERIALIZED":
      return cursor.unsupported("materialized tables do not run here", token, "use CREATE TABLE and INSERT INTO");
    case "CONNECTION":
      return cursor.unsupported("connections do not exist here", token, "put the options into WITH of the table");
    default:
      return cursor.fail(["TABLE", "VIEW", "MODEL", "FUNCTION", "CATALOG", "DATABASE"]);
  }
}
