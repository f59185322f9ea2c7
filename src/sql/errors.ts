import { HeadraceError } from "../core/errors.ts";
import type { Span } from "./parse/ast/span.ts";

export type SqlErrorCode = "sql-syntax" | "sql-invalid" | "sql-unsupported";

export interface SqlErrorOptions {
  /** What the user can do about it: one sentence. */
  readonly hint?: string | undefined;
  /** What could have stood there, in words of the grammar. */
  readonly expected?: readonly string[] | undefined;
  /** The clause at fault: `SELECT list`, `WHERE`, `CREATE TABLE`, … */
  readonly clause?: string | undefined;
  readonly cause?: unknown;
}

/** Where an offset lies: both numbers count from 1; the column counts code points. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/**
 * A fault in a text of SQL, at a place of that text. `sql-syntax` comes from the parser, `sql-invalid` and `sql-unsupported` from
 * the parser, the binder or the planner. Print it with `formatSqlError`.
 */
export class SqlError extends HeadraceError {
  override readonly name: string = "SqlError";
  readonly span: Span;
  readonly expected: readonly string[];
  readonly clause: string | undefined;
  /** Line and column of the start of the span; undefined until `locate` was called. The parser does. */
  position: SourcePosition | undefined = undefined;

  constructor(code: SqlErrorCode, message: string, span: Span, options: SqlErrorOptions = {}) {
    super(code, message, {
      ...(options.hint === undefined ? {} : { hint: options.hint }),
      ...(options.cause === undefined ? {} : { cause: options.cause }),
    });
    this.span = span;
    this.expected = options.expected ?? [];
    this.clause = options.clause;
  }

  /** Fills in `position` from the text that the span points into. */
  locate(text: string): this {
    this.position = sourcePosition(text, this.span.start);
    return this;
  }
}

/** Line and column of an offset. Lines end with \n, \r\n or \r. */
export function sourcePosition(text: string, offset: number): SourcePosition {
  const before = text.slice(0, offset);
  let line = 1;
  let lineStart = 0;
  for (const match of before.matchAll(/\r\n|\n|\r/g)) {
    line++;
    lineStart = match.index + match[0].length;
  }
  return { line, column: codePointCount(before.slice(lineStart)) + 1 };
}

const longestShownLine = 120;

/**
 * The form for people, several lines:
 *
 *     CREATE TABLE, line 3, column 12: expected a data type, found 'FOR'
 *       3 |   WATERMRK FOR ts AS ts
 *         |            ^^^
 *     hint: did you mean WATERMARK?
 */
export function formatSqlError(text: string, error: SqlError): string {
  const start = Math.min(error.span.start, text.length);
  const { line, column } = sourcePosition(text, start);
  const lineStart = start === 0 ? 0 : Math.max(text.lastIndexOf("\n", start - 1), text.lastIndexOf("\r", start - 1)) + 1;
  const rest = /[\r\n]/.exec(text.slice(start));
  const lineEnd = rest === null ? text.length : start + rest.index;
  const caretEnd = Math.min(Math.max(error.span.end, start + 1), Math.max(lineEnd, start + 1));
  const shown = cutLine(text, lineStart, lineEnd, start);
  const gutter = String(line);
  const indent = text.slice(shown.start, start).replace(/[^\t]/gu, " ");
  const carets = "^".repeat(Math.max(1, Math.min(codePointCount(text.slice(start, caretEnd)), shown.end - start + 1)));
  const place = `line ${line}, column ${column}: ${error.message}`;
  const lines = [
    error.clause === undefined ? place : `${error.clause}, ${place}`,
    `  ${gutter} | ${shown.before}${text.slice(shown.start, shown.end)}${shown.after}`,
    `  ${" ".repeat(gutter.length)} | ${" ".repeat(shown.before.length)}${indent}${carets}`,
  ];
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  return lines.join("\n");
}

/** A piece of a long line round the place that matters. */
function cutLine(text: string, lineStart: number, lineEnd: number, offset: number): { start: number; end: number; before: string; after: string } {
  if (lineEnd - lineStart <= longestShownLine) return { start: lineStart, end: lineEnd, before: "", after: "" };
  let start = Math.max(lineStart, offset - longestShownLine / 2);
  let end = Math.min(lineEnd, start + longestShownLine);
  if (isLowSurrogate(text, start)) start++;
  if (isLowSurrogate(text, end)) end++;
  return { start, end, before: start > lineStart ? "…" : "", after: end < lineEnd ? "…" : "" };
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function codePointCount(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) if (isLowSurrogate(text, index)) count--;
  return count;
}
