/** Short ways to write declarations. */
import { simpleType, stringType, withNullable, type DataType } from "../../data/index.ts";
import type { BoundCall, CallTypes, FunctionDocumentation, ResolvedSignature, ScalarFunction } from "./function.ts";
import { anyNullable, matchArguments } from "./type-rules.ts";

export const booleanType = simpleType("boolean");
export const intType = simpleType("integer");
export const bigintType = simpleType("bigint");
export const doubleType = simpleType("double");
export const textType = stringType();

type Category = FunctionDocumentation["category"];

export function documented(category: Category, usage: string, summary: string, expression?: string, result?: string): FunctionDocumentation {
  return expression === undefined ? { category, usage, summary } : { category, usage, summary, example: { expression, result: result! } };
}

/** What the result is: a type, nullable where an argument is, or computed from the cast argument types. */
export type Result = DataType | ((parameters: readonly DataType[], call: CallTypes) => DataType | string);

export function resolver(pattern: string, result: Result, nullability: "arguments" | "always" | "never" = "arguments"): (call: CallTypes) => ResolvedSignature | string {
  return (call) => {
    const parameters = matchArguments(call.types, pattern);
    if (typeof parameters === "string") return parameters;
    const type = typeof result === "function" ? result(parameters, call) : result;
    if (typeof type === "string") return type;
    const nullable = nullability === "always" || (nullability === "arguments" && anyNullable(call.types));
    return { parameters, result: withNullable(type, nullable) };
  };
}

export interface PlainOptions {
  readonly pattern: string;
  readonly result: Result;
  readonly documentation: FunctionDocumentation;
  readonly aliases?: readonly string[];
  /** `always`: may be NULL without a NULL argument. */
  readonly nullability?: "arguments" | "always" | "never";
  readonly emit?: (values: readonly string[], call: BoundCall) => string | null;
  readonly custom?: boolean;
  readonly deterministic?: boolean;
}

/** A function whose signature is a pattern; NULL in, NULL out unless `custom`. */
export function plain(name: string, options: PlainOptions, evaluate: (values: readonly any[], call: BoundCall) => unknown): ScalarFunction {
  return {
    kind: "scalar",
    name,
    ...(options.aliases === undefined ? {} : { aliases: options.aliases }),
    documentation: options.documentation,
    resolve: resolver(options.pattern, options.result, options.nullability),
    nulls: options.custom === true ? "custom" : "strict",
    deterministic: options.deterministic ?? true,
    evaluate,
    ...(options.emit === undefined ? {} : { emit: options.emit }),
  };
}
