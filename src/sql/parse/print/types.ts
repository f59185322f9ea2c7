import type { IntervalQualifier, TypeNode } from "../ast/types.ts";
import { printIdentifier, printString } from "./text.ts";

/** A type in Flink's own spelling. */
export function printType(type: TypeNode): string {
  return type.nullable ? unmarked(type) : `${unmarked(type)} NOT NULL`;
}

function unmarked(type: TypeNode): string {
  switch (type.kind) {
    case "atomic-type": {
      if (type.name === "TIMESTAMP_TZ") return `TIMESTAMP${parameters(type.precision)} WITH TIME ZONE`;
      return (type.name === "INTEGER" ? "INT" : type.name) + parameters(type.precision, type.scale);
    }
    case "interval-type":
      return `INTERVAL ${printQualifier(type.qualifier)}`;
    case "array-type":
      return `ARRAY<${printType(type.element)}>`;
    case "multiset-type":
      return `MULTISET<${printType(type.element)}>`;
    case "map-type":
      return `MAP<${printType(type.key)}, ${printType(type.value)}>`;
    case "row-type": {
      const fields = type.fields.map(
        ({ name, type: of, comment }) => `${printIdentifier(name)} ${printType(of)}${comment === undefined ? "" : ` ${printString(comment)}`}`,
      );
      return `ROW<${fields.join(", ")}>`;
    }
  }
}

function parameters(precision: number | undefined, scale?: number): string {
  if (precision === undefined) return "";
  return scale === undefined ? `(${precision})` : `(${precision}, ${scale})`;
}

export function printQualifier({ from, to, precision, fractionalPrecision }: IntervalQualifier): string {
  const lead = from === "SECOND" ? parameters(precision, fractionalPrecision) : parameters(precision);
  if (to === undefined) return from + lead;
  return `${from}${lead} TO ${to}${to === "SECOND" ? parameters(fractionalPrecision) : ""}`;
}
