/** LIKE, SIMILAR TO and regular expressions. Java's syntax is taken as JavaScript's with the `u`-less flags; what differs is refused by the engine of JavaScript. */
import { HeadraceError } from "../../core/index.ts";
import { booleanType, documented, intType, plain, textType } from "./declare.ts";
import type { ScalarFunction } from "./function.ts";

const likes = new Map<string, RegExp>();
const expressions = new Map<string, RegExp>();
const cachedMax = 1000;

function cached(cache: Map<string, RegExp>, key: string, make: () => RegExp): RegExp {
  let made = cache.get(key);
  if (made === undefined) {
    if (cache.size >= cachedMax) cache.clear();
    cache.set(key, (made = make()));
  }
  made.lastIndex = 0;
  return made;
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}

/** The pattern of LIKE as a regular expression over the whole text. */
function likeExpression(pattern: string, escape: string | undefined): RegExp {
  return cached(likes, `${escape ?? ""}\u0000${pattern}`, () => {
    let source = "";
    const points = Array.from(pattern);
    for (let index = 0; index < points.length; index++) {
      const character = points[index];
      if (character === escape) {
        const next = points[++index];
        if (next !== "%" && next !== "_" && next !== escape) {
          throw new HeadraceError("invalid-argument", `the LIKE pattern '${pattern}' has its escape character before something else than %, _ or itself`);
        }
        source += escaped(next);
      } else source += character === "%" ? ".*" : character === "_" ? "." : escaped(character);
    }
    return new RegExp(`^${source}$`, "su");
  });
}

/** SQL's SIMILAR TO: % and _ as in LIKE; | * + ? {} () [] as in regular expressions. */
function similarExpression(pattern: string, escape: string | undefined): RegExp {
  return cached(likes, `similar\u0000${escape ?? ""}\u0000${pattern}`, () => {
    let source = "";
    let inClass = false;
    for (let index = 0; index < pattern.length; index++) {
      const character = pattern[index];
      if (character === escape) source += `\\${pattern[++index] ?? ""}`;
      else if (inClass) {
        inClass = character !== "]";
        source += character === "\\" ? "\\\\" : character;
      } else if (character === "[") {
        inClass = true;
        source += character;
      } else source += character === "%" ? ".*" : character === "_" ? "." : /[.^$\\/]/.test(character) ? `\\${character}` : character;
    }
    return compile(`^(?:${source})$`, "s");
  });
}

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new HeadraceError("invalid-argument", `the regular expression '${source}' does not compile: ${(error as Error).message}`);
  }
}

function expression(source: string, flags = "g"): RegExp {
  return cached(expressions, `${flags}/${source}`, () => compile(source, flags));
}

export const patternFunctions: readonly ScalarFunction[] = [
  plain(
    "LIKE",
    {
      pattern: "string, string, [string]",
      result: booleanType,
      documentation: documented(
        "comparison",
        "text LIKE pattern [ESCAPE character]",
        "Whether the whole text fits: % is any number of characters, _ is one.",
        "'stream' LIKE 'str%'",
        "TRUE",
      ),
    },
    ([text, pattern, escape]) => likeExpression(pattern, escape).test(text),
  ),
  plain(
    "SIMILAR TO",
    {
      pattern: "string, string, [string]",
      result: booleanType,
      documentation: documented(
        "comparison",
        "text SIMILAR TO pattern [ESCAPE character]",
        "Whether the whole text fits a pattern of SQL: % and _ as in LIKE, and | * + ? {n} ( ) [ ].",
        "'abab' SIMILAR TO '(ab)+'",
        "TRUE",
      ),
    },
    ([text, pattern, escape]) => similarExpression(pattern, escape).test(text),
  ),
  plain(
    "REGEXP",
    {
      aliases: ["REGEXP_LIKE"],
      pattern: "string, string",
      result: booleanType,
      documentation: documented(
        "string",
        "REGEXP(text, expression)",
        "Whether a part of the text fits the regular expression.",
        "REGEXP('a1b', '[0-9]')",
        "TRUE",
      ),
    },
    ([text, source]) => expression(source).test(text),
  ),
  plain(
    "REGEXP_EXTRACT",
    {
      pattern: "string, string, [int]",
      result: textType,
      nullability: "always",
      documentation: documented(
        "string",
        "REGEXP_EXTRACT(text, expression [, group])",
        "The first part that fits, or one of its groups; NULL when nothing fits.",
        "REGEXP_EXTRACT('a=1&b=2', 'b=([0-9])', 1)",
        "2",
      ),
    },
    ([text, source, group = 0]) => {
      const match = expression(source).exec(text);
      return match === null || group < 0 || group >= match.length ? null : (match[group] ?? null);
    },
  ),
  plain(
    "REGEXP_REPLACE",
    {
      pattern: "string, string, string",
      result: textType,
      nullability: "always",
      documentation: documented(
        "string",
        "REGEXP_REPLACE(text, expression, other)",
        "Every part that fits replaced, by exactly the other text: $1 is no group.",
        "REGEXP_REPLACE('a1b2', '[0-9]', '#')",
        "a#b#",
      ),
    },
    ([text, source, other]) => text.replace(expression(source), () => other),
  ),
  plain(
    "REGEXP_COUNT",
    {
      pattern: "string, string",
      result: intType,
      nullability: "always",
      documentation: documented("string", "REGEXP_COUNT(text, expression)", "How many parts of the text fit.", "REGEXP_COUNT('banana', 'an')", "2"),
    },
    ([text, source]) => [...text.matchAll(expression(source))].length,
  ),
  plain(
    "REGEXP_INSTR",
    {
      pattern: "string, string",
      result: intType,
      nullability: "always",
      documentation: documented(
        "string",
        "REGEXP_INSTR(text, expression)",
        "Where the first part that fits begins, from 1; 0 when nothing fits.",
        "REGEXP_INSTR('ab1', '[0-9]')",
        "3",
      ),
    },
    ([text, source]) => (expression(source).exec(text)?.index ?? -1) + 1,
  ),
  plain(
    "REGEXP_SUBSTR",
    {
      pattern: "string, string",
      result: textType,
      nullability: "always",
      documentation: documented(
        "string",
        "REGEXP_SUBSTR(text, expression)",
        "The first part that fits; NULL when nothing fits.",
        "REGEXP_SUBSTR('ab12', '[0-9]+')",
        "12",
      ),
    },
    ([text, source]) => expression(source).exec(text)?.[0] ?? null,
  ),
  plain(
    "REGEXP_EXTRACT_ALL",
    {
      pattern: "string, string, [int]",
      result: { kind: "array", element: textType, nullable: true },
      nullability: "always",
      documentation: documented(
        "string",
        "REGEXP_EXTRACT_ALL(text, expression [, group])",
        "All parts that fit, or a group of each.",
        "REGEXP_EXTRACT_ALL('a1b2', '([0-9])', 1)",
        "[1, 2]",
      ),
    },
    ([text, source, group = 1]) => [...(text as string).matchAll(expression(source))].map((match) => match[group] ?? null),
  ),
];
