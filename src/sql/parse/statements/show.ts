import type { Show, ShowFilter, ShowSubject } from "../ast/statements.ts";
import type { ObjectName } from "../ast/span.ts";
import type { Cursor } from "../grammar/cursor.ts";
import { parsePartition } from "./alter-table.ts";

const lists = ["TABLES", "VIEWS", "MODELS", "FUNCTIONS", "CATALOGS", "DATABASES", "COLUMNS", "PARTITIONS", "MODULES", "JARS", "JOBS", "PROCEDURES"] as const;
const named = new Set<ShowSubject>(["COLUMNS"]);
const scoped = new Set<ShowSubject>(["TABLES", "VIEWS", "MODELS", "FUNCTIONS", "DATABASES", "PROCEDURES", "COLUMNS"]);
const filtered = new Set<ShowSubject>([...scoped, "CATALOGS"]);

/** SHOW in all its forms. */
export function parseShow(cursor: Cursor): Show {
  const { start } = cursor.next();
  cursor.clause = "SHOW";
  if (cursor.token.key === "CREATE" || cursor.token.key === "CURRENT") return showOne(cursor, start);
  const user = cursor.accept("USER");
  const full = !user && cursor.accept("FULL");
  if (cursor.atAny("MATERIALIZED", "CONNECTIONS"))
    cursor.unsupported(`there are no ${cursor.token.key === "CONNECTIONS" ? "connections" : "materialized tables"} here`);
  const subject = user
    ? cursor.expectAny("FUNCTIONS")
    : full
      ? cursor.expectAny("MODULES")
      : (cursor.acceptAny(...lists) ?? cursor.fail([...lists, "CREATE", "CURRENT"]));
  let name: ObjectName | undefined;
  let partition;
  if (subject === "PARTITIONS") {
    name = cursor.objectName("the name of a table");
    partition = cursor.token.key === "PARTITION" ? parsePartition(cursor) : undefined;
  } else if (scoped.has(subject) && cursor.acceptAny("FROM", "IN") !== undefined) {
    name = cursor.objectName(named.has(subject) ? "the name of a table" : "the name of a catalog or database");
  } else if (named.has(subject)) cursor.fail(["FROM", "IN"]);
  const like = filtered.has(subject) ? parseFilter(cursor) : undefined;
  return { kind: "show", subject, name, like, user, full, partition, span: cursor.span(start) };
}

function showOne(cursor: Cursor, start: number): Show {
  const rest = { like: undefined, user: false, full: false, partition: undefined };
  if (cursor.accept("CURRENT")) {
    const subject: ShowSubject = `CURRENT ${cursor.expectAny("CATALOG", "DATABASE")}`;
    return { kind: "show", subject, name: undefined, ...rest, span: cursor.span(start) };
  }
  cursor.expect("CREATE");
  const subject: ShowSubject = `CREATE ${cursor.expectAny("TABLE", "VIEW", "MODEL", "FUNCTION", "CATALOG")}`;
  return { kind: "show", subject, name: cursor.objectName(), ...rest, span: cursor.span(start) };
}

function parseFilter(cursor: Cursor): ShowFilter | undefined {
  const { start } = cursor.token;
  const negated = cursor.accept("NOT");
  const word = cursor.acceptAny("LIKE", "ILIKE");
  if (word === undefined) return negated ? cursor.fail(["LIKE", "ILIKE"]) : undefined;
  return { kind: "show-filter", pattern: cursor.string("a pattern in single quotes"), ignoreCase: word === "ILIKE", negated, span: cursor.span(start) };
}
