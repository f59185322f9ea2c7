import type { Hint } from "../ast/queries.ts";
import type { OptionPair } from "../ast/span.ts";
import { SqlError } from "../../errors.ts";
import { tokenize } from "../lex/lexer.ts";
import type { Token } from "../lex/token.ts";
import { Cursor } from "./cursor.ts";
import { parseOptionPair } from "./options.ts";

const none = (cursor: Cursor): never => cursor.fail(["a literal"]);
const empty = { query: none, expression: none, type: none };

/** All hints of the hint comments that come next. The inside of each is read by a cursor of its own. */
export function parseHints(cursor: Cursor): Hint[] {
  const hints: Hint[] = [];
  while (cursor.token.type === "hint") {
    const token = cursor.next();
    hints.push(...insideOf(cursor, token.text, token.start + 3));
  }
  return hints;
}

function insideOf(outer: Cursor, text: string, offset: number): Hint[] {
  const cursor = new Cursor(outer.text, empty, tokensAt(outer, text, offset));
  cursor.clause = outer.clause;
  const hints: Hint[] = [];
  do {
    hints.push(hint(cursor));
    cursor.accept(",");
  } while (cursor.token.type !== "end");
  return hints;
}

function tokensAt(outer: Cursor, text: string, offset: number): Token[] {
  try {
    return tokenize(text).map((token) => ({ ...token, start: token.start + offset, end: token.end + offset }));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const span = { start: error.span.start + offset, end: error.span.end + offset };
    throw outer.error("sql-syntax", error.message, span, error.hint);
  }
}

function hint(cursor: Cursor): Hint {
  const { start, key, type } = cursor.token;
  if (type !== "word") cursor.fail(["the name of a hint"]);
  cursor.next();
  const options: OptionPair[] = [];
  const args: string[] = [];
  if (cursor.token.key === "(") {
    cursor.parenthesised(() => {
      const token = cursor.token;
      if (token.type === "string" && cursor.peek().key !== "," && cursor.peek().key !== ")") options.push(parseOptionPair(cursor));
      else if (token.type === "string" || token.type === "number") args.push(cursor.next().text);
      else if (token.type === "word" || token.type === "quoted") args.push(hintName(cursor));
      else cursor.fail(["'key' = 'value'", "a name", "a literal"]);
    }, true);
  }
  return { kind: "hint", name: key, options, arguments: args, span: cursor.span(start) };
}

function hintName(cursor: Cursor): string {
  let name = cursor.next().text;
  while (cursor.accept(".")) name += `.${cursor.next().text}`;
  return name;
}
