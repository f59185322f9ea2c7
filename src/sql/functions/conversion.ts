/** CAST and TRY_CAST. */
import { HeadraceError } from "../../core/index.ts";
import { sameType, typeText, withNullable, type DataType } from "../../data/index.ts";
import { castValue } from "./cast-values.ts";
import { documented } from "./declare.ts";
import type { BoundCall, CallTypes, ResolvedSignature, ScalarFunction } from "./function.ts";
import { castExists, isApproximate, isCharacter, isInteger, isTimestamp } from "./type-rules.ts";

function resolveCast({ types, parameter }: CallTypes, safe: boolean): ResolvedSignature | string {
  const target = parameter as DataType;
  if (!castExists(types[0], target)) return `cannot cast ${typeText(types[0], true)} to ${typeText(target, true)}`;
  return { parameters: [types[0]], result: withNullable(target, safe || types[0].nullable) };
}

function evaluateSafely(value: unknown, call: BoundCall): unknown {
  try {
    return castValue(value, call.types[0], call.type, call.timeZone);
  } catch (error) {
    if (error instanceof HeadraceError && error.code === "decode") return null;
    throw error;
  }
}

function emitCast([value]: readonly string[], { types, type }: BoundCall): string | null {
  const [from] = types;
  if (sameType(from, type, true)) return value;
  if (isInteger(from)) return emitFromInteger(value, from, type);
  if (isApproximate(from)) return emitFromDouble(value, type);
  if (from.kind === "decimal" && from.precision <= 15) return emitFromDecimal(value, from, type);
  if (isCharacter(from) && type.kind === "varchar" && type.length >= from.length) return value;
  if (from.kind === "timestamp" && type.kind === "date" && from.precision <= 3) return `Math.floor(${value} / 86400000)`;
  if (from.kind === "date" && type.kind === "timestamp" && type.precision <= 3) return `(${value} * 86400000)`;
  if (isTimestamp(from) && isTimestamp(type) && from.kind === type.kind && from.precision <= type.precision && type.precision <= 3) return value;
  return null;
}

function emitFromInteger(value: string, from: DataType, type: DataType): string | null {
  switch (type.kind) {
    case "bigint":
    case "double":
      return value;
    case "integer":
      return from.kind === "bigint" ? `(${value} | 0)` : value;
    case "smallint":
      return from.kind === "tinyint" ? value : `((${value} << 16) >> 16)`;
    case "tinyint":
      return `((${value} << 24) >> 24)`;
    case "float":
      return `Math.fround(${value})`;
    case "boolean":
      return `(${value} !== 0)`;
    case "decimal": {
      if (type.precision > 15) return null;
      // Beyond the whole digits of the type the result is NULL, which is left to the exact body.
      const limit = 10 ** (type.precision - type.scale);
      return `(${value} >= ${limit} || ${value} <= -${limit} ? $slow() : ${value} * ${10 ** type.scale})`;
    }
    default:
      return null;
  }
}

function emitFromDouble(value: string, type: DataType): string | null {
  switch (type.kind) {
    case "double":
      return value;
    case "float":
      return `Math.fround(${value})`;
    case "integer":
      return `(${value} >= 2147483647 ? 2147483647 : ${value} <= -2147483648 ? -2147483648 : ${value} | 0)`;
    case "bigint":
      return `(${value} !== ${value} ? 0 : ${value} > 9007199254740991 || ${value} < -9007199254740991 ? $slow() : Math.trunc(${value}) + 0)`;
    default:
      return null;
  }
}

function emitFromDecimal(value: string, from: DataType & { kind: "decimal" }, type: DataType): string | null {
  // Dividing two exact doubles rounds once, so this is the double nearest to the decimal.
  if (type.kind === "double") return from.scale === 0 ? value : `(${value} / ${10 ** from.scale})`;
  if (type.kind !== "decimal" || type.precision > 15 || type.scale < from.scale) return null;
  const grows = type.precision - type.scale >= from.precision - from.scale;
  return grows ? `(${value} * ${10 ** (type.scale - from.scale)})` : null;
}

/** Put by INSERT round what goes into a NOT NULL column. */
const required: ScalarFunction = {
  kind: "scalar",
  name: "NOT NULL",
  documentation: documented(
    "conversion",
    "column type NOT NULL (of a table written to)",
    "Not called: a NULL on its way into such a column ends the job, or with SET 'table.exec.sink.not-null-enforcer' = 'DROP' its row is left out.",
  ),
  resolve: ({ types }) => ({ parameters: types, result: withNullable(types[0], false) }),
  nulls: "custom",
  deterministic: true,
  evaluate: ([value], { parameter }) => {
    if (value !== null) return value;
    throw new HeadraceError("invalid-argument", `column ${String(parameter as string)} is NOT NULL, but gets NULL`, {
      hint: "give it COALESCE(value, …), leave such rows out with WHERE, or SET 'table.exec.sink.not-null-enforcer' = 'DROP'",
    });
  },
  emit: ([value]) => `(${value} ?? $slow())`,
};

export const conversionFunctions: readonly ScalarFunction[] = [
  {
    kind: "scalar",
    name: "CAST",
    documentation: documented(
      "conversion",
      "CAST(value AS type)",
      "The value in another type. Integers wrap, DOUBLE saturates, DECIMAL rounds half up and is NULL on overflow; text that does not fit ends the job.",
      "CAST('12.999' AS INT)",
      "12",
    ),
    resolve: (call) => resolveCast(call, false),
    nulls: "strict",
    deterministic: true,
    evaluate: ([value], call) => castValue(value, call.types[0], call.type, call.timeZone),
    emit: emitCast,
  },
  {
    kind: "scalar",
    name: "TRY_CAST",
    documentation: documented("conversion", "TRY_CAST(value AS type)", "Like CAST, but NULL where CAST fails.", "TRY_CAST('abc' AS INT)", "NULL"),
    resolve: (call) => resolveCast(call, true),
    nulls: "strict",
    deterministic: true,
    evaluate: ([value], call) => evaluateSafely(value, call),
    emit: (values, call) => (isCharacter(call.types[0]) ? null : emitCast(values, call)),
  },
  required,
];
