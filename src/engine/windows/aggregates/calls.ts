/** From aggregate calls to what computes them: arguments are read once, equal sums are kept once. */
import { HeadraceError } from "../../../core/index.ts";
import { typeText, type DataType, type Schema } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import type { Lane } from "../../state/lanes.ts";
import { laneOf } from "../../state/lanes.ts";
import type { Counted } from "./accumulator.ts";
import { CountAccumulator } from "./count.ts";
import { DecimalSumAccumulator } from "./decimal-sum.ts";
import { ExactSpreadAccumulator } from "./exact-spread.ts";
import { FloatSpreadAccumulator } from "./float-spread.ts";
import { FloatSumAccumulator } from "./float-sum.ts";
import type { Choice } from "./value-order.ts";
import { WholeSumAccumulator } from "./whole-sum.ts";

/** What a call needs from its frame. */
export type Family = "count" | "sum" | "spread" | "value" | "lag";

const families: Readonly<Record<string, Family>> = {
  COUNT: "count",
  ROW_NUMBER: "count",
  SUM: "sum",
  SUM0: "sum",
  $SUM0: "sum",
  AVG: "sum",
  STDDEV_POP: "spread",
  STDDEV_SAMP: "spread",
  VAR_POP: "spread",
  VAR_SAMP: "spread",
  MIN: "value",
  MAX: "value",
  FIRST_VALUE: "value",
  LAST_VALUE: "value",
  LAG: "lag",
};

const choices: Readonly<Record<string, Choice>> = { MIN: "min", MAX: "max", FIRST_VALUE: "first", LAST_VALUE: "last" };

export function familyOf(call: AggregateCall): Family {
  const family = families[call.function];
  if (family === undefined) throw new HeadraceError("sql-unsupported", `aggregate ${call.function} cannot run in a window yet`);
  return family;
}

export function choiceOf(call: AggregateCall): Choice {
  return choices[call.function]!;
}

/** Rows back that LAG looks. */
export function lagOffset(call: AggregateCall): number {
  return Number(call.constants[0] ?? 1);
}

/** Rows that take part in a call: argument and filter; −1 without. */
export interface Participation {
  readonly argument: number;
  readonly filter: number;
  /** Each value once. MIN, MAX, FIRST_VALUE and LAST_VALUE do not care. */
  readonly distinct: boolean;
  /** Type of the argument; null without. */
  readonly type: DataType | null;
  readonly lane: Lane | null;
}

export function participationOf(call: AggregateCall, input: Schema): Participation {
  const argument = call.arguments[0] ?? -1;
  const type = argument < 0 ? null : input.fields[argument]!.type;
  const family = familyOf(call);
  if (call.arguments.length > 1 && family !== "lag") {
    throw new HeadraceError("sql-unsupported", `${call.function} of ${call.arguments.length} arguments cannot run in a window yet`);
  }
  return {
    argument,
    filter: call.filter ?? -1,
    distinct: call.distinct && argument >= 0 && (family === "count" || family === "sum" || family === "spread"),
    type,
    lane: type === null ? null : laneOf(type),
  };
}

export function participationKey(participation: Participation): string {
  return `${participation.argument}/${participation.filter}/${participation.distinct ? "d" : ""}`;
}

const wholeKinds: ReadonlySet<DataType["kind"]> = new Set(["tinyint", "smallint", "integer", "bigint"]);

export function isFloating(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double";
}

/** The accumulator of a call of families `count`, `sum` and `spread`. `removable`: rows leave as well. */
export function additiveAccumulator(call: AggregateCall, participation: Participation, removable: boolean, decode: (id: number) => unknown): Counted {
  const family = familyOf(call);
  const { type, lane } = participation;
  if (family === "count" || type === null || lane === null) return new CountAccumulator();
  if (!isFloating(type) && type.kind !== "decimal" && !wholeKinds.has(type.kind)) {
    throw new HeadraceError("sql-unsupported", `${call.function} takes numbers, not ${typeText(type)}`);
  }
  if (family === "sum") {
    if (isFloating(type)) return new FloatSumAccumulator(removable);
    if (type.kind === "decimal") return new DecimalSumAccumulator(lane, decode);
    return new WholeSumAccumulator(lane);
  }
  return isFloating(type) ? new FloatSpreadAccumulator(removable) : new ExactSpreadAccumulator(lane, decode);
}

/** Calls with equal keys share one accumulator. */
export function accumulatorKey(call: AggregateCall, participation: Participation): string {
  const family = familyOf(call);
  const detail = family === "value" ? `:${choiceOf(call)}` : family === "lag" ? `:${call.constants.map(String).join(",")}` : "";
  return `${family}${detail}@${participationKey(participation)}`;
}

/** Part of a record's layout, so that state of other aggregates is refused. */
export function describeCall(call: AggregateCall, participation: Participation): string {
  return `${accumulatorKey(call, participation)}:${participation.type?.kind ?? ""}`;
}
