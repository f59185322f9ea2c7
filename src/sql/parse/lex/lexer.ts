import { SqlError } from "../../errors.ts";
import { quotedText, unicodeText } from "./quotes.ts";
import type { Token } from "./token.ts";

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;
const isWordStart = (unit: number): boolean => (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95 || unit === 36 || unit > 127;

const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const blank = /[\s\u00a0\ufeff]/;
const pairs = new Set(["<>", "<=", ">=", "!=", "||", "=>", "->", "{-", "-}"]);
const singles = new Set("<>=|+-*/%(),.;[]{}?:^$".split(""));

/** Cuts a text into tokens; the last one is `end`. Comments leave nothing, hint comments one token each. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    const unit = text.charCodeAt(offset);
    const next = text.charCodeAt(offset + 1);
    if (unit === 32 || unit === 10 || unit === 13 || unit === 9) offset++;
    else if (unit === 45 && next === 45) offset = lineEnd(text, offset);
    else if (unit === 47 && next === 47) offset = lineEnd(text, offset);
    else if (unit === 47 && next === 42) offset = comment(text, offset, tokens);
    else if (unit > 127 && blank.test(text[offset])) offset++;
    else if (isWordStart(unit)) offset = word(text, offset, tokens);
    else if (isDigit(unit) || (unit === 46 && isDigit(next))) offset = numeral(text, offset, tokens);
    else if (unit === 39) offset = string(text, offset, offset, undefined, tokens);
    else if (unit === 96) offset = quotedName(text, offset, tokens);
    else offset = symbol(text, offset, tokens);
  }
  tokens.push({ type: "end", key: "", text: "", charset: undefined, start: text.length, end: text.length });
  return tokens;
}

function push(tokens: Token[], type: Token["type"], key: string, text: string, start: number, end: number, charset?: string): number {
  tokens.push({ type, key, text, charset, start, end });
  return end;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

function comment(text: string, start: number, tokens: Token[]): number {
  const close = text.indexOf("*/", start + 2);
  if (close < 0) {
    throw new SqlError("sql-syntax", "this comment is not closed", { start, end: start + 2 }, { hint: "end it with */" });
  }
  if (text[start + 2] === "+") push(tokens, "hint", "", text.slice(start + 3, close), start, close + 2);
  return close + 2;
}

function word(text: string, start: number, tokens: Token[]): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const unit = text.charCodeAt(end);
    if (!isDigit(unit) && (!isWordStart(unit) || (unit > 127 && blank.test(text[end])))) break;
  }
  const written = text.slice(start, end);
  if (text.charCodeAt(end) === 39) {
    const prefixed = prefixedString(text, start, end, written, tokens);
    if (prefixed !== undefined) return prefixed;
  } else if (written.length === 1 && (written === "U" || written === "u") && text.startsWith("&'", end)) {
    return unicodeString(text, start, end + 1, tokens);
  }
  return push(tokens, "word", written.toUpperCase(), written, start, end);
}

/** X'…', N'…' and _charset'…'. */
function prefixedString(text: string, start: number, quote: number, prefix: string, tokens: Token[]): number | undefined {
  if (prefix === "X" || prefix === "x") {
    const { value, end } = quotedText(text, quote, "'");
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(value)) {
      throw new SqlError("sql-syntax", "a binary literal has an even number of hexadecimal digits", { start, end }, { hint: "for example X'0AFF'" });
    }
    return push(tokens, "binary", "", value.toUpperCase(), start, end);
  }
  if (prefix === "N" || prefix === "n") return string(text, start, quote, undefined, tokens);
  if (prefix.startsWith("_") && prefix.length > 1) return string(text, start, quote, prefix.slice(1), tokens);
  return undefined;
}

function string(text: string, start: number, quote: number, charset: string | undefined, tokens: Token[]): number {
  const { value, end } = quotedText(text, quote, "'");
  return push(tokens, "string", "", value, start, end, charset);
}

function unicodeString(text: string, start: number, quote: number, tokens: Token[]): number {
  const { value, end } = quotedText(text, quote, "'");
  const clause = /\s+UESCAPE\s+'([^'\r\n])'/iy;
  clause.lastIndex = end;
  const escape = clause.exec(text);
  const whole = escape === null ? end : clause.lastIndex;
  return push(tokens, "string", "", unicodeText(value, escape === null ? "\\" : escape[1], { start, end: whole }), start, whole);
}

function quotedName(text: string, start: number, tokens: Token[]): number {
  const { value, end } = quotedText(text, start, "`");
  if (value === "") throw new SqlError("sql-syntax", "a name is empty", { start, end });
  return push(tokens, "quoted", "", value, start, end);
}

function numeral(text: string, start: number, tokens: Token[]): number {
  number.lastIndex = start;
  number.exec(text);
  const end = number.lastIndex;
  if (isWordStart(text.charCodeAt(end)) && !blank.test(text[end])) {
    let wordEnd = end;
    while (wordEnd < text.length && (isWordStart(text.charCodeAt(wordEnd)) || isDigit(text.charCodeAt(wordEnd)))) wordEnd++;
    const written = text.slice(start, wordEnd);
    throw new SqlError(
      "sql-syntax",
      `'${written}' is neither a number nor a name`,
      { start, end: wordEnd },
      {
        hint: `a name that starts with a digit needs back quotes: \`${written}\``,
      },
    );
  }
  return push(tokens, "number", "", text.slice(start, end), start, end);
}

function symbol(text: string, start: number, tokens: Token[]): number {
  const pair = text.slice(start, start + 2);
  if (pairs.has(pair)) return push(tokens, "symbol", pair, pair, start, start + 2);
  const single = text[start];
  if (singles.has(single)) return push(tokens, "symbol", single, single, start, start + 1);
  const span = { start, end: start + 1 };
  if (single === '"') {
    throw new SqlError("sql-syntax", "double quotes mean nothing in Flink SQL", span, { hint: "'text' is a string, `name` in back quotes is a name" });
  }
  throw new SqlError("sql-syntax", `unexpected character ${JSON.stringify(single)}`, span);
}
