import type { OptionPair } from "../ast/span.ts";
import type { Cursor } from "./cursor.ts";

/** `'key' = 'value'`. */
export function parseOptionPair(cursor: Cursor): OptionPair {
  const key = cursor.token;
  if (key.type !== "string") cursor.fail(["an option key in single quotes"], { hint: optionHint(cursor) });
  cursor.next();
  cursor.expect("=");
  const value = cursor.token;
  if (value.type !== "string") cursor.fail(["an option value in single quotes"], { hint: `put quotes round it: '${key.text}' = '${value.text}'` });
  cursor.next();
  const pair = { key: key.text, value: value.text };
  const keySpan = { start: key.start, end: key.end };
  const valueSpan = { start: value.start, end: value.end };
  return { kind: "option", ...pair, keySpan, valueSpan, span: cursor.span(key.start) };
}

function optionHint(cursor: Cursor): string {
  if (cursor.token.key === ")" && cursor.previous()?.key === ",") return "remove the comma before it";
  return "for example 'connector' = 'stream'";
}

/** `('key' = 'value', …)`; none is allowed. */
export function parseOptions(cursor: Cursor): OptionPair[] {
  return cursor.parenthesised(() => parseOptionPair(cursor), true);
}

/** `WITH (…)`, or nothing. */
export function parseWith(cursor: Cursor): OptionPair[] {
  return cursor.accept("WITH") ? parseOptions(cursor) : [];
}
