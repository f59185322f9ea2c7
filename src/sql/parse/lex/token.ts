/**
 * A piece of text with a meaning of its own. `key` is what the grammar compares: a word in upper case, a symbol as it is, and
 * the empty text for everything that is never a keyword.
 */
export interface Token {
  readonly type: "word" | "quoted" | "string" | "binary" | "number" | "symbol" | "hint" | "end";
  readonly key: string;
  /** A word as written, a quoted name or string without quotes, the digits of a number, the inside of a hint comment. */
  readonly text: string;
  /** Of a string only: the charset before it. */
  readonly charset: string | undefined;
  readonly start: number;
  readonly end: number;
}
