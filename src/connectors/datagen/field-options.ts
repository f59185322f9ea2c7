/** The options under 'fields.COLUMN.' of a datagen table. */
import { parseOptions, type ConnectorTable, type OptionDeclaration } from "../../connector/index.ts";
import { HeadraceError } from "../../core/index.ts";
import type { DataType } from "../../data/index.ts";

export interface FieldOptions {
  readonly kind: "random" | "sequence";
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly length: number;
  readonly nullRate: number;
  readonly pastMsMax: number;
  readonly start: number;
  readonly end: number;
}

const suffixes: readonly OptionDeclaration[] = [
  { name: "kind", type: "choice", summary: "How values are made.", choices: ["random", "sequence"], default: "random" },
  { name: "min", type: "number", summary: "Smallest value." },
  { name: "max", type: "number", summary: "Largest value." },
  { name: "length", type: "integer", summary: "Length of texts and bytes.", default: "100", minimum: 1, maximum: 1_000_000 },
  { name: "null-rate", type: "number", summary: "Share of NULLs.", default: "0", minimum: 0, maximum: 1 },
  { name: "max-past", type: "duration", summary: "How far before now a timestamp may lie.", default: "0 ms" },
  { name: "start", type: "integer", summary: "First value of a sequence." },
  { name: "end", type: "integer", summary: "Last value of a sequence." },
];

/** One per column of the table. */
export function parseFieldOptions(table: ConnectorTable): FieldOptions[] {
  const perField = new Map<string, Record<string, string>>(table.schema.fields.map(({ name }) => [name, {}]));
  for (const [name, text] of Object.entries(table.options.map("fields"))) {
    const cut = name.lastIndexOf(".");
    const given = perField.get(name.slice(0, cut));
    if (given === undefined) {
      throw new HeadraceError("unknown-option", `table '${table.name}': 'fields.${name}' names no column`, {
        hint: `Columns: ${[...perField.keys()].join(", ")}.`,
      });
    }
    given[name.slice(cut + 1)] = text;
  }
  return table.schema.fields.map(({ name, type }) => parseField(table.name, name, type, perField.get(name)!));
}

function parseField(table: string, name: string, type: DataType, given: Record<string, string>): FieldOptions {
  const declarations = suffixes.map((each) => ({ ...each, name: `fields.${name}.${each.name}` }));
  const prefixed = Object.fromEntries(Object.entries(given).map(([key, text]) => [`fields.${name}.${key}`, text]));
  const values = parseOptions(declarations, prefixed, { connector: "datagen", table });
  const at = (suffix: string): string => `fields.${name}.${suffix}`;
  const kind = values.text(at("kind")) as FieldOptions["kind"];
  const [start, end] = [values.optionalNumber(at("start")), values.optionalNumber(at("end"))];
  if (kind === "sequence" && (start === undefined || end === undefined || end < start)) {
    throw new HeadraceError("invalid-option", `table '${table}': the sequence '${name}' needs '${at("start")}' and '${at("end")}', start first`);
  }
  const [minimum, maximum] = [values.optionalNumber(at("min")), values.optionalNumber(at("max"))];
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    throw new HeadraceError("invalid-option", `table '${table}': '${at("min")}' is greater than '${at("max")}'`);
  }
  const length = values.number(at("length"));
  const declared = type.kind === "char" || type.kind === "varchar" || type.kind === "binary" || type.kind === "varbinary" ? type.length : length;
  return {
    kind,
    minimum,
    maximum,
    length: Math.min(length, declared),
    nullRate: values.number(at("null-rate")),
    pastMsMax: values.number(at("max-past")),
    start: start ?? 0,
    end: end ?? 0,
  };
}
