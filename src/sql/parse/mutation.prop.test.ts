import fc from "fast-check";
import { expect, test } from "vitest";
import { formatSqlError, SqlError } from "../errors.ts";
import { corpus, withoutSpans } from "../../../test/golden/parse/corpus.ts";
import { parseScript, printScript } from "./index.ts";
import { tokenize } from "./lex/lexer.ts";

const texts = corpus().map(([, text]) => text.slice(0, 4000));
const pieces = [...new Set(texts.flatMap((text) => tokenize(text).map((token) => text.slice(token.start, token.end))))].filter((piece) => piece !== "");

/** Reads a text; what comes out is a tree that prints to itself, or an SqlError that points into the text. */
function readsOrExplains(text: string): void {
  let statements;
  try {
    statements = parseScript(text);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    expect(error.span.start).toBeGreaterThanOrEqual(0);
    expect(error.span.end).toBeGreaterThanOrEqual(error.span.start);
    expect(error.span.end).toBeLessThanOrEqual(text.length);
    expect(error.position).toBeDefined();
    expect(formatSqlError(text, error)).toContain("^");
    return;
  }
  expect(withoutSpans(parseScript(printScript(statements)))).toEqual(withoutSpans(statements));
}

test("tokens left out, doubled, swapped or put in", () => {
  const change = fc.record({ at: fc.nat(), kind: fc.constantFrom("drop", "double", "swap", "insert", "cut"), piece: fc.constantFrom(...pieces) });
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 4 }), (text, changes) => {
      const tokens = tokenize(text).map((token) => text.slice(token.start, token.end));
      for (const { at, kind, piece } of changes) {
        const index = at % Math.max(tokens.length, 1);
        if (kind === "drop") tokens.splice(index, 1);
        else if (kind === "double") tokens.splice(index, 0, tokens[index] ?? "");
        else if (kind === "swap") tokens.splice(index, 2, tokens[index + 1] ?? "", tokens[index] ?? "");
        else if (kind === "insert") tokens.splice(index, 0, piece);
        else tokens.splice(index);
      }
      readsOrExplains(tokens.join(" "));
    }),
    { numRuns: 2000 },
  );
});

test("characters changed", () => {
  const change = fc.tuple(
    fc.nat(),
    fc.oneof(fc.constantFrom("", "'", "`", "(", ")", "/*", "/*+", "\\", "\u0000", '"', "\n", "é", "😀", "["), fc.string({ maxLength: 2 })),
  );
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
      let changed = text;
      for (const [at, put] of changes) {
        const index = at % (changed.length + 1);
        changed = changed.slice(0, index) + put + changed.slice(index + 1);
      }
      readsOrExplains(changed);
    }),
    { numRuns: 1000 },
  );
});

test("any characters at all", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), readsOrExplains), { numRuns: 1000 });
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (list) => readsOrExplains(list.join(" "))),
    { numRuns: 1000 },
  );
});
