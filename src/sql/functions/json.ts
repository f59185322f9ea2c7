/** SQL/JSON: values, parts and tests of JSON texts. */
import { HeadraceError } from "../../core/index.ts";
import { stringType, typeText, withNullable, type DataType } from "../../data/index.ts";
import { castValue } from "./cast-values.ts";
import { documented } from "./declare.ts";
import type { CallTypes, ResolvedSignature, ScalarFunction } from "./function.ts";
import { follow, parsePath, type Found, type JsonPath } from "./json-path.ts";
import { isList, isObject, JsonNumber, parseJson, writeJson, type Json } from "./json-text.ts";
import { isCharacter, isInteger, matchArguments } from "./type-rules.ts";

/** `parameter` of JSON_VALUE. */
export interface JsonValueParameter {
  /** RETURNING. */
  readonly returning: DataType;
  readonly onEmpty: JsonValueOtherwise;
  readonly onError: JsonValueOtherwise;
}

/** DEFAULT has its value in the returned type. */
export interface JsonValueOtherwise {
  readonly action: "NULL" | "ERROR" | "DEFAULT";
  readonly value: unknown;
}

/** `parameter` of JSON_QUERY. */
export interface JsonQueryParameter {
  readonly wrapper: "WITHOUT" | "CONDITIONAL" | "UNCONDITIONAL";
  readonly onEmpty: JsonQueryOtherwise;
  readonly onError: JsonQueryOtherwise;
}

type JsonQueryOtherwise = "NULL" | "ERROR" | "EMPTY ARRAY" | "EMPTY OBJECT";

/** `parameter` of JSON_EXISTS. */
export type JsonExistsParameter = "TRUE" | "FALSE" | "UNKNOWN" | "ERROR";

/** Input and path; a constant path is checked here, so that its fault has a place. */
function resolveInput(call: CallTypes, result: DataType): ResolvedSignature | string {
  const parameters = matchArguments(call.types, "string, string");
  if (typeof parameters === "string") return parameters;
  const path = call.literals[1];
  const parsed = typeof path === "string" ? parsePath(path) : null;
  return typeof parsed === "string" ? parsed : { parameters, result };
}

// One row's text is often asked for several paths, one after the other.
let lastText: string | null = null;
let lastTree: Json | undefined;

function treeOf(text: string): Json | undefined {
  if (text !== lastText) {
    lastTree = parseJson(text);
    lastText = text;
  }
  return lastTree;
}

const paths = new Map<string, JsonPath>();
const mostPaths = 1000;

function pathOf(text: string): JsonPath {
  const known = paths.get(text);
  if (known !== undefined) return known;
  const parsed = parsePath(text);
  if (typeof parsed === "string") throw new HeadraceError("invalid-argument", `a JSON function ${parsed}`);
  if (paths.size < mostPaths) paths.set(text, parsed);
  return parsed;
}

function find(text: unknown, path: unknown): Found {
  return follow(treeOf(text as string), pathOf(path as string));
}

function isScalar(value: Json): boolean {
  return !isList(value) && !isObject(value);
}

function failure(name: string, reason: string): HeadraceError {
  return new HeadraceError("decode", `${name} found no value: ${reason}`, { hint: "NULL ON ERROR, or DEFAULT … ON ERROR, goes on" });
}

// ---- JSON_VALUE ----

const returned = ["varchar", "char", "boolean", "integer", "bigint", "double", "float", "smallint", "tinyint", "decimal"];

function resolveValue(call: CallTypes): ResolvedSignature | string {
  const { returning } = call.parameter as JsonValueParameter;
  if (!returned.includes(returning.kind)) return `returns a STRING, a BOOLEAN or a number, not ${typeText(returning, true)}`;
  return resolveInput(call, withNullable(returning, true));
}

function evaluateValue([text, path]: readonly unknown[], parameter: JsonValueParameter): unknown {
  const found = find(text, path);
  if (found.kind === "error") return otherwise(parameter.onError, found.reason);
  const value = found.kind === "empty" ? null : found.value;
  if (value === null) return otherwise(parameter.onEmpty, "the path leads to nothing");
  if (!isScalar(value)) {
    return pathOf(path as string).strict
      ? otherwise(parameter.onError, "the path leads to an array or object")
      : otherwise(parameter.onEmpty, "the path leads to no simple value");
  }
  const converted = convert(value as string | boolean | JsonNumber, parameter.returning);
  return converted ?? otherwise(parameter.onError, `the value is no ${typeText(parameter.returning, true)}`);
}

function otherwise({ action, value }: JsonValueOtherwise, reason: string): unknown {
  if (action === "ERROR") throw failure("JSON_VALUE", reason);
  return action === "DEFAULT" ? value : null;
}

/** The value in the returned type; null when it is of another kind or too wide. */
function convert(value: string | boolean | JsonNumber, type: DataType): unknown {
  if (isCharacter(type)) return castValue(String(value), stringType(), type, "UTC");
  if (type.kind === "boolean") return typeof value === "boolean" ? value : null;
  if (!(value instanceof JsonNumber)) return null;
  const { text } = value;
  if (isInteger(type) && /[.eE]/.test(text)) return null;
  try {
    return castValue(text, stringType(), type, "UTC");
  } catch (error) {
    if (error instanceof HeadraceError) return null;
    throw error;
  }
}

// ---- JSON_QUERY ----

function evaluateQuery([text, path]: readonly unknown[], { wrapper, onEmpty, onError }: JsonQueryParameter): string | null {
  const found = find(text, path);
  if (found.kind === "error") return otherwiseText(onError, found.reason);
  const value = found.kind === "empty" ? null : found.value;
  if (value === null) return otherwiseText(onEmpty, "the path leads to nothing");
  const wrapped = wrapper === "UNCONDITIONAL" || (wrapper === "CONDITIONAL" && !isList(value)) ? [value] : value;
  if (!isScalar(wrapped)) return writeJson(wrapped);
  return otherwiseText(pathOf(path as string).strict ? onError : onEmpty, "the path leads to a simple value");
}

function otherwiseText(behaviour: JsonQueryOtherwise, reason: string): string | null {
  if (behaviour === "ERROR") throw failure("JSON_QUERY", reason);
  return behaviour === "NULL" ? null : behaviour === "EMPTY ARRAY" ? "[]" : "{}";
}

// ---- JSON_EXISTS ----

function evaluateExists([text, path]: readonly unknown[], onError: JsonExistsParameter): boolean | null {
  const found = find(text, path);
  if (found.kind !== "error") return found.kind === "value" && found.value !== null;
  if (onError === "ERROR") throw failure("JSON_EXISTS", found.reason);
  return onError === "UNKNOWN" ? null : onError === "TRUE";
}

// ---- IS JSON ----

function test(kind: "" | " OBJECT" | " ARRAY" | " SCALAR", summary: string, expression: string, result: string): ScalarFunction {
  const holds: Record<typeof kind, (value: Json) => boolean> = { "": () => true, " OBJECT": isObject, " ARRAY": isList, " SCALAR": isScalar };
  return {
    kind: "scalar",
    name: `IS JSON${kind}`,
    documentation: documented("json", `text IS [NOT] JSON${kind}`, summary, expression, result),
    resolve: (call) => {
      const parameters = matchArguments(call.types, "string");
      return typeof parameters === "string" ? parameters : { parameters, result: { kind: "boolean", nullable: false } };
    },
    nulls: "custom",
    deterministic: true,
    evaluate: ([text]) => {
      const tree = text === null ? undefined : treeOf(text as string);
      return tree !== undefined && holds[kind](tree);
    },
  };
}

export const jsonFunctions: readonly ScalarFunction[] = [
  {
    kind: "scalar",
    name: "JSON_VALUE",
    documentation: documented(
      "json",
      "JSON_VALUE(text, path [RETURNING type] [{NULL | ERROR | DEFAULT value} ON EMPTY] [… ON ERROR])",
      "The simple value a path leads to, as a STRING or another type. Paths are [lax | strict] $.name['name'][index]; in strict mode, the usual one, what is not there is an error.",
      `JSON_VALUE('{"a": {"b": 7}}', '$.a.b' RETURNING INT)`,
      "7",
    ),
    resolve: resolveValue,
    nulls: "strict",
    deterministic: true,
    evaluate: (values, { parameter }) => evaluateValue(values, parameter as JsonValueParameter),
  },
  {
    kind: "scalar",
    name: "JSON_QUERY",
    documentation: documented(
      "json",
      "JSON_QUERY(text, path [WITH [CONDITIONAL] WRAPPER] [{NULL | EMPTY ARRAY | EMPTY OBJECT | ERROR} ON EMPTY] [… ON ERROR])",
      "The array or object a path leads to, as a JSON text; a path may hold [*].",
      `JSON_QUERY('{"a": [1, {"b": 2}]}', '$.a')`,
      '[1,{"b":2}]',
    ),
    resolve: (call) => resolveInput(call, stringType()),
    nulls: "strict",
    deterministic: true,
    evaluate: (values, { parameter }) => evaluateQuery(values, parameter as JsonQueryParameter),
  },
  {
    kind: "scalar",
    name: "JSON_EXISTS",
    documentation: documented(
      "json",
      "JSON_EXISTS(text, path [{TRUE | FALSE | UNKNOWN | ERROR} ON ERROR])",
      "Whether a path leads to a value that is not null.",
      `JSON_EXISTS('{"a": 1}', '$.b')`,
      "FALSE",
    ),
    resolve: (call) => resolveInput(call, { kind: "boolean", nullable: true }),
    nulls: "strict",
    deterministic: true,
    evaluate: (values, { parameter }) => evaluateExists(values, parameter as JsonExistsParameter),
  },
  test("", "Whether the text is JSON; FALSE for NULL.", "'[1, 2]' IS JSON", "TRUE"),
  test(" OBJECT", "Whether the text is a JSON object.", "'[1, 2]' IS JSON OBJECT", "FALSE"),
  test(" ARRAY", "Whether the text is a JSON array.", "'[1, 2]' IS JSON ARRAY", "TRUE"),
  test(" SCALAR", "Whether the text is a JSON string, number, boolean or null.", "'[1, 2]' IS NOT JSON SCALAR", "TRUE"),
];
