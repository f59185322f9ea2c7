/** The reference of functions, made from their declarations. */
import { allFunctions, plannedFunctionNames, type AggregateFunction, type FunctionDocumentation, type ScalarFunction } from "./index.ts";

type Declaration = ScalarFunction | AggregateFunction;
type Category = FunctionDocumentation["category"];

const titles: Readonly<Record<Category, string>> = {
  comparison: "Comparison",
  logical: "Logic",
  arithmetic: "Arithmetic",
  string: "Text",
  temporal: "Time",
  conditional: "Conditions",
  conversion: "Conversion",
  collection: "Rows, arrays and maps",
  json: "JSON",
  hash: "Hashes",
  aggregate: "Aggregates",
  window: "Columns of windows",
  other: "Other",
};

/** The whole of `docs/reference/functions.md`. */
export function functionsPage(): string {
  const sections = (Object.keys(titles) as Category[]).flatMap((category) => {
    const declarations = allFunctions.filter(({ documentation }) => documentation.category === category);
    return declarations.length === 0 ? [] : [section(category, declarations)];
  });
  const introduction = [
    "# Functions",
    "",
    "Made from the declarations by `npm run generate`; do not edit. Every example is run as a test.",
    "",
    "Names are known without regard to case. Unless its line says otherwise, NULL in any argument gives NULL. Types of results are those of Apache Flink.",
  ];
  const planned = [
    "## Refused by name",
    "",
    "Apache Flink has these too. Here they are known and refused with an error at their place in the text:",
    "",
    `${plannedFunctionNames().map(code).join(", ")}.`,
  ];
  return `${[introduction, ...sections, planned].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function section(category: Category, declarations: readonly Declaration[]): string[] {
  return [
    `## ${titles[category]}`,
    "",
    "| usage | meaning | example | result |",
    "| --- | --- | --- | --- |",
    ...declarations.map((declaration) => `| ${cells(declaration).map(escapeCell).join(" | ")} |`),
  ];
}

function cells(declaration: Declaration): string[] {
  const { usage, summary, example } = declaration.documentation;
  return [
    code(usage),
    `${summary}${notes(declaration)}`,
    example === undefined ? "" : code(example.expression),
    example === undefined ? "" : code(example.result),
  ];
}

function notes(declaration: Declaration): string {
  const { aliases = [] } = declaration;
  const words = declaration.documentation.usage.split(/\W+/);
  const others = aliases.filter((alias) => !words.includes(alias));
  const also = others.length === 0 ? "" : ` Also ${others.map(code).join(", ")}.`;
  const onlyOver = declaration.kind === "aggregate" && !declaration.places.includes("group") ? " Only with OVER." : "";
  return `${also}${onlyOver}`;
}

/** A code span keeps spaces at its ends only when it has a space beside each backtick. */
function code(text: string): string {
  return text === "" ? "(empty)" : text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
