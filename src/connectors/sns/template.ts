/** Texts with columns in them: "card {card_id}", where "{{" and "}}" stand for braces. */
import { invalidOption, plainText, type OptionDeclaration } from "../../connector/index.ts";
import { readScalar, type Batch, type Schema } from "../../data/index.ts";

/** Renders a row's text; null when the template is a single column and that is NULL. */
export type Template = (batch: Batch, row: number) => string | null;

export function compileTemplate(text: string, schema: Schema, declaration: OptionDeclaration, table: string): Template {
  const owner = { connector: "sns", table };
  const parts: (string | number)[] = [];
  const rest = text.replace(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g, (token, name: string | undefined) => {
    if (token === "{{" || token === "}}") parts.push(token[0]);
    else if (name !== undefined) {
      const column = schema.fields.findIndex((field) => field.name === name);
      if (column < 0) throw invalidOption(declaration, text, owner, `columns of the table in braces; '${name}' is none`);
      parts.push(column);
    } else if (token === "{" || token === "}") throw invalidOption(declaration, text, owner, "braces in pairs; a brace itself is written twice");
    else parts.push(token);
    return "";
  });
  if (rest !== "") throw invalidOption(declaration, text, owner);
  const cell = (batch: Batch, row: number, column: number): string | null => {
    const { type } = schema.fields[column];
    const value = readScalar(batch.columns[column], type, row);
    return value === null ? null : plainText(value, type);
  };
  const [only] = parts;
  if (parts.length === 1 && typeof only === "number") return (batch, row) => cell(batch, row, only);
  return (batch, row) => parts.map((part) => (typeof part === "string" ? part : (cell(batch, row, part) ?? "null"))).join("");
}

/** Column that the whole template stands for, or −1. */
export function templateColumn(text: string, schema: Schema): number {
  const name = /^\{([^{}]+)\}$/.exec(text)?.[1];
  return name === undefined ? -1 : schema.fields.findIndex((field) => field.name === name);
}
