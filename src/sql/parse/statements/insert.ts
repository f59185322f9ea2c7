import type { Explain, ExplainDetail, Insert, QueryStatement, Statement, StatementSet } from "../ast/statements.ts";
import type { Cursor } from "../grammar/cursor.ts";
import { parseHints } from "../grammar/hints.ts";
import { holdsQuery } from "../grammar/lookahead.ts";
import { parsePartition } from "./alter-table.ts";

export function parseQueryStatement(cursor: Cursor): QueryStatement {
  const { start } = cursor.token;
  return { kind: "query-statement", query: cursor.query(), span: cursor.span(start) };
}

/** `INSERT INTO t …`, `INSERT OVERWRITE t …`. */
export function parseInsert(cursor: Cursor): Insert {
  const { start } = cursor.next();
  cursor.clause = "INSERT INTO";
  const overwrite = cursor.expectAny("INTO", "OVERWRITE") === "OVERWRITE";
  cursor.accept("TABLE");
  const target = cursor.objectName("the name of a table");
  const hints = parseHints(cursor);
  const partition = cursor.token.key === "PARTITION" ? parsePartition(cursor) : undefined;
  const listed = cursor.token.key === "(" && !holdsQuery(cursor);
  const columns = listed ? cursor.parenthesised(() => cursor.identifier("the name of a column")) : [];
  const query = cursor.query();
  let onConflict: Insert["onConflict"];
  if (cursor.accept("ON")) {
    cursor.expect("CONFLICT", "DO");
    onConflict = cursor.expectAny("ERROR", "NOTHING", "DEDUPLICATE");
  }
  return { kind: "insert", overwrite, target, hints, partition, columns, query, onConflict, span: cursor.span(start) };
}

/** EXECUTE STATEMENT SET BEGIN … END, EXECUTE INSERT …, EXECUTE SELECT …. */
export function parseExecute(cursor: Cursor): Statement {
  const { start } = cursor.next();
  cursor.clause = "EXECUTE";
  if (cursor.at("STATEMENT", "SET")) {
    cursor.expect("STATEMENT", "SET", "BEGIN");
    return parseSet(cursor, start);
  }
  if (cursor.atAny("PLAN", "IMMEDIATE")) cursor.unsupported(`EXECUTE ${cursor.token.key} reads plans of Flink, which do not run here`, cursor.token);
  if (cursor.token.key === "INSERT") return { ...parseInsert(cursor), span: cursor.span(start) };
  if (!cursor.atAny("SELECT", "WITH", "VALUES", "TABLE", "(")) cursor.fail(["STATEMENT SET", "INSERT", "SELECT"]);
  return { ...parseQueryStatement(cursor), span: cursor.span(start) };
}

/** BEGIN STATEMENT SET; … END. */
export function parseBegin(cursor: Cursor): StatementSet {
  const { start } = cursor.next();
  cursor.clause = "BEGIN STATEMENT SET";
  cursor.expect("STATEMENT", "SET", ";");
  return parseSet(cursor, start);
}

function parseSet(cursor: Cursor, start: number): StatementSet {
  const statements: Insert[] = [];
  while (cursor.token.key !== "END") {
    cursor.clause = "STATEMENT SET";
    if (cursor.accept(";")) continue;
    if (cursor.token.key !== "INSERT") cursor.fail(["INSERT", "END"]);
    statements.push(parseInsert(cursor));
    if (!cursor.atAny(";", "END")) failAfter(cursor, ["';'"]);
  }
  if (statements.length === 0) cursor.fail(["INSERT"]);
  cursor.next();
  return { kind: "statement-set", statements, span: cursor.span(start) };
}

const clauses = ["FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT"];

/** What could have followed, by the clause that was read last. */
export function failAfter(cursor: Cursor, end: readonly string[]): never {
  const { clause } = cursor;
  const follow = {
    "SELECT list": ["','", "FROM"],
    FROM: ["','", "JOIN", "WHERE", "GROUP BY", "WINDOW"],
    JOIN: ["ON", "JOIN", "WHERE", "GROUP BY"],
    WHERE: ["AND", "OR", "GROUP BY", "WINDOW"],
    "GROUP BY": ["','", "HAVING"],
    "ORDER BY": ["','", "LIMIT"],
    VALUES: ["','"],
    "CREATE TABLE": ["WITH", "COMMENT", "PARTITIONED BY", "LIKE", "AS"],
    "CREATE MODEL": ["INPUT", "OUTPUT", "WITH"],
  }[clause ?? ""];
  const candidates = ["UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT", "HAVING", "QUALIFY", "WHERE", "GROUP", "JOIN", "FROM"];
  const query = follow !== undefined && !clause?.startsWith("CREATE");
  const misplaced = query && cursor.atAny(...clauses);
  const hint = misplaced ? { hint: `the order is ${clauses.join(", ").replace("GROUP", "GROUP BY").replace("ORDER", "ORDER BY")}` } : {};
  return cursor.fail([...(follow ?? []), ...end], { ...(query ? { candidates } : {}), ...hint });
}

const details: readonly ExplainDetail[] = ["ESTIMATED_COST", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN", "PLAN_ADVICE", "CODE"];

/** `EXPLAIN [PLAN FOR | details] statement`; `statement` reads the rest. */
export function parseExplain(cursor: Cursor, statement: (cursor: Cursor) => Statement): Explain {
  const { start } = cursor.next();
  cursor.clause = "EXPLAIN";
  let asked: ExplainDetail[] = [];
  if (cursor.accept("PLAN")) cursor.expect("FOR");
  else if (cursor.atAny(...details)) asked = cursor.list(() => cursor.expectAny(...details));
  const token = cursor.token;
  const explained = cursor.nested(statement);
  const { kind } = explained;
  if (kind !== "query-statement" && kind !== "insert" && kind !== "statement-set" && kind !== "create-table") {
    cursor.clause = "EXPLAIN";
    return cursor.invalid("only a query, an INSERT, a statement set or CREATE TABLE AS can be explained", token);
  }
  return { kind: "explain", details: asked, statement: explained, span: cursor.span(start) };
}
