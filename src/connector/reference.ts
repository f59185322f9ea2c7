/** Reference pages from declarations. */
import { typeText } from "../data/index.ts";
import type { ConnectorDeclaration } from "./contract.ts";
import { range } from "./option-parser.ts";
import type { OptionDeclaration } from "./options.ts";
import { durationText, sizeText } from "./quantities.ts";

/** The connector's section of `docs/reference/connectors.md`: what it is, its options, its metadata columns. */
export function connectorReference(declaration: ConnectorDeclaration): string {
  const lines = [`## ${declaration.name}`, "", declaration.summary, "", `Use: ${uses(declaration)}.`];
  const { source, sink } = declaration.formats;
  if (source.length > 0) lines.push("", `Formats read: ${source.map(code).join(", ")}.`);
  if (sink.length > 0) lines.push("", `Formats written: ${sink.map(code).join(", ")}.`);
  if (declaration.options.length > 0) lines.push("", ...optionTable(declaration.options));
  const metadata = Object.entries(declaration.metadata);
  if (metadata.length > 0) {
    lines.push("", "| metadata column | type |", "| --- | --- |");
    for (const [key, type] of metadata) lines.push(`| ${code(key)} | ${code(typeText(type))} |`);
  }
  return `${lines.join("\n")}\n`;
}

/** A Markdown table of options, for connectors, formats and models alike. */
export function optionTable(options: readonly OptionDeclaration[]): string[] {
  return [
    "| option | for | value | default | meaning |",
    "| --- | --- | --- | --- | --- |",
    ...options.map(
      (option) => `| ${[code(option.name), option.role ?? "both", valueText(option), defaultText(option), meaning(option)].map(cell).join(" | ")} |`,
    ),
  ];
}

function uses(declaration: ConnectorDeclaration): string {
  return (["source", "sink", "lookup"] as const).filter((role) => declaration[role] !== undefined).join(", ");
}

function valueText({ type, choices, minimum, maximum, secret }: OptionDeclaration): string {
  const show = type === "duration" ? durationText : type === "bytes" ? sizeText : String;
  const text = type === "choice" ? choices!.map(code).join(", ") : `${type}${range(minimum, maximum, show)}`;
  return secret ? `${text}, secret` : text;
}

function defaultText(option: OptionDeclaration): string {
  if (option.required) return "required";
  return option.default === undefined ? "" : code(option.default);
}

function meaning({ summary, example }: OptionDeclaration): string {
  return example === undefined ? summary : `${summary} Example: ${code(example)}.`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
