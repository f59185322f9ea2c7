/**
 * First check of an input: every value has its shape's JSON type, else SerializationException.
 * The texts are those of the deserializer behind AWS JSON services, Java type names included.
 */
import { AwsError } from "../errors.ts";
import type { ServiceModel, Shape } from "./model.ts";

function serializationError(text: string): AwsError {
  return new AwsError("SerializationException", text);
}

/** A copy of `value` that holds only members the model knows; null counts as absent, as it does for AWS. */
export function convertInput(model: ServiceModel, shapeName: string, value: unknown): Record<string, unknown> {
  return (convert(model, shapeName, value) ?? {}) as Record<string, unknown>;
}

function convert(model: ServiceModel, shapeName: string, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  const shape = model.shapes[shapeName]!;
  switch (shape.type) {
    case "structure":
      return convertStructure(model, shape, value);
    case "list":
      if (Array.isArray(value)) return value.map((member) => convert(model, shape.member!, member));
      throw serializationError(typeof value === "object" ? "Start of structure or map found where not expected." : "Expected list or null");
    case "map":
      return convertMap(model, shape, value);
    default:
      return convertScalar(shape.type, value);
  }
}

function convertStructure(model: ServiceModel, shape: Shape, value: unknown): Record<string, unknown> {
  if (typeof value !== "object") throw serializationError("Expected null");
  if (Array.isArray(value)) throw serializationError("Start of list found where not expected");
  const result: Record<string, unknown> = {};
  for (const name in shape.members) {
    const member = convert(model, shape.members[name]!, (value as Record<string, unknown>)[name]);
    if (member !== undefined) result[name] = member;
  }
  return result;
}

function convertMap(model: ServiceModel, shape: Shape, value: unknown): Record<string, unknown> {
  if (typeof value !== "object") throw serializationError("Expected map or null");
  if (Array.isArray(value)) throw serializationError("Start of list found where not expected");
  const entries = Object.entries(value as object).map(([key, member]) => [key, convert(model, shape.value!, member)] as const);
  // Without a prototype, so that a key named __proto__ is a key.
  return Object.assign(Object.create(null) as object, Object.fromEntries(entries)) as Record<string, unknown>;
}

const javaNames: Record<string, string> = {
  boolean: "an Boolean",
  integer: "an Integer",
  long: "an Long",
  double: "an Double",
  float: "an Float",
  string: "an String",
  timestamp: "milliseconds since epoch",
  blob: "a Blob",
};

const javaSources: Record<string, string> = {
  boolean: "class java.lang.Boolean",
  number: "class java.math.BigDecimal",
  string: "class java.lang.String",
};

function convertScalar(type: string, value: unknown): unknown {
  if (Array.isArray(value)) throw serializationError("Start of list found where not expected");
  if (typeof value === "object") throw serializationError("Start of structure or map found where not expected.");
  const wanted = type === "boolean" ? "boolean" : type === "string" || type === "blob" ? "string" : "number";
  if (typeof value !== wanted) {
    const source = type === "boolean" && typeof value === "string" ? `'${value.toUpperCase()}'` : javaSources[typeof value];
    throw serializationError(`${source} can not be converted to ${javaNames[type] ?? `an ${type}`}`);
  }
  if (type === "blob") checkBase64(value as string);
  return type === "integer" || type === "long" ? Math.floor(value as number) : value;
}

/** Both alphabets are taken; length, padding and characters have to be right. */
function checkBase64(text: string): void {
  if (text.length % 4 !== 0) {
    throw serializationError(`'${text}' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`);
  }
  const wrong = /[^a-zA-Z0-9+/=_-]|=[^=]|^={1,2}|={3,}/.exec(text);
  if (wrong !== null) throw serializationError(`'${text}' can not be converted to a Blob: Invalid Base64 character: '${wrong[0][0]}'`);
}

/** Bytes that a checked base64 text stands for. */
export function base64Bytes(text: string): number {
  return (text.length / 4) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0);
}
