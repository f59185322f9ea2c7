import type { AfterMatch, MatchRecognizeTable, Pattern } from "../ast/match-recognize.ts";
import { list, printExpression } from "./expressions.ts";
import { printOrder, printTable } from "./queries.ts";
import { printIdentifier, printNames, words } from "./text.ts";

/** Without the alias. */
export function printMatchRecognize(match: MatchRecognizeTable): string {
  const measures = match.measures.map(({ expression, alias }) => `${printExpression(expression)} AS ${printIdentifier(alias)}`);
  const subsets = match.subsets.map(({ name, variables }) => `${printIdentifier(name)} = ${printNames(variables)}`);
  const definitions = match.definitions.map(({ name, condition }) => `${printIdentifier(name)} AS ${printExpression(condition)}`);
  const inside = words(
    match.partitionBy.length > 0 && `PARTITION BY ${list(match.partitionBy)}`,
    match.orderBy.length > 0 && `ORDER BY ${printOrder(match.orderBy)}`,
    measures.length > 0 && `MEASURES ${measures.join(", ")}`,
    match.rowsPerMatch && `${match.rowsPerMatch === "ONE" ? "ONE ROW" : "ALL ROWS"} PER MATCH`,
    match.afterMatch && printAfter(match.afterMatch),
    `PATTERN (${match.startAnchor ? "^ " : ""}${printPattern(match.pattern)}${match.endAnchor ? " $" : ""})`,
    match.within && `WITHIN ${printExpression(match.within)}`,
    subsets.length > 0 && `SUBSET ${subsets.join(", ")}`,
    `DEFINE ${definitions.join(", ")}`,
  );
  const input = match.input.kind === "join" || match.input.kind === "match-recognize" ? `(${printTable(match.input)})` : printTable(match.input);
  return `${input} MATCH_RECOGNIZE (${inside})`;
}

function printAfter({ skip, variable }: AfterMatch): string {
  return words("AFTER MATCH SKIP", skip, variable && printIdentifier(variable));
}

/** Each level puts its own parentheses round what binds looser. */
function printPattern(pattern: Pattern): string {
  switch (pattern.kind) {
    case "pattern-variable":
      return printIdentifier(pattern.name);
    case "pattern-alternation":
      return pattern.items.map((item) => (item.kind === "pattern-alternation" ? `(${printPattern(item)})` : printPattern(item))).join(" | ");
    case "pattern-sequence":
      return pattern.items
        .map((item) => (item.kind === "pattern-alternation" || item.kind === "pattern-sequence" ? `(${printPattern(item)})` : printPattern(item)))
        .join(" ");
    case "pattern-repetition":
      return printElement(pattern.pattern) + printBounds(pattern.minimum, pattern.maximum) + (pattern.reluctant ? "?" : "");
    case "pattern-exclusion":
      return `{- ${printPattern(pattern.pattern)} -}`;
    case "pattern-permutation":
      return `PERMUTE(${pattern.items.map(printPattern).join(", ")})`;
  }
}

function printElement(pattern: Pattern): string {
  const compound = pattern.kind === "pattern-alternation" || pattern.kind === "pattern-sequence" || pattern.kind === "pattern-repetition";
  return compound ? `(${printPattern(pattern)})` : printPattern(pattern);
}

function printBounds(minimum: number, maximum: number | undefined): string {
  if (maximum === undefined) return minimum === 0 ? "*" : minimum === 1 ? "+" : `{${minimum},}`;
  if (minimum === 0 && maximum === 1) return "?";
  return minimum === maximum ? `{${minimum}}` : `{${minimum},${maximum}}`;
}
