/** What is published: the build, README and LICENSE, and every subpath of `exports` can be imported. Needs the build. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { bin: Record<string, string>; exports: Record<string, string> };
const modules = Object.entries(manifest.exports).filter(([, file]) => file.endsWith(".js"));
const isBuilt = existsSync(join(root, "dist"));
if (!isBuilt) console.warn("\n*** SKIPPED: the package is tested as built. Enable these tests with: npm run build ***\n");

describe.skipIf(!isBuilt)("the package", () => {
  it.each(modules)("exports %s with its types", async (_, file) => {
    const module = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>;
    expect(Object.keys(module).length).toBeGreaterThan(0);
    expect(existsSync(join(root, file.replace(/\.js$/, ".d.ts")))).toBe(true);
  });

  it("has its command", () => {
    for (const file of Object.values(manifest.bin)) expect(readFileSync(join(root, file), "utf8")).toMatch(/^#!\/usr\/bin\/env node/);
  });

  it("holds the build, README and LICENSE, and nothing else", () => {
    const answer = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ files }] = JSON.parse(answer) as [{ files: { path: string }[] }];
    const outside = files.map(({ path }) => path).filter((path) => !path.startsWith("dist/"));
    expect(outside.sort()).toEqual(["LICENSE", "README.md", "package.json"]);
    expect(files.filter(({ path }) => /\.test\.|\.prop\./.test(path))).toEqual([]);
  });
});
