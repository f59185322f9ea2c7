import type {
  AggregateModifiers,
  Argument,
  CallExpression,
  FrameBound,
  JsonExpression,
  JsonNullClause,
  JsonValueBehaviour,
  SpecialCallExpression,
  WindowReference,
  WindowSpecification,
} from "../ast/calls.ts";
import type { Expression } from "../ast/expressions.ts";
import { bareFunctions } from "../lex/keywords.ts";
import { base, closer, list, printExpression } from "./expressions.ts";
import { printOrder, printQuery } from "./queries.ts";
import { printFunctionName, printIdentifier, printName, printNames, words } from "./text.ts";
import { printType } from "./types.ts";

export function printCallExpression(call: CallExpression): string {
  const name = printFunctionName(call.name);
  const key = call.name.parts.length === 1 && !call.name.parts[0].quoted ? name.toUpperCase() : "";
  const args = call.arguments.map(printArgument);
  if (bareFunctions.has(key) && args.length === 0 && !call.star) return name;
  if (key === "OVERLAY" && args.length >= 3) return `${name}(${args[0]} PLACING ${args[1]} FROM ${args[2]}${args.length > 3 ? ` FOR ${args[3]}` : ""})`;
  if (key === "POSITION" && args.length >= 2) {
    return `${name}(${closer(call.arguments[0] as Expression)} IN ${args[1]}${args.length > 2 ? ` FROM ${args[2]}` : ""})`;
  }
  const inside = words(call.distinct && "DISTINCT", call.star ? "*" : args.join(", "), order(call.orderBy));
  return `${name}(${inside})${call.nullTreatment === undefined ? "" : ` ${call.nullTreatment}`}${printModifiers(call.modifiers)}`;
}

function order(items: CallExpression["orderBy"]): string {
  return items.length === 0 ? "" : `ORDER BY ${printOrder(items)}`;
}

export function printArgument(argument: Argument): string {
  switch (argument.kind) {
    case "named-argument":
      return `${printIdentifier(argument.name)} => ${printArgument(argument.value)}`;
    case "table-argument": {
      const source = argument.source.kind === "query" ? `TABLE (${printQuery(argument.source)})` : `TABLE ${printName(argument.source)}`;
      const partition = argument.partitionBy.length > 0 && `PARTITION BY (${list(argument.partitionBy)})`;
      return words(source, partition, argument.orderBy.length > 0 && `ORDER BY (${printOrder(argument.orderBy)})`);
    }
    case "model-argument":
      return `MODEL ${printName(argument.name)}`;
    case "descriptor":
      return `DESCRIPTOR${printNames(argument.columns)}`;
    case "default-argument":
      return "DEFAULT";
    default:
      return printExpression(argument);
  }
}

export function printSpecialCall(call: SpecialCallExpression): string {
  const operand = printExpression(call.kind === "timestamp-difference" ? call.from : call.operand);
  switch (call.kind) {
    case "extract":
      return `EXTRACT(${call.unit} FROM ${operand})`;
    case "time-rounding":
      return `${call.function}(${operand} TO ${call.unit})`;
    case "timestamp-add":
      return `TIMESTAMPADD(${call.unit}, ${printExpression(call.amount)}, ${operand})`;
    case "timestamp-difference":
      return `TIMESTAMPDIFF(${call.unit}, ${operand}, ${printExpression(call.to)})`;
    case "trim":
      if (call.side === "BOTH" && call.characters === undefined) return `TRIM(${operand})`;
      return `TRIM(${words(call.side, call.characters && printExpression(call.characters))} FROM ${operand})`;
    case "match-mode":
      return `${call.mode} ${operand}`;
  }
}

// ---- JSON ----

export function printJson(call: JsonExpression): string {
  switch (call.kind) {
    case "json-value":
      return `JSON_VALUE(${words(path(call), returning(call), behaviour(call.onEmpty, "EMPTY"), behaviour(call.onError, "ERROR"))})`;
    case "json-query": {
      const wrapper = call.wrapper === "WITHOUT" ? "WITHOUT WRAPPER" : call.wrapper && `WITH ${call.wrapper} WRAPPER`;
      return `JSON_QUERY(${words(path(call), returning(call), wrapper, call.onEmpty && `${call.onEmpty} ON EMPTY`, call.onError && `${call.onError} ON ERROR`)})`;
    }
    case "json-exists":
      return `JSON_EXISTS(${words(path(call), call.onError && `${call.onError} ON ERROR`)})`;
    case "json-object":
      return `JSON_OBJECT(${words(call.entries.map(entry).join(", "), onNull(call.onNull))})`;
    case "json-array":
      return `JSON_ARRAY(${words(list(call.items), onNull(call.onNull))})`;
    case "json-object-aggregate":
      return `JSON_OBJECTAGG(${words(entry(call), onNull(call.onNull))})${printModifiers(call.modifiers)}`;
    case "json-array-aggregate":
      return `JSON_ARRAYAGG(${words(printExpression(call.item), order(call.orderBy), onNull(call.onNull))})${printModifiers(call.modifiers)}`;
  }
}

const path = (call: { input: Expression; path: Expression }): string => `${printExpression(call.input)}, ${printExpression(call.path)}`;
// Parentheses keep `IS JSON` of a key apart from the word VALUE.
const entry = ({ key, value }: { key: Expression; value: Expression }): string => `KEY ${base(key)} VALUE ${printExpression(value)}`;
const onNull = (clause: JsonNullClause): string => (clause === undefined ? "" : `${clause} ON NULL`);

function returning(call: Extract<JsonExpression, { kind: "json-value" | "json-query" }>): string {
  return call.returning === undefined ? "" : `RETURNING ${printType(call.returning)}`;
}

function behaviour(of: JsonValueBehaviour | undefined, when: "EMPTY" | "ERROR"): string {
  if (of === undefined) return "";
  return words(of.action, of.value && printExpression(of.value), `ON ${when}`);
}

// ---- WITHIN GROUP, FILTER, OVER ----

function printModifiers({ withinGroup, filter, over }: AggregateModifiers): string {
  const within = withinGroup.length === 0 ? "" : ` WITHIN GROUP (ORDER BY ${printOrder(withinGroup)})`;
  const where = filter === undefined ? "" : ` FILTER (WHERE ${printExpression(filter)})`;
  return within + where + (over === undefined ? "" : ` OVER ${printOver(over)}`);
}

function printOver(over: WindowSpecification | WindowReference): string {
  return over.kind === "window-reference" ? printIdentifier(over.name) : printWindow(over);
}

export function printWindow({ base, partitionBy, orderBy, frame }: WindowSpecification): string {
  const limits = frame && `${frame.unit} BETWEEN ${bound(frame.start)} AND ${bound(frame.end)}`;
  const partition = partitionBy.length > 0 && `PARTITION BY ${list(partitionBy)}`;
  return `(${words(base && printIdentifier(base), partition, order(orderBy), limits)})`;
}

function bound({ type, offset }: FrameBound): string {
  return offset === undefined ? type : `${closer(offset)} ${type}`;
}
