import type { Drop } from "../ast/alterations.ts";
import type { Cursor } from "../grammar/cursor.ts";

const objectTypes = ["TABLE", "VIEW", "MODEL", "FUNCTION", "CATALOG", "DATABASE"] as const;

/** `DROP [TEMPORARY [SYSTEM]] kind [IF EXISTS] name`. */
export function parseDrop(cursor: Cursor): Drop {
  const { start } = cursor.next();
  cursor.clause = "DROP";
  const temporary = cursor.accept("TEMPORARY");
  const system = temporary && cursor.accept("SYSTEM");
  if (cursor.at("MATERIALIZED")) cursor.unsupported("materialized tables do not run here", cursor.token, "use a table and INSERT INTO");
  const objectType = cursor.expectAny(...objectTypes);
  cursor.clause = `DROP ${objectType}`;
  const ifExists = parseIfExists(cursor);
  const name = cursor.objectName(`the name of a ${objectType.toLowerCase()}`);
  const cascade = objectType === "DATABASE" && cursor.acceptAny("CASCADE", "RESTRICT") === "CASCADE";
  return { kind: "drop", objectType, temporary, system, ifExists, name, cascade, span: cursor.span(start) };
}

export function parseIfExists(cursor: Cursor): boolean {
  if (!cursor.at("IF", "EXISTS")) return false;
  cursor.expect("IF", "EXISTS");
  return true;
}
