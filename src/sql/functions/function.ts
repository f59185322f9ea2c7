/**
 * What a SQL function is: one declaration each, in a file by family, read by the binder (types), the engine (code) and
 * the reference page (text).
 *
 * Two bodies, one meaning. `evaluate` works on the scalars of `data/types.ts` and is exact for every input: the engine's
 * interpreter, its oracle in tests and its fallback. `emit` gives a JavaScript expression for generated loops over *fast
 * scalars*, which differ from scalars in two types: BIGINT and DECIMAL of precision ≤ 15 are JavaScript numbers there
 * (DECIMAL unscaled). The generator guards every BIGINT and DECIMAL result: when it leaves ±(2^53 − 1) the batch is run
 * again by the interpreter, so `emit` may ignore wide values but must not be silently inexact below them. Text may call
 * `$slow()` for a case it leaves to `evaluate` (a division by zero that must end the job): the whole batch then runs in
 * the interpreter. Other free names than JavaScript's globals are not allowed.
 */
import type { Platform } from "../../core/index.ts";
import type { DataType } from "../../data/index.ts";

export interface ScalarFunction {
  readonly kind: "scalar";
  /** Upper case name or operator: "UPPER", "+", "CASE". */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly documentation: FunctionDocumentation;
  /** Types for a call, or a sentence saying what does not fit ("expects a character string as argument 1, not INT"). */
  resolve(call: CallTypes): ResolvedSignature | string;
  /** `strict`: NULL in any argument gives NULL and the bodies never see one; `custom`: the bodies handle null. */
  readonly nulls: "strict" | "custom";
  /** False for RAND, UUID, and all that reads the clock: never folded, never computed twice for one row. */
  readonly deterministic: boolean;
  /** May return null. Throws a HeadraceError `decode` or `invalid-argument` for a row that ends the job in Flink (CAST, division by zero). */
  evaluate(values: readonly unknown[], call: BoundCall): unknown;
  /** Source text over fast scalars, or null when these types have no fast form. `values` are source texts, each to be used once or bound by the caller. Result null when NULL. */
  emit?(values: readonly string[], call: BoundCall): string | null;
}

export interface AggregateFunction {
  readonly kind: "aggregate";
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly documentation: FunctionDocumentation;
  resolve(call: CallTypes): ResolvedSignature | string;
  /** Where it may stand: grouped aggregation, OVER windows, or both. */
  readonly places: readonly ("group" | "over")[];
}

export interface FunctionDocumentation {
  readonly category:
    | "comparison"
    | "logical"
    | "arithmetic"
    | "string"
    | "temporal"
    | "conditional"
    | "conversion"
    | "collection"
    | "json"
    | "hash"
    | "aggregate"
    | "window"
    | "other";
  /** "SUBSTRING(text, start [, length])" */
  readonly usage: string;
  readonly summary: string;
  /** Run as a test: `SELECT expression` gives `result` (as text; "NULL"). */
  readonly example?: { readonly expression: string; readonly result: string };
}

export interface CallTypes {
  readonly types: readonly DataType[];
  /** Values of arguments that are literals, undefined for others. */
  readonly literals: readonly unknown[];
  /** Target of CAST and TRY_CAST, RETURNING of JSON_VALUE, time unit of EXTRACT and TIMESTAMPADD …: what is not an argument. */
  readonly parameter?: unknown;
}

export interface ResolvedSignature {
  /** What each argument is cast to implicitly. */
  readonly parameters: readonly DataType[];
  readonly result: DataType;
}

export interface BoundCall {
  readonly types: readonly DataType[];
  readonly type: DataType;
  readonly parameter?: unknown;
  /** 'table.local-time-zone'. */
  readonly timeZone: string;
  /** For functions that are not deterministic; whoever evaluates them gives it. */
  readonly platform?: Pick<Platform, "clock" | "random">;
}
