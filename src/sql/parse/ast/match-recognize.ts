import type { Expression } from "./expressions.ts";
import type { OrderItem, TableAlias, TableExpression } from "./queries.ts";
import type { Identifier, Span } from "./span.ts";

/** `input MATCH_RECOGNIZE (…) AS t`. */
export interface MatchRecognizeTable {
  readonly kind: "match-recognize";
  readonly input: TableExpression;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly measures: readonly MatchMeasure[];
  /** Undefined where not said; Flink then means ONE. */
  readonly rowsPerMatch: "ONE" | "ALL" | undefined;
  readonly afterMatch: AfterMatch | undefined;
  readonly pattern: Pattern;
  /** `^` before the pattern. */
  readonly startAnchor: boolean;
  /** `$` after the pattern. */
  readonly endAnchor: boolean;
  readonly within: Expression | undefined;
  readonly subsets: readonly MatchSubset[];
  readonly definitions: readonly MatchDefinition[];
  readonly alias: TableAlias | undefined;
  readonly span: Span;
}

export interface MatchMeasure {
  readonly kind: "match-measure";
  readonly expression: Expression;
  readonly alias: Identifier;
  readonly span: Span;
}

/** `AFTER MATCH SKIP …`. */
export interface AfterMatch {
  readonly kind: "after-match";
  readonly skip: "PAST LAST ROW" | "TO NEXT ROW" | "TO FIRST" | "TO LAST";
  /** Of TO FIRST and TO LAST (`SKIP TO a` means TO LAST). */
  readonly variable: Identifier | undefined;
  readonly span: Span;
}

/** `name = (a, b)` of SUBSET. */
export interface MatchSubset {
  readonly kind: "match-subset";
  readonly name: Identifier;
  readonly variables: readonly Identifier[];
  readonly span: Span;
}

/** `name AS condition` of DEFINE. */
export interface MatchDefinition {
  readonly kind: "match-definition";
  readonly name: Identifier;
  readonly condition: Expression;
  readonly span: Span;
}

export type Pattern = PatternVariable | PatternSequence | PatternAlternation | PatternRepetition | PatternExclusion | PatternPermutation;

export interface PatternVariable {
  readonly kind: "pattern-variable";
  readonly name: Identifier;
  readonly span: Span;
}

/** `a b c`: two or more. */
export interface PatternSequence {
  readonly kind: "pattern-sequence";
  readonly items: readonly Pattern[];
  readonly span: Span;
}

/** `a | b`: two or more. */
export interface PatternAlternation {
  readonly kind: "pattern-alternation";
  readonly items: readonly Pattern[];
  readonly span: Span;
}

/** `a*`, `a+`, `a?`, `a{2}`, `a{2,}`, `a{,3}`, `a{2,3}`, each also reluctant with a further `?`. */
export interface PatternRepetition {
  readonly kind: "pattern-repetition";
  readonly pattern: Pattern;
  readonly minimum: number;
  /** Undefined: no end. */
  readonly maximum: number | undefined;
  readonly reluctant: boolean;
  readonly span: Span;
}

/** `{- a -}`. */
export interface PatternExclusion {
  readonly kind: "pattern-exclusion";
  readonly pattern: Pattern;
  readonly span: Span;
}

/** `PERMUTE(a, b)`. */
export interface PatternPermutation {
  readonly kind: "pattern-permutation";
  readonly items: readonly Pattern[];
  readonly span: Span;
}
