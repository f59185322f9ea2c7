// Writes docs/reference/functions.md from the functions' declarations. Needs the build in dist/.
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const { functionsPage } = await import(resolve(root, "dist/sql/functions/reference-page.js"));
const target = resolve(root, "docs/reference/functions.md");
mkdirSync(resolve(root, "docs/reference"), { recursive: true });
writeFileSync(target, functionsPage());
console.log(`wrote ${target}`);
