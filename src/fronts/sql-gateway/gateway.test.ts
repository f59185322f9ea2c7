// Goal: clients of Flink's gateway get sessions, results and errors as they know them, and no row is lost or given twice. Method:
// an executor that answers as told, behind a real port; our own client where it does, raw requests where it would be too polite.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqlSessionClient, type ResultPage } from "../../client/index.ts";
import { HeadraceError } from "../../core/index.ts";
import { createSimulatedPlatform, type SimulatedPlatform } from "../../core/platform/sim/index.ts";
import { simpleType, stringType } from "../../data/index.ts";
import { SqlGateway, type SqlExecutor, type SqlResult, type SqlRow } from "./index.ts";

let platform: SimulatedPlatform;
let gateway: SqlGateway;
let server: Server;
let url: string;
let execute: SqlExecutor["execute"];

beforeEach(async () => {
  platform = createSimulatedPlatform();
  const errorText = (error: unknown, statement: string): string => `${statement}: ${error instanceof Error ? error.message : String(error)}`;
  gateway = new SqlGateway({ executor: { execute: (...given) => execute(...given) }, random: platform.random, clock: platform.clock, version: "1", errorText });
  server = createServer((request, response) => {
    if (!gateway.handle(request, response)) response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await gateway.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const columns = [
  { name: "id", type: simpleType("bigint") },
  { name: "name", type: stringType() },
];
const row = (id: bigint, name: string | null, kind: SqlRow["kind"] = "INSERT"): SqlRow => ({ kind, fields: [id, name] });

/** A result of these pages; `closed` counts. */
function result(pages: readonly (readonly SqlRow[])[]): SqlResult & { closed: number } {
  let page = 0;
  return {
    closed: 0,
    columns,
    isQuery: true,
    next: async () => pages[page++] ?? null,
    async close() {
      this.closed++;
    },
  };
}

async function pagesOf(statement: string): Promise<ResultPage[]> {
  const session = await SqlSessionClient.open(url, {});
  const pages: ResultPage[] = [];
  for await (const page of session.execute(statement)) pages.push(page);
  await session.close();
  return pages;
}

async function call(method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Session and operation of a statement. */
async function begin(statement = "SELECT"): Promise<{ session: string; operation: string }> {
  const { body } = await call("POST", "/v1/sessions", {});
  const session = `/v1/sessions/${String(body.sessionHandle)}`;
  const started = await call("POST", `${session}/statements`, { statement });
  return { session, operation: `${session}/operations/${String(started.body.operationHandle)}` };
}

describe("results", () => {
  it("come page by page with their kinds, numbers exact, and close what made them", async () => {
    const made = result([[row(1n, "a"), row(2n ** 60n + 1n, null, "DELETE")], [row(3n, "c", "UPDATE_AFTER")]]);
    made.warnings = () => ["2 left out"];
    execute = async () => made;
    const pages = await pagesOf("SELECT");
    expect(pages.flatMap(({ rows }) => rows)).toEqual([
      { kind: "INSERT", fields: [1, "a"] },
      { kind: "DELETE", fields: ["1152921504606846977", null] },
      { kind: "UPDATE_AFTER", fields: [3, "c"] },
    ]);
    expect(pages[0].columns).toEqual(["id", "name"]);
    expect(pages.at(-1)!.warnings).toEqual(["2 left out"]);
    expect(made.closed).toBe(1);
  });

  it("give the last page again, also to two who ask at once, and no other", async () => {
    execute = async () => result([[row(1n, "a")], [row(2n, "b")]]);
    const { operation } = await begin();
    const ids = async (token: number): Promise<unknown[]> => {
      const { body } = await call("GET", `${operation}/result/${token}?rowFormat=JSON`);
      return (body.results as { data: { fields: unknown[] }[] }).data.map(({ fields }) => fields[0]);
    };
    expect(await Promise.all([ids(0), ids(0)])).toEqual([[1], [1]]);
    expect(await ids(1)).toEqual([2]);
    expect(await ids(1)).toEqual([2]);
    const { status, body } = await call("GET", `${operation}/result/0?rowFormat=JSON`);
    expect([status, body.errors]).toEqual([400, ["HeadraceError", "Expecting token to be 2, but found 0."]]);
    expect((await call("GET", `${operation}/result/2`)).body).toMatchObject({ resultType: "EOS" });
    expect((await call("GET", `${operation}/status`)).body).toEqual({ status: "FINISHED" });
  });

  it("name types as Flink does", async () => {
    execute = async () => result([]);
    const { operation } = await begin();
    expect((await call("GET", `${operation}/result/0`)).body.results).toMatchObject({
      columns: [
        { name: "id", logicalType: { type: "BIGINT", nullable: true } },
        { name: "name", logicalType: { type: "VARCHAR", nullable: true } },
      ],
    });
  });
});

describe("failures", () => {
  it("of a statement say what and where, before the first row and in the middle", async () => {
    execute = async (statement) => {
      if (statement === "bad") throw new HeadraceError("sql-invalid", "no such column\nhint: another");
      let page = 0;
      return { ...result([]), next: async () => (page++ === 0 ? [row(1n, "a")] : Promise.reject(new Error("disk"))) };
    };
    await expect(pagesOf("bad")).rejects.toMatchObject({ code: "sql-invalid", message: "bad: no such column", hint: "another" });
    await expect(pagesOf("later")).rejects.toMatchObject({ message: "later: disk" });
    const { operation } = await begin("bad");
    expect((await call("GET", `${operation}/result/0`)).status).toBe(500);
    expect((await call("GET", `${operation}/status`)).body).toEqual({ status: "ERROR" });
  });

  it.each([
    ["GET", "/v1/sessions/none", 404],
    ["GET", "/v1/sessions/%E0%A4", 404],
    ["POST", "/v1/sessions/none/statements", 404],
    ["DELETE", "/v1/sessions/none", 404],
    ["GET", "/v1/sessions/none/operations/none/result/0", 404],
  ])("%s %s is %i", async (method, path, status) => {
    expect(await call(method, path)).toMatchObject({ status, body: { errors: ["HeadraceError", expect.any(String)] } });
  });

  it("of a body", async () => {
    const response = await fetch(`${url}/v1/sessions`, { method: "POST", body: "{" });
    expect([response.status, await response.json()]).toEqual([400, { errors: ["HeadraceError", "the body is not JSON"] }]);
    expect((await fetch(`${url}/v1/sessions`, { method: "POST", body: " ".repeat(5 << 20) })).status).toBe(400);
  });
});

describe("sessions", () => {
  it("have settings of their own, under any version or none", async () => {
    const seen: Record<string, string>[] = [];
    execute = async (_, session) => (seen.push(Object.fromEntries(session.properties)), result([]));
    const { body } = await call("POST", "/v3/sessions", { properties: { a: "1" } });
    const session = `/sessions/${String(body.sessionHandle)}`;
    await call("POST", `${session}/statements`, { statement: "SELECT", executionConfig: { b: "2" } });
    expect(seen).toEqual([{ a: "1", b: "2" }]);
    expect((await call("GET", session)).body).toEqual({ properties: { a: "1", b: "2" } });
    expect((await call("GET", "/info")).body).toMatchObject({ productName: "Apache Flink" });
    expect((await call("GET", "/api_versions")).body).toEqual({ versions: ["V1", "V2", "V3", "V4"] });
  });

  it("close with their statements, when told and when nobody came for ten minutes", async () => {
    const made = [result([[row(1n, "a")]]), result([[row(1n, "a")]])];
    let next = 0;
    execute = async () => made[next++];
    const first = await begin();
    expect((await call("DELETE", first.session)).body).toEqual({ status: "CLOSED" });
    expect(made[0].closed).toBe(1);
    const second = await begin();
    platform.clock.advance(599_000);
    expect((await call("POST", `${second.session}/heartbeat`)).status).toBe(200);
    platform.clock.advance(599_000);
    expect(made[1].closed).toBe(0);
    platform.clock.advance(61_000);
    expect((await call("GET", second.session)).status).toBe(404);
    expect(made[1].closed).toBe(1);
  });

  it("cancel a statement", async () => {
    const made = result([[row(1n, "a")]]);
    execute = async () => made;
    const { operation } = await begin();
    expect((await call("POST", `${operation}/cancel`)).body).toEqual({ status: "CANCELED" });
    expect((await call("GET", `${operation}/status`)).body).toEqual({ status: "CANCELED" });
    expect(made.closed).toBe(1);
  });
});
