import type { Identifier, ObjectName, OptionPair } from "../ast/span.ts";
import { reservedWords } from "../lex/keywords.ts";

/** A name, in back quotes where it would not be read back as one. */
export function printIdentifier({ name, quoted }: Identifier): string {
  const plain = !quoted && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reservedWords.has(name.toUpperCase());
  return plain ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** A function's name: reserved words stay bare in front of their parenthesis. */
export function printFunctionName({ parts }: ObjectName): string {
  return parts.map((part) => (!part.quoted && /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(part.name) ? part.name : printIdentifier(part))).join(".");
}

export function printName({ parts }: ObjectName): string {
  return printPath(parts);
}

export function printPath(parts: readonly Identifier[]): string {
  return parts.map(printIdentifier).join(".");
}

export function printString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function printOptions(options: readonly OptionPair[]): string {
  return `(${options.map(({ key, value }) => `${printString(key)} = ${printString(value)}`).join(", ")})`;
}

/** ` WITH (…)`, or nothing. */
export function printWith(options: readonly OptionPair[]): string {
  return options.length === 0 ? "" : ` WITH ${printOptions(options)}`;
}

/** ` KEYWORD 'text'`, or nothing. */
export function printComment(comment: string | undefined): string {
  return comment === undefined ? "" : ` COMMENT ${printString(comment)}`;
}

/** `(a, b)`. */
export function printNames(names: readonly Identifier[]): string {
  return `(${names.map(printIdentifier).join(", ")})`;
}

/** The words that hold, with blanks between. */
export function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === "string" && part !== "").join(" ");
}
