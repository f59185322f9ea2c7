/** Declarations of aggregates: types as Flink gives them. What they compute is the engine's. */
import { simpleType, typeText, withNullable, type DataType } from "../../data/index.ts";
import { decimalType } from "../../data/index.ts";
import { bigintType, documented } from "./declare.ts";
import type { AggregateFunction, CallTypes, ResolvedSignature } from "./function.ts";
import { commonType, isCharacter, isInteger, isNumeric, isTemporal } from "./type-rules.ts";

const everywhere = ["group", "over"] as const;

function aggregate(
  name: string,
  usage: string,
  summary: string,
  resolve: (call: CallTypes) => ResolvedSignature | string,
  places: readonly ("group" | "over")[] = everywhere,
  aliases: readonly string[] = [],
): AggregateFunction {
  return { kind: "aggregate", name, aliases, documentation: documented("aggregate", usage, summary), resolve, places };
}

/** In a group or a frame there is at least one row, so the result is NULL only where the argument may be, or with `sample` of one row. */
function numericArgument({ types }: CallTypes, result: (type: DataType) => DataType, sample = false): ResolvedSignature | string {
  const [type] = types;
  if (types.length !== 1) return `expects 1 argument, not ${types.length}`;
  if (type.kind === "null") return { parameters: [simpleType("integer")], result: simpleType("integer") };
  if (!isNumeric(type)) return `expects a number, not ${typeText(type, true)}`;
  return { parameters: [type], result: withNullable(result(type), type.nullable || sample) };
}

function anyArgument({ types }: CallTypes): ResolvedSignature | string {
  if (types.length !== 1) return `expects 1 argument, not ${types.length}`;
  return { parameters: [types[0]], result: types[0] };
}

function orderedArgument(call: CallTypes): ResolvedSignature | string {
  const [type] = call.types;
  if (
    call.types.length === 1 &&
    !isNumeric(type) &&
    !isCharacter(type) &&
    !isTemporal(type) &&
    type.kind !== "boolean" &&
    type.kind !== "null" &&
    !type.kind.startsWith("interval")
  ) {
    return `expects a value that can be ordered, not ${typeText(type, true)}`;
  }
  return anyArgument(call);
}

function sumType(type: DataType): DataType {
  return type.kind === "decimal" ? decimalType(38, type.scale) : type;
}
function averageType(type: DataType): DataType {
  return type.kind === "decimal" ? decimalType(38, Math.max(type.scale, 6)) : type;
}

function deviation(name: string, aliases: readonly string[], summary: string): AggregateFunction {
  return aggregate(name, `${name}([DISTINCT] number)`, summary, (call) => numericArgument(call, averageType, name.endsWith("SAMP")), everywhere, aliases);
}

function count({ types }: CallTypes): ResolvedSignature {
  return { parameters: types, result: withNullable(bigintType, false) };
}

/** LAG(value [, offset [, default]]). */
function neighbour({ types }: CallTypes): ResolvedSignature | string {
  if (types.length === 0 || types.length > 3) return `expects 1 to 3 arguments, not ${types.length}`;
  const [value, offset, fallback] = types;
  if (offset !== undefined && !isInteger(offset)) return `expects an integer as argument 2, not ${typeText(offset, true)}`;
  const result = fallback === undefined ? withNullable(value, true) : commonType([value, fallback]);
  if (result === undefined) return `expects a default of the type of its value, not ${typeText(fallback, true)}`;
  // With a default Flink calls the result NOT NULL when the default is, whatever the value.
  const nullable = fallback === undefined || fallback.nullable;
  return { parameters: types.map((type, index) => (index === 1 ? type : withNullable(result, type.nullable))), result: withNullable(result, nullable) };
}

function ranking({ types }: CallTypes): ResolvedSignature | string {
  return types.length === 0 ? { parameters: [], result: withNullable(bigintType, false) } : `expects no argument, not ${types.length}`;
}

export const aggregateFunctions: readonly AggregateFunction[] = [
  aggregate("COUNT", "COUNT(*), COUNT([DISTINCT] value, …)", "Number of rows, or of those whose values are not NULL.", count),
  aggregate("SUM", "SUM([DISTINCT] number)", "Sum, in the type of the number: integers wrap; DECIMAL(p, s) gives DECIMAL(38, s). NULL of no value.", (call) =>
    numericArgument(call, sumType),
  ),
  aggregate("AVG", "AVG([DISTINCT] number)", "Mean, in the type of the number: of integers it is cut; DECIMAL(p, s) gives DECIMAL(38, max(s, 6)).", (call) =>
    numericArgument(call, averageType),
  ),
  aggregate("MIN", "MIN(value)", "Least value.", orderedArgument),
  aggregate("MAX", "MAX(value)", "Greatest value.", orderedArgument),
  deviation("STDDEV_POP", [], "Standard deviation of the population, in the type of the number."),
  deviation("STDDEV_SAMP", ["STDDEV"], "Standard deviation of a sample; NULL of one value."),
  deviation("VAR_POP", [], "Variance of the population."),
  deviation("VAR_SAMP", ["VARIANCE"], "Variance of a sample; NULL of one value."),
  aggregate("FIRST_VALUE", "FIRST_VALUE(value)", "First value that is not NULL.", anyArgument),
  aggregate("LAST_VALUE", "LAST_VALUE(value)", "Last value that is not NULL.", anyArgument),
  aggregate("LAG", "LAG(value [, offset [, default]])", "The value so many rows (1) before this one, or the default (NULL).", neighbour, ["over"]),
  aggregate("ROW_NUMBER", "ROW_NUMBER()", "Number of the row in its partition, from 1.", ranking, ["over"]),
];
