import { SqlError } from "../../errors.ts";
import type { Span } from "../ast/span.ts";

/** Reads a text in quotes from its opening quote on; a doubled quote stands for one. */
export function quotedText(text: string, start: number, quote: "'" | "`"): { value: string; end: number } {
  let from = start + 1;
  let value = "";
  for (;;) {
    const close = text.indexOf(quote, from);
    if (close < 0) {
      throw new SqlError(
        "sql-syntax",
        quote === "'" ? "this string is not closed" : "this quoted name is not closed",
        { start, end: start + 1 },
        {
          hint: quote === "'" ? "end it with '; a quote inside is written twice" : "end it with a back quote",
        },
      );
    }
    value += text.slice(from, close);
    if (text[close + 1] !== quote) return { value, end: close + 1 };
    value += quote;
    from = close + 2;
  }
}

/** Resolves the escapes of U&'…': four hexadecimal digits, plus and six, or the escape twice. */
export function unicodeText(value: string, escape: string, span: Span): string {
  let result = "";
  for (let index = 0; index < value.length; index++) {
    if (value[index] !== escape) {
      result += value[index];
      continue;
    }
    if (value[index + 1] === escape) {
      result += escape;
      index++;
      continue;
    }
    const digits = /^(?:\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4}))/.exec(value.slice(index + 1, index + 8));
    const code = digits === null ? Number.NaN : Number.parseInt(digits[1] ?? digits[2], 16);
    if (digits === null || code > 0x10ffff) {
      throw new SqlError("sql-syntax", "a unicode escape is wrong", span, { hint: `write ${escape}00E9, or ${escape}+01F600 with six digits` });
    }
    result += String.fromCodePoint(code);
    index += digits[0].length;
  }
  return result;
}
