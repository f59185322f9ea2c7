/** Goal: the reference page says what the declarations say. Method: it is made anew and compared; a second test reads it as a user would. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { allFunctions } from "./index.ts";
import { functionsPage } from "./reference-page.ts";

it("docs/reference/functions.md is up to date", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/reference/functions.md"), "utf8");
  expect(page, "run: npm run generate").toBe(functionsPage());
});

it("has one line of four cells for every function", () => {
  const lines = functionsPage()
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(lines).toHaveLength(allFunctions.length);
  for (const line of lines) expect(line.split(/(?<!\\)\|/), line).toHaveLength(6);
});

it("names every alias", () => {
  const page = functionsPage();
  for (const { aliases = [] } of allFunctions) for (const alias of aliases) expect(page).toMatch(new RegExp(`(?<!\\w)${alias}(?!\\w)`));
});
