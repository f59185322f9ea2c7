/** JSON values to scalars by Flink's rules (docs "JSON Format"): texts are read as numbers, numbers as texts, and so on. */
import { typeText, type DataType } from "../../types.ts";
import { RecordError, refuse } from "../decoder.ts";
import { scalarOfText, type TimestampStandard } from "../scalar-text.ts";
import { JsonNumber, jsonText, type JsonValue } from "./reader.ts";

export interface CoerceOptions {
  readonly standard: TimestampStandard;
  readonly failOnMissingField: boolean;
  /** What does not fit becomes NULL, at every depth, where NULL is allowed. */
  readonly ignoreErrors: boolean;
}

/** Throws {@link RecordError} for a value that does not fit. A JSON null is NULL. */
export function coerce(value: JsonValue | undefined, type: DataType, path: readonly string[], options: CoerceOptions): unknown {
  if (!options.ignoreErrors || !type.nullable) return strict(value, type, path, options);
  try {
    return strict(value, type, path, options);
  } catch (error) {
    if (error instanceof RecordError) return null;
    throw error;
  }
}

function strict(value: JsonValue | undefined, type: DataType, path: readonly string[], options: CoerceOptions): unknown {
  if (value === undefined) {
    if (options.failOnMissingField) throw new RecordError(`column ${path.join(".")}: missing`);
    return nullFor(type, path);
  }
  if (value === null) return nullFor(type, path);
  switch (type.kind) {
    case "array":
      if (!Array.isArray(value)) throw mismatch(value, type, path);
      return value.map((each, index) => coerce(each, type.element, [...path, String(index + 1)], options));
    case "map":
    case "multiset": {
      if (!(value instanceof Map)) throw mismatch(value, type, path);
      const valueType = type.kind === "map" ? type.value : ({ kind: "integer", nullable: false } as const);
      return new Map([...value].map(([key, each]) => [key, coerce(each, valueType, [...path, key], options)]));
    }
    case "row":
      if (!(value instanceof Map)) throw mismatch(value, type, path);
      return type.fields.map((field) => coerce(value.get(field.name), field.type, [...path, field.name], options));
    default:
      return scalar(value, type, path, options);
  }
}

function scalar(value: Exclude<JsonValue, null>, type: DataType, path: readonly string[], options: CoerceOptions): unknown {
  if (type.kind === "char" || type.kind === "varchar") return typeof value === "string" ? value : jsonText(value);
  if (typeof value === "boolean" && type.kind === "boolean") return value;
  if (Array.isArray(value) || value instanceof Map) throw mismatch(value, type, path);
  const text = value instanceof JsonNumber ? value.text : String(value);
  const result = scalarOfText(value instanceof JsonNumber ? wholeText(text, type) : text, type, options.standard);
  if (result === undefined) throw mismatch(value, type, path);
  return result;
}

/** A number with a fraction or an exponent becomes a whole one by cutting, as Jackson does. */
function wholeText(text: string, type: DataType): string {
  const whole = type.kind === "tinyint" || type.kind === "smallint" || type.kind === "integer" || type.kind === "bigint";
  if (!whole || !/[.eE]/.test(text)) return text;
  const value = Math.trunc(Number(text));
  return Number.isFinite(value) ? String(BigInt(value)) : text;
}

function nullFor(type: DataType, path: readonly string[]): null {
  if (!type.nullable) throw new RecordError(`column ${path.join(".")}: NULL, but the column is NOT NULL`);
  return null;
}

function mismatch(value: JsonValue, type: DataType, path: readonly string[]): RecordError {
  return refuse(path, typeText(type, true), jsonText(value));
}
