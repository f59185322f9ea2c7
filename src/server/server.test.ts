// Goal: one start brings up every door, one close lets everything go, and what cannot be had is said in one line. Method: servers
// in this process, spoken to by the admin client and by raw requests.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { AdminClient } from "../client/index.ts";
import { appendDeadLetters } from "../connectors/index.ts";
import { compiledEntry, createNodePlatform } from "../core/index.ts";
import { defaultConfiguration, startServer, type RunningServer, type ServerConfiguration } from "./index.ts";

const platform = createNodePlatform();
const root = mkdtempSync(join(tmpdir(), "headrace-server-"));
afterAll(() => rmSync(root, { recursive: true }));

const start = (data: string, more: Partial<ServerConfiguration> = {}): Promise<RunningServer> =>
  startServer({ configuration: { ...defaultConfiguration, port: 0, consolePort: 0, data: join(root, data), ...more }, platform });

interface Answer {
  readonly status: number;
  readonly body: { readonly code?: string; readonly message?: string; readonly items?: unknown[] };
}

/** A request as it is, with nothing that a client would put right. */
function send(url: string, method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += part.toString()));
      response.on("end", () => resolve({ status: response.statusCode!, body: JSON.parse(text || "{}") as Answer["body"] }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("a start that fails", () => {
  let running: RunningServer;
  beforeAll(async () => {
    running = await start("taken");
  });
  afterAll(() => running.close());

  it.each([
    ["port", "aws", "--port"],
    ["consolePort", "console", "--console-port"],
  ] as const)("for a %s of another process lets go of the rest", async (key, endpoint, hint) => {
    const taken = Number(new URL(running.endpoints[endpoint]).port);
    const failed = start("fresh", { [key]: taken });
    await expect(failed).rejects.toMatchObject({ code: "in-use", message: `port ${taken} of 127.0.0.1 belongs to another process` });
    await expect(failed).rejects.toMatchObject({ hint: expect.stringContaining(hint) as string });
    const second = await start("fresh");
    await second.close();
  });

  it("for a data folder of another process names it", async () => {
    await expect(start("taken")).rejects.toMatchObject({ code: "in-use", message: expect.stringContaining(join(root, "taken")) as string });
  });

  it("for an open address without credentials happens before anything is made", async () => {
    await expect(start("open", { host: "0.0.0.0" })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("without credentials") as string,
    });
    expect(await platform.disk.stat(join(root, "open"))).toBeNull();
  });

  it("for an address that this machine has not says so", async () => {
    const credentials = [{ accessKeyId: "A", secretAccessKey: "s" }];
    await expect(start("elsewhere", { host: "192.0.2.1", credentials })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(/^cannot listen on 192\.0\.2\.1:/) as string,
    });
  });
});

describe("a running server", () => {
  let server: RunningServer;
  let client: AdminClient;
  const credentials = [{ accessKeyId: "AKID", secretAccessKey: "secret" }];
  beforeAll(async () => {
    server = await start("running", { host: "0.0.0.0", credentials });
    client = new AdminClient(server.endpoints.console);
  });
  afterAll(() => server.close());

  it("tells about itself, and that only this machine reaches the console port", async () => {
    expect(await client.server()).toMatchObject({ pid: process.pid, authentication: true, log: { writable: true, reason: null }, endpoints: { kafka: null } });
    expect(new URL(server.endpoints.console).hostname).toBe("127.0.0.1");
    expect(new URL(server.endpoints.aws).hostname).toBe("0.0.0.0");
  });

  it("refuses what a browser sends for pages of others, whatever name they gave this machine", async () => {
    const { console: url } = server.endpoints;
    const own = new URL(url).host;
    const refused = [
      { host: "evil.example" },
      { host: `evil.example:${new URL(url).port}` },
      { origin: "http://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ];
    for (const headers of refused) expect((await send(url, "POST", "/api/v1/jobs", headers, "{}")).status, JSON.stringify(headers)).toBe(403);
    expect((await send(url, "POST", "/v1/sessions", { origin: "http://evil.example" }, "{}")).status).toBe(403);
    for (const headers of [{}, { origin: `http://${own}` }, { host: `localhost:${new URL(url).port}` }] as Record<string, string>[])
      expect((await send(url, "GET", "/api/v1/server", headers)).status, JSON.stringify(headers)).toBe(200);
  });

  it.each([
    ["GET", "//", "", 404, "not-found"],
    ["GET", "/api/v1/nothing", "", 404, "not-found"],
    ["PUT", "/api/v1/jobs", "", 404, "not-found"],
    ["GET", "/api/v1/jobs/none", "", 404, "not-found"],
    ["GET", "/api/v1/jobs/%E0%A4", "", 400, "invalid-argument"],
    ["POST", "/api/v1/jobs", "{", 400, "invalid-argument"],
    ["POST", "/api/v1/jobs", "null", 400, "invalid-argument"],
    ["POST", "/api/v1/jobs", '{"name":"x"}', 400, "invalid-argument"],
    ["POST", "/api/v1/explain", "", 400, "invalid-argument"],
    ["POST", "/api/v1/explain", '{"sql":"SELEC 1"}', 400, "sql-syntax"],
    ["POST", "/api/v1/jobs/none/stop", "", 404, "not-found"],
    ["DELETE", "/api/v1/jobs/none", "", 404, "not-found"],
    ["GET", "/api/v1/dead-letters?after=x", "", 400, "invalid-argument"],
    ["GET", "/api/v1/dead-letters?limit=-1", "", 400, "invalid-argument"],
  ])("%s %s %s → %i %s", async (method, path, body, status, code) => {
    expect(await send(server.endpoints.console, method, path, {}, body)).toMatchObject({ status, body: { code, message: expect.any(String) as string } });
  });

  it("survives paths of the SQL Gateway that are no text", async () => {
    expect((await send(server.endpoints.console, "GET", "/v1/sessions/%E0%A4")).status).toBe(404);
    expect((await client.server()).pid).toBe(process.pid);
  });

  it("refuses a body that is too large", async () => {
    const answer = await send(server.endpoints.console, "POST", "/api/v1/explain", {}, " ".repeat(17 * 1024 * 1024));
    expect(answer).toMatchObject({ status: 413, body: { code: "limit-exceeded" } });
  });

  it("explains a script, and says where one is wrong", async () => {
    const sql =
      "CREATE TABLE t (a INT) WITH ('connector' = 'blackhole'); CREATE TABLE s (a INT) WITH ('connector' = 'stream', 'stream' = 's', 'format' = 'json'); INSERT INTO t SELECT a FROM s;";
    expect((await client.explain(sql, root)).plan).toContain("blackhole");
    await expect(client.explain("SELECT", root)).rejects.toMatchObject({ code: "sql-syntax" });
  });

  it("pages through dead letters, by job too", async () => {
    expect(await client.deadLetters({})).toEqual({ items: [], next: null });
    const letters = Array.from({ length: 25 }, (_, index) => ({
      reason: "decode" as const,
      message: `m${index}`,
      job: index % 5 === 0 ? "five" : "rest",
      table: "t",
      position: String(index),
      bytes: Buffer.from([index]),
    }));
    await appendDeadLetters(server.log, platform.clock, letters);
    const pages: string[][] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await client.deadLetters({ limit: 10, ...(after === undefined ? {} : { after }) });
      pages.push(page.items.map(({ message }) => message));
      after = page.next;
    }
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(pages.flat()).toEqual(letters.map(({ message }) => message));
    const ofJob = await client.deadLetters({ job: "five" });
    expect(ofJob.items.map(({ number, bytes }) => [number, Buffer.from(bytes, "base64")[0]])).toEqual([0, 5, 10, 15, 20].map((index) => [index, index]));
  });

  it("shows what it measures", async () => {
    const text = await (await fetch(`${server.endpoints.console}/metrics`)).text();
    expect(text).toMatch(/^headrace_log_writable 1$/m);
    expect(text).toMatch(/^headrace_stream_records\{stream="\$dead-letters"\} \d+$/m);
  });
});

describe.skipIf(!existsSync(compiledEntry(new URL("../jobs/job-run.ts", import.meta.url).href, "./worker.js")))("jobs, whose threads run the build", () => {
  let server: RunningServer;
  let client: AdminClient;
  beforeAll(async () => {
    server = await start("jobs");
    client = new AdminClient(server.endpoints.console);
  });
  afterAll(() => server.close());

  const script = (rows: number, more = ""): string =>
    `CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
     CREATE TABLE s (a BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '${rows}'${more});
     INSERT INTO t SELECT a FROM s;`;

  it("finish with their sources, are listed, and forgotten when told", async () => {
    expect(await client.jobs()).toEqual({ items: [], next: null });
    expect(await client.submit({ name: "hundred", sql: script(100), baseDirectory: root })).toMatchObject({ name: "hundred", restarts: 0 });
    await vi.waitFor(async () => expect((await client.job("hundred")).state).toBe("finished"), { timeout: 20_000 });
    expect((await client.jobs()).items).toMatchObject([{ name: "hundred", reason: null, statistics: { rowsIn: 100, rowsOut: 100, rowsFailed: 0 } }]);
    await client.remove("hundred");
    await expect(client.job("hundred")).rejects.toMatchObject({ code: "not-found" });
  });

  it("stop when told; a running one is not forgotten", async () => {
    await client.submit({ name: "endless", sql: script(1_000_000, ", 'rows-per-second' = '10'"), baseDirectory: root });
    await vi.waitFor(async () => expect((await client.job("endless")).state).toBe("running"), { timeout: 20_000 });
    await expect(client.remove("endless")).rejects.toMatchObject({ code: expect.any(String) as string });
    expect(await client.stop("endless", false)).toMatchObject({ state: "stopped" });
    await client.remove("endless");
  });

  it("with a script that cannot be meant are refused, and none is made", async () => {
    const nowhere = client.submit({ name: "wrong", sql: script(1).replace("SELECT a", "SELECT b"), baseDirectory: root });
    await expect(nowhere).rejects.toMatchObject({ code: "sql-invalid", message: expect.stringContaining("b") as string });
    await expect(client.job("wrong")).rejects.toMatchObject({ code: "not-found" });
    await expect(client.submit({ name: "a/b", sql: script(1), baseDirectory: root })).rejects.toMatchObject({ code: "invalid-argument" });
  });
});

describe("close", () => {
  let server: RunningServer | null = null;
  afterEach(() => server?.close());

  it("gives ports and folder back, also with a session, a keep-alive connection and a silent one open", async () => {
    server = await start("closing");
    const { endpoints } = server;
    await fetch(`${endpoints.console}/v1/sessions`, { method: "POST", body: "{}" });
    const silent = [endpoints.aws, endpoints.console].map((url) => connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {}));
    await Promise.all(silent.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    const ends = silent.map((socket) => new Promise((resolve) => socket.resume().once("close", resolve)));
    await server.close();
    await server.close();
    await Promise.all(ends);
    server = await start("closing", { port: Number(new URL(endpoints.aws).port), consolePort: Number(new URL(endpoints.console).port) });
    expect(server.endpoints).toEqual(endpoints);
  });
});
