// Writes docs/reference/connectors.md from the connectors' declarations. Needs the build in dist/.
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const { connectorsPage } = await import(resolve(root, "dist/connectors/index.js"));
const target = resolve(root, "docs/reference/connectors.md");
mkdirSync(resolve(root, "docs/reference"), { recursive: true });
writeFileSync(target, connectorsPage());
console.log(`wrote ${target}`);
