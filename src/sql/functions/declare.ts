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

export function resolver(
  pattern: string,
  result: Result,
  nullability: "arguments" | "always" | "never" = "arguments",
): (call: CallTypes) => ResolvedSignature | string {
  return (call) => {
    const parameters = matchArguments(call.types, pattern);
    if (typeof parameters === "string") return parameters;
    const type = typeof result === "function" ? result(parameters, call) : result;
    if (typeof type === "string") return type;
    const nullable = nullability === "always" || (nullability === "arguments" && anyNullable(call.types));
    return { parameters, result: withNullable(type, nullable) };
  };
}

/** The scalars a pattern of `matchArguments` stands for, as a tuple. */
type Scalars<Pattern extends string> = Pattern extends ""
  ? []
  : Pattern extends `${infer Word}, ${infer Rest}`
    ? [...ScalarsOf<Word>, ...Scalars<Rest>]
    : ScalarsOf<Pattern>;
type ScalarsOf<Word extends string> = Word extends `[${infer Inner}]` ? [Scalar<Inner>?] : Word extends `${infer Inner}...` ? Scalar<Inner>[] : [Scalar<Word>];
type Scalar<Word extends string> = Word extends keyof WordScalars ? WordScalars[Word] : unknown;

interface WordScalars {
  string: string;
  text: string;
  int: number;
  bigint: bigint;
  double: number;
  numeric: number | bigint;
  exact: number | bigint;
  boolean: boolean;
  timestamp: number | bigint;
  temporal: number | bigint;
  binary: Uint8Array;
}

type OrNull<Values extends readonly unknown[]> = { [Index in keyof Values]: Values[Index] | null };

export interface PlainOptions<Pattern extends string, Custom extends boolean> {
  readonly pattern: Pattern;
  readonly result: Result;
  readonly documentation: FunctionDocumentation;
  readonly aliases?: readonly string[];
  /** `always`: may be NULL without a NULL argument. */
  readonly nullability?: "arguments" | "always" | "never";
  readonly emit?: (values: readonly string[], call: BoundCall) => string | null;
  readonly custom?: Custom;
  readonly deterministic?: boolean;
}

/** A function whose signature is a pattern, which types the body too; NULL in, NULL out unless `custom`. */
export function plain<const Pattern extends string, const Custom extends boolean = false>(
  name: string,
  options: PlainOptions<Pattern, Custom>,
  evaluate: (values: Custom extends true ? OrNull<Scalars<Pattern>> : Scalars<Pattern>, call: BoundCall) => unknown,
): ScalarFunction {
  return {
    kind: "scalar",
    name,
    ...(options.aliases === undefined ? {} : { aliases: options.aliases }),
    documentation: options.documentation,
    resolve: resolver(options.pattern, options.result, options.nullability),
    nulls: options.custom === true ? "custom" : "strict",
    deterministic: options.deterministic ?? true,
    // The binder casts arguments to what the pattern says, so the values are of its types.
    evaluate: evaluate as ScalarFunction["evaluate"],
    ...(options.emit === undefined ? {} : { emit: options.emit }),
  };
}
