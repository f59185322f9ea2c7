/** Checks of a declaration alone: what the parser, the reference pages and completion rely on. */
import { ok, strictEqual, throws } from "node:assert/strict";
import type { ConnectorDeclaration } from "../contract.ts";
import { parseOptions } from "../option-parser.ts";
import { HeadraceError } from "../../core/index.ts";
import { connectorReference } from "../reference.ts";

/** Throws an AssertionError that says what the declaration lacks. */
export function checkDeclaration(declaration: ConnectorDeclaration): void {
  const { name, summary, options } = declaration;
  ok(/^[a-z][a-z0-9-]*$/.test(name), `'${name}' is no connector name`);
  ok(/^[A-Z].*\.$/s.test(summary), `${name}: the summary is a sentence`);
  ok(declaration.source !== undefined || declaration.sink !== undefined || declaration.lookup !== undefined, `${name}: it serves no role`);
  strictEqual(new Set(options.map((each) => each.name)).size, options.length, `${name}: an option is declared twice`);
  for (const option of options) {
    ok(option.summary.endsWith("."), `${name}: the summary of '${option.name}' is a sentence`);
    ok(!(option.required && option.default !== undefined), `${name}: '${option.name}' is required and has a default`);
    ok(option.type !== "choice" || (option.choices?.length ?? 0) > 0, `${name}: '${option.name}' has no choices`);
    ok((option.type === "map") === option.name.endsWith("*"), `${name}: only maps end in '*': '${option.name}'`);
    ok(option.secret === true || !/password|secret|token/.test(option.name), `${name}: '${option.name}' looks like a secret and is not marked as one`);
  }
  checkParsing(declaration);
  const reference = connectorReference(declaration);
  for (const option of options) ok(reference.includes(`\`${option.name}\``), `${name}: the reference leaves '${option.name}' out`);
}

function checkParsing({ name, options }: ConnectorDeclaration): void {
  const owner = { connector: name, table: "t" };
  const required = Object.fromEntries(options.filter((option) => option.required).map((option) => [option.name, option.example ?? option.choices?.[0] ?? "x"]));
  parseOptions(options, required, owner);
  for (const option of options) {
    if (option.example === undefined || option.type === "map") continue;
    parseOptions(options, { ...required, [option.name]: option.example }, owner);
  }
  const isUnknown = (error: unknown): boolean => error instanceof HeadraceError && error.code === "unknown-option" && error.hint !== undefined;
  throws(() => parseOptions(options, { ...required, "no.such.option": "1" }, owner), isUnknown, `${name}: an unknown option passes`);
  for (const option of options.filter((each) => each.required)) {
    const { [option.name]: _, ...rest } = required;
    throws(() => parseOptions(options, rest, owner), { code: "invalid-option" }, `${name}: '${option.name}' is required and may be left out`);
  }
}
