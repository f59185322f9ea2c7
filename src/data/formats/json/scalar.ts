/** Scalars to JSON text. */
import { HeadraceError } from "../../../core/index.ts";
import type { DataType } from "../../types.ts";
import { textOfScalar, type TimestampStandard } from "../scalar-text.ts";

export interface JsonStyle {
  readonly standard: TimestampStandard;
  /** NULL fields of objects are left out. */
  readonly ignoreNulls: boolean;
  /** What becomes of NULL keys of maps. */
  readonly nullKeys: "FAIL" | "DROP" | "LITERAL";
  readonly nullKeyText: string;
}

/** Options by their full names. */
export function jsonStyle(options: Readonly<Record<string, string>>): JsonStyle {
  return {
    standard: (options["json.timestamp-format.standard"] ?? "SQL") as TimestampStandard,
    ignoreNulls: options["json.encode.ignore-null-fields"] === "true",
    nullKeys: (options["json.map-null-key.mode"] ?? "FAIL") as JsonStyle["nullKeys"],
    nullKeyText: options["json.map-null-key.literal"] ?? "null",
  };
}

/** @throws HeadraceError `invalid-argument` for a NULL key of a map in the mode FAIL. */
export function jsonOf(scalar: unknown, type: DataType, style: JsonStyle): string {
  if (scalar === null || scalar === undefined) return "null";
  switch (type.kind) {
    case "boolean":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
    case "interval-month":
    case "interval-millisecond":
      return String(scalar);
    case "float":
    case "double": {
      const text = textOfScalar(scalar, type, style.standard);
      return Number.isFinite(scalar) ? text : `"${text}"`;
    }
    case "decimal":
      return textOfScalar(scalar, type, style.standard);
    case "array":
      return `[${(scalar as unknown[]).map((each) => jsonOf(each, type.element, style)).join(",")}]`;
    case "map":
      return mapText(scalar as Map<unknown, unknown>, type.key, type.value, style);
    case "multiset":
      return mapText(scalar as Map<unknown, unknown>, type.element, { kind: "integer", nullable: false }, style);
    case "row": {
      const values = scalar as unknown[];
      const parts = type.fields.flatMap((field, index) =>
        style.ignoreNulls && values[index] === null ? [] : [`${JSON.stringify(field.name)}:${jsonOf(values[index], field.type, style)}`],
      );
      return `{${parts.join(",")}}`;
    }
    default:
      return JSON.stringify(textOfScalar(scalar, type, style.standard));
  }
}

function mapText(entries: ReadonlyMap<unknown, unknown>, keyType: DataType, valueType: DataType, style: JsonStyle): string {
  const parts: string[] = [];
  for (const [key, value] of entries) {
    if (key === null && style.nullKeys === "DROP") continue;
    if (key === null && style.nullKeys === "FAIL") {
      throw new HeadraceError("invalid-argument", "a map with a NULL key cannot be written as JSON", {
        hint: "'json.map-null-key.mode' = 'DROP' or 'LITERAL'",
      });
    }
    parts.push(`${JSON.stringify(key === null ? style.nullKeyText : textOfScalar(key, keyType, style.standard))}:${jsonOf(value, valueType, style)}`);
  }
  return `{${parts.join(",")}}`;
}
