import { SqlError } from "../errors.ts";
import type { Expression } from "./ast/expressions.ts";
import type { Statement } from "./ast/statements.ts";
import type { TypeNode } from "./ast/types.ts";
import { checkDepth } from "./depth.ts";
import type { Grammar } from "./grammar/cursor.ts";
import { Cursor } from "./grammar/cursor.ts";
import { parseExpression as expression } from "./grammar/expressions.ts";
import { parseQuery } from "./grammar/queries.ts";
import { parseType as type } from "./grammar/types.ts";
import { failAfter } from "./statements/insert.ts";
import { parseOneStatement } from "./statements/statement.ts";

const grammar: Grammar = { query: parseQuery, expression, type };

/**
 * Reads a script: statements ended by semicolons, the last one with or without. Spans count from the start of the whole text.
 * Throws `SqlError` at the first fault.
 */
export function parseScript(text: string): Statement[] {
  return read(text, (cursor) => {
    const statements: Statement[] = [];
    while (!cursor.atEnd()) {
      if (cursor.accept(";")) continue;
      const statement = parseOneStatement(cursor);
      if (!cursor.atEnd() && !cursor.at(";")) failAfter(cursor, ["';'"]);
      checkDepth(statement, text);
      statements.push(statement);
    }
    return statements;
  });
}

/** Reads exactly one statement; a semicolon may follow. Throws `SqlError`. */
export function parseStatement(text: string): Statement {
  return read(text, (cursor) => {
    while (cursor.accept(";"));
    const statement = parseOneStatement(cursor);
    if (!cursor.atEnd() && !cursor.at(";")) failAfter(cursor, ["the end of the statement"]);
    while (cursor.accept(";"));
    cursor.clause = undefined;
    if (!cursor.atEnd()) cursor.fail(["the end of the text"], { hint: "this is a second statement: run them one by one, or as a script" });
    checkDepth(statement, text);
    return statement;
  });
}

/** Reads exactly one expression. Throws `SqlError`. */
export function parseExpression(text: string): Expression {
  return read(text, (cursor) => {
    const result = cursor.expression();
    if (!cursor.atEnd()) cursor.fail(["an operator", "the end of the expression"]);
    checkDepth(result, text);
    return result;
  });
}

/** Reads exactly one data type: `ROW<a INT, b STRING NOT NULL>`. Throws `SqlError`. */
export function parseDataType(text: string): TypeNode {
  return read(text, (cursor) => {
    const result = cursor.type();
    if (!cursor.atEnd()) cursor.fail(["the end of the type"]);
    return result;
  });
}

function read<T>(text: string, rule: (cursor: Cursor) => T): T {
  try {
    return rule(new Cursor(text, grammar));
  } catch (error) {
    if (error instanceof SqlError && error.position === undefined) error.locate(text);
    throw error;
  }
}
