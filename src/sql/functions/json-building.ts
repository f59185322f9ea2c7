/** JSON texts made of values. Numbers print as Java's BigDecimal does, as in Apache Flink. */
import { stringType, withNullable, type DataType } from "../../data/index.ts";
import { toText } from "./cast-values.ts";
import { documented, plain } from "./declare.ts";
import type { BoundCall, ScalarFunction } from "./function.ts";
import { isList, isObject, JsonNumber, parseJson, writeJson, type Json } from "./json-text.ts";
import { decimalToText, doubleToText, floatToText } from "./numbers.ts";
import { anyNullable, isCharacter, listTypes } from "./type-rules.ts";

/** `parameter` of JSON_OBJECT and JSON_ARRAY. */
export interface JsonBuildingParameter {
  readonly onNull: "NULL" | "ABSENT";
  /** For each value, whether it is such a call itself, so that its text goes in as JSON and not as a text. */
  readonly nested: readonly boolean[];
}

/** How a time is written: as CAST does, or by ISO 8601. */
type Times = "cast" | "iso";

function treeOfValue(value: unknown, type: DataType, timeZone: string, times: Times): Json {
  if (value === null) return null;
  switch (type.kind) {
    case "boolean":
      return value as boolean;
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return new RawNumber(String(value as number | bigint));
    case "decimal":
      return new RawNumber(decimalToText(value as bigint, type.scale));
    case "double":
    case "float":
      return Number.isFinite(value)
        ? new RawNumber(bigDecimalText(type.kind === "float" ? floatToText(value as number) : doubleToText(value as number)))
        : doubleToText(value as number);
    case "binary":
    case "varbinary":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "array":
    case "multiset":
      return (value as readonly unknown[]).map((item) => treeOfValue(item, type.element, timeZone, times));
    case "map":
      return new Map(
        [...(value as Map<unknown, unknown>)].map(([key, item]) => [
          toText(key, type.key, timeZone).replace(/^NULL$/, "null"),
          treeOfValue(item, type.value, timeZone, times),
        ]),
      );
    case "row":
      return new Map(type.fields.map((field, index) => [field.name, treeOfValue((value as readonly unknown[])[index], field.type, timeZone, times)]));
    case "timestamp":
    case "timestamp-ltz":
      return times === "cast" ? toText(value, type, timeZone) : isoText(value, type);
    default:
      return toText(value, type, timeZone);
  }
}

/** A number whose text stands as it is. */
class RawNumber extends JsonNumber {
  override toString(): string {
    return this.text;
  }
}

/** A fraction only as long as it must be. */
function isoText(value: unknown, type: DataType): string {
  const text = toText(value, type, "UTC")
    .replace(" ", "T")
    .replace(/\.(\d*?)0+$/, ".$1")
    .replace(/\.$/, "");
  return type.kind === "timestamp-ltz" ? `${text}Z` : text;
}

/** `1.0E10` as `1.0E+10`, `1.5E-7` likewise, and plain digits wherever the scale allows. */
export function bigDecimalText(text: string): string {
  const match = /^(-?)(\d+)\.(\d+)E(-?\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction, exponent] = match;
  const digits = `${whole}${fraction}`;
  const scale = fraction.length - Number(exponent);
  const leading = Number(exponent) + whole.length - 1;
  if (scale >= 0 && leading >= -6) return `${sign}${decimalToText(BigInt(digits), scale)}`;
  return `${sign}${whole}.${fraction}E${leading >= 0 ? "+" : ""}${leading}`;
}

// ---- JSON_OBJECT and JSON_ARRAY ----

/** Numbers as a nested call has written them. */
function verbatim(tree: Json): Json {
  if (tree instanceof JsonNumber) return new RawNumber(tree.text);
  if (isList(tree)) return tree.map(verbatim);
  return isObject(tree) ? new Map([...tree].map(([key, item]) => [key, verbatim(item)])) : tree;
}

function part(value: unknown, at: number, position: number, call: BoundCall): Json {
  const { nested } = call.parameter as JsonBuildingParameter;
  if (nested[position] === true && value !== null) return verbatim(parseJson(value as string) ?? null);
  return treeOfValue(value, call.types[at], call.timeZone, "cast");
}

const makeObject: ScalarFunction = {
  kind: "scalar",
  name: "JSON_OBJECT",
  documentation: documented(
    "json",
    "JSON_OBJECT([[KEY] key VALUE value, …] [{NULL | ABSENT} ON NULL])",
    "A JSON object of keys and values, keys in order; NULL values are null, or left out. Nested calls go in as JSON.",
    "JSON_OBJECT('b' VALUE 2, 'a' VALUE JSON_ARRAY(1.50, TRUE))",
    '{"a":[1.50,true],"b":2}',
  ),
  resolve: ({ types }) => {
    const keys = types.filter((_, index) => index % 2 === 0);
    if (keys.some((type) => !isCharacter(type))) return `expects character strings as keys, not ${listTypes(keys)}`;
    return { parameters: types.map((type) => (type.kind === "null" ? stringType() : type)), result: stringType(false) };
  },
  nulls: "custom",
  deterministic: true,
  evaluate: (values, call) => {
    const { onNull } = call.parameter as JsonBuildingParameter;
    const object = new Map<string, Json>();
    for (let index = 0; index < values.length; index += 2) {
      const value = part(values[index + 1], index + 1, index / 2, call);
      if (value !== null || onNull === "NULL") object.set(values[index] as string, value);
    }
    return writeJson(object, true);
  },
};

const makeArray: ScalarFunction = {
  kind: "scalar",
  name: "JSON_ARRAY",
  documentation: documented(
    "json",
    "JSON_ARRAY([value, …] [{NULL | ABSENT} ON NULL])",
    "A JSON array of the values; NULLs are left out, or null. Nested calls go in as JSON.",
    "JSON_ARRAY(1, 'a', NULLIF(1, 1))",
    '[1,"a"]',
  ),
  resolve: ({ types }) => ({ parameters: types.map((type) => (type.kind === "null" ? stringType() : type)), result: stringType(false) }),
  nulls: "custom",
  deterministic: true,
  evaluate: (values, call) => {
    const { onNull } = call.parameter as JsonBuildingParameter;
    const items = values.map((value, index) => part(value, index, index, call));
    return writeJson(onNull === "NULL" ? items : items.filter((item) => item !== null), true);
  },
};

const makeText: ScalarFunction = {
  kind: "scalar",
  name: "JSON_STRING",
  documentation: documented(
    "json",
    "JSON_STRING(value)",
    "The value as a JSON text, times by ISO 8601, bytes in base 64; NULL of NULL.",
    "JSON_STRING(ARRAY[1, 2])",
    "[1,2]",
  ),
  resolve: ({ types }) =>
    types.length === 1 ? { parameters: types, result: withNullable(stringType(), anyNullable(types)) } : `expects 1 argument, not ${types.length}`,
  nulls: "strict",
  deterministic: true,
  evaluate: ([value], { types, timeZone }) => writeJson(treeOfValue(value, types[0], timeZone, "iso"), true),
};

/** Letters beyond ASCII are escaped too. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/[^\u0000-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export const jsonBuildingFunctions: readonly ScalarFunction[] = [
  makeObject,
  makeArray,
  makeText,
  plain(
    "JSON_QUOTE",
    {
      pattern: "string",
      result: stringType(),
      documentation: documented("json", "JSON_QUOTE(text)", "The text as a JSON string; what is not ASCII is escaped.", `JSON_QUOTE('a"ü')`, '"a\\"\\u00fc"'),
    },
    ([text]) => quote(text),
  ),
  plain(
    "JSON_UNQUOTE",
    {
      pattern: "string",
      result: stringType(),
      documentation: documented(
        "json",
        "JSON_UNQUOTE(text)",
        "The text that a JSON string stands for; any other text is left as it is.",
        `JSON_UNQUOTE('"a\\u00fc"')`,
        "aü",
      ),
    },
    ([text]) => {
      const value = text.startsWith('"') ? parseJson(text) : undefined;
      return typeof value === "string" ? value : text;
    },
  ),
];
