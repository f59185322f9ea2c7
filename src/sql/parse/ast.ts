/**
 * The syntax tree of Flink SQL: plain values, told apart by `kind`, never changed after they are built, each with its place in the text.
 * A clause that was not written is `undefined` or an empty list, never a missing property.
 */
export type * from "./ast/span.ts";
export type * from "./ast/types.ts";
export type * from "./ast/expressions.ts";
export type * from "./ast/calls.ts";
export type * from "./ast/queries.ts";
export type * from "./ast/match-recognize.ts";
export type * from "./ast/definitions.ts";
export type * from "./ast/alterations.ts";
export type * from "./ast/statements.ts";
