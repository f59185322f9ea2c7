/**
 * Goal: plans and messages change on purpose only. Method: each NAME.sql is compiled; its plan as EXPLAIN writes it, or for
 * a script that begins with `-- error` its fault as users see it, must be what NAME.txt holds (`vitest -u` writes them again).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Catalog, compileScript, explain, formatSqlError, SqlError } from "../../../src/sql/index.ts";

const folder = import.meta.dirname;
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".sql") ? [file.slice(0, -4)] : []));
const example = join(folder, "..", "..", "..", "examples", "fraud", "pipeline.sql");

function compiled(text: string): string {
  const { plan } = compileScript(text, { catalog: new Catalog(), configuration: {} });
  return `${explain(plan!)}\n\nnodes: ${plan!.nodes.map(({ name }) => name).join(", ")}\n`;
}

function fault(text: string): string {
  try {
    compileScript(text, { catalog: new Catalog(), configuration: {} });
  } catch (error) {
    if (error instanceof SqlError) return `${error.code}\n${formatSqlError(text, error)}\n`;
    throw error;
  }
  return "no error\n";
}

describe("plans", () => {
  it.each(names.filter((name) => !name.startsWith("error-")))("%s", async (name) => {
    await expect(compiled(readFileSync(join(folder, `${name}.sql`), "utf8"))).toMatchFileSnapshot(join(folder, `${name}.txt`));
  });

  it("the fraud example", async () => {
    await expect(compiled(readFileSync(example, "utf8"))).toMatchFileSnapshot(join(folder, "fraud-example.txt"));
  });
});

describe("faults", () => {
  it.each(names.filter((name) => name.startsWith("error-")))("%s", async (name) => {
    const text = readFileSync(join(folder, `${name}.sql`), "utf8");
    expect(text.startsWith("-- error\n")).toBe(true);
    await expect(fault(text)).toMatchFileSnapshot(join(folder, `${name}.txt`));
  });
});
