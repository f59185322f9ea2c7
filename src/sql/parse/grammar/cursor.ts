import { SqlError, sourcePosition } from "../../errors.ts";
import type { SqlErrorCode } from "../../errors.ts";
import type { Expression } from "../ast/expressions.ts";
import type { Query } from "../ast/queries.ts";
import type { Identifier, ObjectName, Span } from "../ast/span.ts";
import type { TypeNode } from "../ast/types.ts";
import { tokenize } from "../lex/lexer.ts";
import { reservedWords, structuralWords } from "../lex/keywords.ts";
import type { Token } from "../lex/token.ts";
import { nearestWord } from "../../nearest.ts";

/** The rules that stand in a circle: queries hold expressions and expressions hold queries. */
export interface Grammar {
  readonly query: (cursor: Cursor) => Query;
  /** Reads operators that bind at least as close as `minimum`; 0 reads everything. */
  readonly expression: (cursor: Cursor, minimum: number) => Expression;
  readonly type: (cursor: Cursor) => TypeNode;
}

/** How deep parentheses, queries and types may stand in one another. */
export const nestingLimit = 400;

/** A place in the tokens of a text, and what every rule needs: look, take, name, fail. */
export class Cursor {
  readonly text: string;
  /** The clause that is being read, for messages. */
  clause: string | undefined = undefined;
  token: Token;
  readonly #tokens: readonly Token[];
  readonly #grammar: Grammar;
  #closings: Uint32Array | undefined = undefined;
  #index = 0;
  #depth = 0;

  /** `tokens`: of a part of the text, already cut. */
  constructor(text: string, grammar: Grammar, tokens: readonly Token[] = tokenize(text)) {
    this.text = text;
    this.#grammar = grammar;
    this.#tokens = tokens;
    this.token = this.#tokens[0];
  }

  get index(): number {
    return this.#index;
  }

  query(): Query {
    return this.nested(this.#grammar.query);
  }

  expression(minimum = 0): Expression {
    return this.nested((cursor) => this.#grammar.expression(cursor, minimum));
  }

  type(): TypeNode {
    return this.nested(this.#grammar.type);
  }

  /** Runs a rule one level deeper; too deep is an error, not an overflow of the stack. A rule that throws ends the whole reading. */
  nested<T>(rule: (cursor: Cursor) => T): T {
    if (++this.#depth > nestingLimit) {
      throw this.error("sql-unsupported", `nested more than ${nestingLimit} levels deep`, this.token, "name the inner parts with CREATE VIEW or WITH");
    }
    const result = rule(this);
    this.#depth--;
    return result;
  }

  // ---- looking and taking ----

  peek(distance = 1): Token {
    return this.#tokens[Math.min(this.#index + distance, this.#tokens.length - 1)];
  }

  /** How far the parenthesis is that closes the one at `distance`; undefined if none does. */
  closing(distance: number): number | undefined {
    this.#closings ??= matchParentheses(this.#tokens);
    const index = this.#closings[this.#index + distance];
    return index === 0 ? undefined : index - this.#index;
  }

  previous(): Token | undefined {
    return this.#index === 0 ? undefined : this.#tokens[this.#index - 1];
  }

  next(): Token {
    const token = this.token;
    if (token.type !== "end") this.token = this.#tokens[++this.#index];
    return token;
  }

  /** Whether the next tokens are these keywords or symbols. */
  at(first: string, ...rest: readonly string[]): boolean {
    if (this.token.key !== first) return false;
    return rest.every((key, index) => this.peek(index + 1).key === key);
  }

  atEnd(): boolean {
    return this.token.type === "end";
  }

  atAny(...keys: readonly string[]): boolean {
    return this.token.key !== "" && keys.includes(this.token.key);
  }

  accept(first: string, ...rest: readonly string[]): boolean {
    if (!this.at(first, ...rest)) return false;
    for (let count = 0; count <= rest.length; count++) this.next();
    return true;
  }

  acceptAny<K extends string>(...keys: readonly K[]): K | undefined {
    const key = this.token.key;
    if (key === "" || !(keys as readonly string[]).includes(key)) return undefined;
    this.next();
    return key as K;
  }

  expect(...keys: readonly string[]): Token {
    let token = this.token;
    for (const key of keys) {
      if (this.token.key !== key) this.fail([quoteSymbol(key)]);
      token = this.next();
    }
    return token;
  }

  expectAny<K extends string>(...keys: readonly K[]): K {
    return this.acceptAny(...keys) ?? this.fail(keys.map(quoteSymbol));
  }

  /** One or more, with commas between. */
  list<T>(rule: () => T): T[] {
    const items = [rule()];
    while (this.accept(",")) items.push(rule());
    return items;
  }

  /** `(one or more)`, empty only if `empty`. */
  parenthesised<T>(rule: () => T, empty = false): T[] {
    const open = this.expect("(");
    if (empty && this.accept(")")) return [];
    const items = this.list(rule);
    this.close(open, true);
    return items;
  }

  /** The parenthesis that belongs to `open`. */
  close(open: Token, list = false): Token {
    if (this.token.key === ")") return this.next();
    return this.fail(list ? ["','", "')'"] : ["')'"], { open });
  }

  closeBracket(open: Token, expected: readonly string[]): Token {
    return this.token.key === "]" ? this.next() : this.fail(expected, { open });
  }

  span(start: number): Span {
    return { start, end: this.previous()?.end ?? start };
  }

  // ---- names and literals ----

  atIdentifier(): boolean {
    return isIdentifier(this.token);
  }

  identifier(what = "a name"): Identifier {
    const token = this.token;
    if (!isIdentifier(token)) return this.fail([what]);
    this.next();
    return { kind: "identifier", name: token.text, quoted: token.type === "quoted", span: { start: token.start, end: token.end } };
  }

  path(what = "a name"): Identifier[] {
    const parts = [this.identifier(what)];
    while (this.token.key === "." && isFieldName(this.peek())) {
      this.next();
      parts.push(this.identifier(what));
    }
    if (this.token.key === ".") {
      this.next();
      this.fail([what]);
    }
    return parts;
  }

  objectName(what = "a name"): ObjectName {
    const start = this.token.start;
    return { kind: "object-name", parts: this.path(what), span: this.span(start) };
  }

  string(what = "a string in single quotes"): string {
    if (this.token.type !== "string") this.fail([what]);
    return this.next().text;
  }

  optionalString(keyword: string): string | undefined {
    return this.accept(keyword) ? this.string() : undefined;
  }

  /** A whole number without a sign. */
  integer(what = "a whole number"): number {
    const value = Number(this.token.text);
    if (this.token.type !== "number" || !/^\d+$/.test(this.token.text) || !Number.isSafeInteger(value)) this.fail([what]);
    this.next();
    return value;
  }

  // ---- failing ----

  error(code: SqlErrorCode, message: string, span: Span, hint?: string, expected?: readonly string[]): SqlError {
    return new SqlError(code, message, { start: span.start, end: span.end }, { hint, expected, clause: this.clause }).locate(this.text);
  }

  unsupported(message: string, span: Span = this.token, hint?: string): never {
    throw this.error("sql-unsupported", message, span, hint);
  }

  invalid(message: string, span: Span, hint?: string): never {
    throw this.error("sql-syntax", message, span, hint);
  }

  /** The current token is not what could stand here. */
  fail(expected: readonly string[], context: FailureContext = {}): never {
    const token = this.token;
    const found = token.type === "end" ? "the end of the text" : shortened(this.text.slice(token.start, token.end));
    const named = expected.some((item) => /^an? /.test(item));
    if (named && token.type === "word" && reservedWords.has(token.key) && !structuralWords.has(token.key) && context.hint === undefined) {
      const hint = this.#misspelt(expected, context) ?? `as a name it needs back quotes: \`${token.text}\``;
      throw this.error("sql-syntax", `expected ${either(expected)}, found the reserved word ${found}`, token, hint, expected);
    }
    const hint = context.hint ?? this.#misspelt(expected, context) ?? this.#unclosed(context.open) ?? this.#comma(expected);
    throw this.error("sql-syntax", `expected ${either(expected)}, found ${found}`, token, hint, expected);
  }

  #misspelt(expected: readonly string[], context: FailureContext): string | undefined {
    const keywords = [...expected, ...(context.candidates ?? [])].flatMap((item) => (/^[A-Z_ ]+$/.test(item) ? item.split(" ") : []));
    if (this.token.type === "word") {
      const near = nearestWord(this.token.key, keywords);
      if (near !== undefined) return `did you mean ${near}?`;
    }
    const before = this.previous();
    if (before?.type !== "word" || reservedWords.has(before.key)) return undefined;
    const near = nearestWord(before.key, keywords);
    return near === undefined ? undefined : `did you mean ${near} instead of ${before.text}?`;
  }

  #unclosed(open: Token | undefined): string | undefined {
    if (open === undefined) return undefined;
    const { line, column } = sourcePosition(this.text, open.start);
    return `the ${{ "[": "bracket", "<": "angle bracket" }[open.key] ?? "parenthesis"} opened at line ${line}, column ${column} is not closed`;
  }

  #comma(expected: readonly string[]): string | undefined {
    const before = this.previous();
    if (before === undefined) return undefined;
    if (before.key === "," && endOfList.has(this.token.key)) return "remove the comma before it";
    if (this.token.key === "SELECT") return "a query inside another stands in parentheses";
    const startsItem = isIdentifier(this.token) || this.token.type === "string" || this.token.type === "number";
    return expected.includes("','") && startsItem ? "is a comma missing before it?" : undefined;
  }
}

/** For each opening parenthesis the index of its end, 0 where there is none. */
function matchParentheses(tokens: readonly Token[]): Uint32Array {
  const closings = new Uint32Array(tokens.length);
  const open: number[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const { key } = tokens[index];
    if (key === "(") open.push(index);
    else if (key === ")") {
      const start = open.pop();
      if (start !== undefined) closings[start] = index;
    }
  }
  return closings;
}

const endOfList = new Set([")", "]", ";", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "UNION", "END"]);

export interface FailureContext {
  readonly hint?: string;
  /** The parenthesis that waits for its end. */
  readonly open?: Token;
  /** Further keywords that the user may have misspelt. */
  readonly candidates?: readonly string[];
}

export function isIdentifier(token: Token): boolean {
  return token.type === "quoted" || (token.type === "word" && !reservedWords.has(token.key));
}

/** After a point any unreserved word is a field; a star is not. */
function isFieldName(token: Token): boolean {
  return token.type === "quoted" || token.type === "word";
}

export function quoteSymbol(key: string): string {
  return /^[A-Z_]/.test(key) ? key : `'${key}'`;
}

function either(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} or ${items.at(-1)}`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/gu, " ");
  return `'${line.length > 30 ? `${line.slice(0, 29)}…` : line}'`;
}
