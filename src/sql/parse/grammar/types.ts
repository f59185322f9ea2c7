import type { AtomicTypeName, AtomicTypeNode, IntervalQualifier, IntervalUnit, RowTypeField, TimeUnit, TypeNode } from "../ast/types.ts";
import type { Token } from "../lex/token.ts";
import type { Cursor } from "./cursor.ts";
import { nearestWord } from "../../nearest.ts";

type Parameters = "none" | "length" | "decimal" | "time";

const atomic = new Map<string, { name: AtomicTypeName; parameters: Parameters }>(
  Object.entries({
    BOOLEAN: "BOOLEAN none",
    TINYINT: "TINYINT none",
    SMALLINT: "SMALLINT none",
    INT: "INTEGER none",
    INTEGER: "INTEGER none",
    BIGINT: "BIGINT none",
    FLOAT: "FLOAT none",
    REAL: "FLOAT none",
    DOUBLE: "DOUBLE none",
    DECIMAL: "DECIMAL decimal",
    DEC: "DECIMAL decimal",
    NUMERIC: "DECIMAL decimal",
    CHAR: "CHAR length",
    CHARACTER: "CHAR length",
    VARCHAR: "VARCHAR length",
    STRING: "STRING none",
    BINARY: "BINARY length",
    VARBINARY: "VARBINARY length",
    BYTES: "BYTES none",
    DATE: "DATE none",
    TIME: "TIME time",
    TIMESTAMP: "TIMESTAMP time",
    TIMESTAMP_LTZ: "TIMESTAMP_LTZ time",
    VARIANT: "VARIANT none",
    NULL: "NULL none",
  }).map(([word, value]) => {
    const [name, parameters] = value.split(" ");
    return [word, { name: name as AtomicTypeName, parameters: parameters as Parameters }];
  }),
);

const composed = ["ROW", "ARRAY", "MAP", "MULTISET", "INTERVAL"];
const aliases: Record<string, string> = {
  TEXT: "STRING",
  LONG: "BIGINT",
  SHORT: "SMALLINT",
  BYTE: "TINYINT",
  BOOL: "BOOLEAN",
  NUMBER: "DECIMAL(p, s)",
  DATETIME: "TIMESTAMP(3)",
  BLOB: "BYTES",
  CLOB: "STRING",
  NVARCHAR: "VARCHAR",
  INT64: "BIGINT",
  INT32: "INT",
  FLOAT64: "DOUBLE",
  STRUCT: "ROW<…>",
  LIST: "ARRAY<…>",
  JSON: "STRING",
  UUID: "STRING",
};

/** A data type with its NOT NULL, and the postfix forms `INT ARRAY` and `INT MULTISET`. */
export function parseType(cursor: Cursor): TypeNode {
  const start = cursor.token.start;
  let type = unmarked(cursor);
  type = marked(cursor, type, start);
  for (let collection = cursor.acceptAny("ARRAY", "MULTISET"); collection !== undefined; collection = cursor.acceptAny("ARRAY", "MULTISET")) {
    const kind = collection === "ARRAY" ? "array-type" : "multiset-type";
    type = marked(cursor, { kind, element: type, nullable: true, span: cursor.span(start) }, start);
  }
  return type;
}

function marked(cursor: Cursor, type: TypeNode, start: number): TypeNode {
  if (cursor.accept("NOT", "NULL")) return { ...type, nullable: false, span: cursor.span(start) };
  // RETURNING INTEGER NULL ON ERROR: this NULL is not the type's.
  if (cursor.peek().key !== "ON" && cursor.accept("NULL")) return { ...type, span: cursor.span(start) };
  return type;
}

function unmarked(cursor: Cursor): TypeNode {
  const token = cursor.token;
  const key = token.key;
  if (key === "RAW" || key === "STRUCTURED") cursor.unsupported(`the type ${key} holds Java objects, which do not exist here`, token, "use ROW<…> or BYTES");
  if (token.type !== "word") return cursor.fail(["a data type"]);
  if (key === "INTERVAL") {
    cursor.next();
    return { kind: "interval-type", qualifier: parseIntervalQualifier(cursor), nullable: true, span: cursor.span(token.start) };
  }
  if (key === "ROW") return rowType(cursor);
  if (key === "ARRAY" || key === "MULTISET") return elementType(cursor, key === "ARRAY" ? "array-type" : "multiset-type");
  if (key === "MAP") return mapType(cursor);
  const known = atomic.get(key);
  if (known === undefined) return unknownType(cursor);
  cursor.next();
  return atomicType(cursor, known.name, known.parameters, token.start);
}

function unknownType(cursor: Cursor): never {
  const { key, text } = cursor.token;
  const other = aliases[key] ?? nearestWord(key, [...atomic.keys(), ...composed]);
  const before = cursor.previous();
  const words = ["WATERMARK", "PRIMARY", "CONSTRAINT"];
  const misspelt = before?.type === "word" ? nearestWord(before.key, words) : undefined;
  if (misspelt !== undefined) cursor.fail(["a data type"], { candidates: words });
  if (other === undefined) cursor.fail(["a data type"], { hint: `'${text}' is not a type of Flink SQL` });
  return cursor.fail(["a data type"], { hint: `did you mean ${other}?` });
}

function atomicType(cursor: Cursor, word: AtomicTypeName, parameters: Parameters, start: number): AtomicTypeNode {
  let name = word;
  let precision: number | undefined;
  let scale: number | undefined;
  if (name === "CHAR" && cursor.accept("VARYING")) name = "VARCHAR";
  if (name === "BINARY" && cursor.accept("VARYING")) name = "VARBINARY";
  if (name === "DOUBLE") cursor.accept("PRECISION");
  if (parameters !== "none" && cursor.token.key === "(") {
    const open = cursor.next();
    precision = cursor.integer();
    if (parameters === "decimal" && cursor.accept(",")) scale = cursor.integer();
    cursor.close(open);
  }
  if (name === "TIMESTAMP" || name === "TIME") name = timeZoneOf(cursor, name);
  return { kind: "atomic-type", name, precision, scale, nullable: true, span: cursor.span(start) };
}

function timeZoneOf(cursor: Cursor, name: "TIMESTAMP" | "TIME"): AtomicTypeName {
  if (cursor.accept("WITHOUT", "TIME", "ZONE")) return name;
  if (name === "TIMESTAMP" && cursor.accept("WITH", "LOCAL", "TIME", "ZONE")) return "TIMESTAMP_LTZ";
  if (name === "TIMESTAMP" && cursor.accept("WITH", "TIME", "ZONE")) return "TIMESTAMP_TZ";
  return name;
}

function elementType(cursor: Cursor, kind: "array-type" | "multiset-type"): TypeNode {
  const start = cursor.next().start;
  const open = cursor.expect("<");
  const element = cursor.type();
  closeAngle(cursor, open, ["'>'"]);
  return { kind, element, nullable: true, span: cursor.span(start) };
}

function mapType(cursor: Cursor): TypeNode {
  const start = cursor.next().start;
  const open = cursor.expect("<");
  const key = cursor.type();
  cursor.expect(",");
  const value = cursor.type();
  closeAngle(cursor, open, ["'>'"]);
  return { kind: "map-type", key, value, nullable: true, span: cursor.span(start) };
}

function rowType(cursor: Cursor): TypeNode {
  const start = cursor.next().start;
  const fields: RowTypeField[] = [];
  if (!cursor.accept("<>")) {
    const open = cursor.token;
    if (cursor.expectAny("<", "(") === "<") {
      if (cursor.token.key !== ">") fields.push(...cursor.list(() => rowField(cursor)));
      closeAngle(cursor, open, ["','", "'>'"]);
    } else {
      if (cursor.token.key !== ")") fields.push(...cursor.list(() => rowField(cursor)));
      cursor.close(open, true);
    }
  }
  return { kind: "row-type", fields, nullable: true, span: cursor.span(start) };
}

function rowField(cursor: Cursor): RowTypeField {
  const start = cursor.token.start;
  const name = cursor.identifier("a field name");
  const type = cursor.type();
  const comment = cursor.token.type === "string" ? cursor.string() : undefined;
  return { kind: "row-type-field", name, type, comment, span: cursor.span(start) };
}

function closeAngle(cursor: Cursor, open: Token, expected: readonly string[]): void {
  if (!cursor.accept(">")) cursor.fail(expected, { open });
}

// ---- units ----

const intervalUnits = ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"] as const;
const timeUnits = [
  ...intervalUnits,
  "MILLISECOND",
  "MICROSECOND",
  "NANOSECOND",
  "DOW",
  "DOY",
  "ISODOW",
  "ISOYEAR",
  "EPOCH",
  "DECADE",
  "CENTURY",
  "MILLENNIUM",
] as const;
const plurals = new Map<string, IntervalUnit>(intervalUnits.map((unit) => [`${unit}S`, unit]));
const intervalUnitSet = new Map<string, IntervalUnit>(intervalUnits.map((unit) => [unit, unit]));
const timeUnitSet = new Map<string, TimeUnit>(timeUnits.map((unit) => [unit, unit]));

function intervalUnit(cursor: Cursor): IntervalUnit {
  const { key } = cursor.token;
  const unit = intervalUnitSet.get(key) ?? plurals.get(key);
  if (unit === undefined) {
    const subsecond = /^(MILLI|MICRO|NANO)SECONDS?$/.test(key) ? { hint: "write it as a fraction of a second: INTERVAL '0.005' SECOND" } : {};
    return cursor.fail(["SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "YEAR"], subsecond);
  }
  cursor.next();
  return unit;
}

/** The unit of EXTRACT, FLOOR, CEIL, TIMESTAMPADD and TIMESTAMPDIFF, with or without SQL_TSI_. */
export function parseTimeUnit(cursor: Cursor): TimeUnit {
  const key = cursor.token.key.replace(/^SQL_TSI_/, "");
  const unit = timeUnitSet.get(key) ?? plurals.get(key);
  if (cursor.token.type !== "word" || unit === undefined) return cursor.fail(["a unit of time such as DAY, HOUR or SECOND"], { candidates: timeUnits });
  cursor.next();
  return unit;
}

const order: readonly string[] = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];

/** `DAY(3) TO SECOND(6)`: the later unit must be a smaller one of the same family. */
export function parseIntervalQualifier(cursor: Cursor): IntervalQualifier {
  const start = cursor.token.start;
  const from = intervalUnit(cursor);
  let to: IntervalUnit | undefined;
  let precision: number | undefined;
  let fractionalPrecision: number | undefined;
  if (cursor.token.key === "(") {
    const open = cursor.next();
    precision = cursor.integer();
    if (from === "SECOND" && cursor.accept(",")) fractionalPrecision = cursor.integer();
    cursor.close(open);
  }
  if (order.includes(from) && cursor.accept("TO")) {
    to = intervalUnit(cursor);
    const family = (unit: string): boolean => unit === "YEAR" || unit === "MONTH";
    if (order.indexOf(to) <= order.indexOf(from) || family(from) !== family(to)) {
      cursor.invalid(`an interval cannot run from ${from} to ${to}`, cursor.span(start), "allowed are YEAR TO MONTH and DAY, HOUR or MINUTE TO a smaller unit");
    }
    if (to === "SECOND" && cursor.token.key === "(") [fractionalPrecision] = cursor.parenthesised(() => cursor.integer());
  }
  return { kind: "interval-qualifier", from, to, precision, fractionalPrecision, span: cursor.span(start) };
}
