import type { Describe, Jar, Module, Reset, SetStatement, StopJob, Use } from "../ast/statements.ts";
import type { ObjectName } from "../ast/span.ts";
import type { Cursor } from "../grammar/cursor.ts";
import { parseWith } from "../grammar/options.ts";

// Statements that change or ask for the state of a session.

export function parseSetStatement(cursor: Cursor): SetStatement {
  const { start } = cursor.next();
  cursor.clause = "SET";
  if (cursor.token.type === "end" || cursor.token.key === ";") return { kind: "set", key: undefined, value: undefined, span: cursor.span(start) };
  if (cursor.token.type !== "string") cursor.fail(["an option key in single quotes"], { hint: "for example SET 'table.local-time-zone' = 'UTC'" });
  const key = cursor.string();
  cursor.expect("=");
  if (cursor.token.type !== "string") cursor.fail(["an option value in single quotes"], { hint: `put quotes round it: SET '${key}' = '${cursor.token.text}'` });
  return { kind: "set", key, value: cursor.string(), span: cursor.span(start) };
}

export function parseReset(cursor: Cursor): Reset {
  const { start } = cursor.next();
  cursor.clause = "RESET";
  const key = cursor.token.type === "string" ? cursor.string() : undefined;
  return { kind: "reset", key, span: cursor.span(start) };
}

export function parseUse(cursor: Cursor): Use {
  const { start } = cursor.next();
  cursor.clause = "USE";
  if (cursor.accept("MODULES")) {
    const names = cursor.list(() => cursor.objectName("the name of a module"));
    return { kind: "use", objectType: "MODULES", names, span: cursor.span(start) };
  }
  const catalog = cursor.token.key === "CATALOG" && cursor.peek().type !== "end" && cursor.peek().key !== ";" && cursor.peek().key !== ".";
  if (catalog) cursor.next();
  const objectType = catalog ? "CATALOG" : "DATABASE";
  return { kind: "use", objectType, names: [cursor.objectName(`the name of a ${objectType.toLowerCase()}`)], span: cursor.span(start) };
}

/** `DESCRIBE …` and `DESC …`. */
export function parseDescribe(cursor: Cursor): Describe {
  const { start } = cursor.next();
  cursor.clause = "DESCRIBE";
  const qualified = cursor.peek().type === "word" || cursor.peek().type === "quoted" || cursor.peek().type === "string";
  const objectType = qualified ? (cursor.acceptAny("CATALOG", "DATABASE", "FUNCTION", "MODEL", "JOB", "TABLE") ?? "TABLE") : "TABLE";
  if (objectType === "JOB") return { kind: "describe", objectType, extended: false, name: quotedName(cursor), span: cursor.span(start) };
  const extended = cursor.accept("EXTENDED");
  const name = cursor.objectName(`the name of a ${objectType.toLowerCase()}`);
  return { kind: "describe", objectType, extended, name, span: cursor.span(start) };
}

function quotedName(cursor: Cursor): ObjectName {
  const { start, end } = cursor.token;
  const name = cursor.string("the id of a job in single quotes");
  const span = { start, end };
  return { kind: "object-name", parts: [{ kind: "identifier", name, quoted: true, span }], span };
}

export function parseJar(cursor: Cursor): Jar {
  const { start, key } = cursor.next();
  const operation = key === "ADD" ? "ADD" : "REMOVE";
  cursor.clause = `${operation} JAR`;
  cursor.expect("JAR");
  return { kind: "jar", operation, path: cursor.string("a path in single quotes"), span: cursor.span(start) };
}

export function parseModule(cursor: Cursor): Module {
  const { start, key } = cursor.next();
  const operation = key === "LOAD" ? "LOAD" : "UNLOAD";
  cursor.clause = `${operation} MODULE`;
  cursor.expect("MODULE");
  const name = cursor.identifier("the name of a module");
  const options = operation === "LOAD" ? parseWith(cursor) : [];
  return { kind: "module", operation, name, options, span: cursor.span(start) };
}

export function parseStopJob(cursor: Cursor): StopJob {
  const { start } = cursor.next();
  cursor.clause = "STOP JOB";
  cursor.expect("JOB");
  const jobId = cursor.string("the id of a job in single quotes");
  let withSavepoint = false;
  let withDrain = false;
  while (cursor.accept("WITH")) {
    if (cursor.expectAny("SAVEPOINT", "DRAIN") === "SAVEPOINT") withSavepoint = true;
    else withDrain = true;
  }
  return { kind: "stop-job", jobId, withSavepoint, withDrain, span: cursor.span(start) };
}
