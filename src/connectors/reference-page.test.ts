// Goal: the reference page says what the declarations say.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { connectorDeclaration, connectorDeclarations } from "./registry.ts";
import { connectorsPage } from "./reference-page.ts";

test("docs/reference/connectors.md is up to date", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/reference/connectors.md"), "utf8");
  expect(page, "run: npm run generate").toBe(connectorsPage());
});

test("every connector has a section, and a wrong name is met with the right one", () => {
  for (const name of connectorDeclarations.keys()) expect(connectorsPage()).toContain(`\n## ${name}\n`);
  expect(() => connectorDeclaration("filesytem", "t")).toThrow(expect.objectContaining({ code: "invalid-option", hint: "Did you mean 'filesystem'?" }));
});
