/** Goal: a script becomes one plan, its definitions stay in the catalog, its faults have places. */
import { describe, expect, it } from "vitest";
import { Catalog } from "../catalog.ts";
import { SqlError } from "../errors.ts";
import { compileScript, type CompiledScript } from "./compile.ts";
import type { Plan } from "./plan.ts";

const clicks = `CREATE TABLE clicks (u STRING, v DOUBLE, n INT NOT NULL, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');`;
const sinks = "CREATE TABLE a (u STRING) WITH ('connector' = 'print'); CREATE TABLE b (n BIGINT NOT NULL, u STRING) WITH ('connector' = 'print');";

function compile(text: string, catalog = new Catalog(), configuration: Record<string, string> = {}): CompiledScript {
  return compileScript(text, { catalog, configuration });
}

function faultOf(text: string): SqlError {
  try {
    compile(text);
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error("no fault");
}

function kinds(plan: Plan): string[] {
  return plan.nodes.map(({ kind }) => kind);
}

describe("scripts", () => {
  it("runs every INSERT in one plan that reads a table once", () => {
    const { plan } = compile(`${clicks}${sinks} INSERT INTO a SELECT u FROM clicks WHERE v > 1; INSERT INTO b SELECT n, u FROM clicks;`);
    expect(kinds(plan!)).toEqual(["scan", "calc", "sink", "calc", "sink"]);
    expect(plan!.sinks).toEqual([2, 4]);
    expect(plan!.nodes[0].schema.fields.map(({ name }) => name)).toEqual(["u", "v", "n"]);
  });

  it("writes twice what is inserted twice", () => {
    const { plan } = compile(`${clicks}${sinks} INSERT INTO a SELECT u FROM clicks; INSERT INTO a SELECT u FROM clicks;`);
    expect(plan!.sinks).toHaveLength(2);
    expect(plan!.nodes.map(({ name }) => name)).toEqual(["scan:clicks", "sink:a", "sink:a#2"]);
  });

  it("has no plan when it only defines, and leaves its definitions to the next one", () => {
    const catalog = new Catalog();
    expect(compile(clicks, catalog).plan).toBeNull();
    expect(compile("SELECT u FROM clicks LIMIT 3", catalog).plan!.nodes.at(-1)).toMatchObject({ kind: "collect", limit: 3 });
  });

  it("takes settings from SET and RESET", () => {
    const { configuration, plan } = compile(`SET 'table.local-time-zone' = 'Europe/Berlin'; SET 'a' = '1'; RESET 'a'; SELECT 1 AS one_;`, new Catalog(), {
      b: "2",
    });
    expect(configuration).toEqual({ "table.local-time-zone": "Europe/Berlin", b: "2" });
    expect(plan!.configuration).toEqual(configuration);
  });

  it("explains without running", () => {
    const { plan, explanations } = compile(`${clicks} EXPLAIN SELECT u FROM clicks;`);
    expect(plan).toBeNull();
    expect(explanations).toEqual(["Collect, append: u STRING\n  Scan clicks (stream): u"]);
  });

  it("gives the same names whenever it is compiled, and others to changed state", () => {
    const script = (minutes: number): string =>
      `${clicks} SELECT u, SUM(v) OVER (PARTITION BY u ORDER BY ts RANGE BETWEEN INTERVAL '${minutes}' MINUTE PRECEDING AND CURRENT ROW) AS s FROM clicks;`;
    const names = (minutes: number): string[] => compile(script(minutes)).plan!.nodes.map(({ name }) => name);
    expect(names(5)).toEqual(names(5));
    expect(names(5)[2]).not.toBe(names(6)[2]);
    const padded = compile(script(5).replace("SELECT u,", "SELECT n, u,")).plan!.nodes.map(({ name }) => name);
    expect(padded[2]).toBe(names(5)[2]);
  });

  it("is plain data", () => {
    const { plan } = compile(`${clicks} SELECT u, v * 2.5 AS w, 9007199254740993 AS big FROM clicks WHERE n IN (1, 2, 3);`);
    expect(structuredClone(plan)).toEqual(plan);
  });

  it("puts inputs before users", () => {
    const { plan } = compile(`${clicks} SELECT u FROM clicks UNION ALL SELECT CAST(n AS STRING) FROM clicks;`);
    for (const node of plan!.nodes) for (const input of node.inputs) expect(input).toBeLessThan(node.id);
  });
});

describe("faults", () => {
  it.each([
    [`${clicks} CREATE TABLE clicks (a INT) WITH ('connector' = 'print');`, "sql-invalid", "clicks exists already"],
    ["DROP TABLE nothing;", "sql-invalid", "there is no table nothing"],
    [`${clicks} SELECT u FROM clicks; SELECT v FROM clicks;`, "sql-unsupported", "a second query in one script"],
    [`${clicks}${sinks} INSERT INTO b (u) SELECT u FROM clicks;`, "sql-invalid", "column n of b is NOT NULL and gets no value"],
    ["SET 'table.local-time-zone' = 'Mars/Base';", "sql-invalid", "no time zone is called 'Mars/Base'"],
    ["CREATE TABLE t (a INT, a STRING) WITH ('connector' = 'print');", "sql-invalid", "column a is declared twice"],
    ["CREATE MODEL m INPUT (a INT) OUTPUT (b INT) WITH ('path' = 'x');", "sql-invalid", "model m has no 'provider'"],
  ])("%s", (text, code, message) => {
    const fault = faultOf(text);
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(message);
    expect(fault.position).toBeDefined();
  });

  it("defines nothing twice with IF NOT EXISTS", () => {
    const catalog = new Catalog();
    compile(`${clicks} CREATE TABLE IF NOT EXISTS clicks (other INT) WITH ('connector' = 'print');`, catalog);
    expect(compile("SELECT u FROM clicks;", catalog).plan).not.toBeNull();
  });
});
