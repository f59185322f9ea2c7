import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Texts for the tests of the parser: name and text of every file under test/golden/parse. */
export function corpus(): [name: string, text: string][] {
  const root = import.meta.dirname;
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => [name, readFileSync(join(root, name), "utf8")]);
}

/** The cases whose fault the parser must find; all others must be read. */
export const syntaxErrors: Readonly<Record<string, { clause: string; at: string }>> = {
  "queries/err_reserved_word.sql": { clause: "CREATE TABLE", at: "datetime" },
  "queries/err_syntax.sql": { clause: "SELECT list", at: "ts FROM" },
};

/** A tree without its places, to compare what two texts mean. */
export function withoutSpans(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === "span" || key.endsWith("Span") || key === "quoted" ? undefined : value)));
}
