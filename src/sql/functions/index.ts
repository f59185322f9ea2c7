/** All functions by name. The engine imports this door; it knows nothing of the parser. */
import { aggregateFunctions } from "./aggregates.ts";
import { arithmeticFunctions } from "./arithmetic.ts";
import { combinationFunctions } from "./collection-combinations.ts";
import { collectionFunctions } from "./collections.ts";
import { comparisonFunctions } from "./comparison.ts";
import { conversionFunctions } from "./conversion.ts";
import { encodingFunctions } from "./encodings.ts";
import type { AggregateFunction, ScalarFunction } from "./function.ts";
import { jsonBuildingFunctions } from "./json-building.ts";
import { jsonFunctions } from "./json.ts";
import { logicFunctions } from "./logic.ts";
import { mathFunctions } from "./math.ts";
import { patternFunctions } from "./patterns.ts";
import { stringFunctions } from "./strings.ts";
import { timeFieldFunctions } from "./time-fields.ts";
import { timeValueFunctions } from "./time-values.ts";

export type * from "./function.ts";
export type { JsonBuildingParameter } from "./json-building.ts";
export type { JsonExistsParameter, JsonQueryParameter, JsonValueParameter } from "./json.ts";
export type { WindowParameter } from "./time-values.ts";
export { castValue, toText } from "./cast-values.ts";
export { dayMs, isTimeZone, toInstantMs, toLocalMs } from "./calendar.ts";
export { formatPattern, parseDate, parsePattern, parseTime, parseTimestampMs, parseTimestampNanos } from "./time-text.ts";
export {
  anyNullable,
  castExists,
  castsImplicitly,
  commonType,
  isApproximate,
  isBinary,
  isCharacter,
  isExact,
  isInteger,
  isInterval,
  isNumeric,
  isTemporal,
  isTimestamp,
} from "./type-rules.ts";
export { compareScalars, equalScalars } from "./values.ts";

/** By category as the reference page lists them. */
export const allFunctions: readonly (ScalarFunction | AggregateFunction)[] = [
  ...comparisonFunctions,
  ...logicFunctions,
  ...arithmeticFunctions,
  ...mathFunctions,
  ...stringFunctions,
  ...patternFunctions,
  ...timeFieldFunctions,
  ...timeValueFunctions,
  ...conversionFunctions,
  ...encodingFunctions,
  ...collectionFunctions,
  ...combinationFunctions,
  ...jsonFunctions,
  ...jsonBuildingFunctions,
  ...aggregateFunctions,
];

const byName = new Map<string, ScalarFunction | AggregateFunction>();
for (const declaration of allFunctions) {
  for (const name of [declaration.name, ...(declaration.aliases ?? [])]) byName.set(name, declaration);
}

/** A declaration by name or alias, without regard to case; undefined when there is none. */
export function lookupFunction(name: string): ScalarFunction | AggregateFunction | undefined {
  return byName.get(name) ?? byName.get(name.toUpperCase());
}

/** Names a user may call, for suggestions and completion. */
export function functionNames(): string[] {
  return [...byName.keys()].filter((name) => /^[A-Z_0-9]+$/.test(name));
}

const notRunYet = new Set(
  "LISTAGG ARRAY_AGG COLLECT JSON_OBJECTAGG JSON_ARRAYAGG RANK DENSE_RANK LEAD NTILE PERCENT_RANK CUME_DIST NTH_VALUE SINGLE_VALUE APPROX_COUNT_DISTINCT GROUPING GROUPING_ID PARSE_JSON TRY_PARSE_JSON PARSE_URL PRINTF SHA2 CURRENT_WATERMARK SOURCE_WATERMARK TYPEOF BITAND BITOR CURRENT_USER UNHEX PERCENTILE".split(
    " ",
  ),
);

/** Whether Apache Flink has a function of this name that does not run here yet. */
export function isPlannedFunction(name: string): boolean {
  return notRunYet.has(name.toUpperCase());
}

/** Functions of Apache Flink that are refused by name, sorted. */
export function plannedFunctionNames(): string[] {
  return [...notRunYet].sort();
}
