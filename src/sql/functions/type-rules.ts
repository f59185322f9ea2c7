/** How types combine in Apache Flink: the common type of several, the results of DECIMAL arithmetic, implicit casts. */
import { decimalType, sameType, simpleType, stringType, typeText, withNullable, type DataType, type TypeKind } from "../../data/index.ts";

export const decimalPrecisionMax = 38;

const integerRank: Partial<Record<TypeKind, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

export function isInteger(type: DataType): boolean {
  return integerRank[type.kind] !== undefined;
}
export function isExact(type: DataType): boolean {
  return isInteger(type) || type.kind === "decimal";
}
export function isApproximate(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double";
}
export function isNumeric(type: DataType): boolean {
  return isExact(type) || isApproximate(type);
}
export function isCharacter(type: DataType): type is DataType & { kind: "char" | "varchar"; length: number } {
  return type.kind === "char" || type.kind === "varchar";
}
export function isBinary(type: DataType): type is DataType & { kind: "binary" | "varbinary"; length: number } {
  return type.kind === "binary" || type.kind === "varbinary";
}
export function isTimestamp(type: DataType): type is DataType & { kind: "timestamp" | "timestamp-ltz"; precision: number } {
  return type.kind === "timestamp" || type.kind === "timestamp-ltz";
}
export function isTemporal(type: DataType): boolean {
  return isTimestamp(type) || type.kind === "date" || type.kind === "time";
}
export function isInterval(type: DataType): boolean {
  return type.kind === "interval-month" || type.kind === "interval-millisecond";
}
export function anyNullable(types: readonly DataType[]): boolean {
  return types.some((type) => type.nullable);
}

/** The integer as a DECIMAL of as many digits as it can have; a DECIMAL itself; undefined for others. */
export function asDecimal(type: DataType): (DataType & { kind: "decimal" }) | undefined {
  if (type.kind === "decimal") return type;
  const precision = integerRank[type.kind];
  return precision === undefined ? undefined : (decimalType(precision, 0, type.nullable) as DataType & { kind: "decimal" });
}

/** Digits beyond 38 are taken from the fraction, of which at least six stay. */
function adjusted(precision: number, scale: number): DataType {
  if (precision <= decimalPrecisionMax) return decimalType(precision, scale);
  const whole = precision - scale;
  return decimalType(decimalPrecisionMax, Math.max(decimalPrecisionMax - whole, Math.min(scale, 6)));
}

/** Result of + − × ÷ % on two DECIMALs, nullable. */
export function decimalResult(operator: "+" | "-" | "*" | "/" | "%", left: DataType & { kind: "decimal" }, right: DataType & { kind: "decimal" }): DataType {
  const { precision: p1, scale: s1 } = left;
  const { precision: p2, scale: s2 } = right;
  const scale = Math.max(s1, s2);
  switch (operator) {
    case "+":
    case "-":
      return adjusted(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
    case "*":
      return adjusted(p1 + p2 + 1, s1 + s2);
    case "/": {
      const quotient = Math.max(6, s1 + p2 + 1);
      return adjusted(p1 - s1 + s2 + quotient, quotient);
    }
    case "%":
      return decimalType(Math.min(p1 - s1, p2 - s2) + scale, scale);
  }
}

/** ROUND and TRUNCATE of a DECIMAL to a constant number of digits. */
export function roundedDecimal(type: DataType & { kind: "decimal" }, digits: number): DataType {
  const { precision, scale, nullable } = type;
  if (digits >= scale) return type;
  if (digits < 0) return decimalType(Math.min(decimalPrecisionMax, 1 + precision - scale), 0, nullable);
  return decimalType(1 + precision - scale + digits, digits, nullable);
}

/** The least type that holds all; undefined when there is none. NULL fits every type. */
export function commonType(types: readonly DataType[]): DataType | undefined {
  const nullable = anyNullable(types);
  const given = types.filter((type) => type.kind !== "null");
  if (given.length === 0) return simpleType("null");
  let result: DataType | undefined = given[0];
  for (const type of given.slice(1)) {
    result = result === undefined ? undefined : commonOfTwo(result, type);
  }
  return result === undefined ? undefined : withNullable(result, nullable);
}

function commonOfTwo(left: DataType, right: DataType): DataType | undefined {
  if (sameType(left, right, true)) return left;
  if (isNumeric(left) && isNumeric(right)) return commonNumber(left, right);
  if (isCharacter(left) && isCharacter(right)) {
    if (left.kind === "char" && right.kind === "char" && left.length === right.length) return left;
    return { kind: "varchar", length: Math.max(left.length, right.length), nullable: true };
  }
  if (isBinary(left) && isBinary(right)) return { kind: "varbinary", length: Math.max(left.length, right.length), nullable: true };
  if (isTimestamp(left) && isTimestamp(right)) {
    const kind = left.kind === right.kind ? left.kind : "timestamp-ltz";
    return { kind, precision: Math.max(left.precision, right.precision), nullable: true };
  }
  if (left.kind === "time" && right.kind === "time") return left.precision >= right.precision ? left : right;
  if (left.kind === "date" && isTimestamp(right)) return right;
  if (isTimestamp(left) && right.kind === "date") return left;
  return commonCollection(left, right);
}

function commonNumber(left: DataType, right: DataType): DataType {
  if (isInteger(left) && isInteger(right)) return integerRank[left.kind]! >= integerRank[right.kind]! ? left : right;
  if (isExact(left) && isExact(right)) {
    const [a, b] = [asDecimal(left)!, asDecimal(right)!];
    const scale = Math.max(a.scale, b.scale);
    const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
    const precision = Math.min(whole + scale, decimalPrecisionMax);
    return decimalType(precision, Math.min(scale, Math.max(precision - whole, 0)));
  }
  // Of two approximate types the first wins: FLOAT + DOUBLE is FLOAT, DOUBLE + FLOAT is DOUBLE.
  if (isApproximate(left) && isApproximate(right)) return left;
  if (left.kind === "decimal" || right.kind === "decimal") return simpleType("double");
  return isApproximate(left) ? left : right;
}

function commonCollection(left: DataType, right: DataType): DataType | undefined {
  if (left.kind === "array" && right.kind === "array") {
    const element = commonType([left.element, right.element]);
    return element === undefined ? undefined : { kind: "array", element, nullable: true };
  }
  if (left.kind === "map" && right.kind === "map") {
    const key = commonType([left.key, right.key]);
    const value = commonType([left.value, right.value]);
    return key === undefined || value === undefined ? undefined : { kind: "map", key, value, nullable: true };
  }
  if (left.kind === "row" && right.kind === "row" && left.fields.length === right.fields.length) {
    const fields = left.fields.map((field, index) => ({ name: field.name, type: commonType([field.type, right.fields[index].type]) }));
    if (fields.some((field) => field.type === undefined)) return undefined;
    return { kind: "row", fields: fields as { name: string; type: DataType }[], nullable: true };
  }
  return undefined;
}

/** Whether Flink casts without being told, as a sink does. */
export function castsImplicitly(from: DataType, to: DataType): boolean {
  if (from.kind === "null" || sameType(from, to, true)) return true;
  switch (to.kind) {
    case "char":
    case "varchar":
      return isCharacter(from);
    case "binary":
    case "varbinary":
      return isBinary(from);
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return isInteger(from) && integerRank[from.kind]! <= integerRank[to.kind]!;
    case "decimal":
    case "double":
      return isNumeric(from);
    case "float":
      return isExact(from) || from.kind === "float";
    case "timestamp":
    case "timestamp-ltz":
      return isTimestamp(from);
    case "date":
      return from.kind === "timestamp";
    case "time":
      return from.kind === "time" || from.kind === "timestamp";
    case "array":
      return from.kind === "array" && castsImplicitly(from.element, to.element);
    case "map":
      return from.kind === "map" && castsImplicitly(from.key, to.key) && castsImplicitly(from.value, to.value);
    case "row":
      return (
        from.kind === "row" &&
        from.fields.length === to.fields.length &&
        from.fields.every((field, index) => castsImplicitly(field.type, to.fields[index].type))
      );
    default:
      return false;
  }
}

/** Whether CAST is defined at all between two types. */
export function castExists(from: DataType, to: DataType): boolean {
  if (from.kind === "null" || castsImplicitly(from, to)) return true;
  if (isCharacter(to)) return true;
  if (isCharacter(from)) return isNumeric(to) || isTemporal(to) || to.kind === "boolean" || isBinary(to);
  if (isNumeric(from) && isNumeric(to)) return true;
  if (isNumeric(from) && to.kind === "boolean") return isExact(from);
  if (from.kind === "boolean" && isNumeric(to)) return true;
  if (isTemporal(from) && isTemporal(to)) return !(from.kind === "date" && to.kind === "time") && !(from.kind === "time" && to.kind === "date");
  if (isInterval(from) && isInteger(to)) return true;
  if (isInteger(from) && isInterval(to)) return true;
  if (from.kind === "array" && to.kind === "array") return castExists(from.element, to.element);
  if (from.kind === "map" && to.kind === "map") return castExists(from.key, to.key) && castExists(from.value, to.value);
  if (from.kind === "row" && to.kind === "row") {
    return from.fields.length === to.fields.length && from.fields.every((field, index) => castExists(field.type, to.fields[index].type));
  }
  return false;
}

/** Types as a list for messages: "INT and STRING". */
export function listTypes(types: readonly DataType[]): string {
  const texts = types.map((type) => typeText(type, true));
  return texts.length <= 1 ? (texts[0] ?? "nothing") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}

/**
 * Matches argument types against a pattern: `string, int, [int]` (brackets: optional), `any...` (the last repeats).
 * Gives the types the arguments are cast to, or a sentence. Words: string, text (any simple value, cast to STRING), int, bigint, double, numeric,
 * exact, boolean, timestamp, temporal, binary, any.
 */
export function matchArguments(types: readonly DataType[], pattern: string): DataType[] | string {
  const words = pattern === "" ? [] : pattern.split(", ");
  const least = words.filter((word) => !word.startsWith("[")).length;
  const repeats = words.at(-1)?.endsWith("...") ?? false;
  if (types.length < least || (!repeats && types.length > words.length)) {
    const most = repeats ? "or more " : least === words.length ? "" : `to ${words.length} `;
    return `expects ${least} ${most}argument${least === 1 && most === "" ? "" : "s"}, not ${types.length}`;
  }
  const parameters: DataType[] = [];
  for (let index = 0; index < types.length; index++) {
    const word = words[Math.min(index, words.length - 1)].replace(/^\[|\]$|\.\.\.$/g, "");
    const parameter = matchOne(types[index], word);
    if (parameter === undefined) return `expects ${expectations[word]} as argument ${index + 1}, not ${typeText(types[index], true)}`;
    parameters.push(parameter);
  }
  return parameters;
}

const expectations: Record<string, string> = {
  string: "a character string",
  text: "a simple value",
  int: "an integer",
  bigint: "an integer",
  double: "a number",
  numeric: "a number",
  exact: "an exact number",
  boolean: "a BOOLEAN",
  timestamp: "a TIMESTAMP",
  temporal: "a date or a time",
  binary: "a binary string",
  any: "a value",
};

function matchOne(type: DataType, word: string): DataType | undefined {
  const untyped = type.kind === "null";
  switch (word) {
    case "string":
      return untyped ? stringType() : isCharacter(type) ? type : undefined;
    case "text":
      return untyped || !isCharacter(type) ? (castExists(type, stringType()) ? stringType(type.nullable) : undefined) : type;
    case "int":
      return untyped || isInteger(type) ? simpleType("integer", type.nullable) : undefined;
    case "bigint":
      return untyped || isInteger(type) ? simpleType("bigint", type.nullable) : undefined;
    case "double":
      return untyped || isNumeric(type) ? simpleType("double", type.nullable) : undefined;
    case "numeric":
      return untyped ? simpleType("double") : isNumeric(type) ? type : undefined;
    case "exact":
      return untyped ? simpleType("integer") : isExact(type) ? type : undefined;
    case "boolean":
      return untyped || type.kind === "boolean" ? simpleType("boolean", type.nullable) : undefined;
    case "timestamp":
      return untyped ? { kind: "timestamp", precision: 3, nullable: true } : isTimestamp(type) ? type : undefined;
    case "temporal":
      return untyped ? { kind: "timestamp", precision: 3, nullable: true } : isTemporal(type) ? type : undefined;
    case "binary":
      return untyped ? { kind: "varbinary", length: 2147483647, nullable: true } : isBinary(type) ? type : undefined;
    default:
      return type;
  }
}
