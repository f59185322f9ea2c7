import type { Insert, Show, Statement, StatementSet } from "../ast/statements.ts";
import { printAlter, printDrop, printPartition } from "./alterations.ts";
import { printCreateFunction, printCreateModel, printCreateTable, printCreateView, printHead } from "./definitions.ts";
import { printHints, printQuery } from "./queries.ts";
import { printComment, printIdentifier, printName, printNames, printString, printWith, words } from "./text.ts";

/** A statement as text that reads back to the same tree, apart from spans. Comments are lost; there is no semicolon at the end. */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case "query-statement":
      return printQuery(statement.query);
    case "insert":
      return printInsert(statement);
    case "statement-set":
      return printStatementSet(statement);
    case "explain":
      return words("EXPLAIN", statement.details.join(", "), printStatement(statement.statement));
    case "create-table":
      return printCreateTable(statement);
    case "create-view":
      return printCreateView(statement);
    case "create-model":
      return printCreateModel(statement);
    case "create-function":
      return printCreateFunction(statement);
    case "create-catalog":
      return printHead("CATALOG", statement, printIdentifier(statement.name)) + printComment(statement.comment) + printWith(statement.options);
    case "create-database":
      return printHead("DATABASE", statement, printName(statement.name)) + printComment(statement.comment) + printWith(statement.options);
    case "drop":
      return printDrop(statement);
    case "alter-table":
    case "alter-view":
    case "alter-model":
    case "alter-function":
    case "alter-database":
    case "alter-catalog":
      return printAlter(statement);
    default:
      return printSession(statement);
  }
}

/** Statements in their order, each with its semicolon. */
export function printScript(statements: readonly Statement[]): string {
  return statements.map((statement) => `${printStatement(statement)};\n`).join("");
}

function printInsert(insert: Insert): string {
  return words(
    insert.overwrite ? "INSERT OVERWRITE" : "INSERT INTO",
    printName(insert.target),
    printHints(insert.hints),
    insert.partition && printPartition(insert.partition),
    insert.columns.length > 0 && printNames(insert.columns),
    printQuery(insert.query),
    insert.onConflict && `ON CONFLICT DO ${insert.onConflict}`,
  );
}

function printStatementSet({ statements }: StatementSet): string {
  return `EXECUTE STATEMENT SET BEGIN\n${statements.map((insert) => `${printInsert(insert)};\n`).join("")}END`;
}

type Session = Extract<Statement, { kind: "set" | "reset" | "show" | "describe" | "use" | "jar" | "module" | "stop-job" }>;

function printSession(statement: Session): string {
  switch (statement.kind) {
    case "set":
      return words("SET", statement.key !== undefined && statement.value !== undefined && `${printString(statement.key)} = ${printString(statement.value)}`);
    case "reset":
      return words("RESET", statement.key !== undefined && printString(statement.key));
    case "show":
      return printShow(statement);
    case "describe":
      if (statement.objectType === "JOB") return `DESCRIBE JOB ${printString(statement.name.parts[0].name)}`;
      return words("DESCRIBE", statement.objectType, statement.extended && "EXTENDED", printName(statement.name));
    case "use":
      return words("USE", statement.objectType !== "DATABASE" && statement.objectType, statement.names.map(printName).join(", "));
    case "jar":
      return `${statement.operation} JAR ${printString(statement.path)}`;
    case "module":
      return `${statement.operation} MODULE ${printIdentifier(statement.name)}${printWith(statement.options)}`;
    case "stop-job":
      return words("STOP JOB", printString(statement.jobId), statement.withSavepoint && "WITH SAVEPOINT", statement.withDrain && "WITH DRAIN");
  }
}

function printShow({ subject, name, like, user, full, partition }: Show): string {
  const direct = subject === "PARTITIONS" || subject.startsWith("CREATE");
  return words(
    "SHOW",
    user && "USER",
    full && "FULL",
    subject,
    name && (direct ? printName(name) : `FROM ${printName(name)}`),
    partition && printPartition(partition),
    like && words(like.negated && "NOT", like.ignoreCase ? "ILIKE" : "LIKE", printString(like.pattern)),
  );
}
