import type { AfterMatch, MatchDefinition, MatchMeasure, MatchRecognizeTable, MatchSubset, Pattern } from "../ast/match-recognize.ts";
import type { TableAlias, TableExpression } from "../ast/queries.ts";
import type { Cursor } from "./cursor.ts";
import { parseOrderItem } from "./over.ts";

/** `MATCH_RECOGNIZE (…) [AS t]` behind a table. */
export function parseMatchRecognize(cursor: Cursor, input: TableExpression, start: number, alias: () => TableAlias | undefined): MatchRecognizeTable {
  const { clause } = cursor;
  cursor.clause = "MATCH_RECOGNIZE";
  cursor.next();
  const open = cursor.expect("(");
  const partitionBy = cursor.accept("PARTITION", "BY") ? cursor.list(() => cursor.expression()) : [];
  const orderBy = cursor.accept("ORDER", "BY") ? cursor.list(() => parseOrderItem(cursor)) : [];
  const measures = cursor.accept("MEASURES") ? cursor.list(() => measure(cursor)) : [];
  const rowsPerMatch = perMatch(cursor);
  const afterMatch = cursor.at("AFTER", "MATCH") ? skip(cursor) : undefined;
  cursor.expect("PATTERN");
  const patternOpen = cursor.expect("(");
  const startAnchor = cursor.accept("^");
  const pattern = cursor.nested(alternation);
  const endAnchor = cursor.accept("$");
  if (cursor.token.key !== ")") cursor.fail(["a pattern variable", "')'"], { open: patternOpen });
  cursor.next();
  const within = cursor.accept("WITHIN") ? cursor.expression() : undefined;
  const subsets = cursor.accept("SUBSET") ? cursor.list(() => subset(cursor)) : [];
  cursor.expect("DEFINE");
  const definitions = cursor.list(() => definition(cursor));
  cursor.close(open, true);
  cursor.clause = clause;
  const head = { kind: "match-recognize", input, partitionBy, orderBy, measures, rowsPerMatch, afterMatch } as const;
  return { ...head, pattern, startAnchor, endAnchor, within, subsets, definitions, alias: alias(), span: cursor.span(start) };
}

function measure(cursor: Cursor): MatchMeasure {
  const { start } = cursor.token;
  const expression = cursor.expression();
  cursor.expect("AS");
  return { kind: "match-measure", expression, alias: cursor.identifier("a name for the measure"), span: cursor.span(start) };
}

function perMatch(cursor: Cursor): "ONE" | "ALL" | undefined {
  if (cursor.accept("ONE", "ROW", "PER", "MATCH")) return "ONE";
  return cursor.accept("ALL", "ROWS", "PER", "MATCH") ? "ALL" : undefined;
}

function skip(cursor: Cursor): AfterMatch {
  const { start } = cursor.token;
  cursor.expect("AFTER", "MATCH", "SKIP");
  if (cursor.accept("PAST", "LAST", "ROW")) return { kind: "after-match", skip: "PAST LAST ROW", variable: undefined, span: cursor.span(start) };
  if (!cursor.accept("TO")) cursor.fail(["PAST LAST ROW", "TO NEXT ROW", "TO FIRST", "TO LAST"]);
  if (cursor.accept("NEXT", "ROW")) return { kind: "after-match", skip: "TO NEXT ROW", variable: undefined, span: cursor.span(start) };
  const first = cursor.token.key === "FIRST";
  cursor.acceptAny("FIRST", "LAST");
  const variable = cursor.identifier("a pattern variable");
  return { kind: "after-match", skip: first ? "TO FIRST" : "TO LAST", variable, span: cursor.span(start) };
}

function subset(cursor: Cursor): MatchSubset {
  const { start } = cursor.token;
  const name = cursor.identifier("a name for the subset");
  cursor.expect("=");
  const variables = cursor.parenthesised(() => cursor.identifier("a pattern variable"));
  return { kind: "match-subset", name, variables, span: cursor.span(start) };
}

function definition(cursor: Cursor): MatchDefinition {
  const { start } = cursor.token;
  const name = cursor.identifier("a pattern variable");
  cursor.expect("AS");
  return { kind: "match-definition", name, condition: cursor.expression(), span: cursor.span(start) };
}

// ---- the pattern ----

function alternation(cursor: Cursor): Pattern {
  const { start } = cursor.token;
  const items = [sequence(cursor)];
  while (cursor.accept("|")) items.push(sequence(cursor));
  return items.length === 1 ? items[0] : { kind: "pattern-alternation", items, span: cursor.span(start) };
}

function sequence(cursor: Cursor): Pattern {
  const { start } = cursor.token;
  const items = [repetition(cursor)];
  while (cursor.atIdentifier() || cursor.atAny("(", "{-", "PERMUTE")) items.push(repetition(cursor));
  return items.length === 1 ? items[0] : { kind: "pattern-sequence", items, span: cursor.span(start) };
}

function repetition(cursor: Cursor): Pattern {
  const { start } = cursor.token;
  const pattern = element(cursor);
  const bounds = quantifier(cursor);
  if (bounds === undefined) return pattern;
  const [minimum, maximum] = bounds;
  const reluctant = cursor.accept("?");
  return { kind: "pattern-repetition", pattern, minimum, maximum, reluctant, span: cursor.span(start) };
}

function element(cursor: Cursor): Pattern {
  const { start } = cursor.token;
  if (cursor.token.key === "(") {
    const open = cursor.next();
    const inside = cursor.nested(alternation);
    cursor.close(open);
    return inside;
  }
  if (cursor.accept("{-")) {
    const pattern = cursor.nested(alternation);
    cursor.expect("-}");
    return { kind: "pattern-exclusion", pattern, span: cursor.span(start) };
  }
  if (cursor.accept("PERMUTE")) {
    const items = cursor.parenthesised(() => cursor.nested(alternation));
    return { kind: "pattern-permutation", items, span: cursor.span(start) };
  }
  const name = cursor.identifier("a pattern variable");
  return { kind: "pattern-variable", name, span: name.span };
}

function quantifier(cursor: Cursor): [number, number | undefined] | undefined {
  if (cursor.accept("*")) return [0, undefined];
  if (cursor.accept("+")) return [1, undefined];
  if (cursor.accept("?")) return [0, 1];
  const { start } = cursor.token;
  if (!cursor.accept("{")) return undefined;
  if (cursor.accept(",")) {
    const maximum = cursor.integer();
    cursor.expect("}");
    return [0, maximum];
  }
  const minimum = cursor.integer();
  let maximum: number | undefined = minimum;
  if (cursor.accept(",")) maximum = cursor.token.type === "number" ? cursor.integer() : undefined;
  cursor.expect("}");
  if (maximum !== undefined && maximum < minimum) cursor.invalid("the smaller number of repetitions comes first", cursor.span(start));
  return [minimum, maximum];
}
