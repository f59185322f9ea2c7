// Goal: the stream commands do what they say against the Kinesis API, for people and for programs. Method: the commands'
// functions in this process, against a Kinesis front over a real log.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createNodePlatform } from "../core/index.ts";
import { createAwsServer, createKinesisService, type AwsServer } from "../fronts/index.ts";
import { openLog, type OwnedLog } from "../log/index.ts";
import { KinesisClient } from "./kinesis-client.ts";
import { createCommand, deleteCommand, describeCommand, listCommand } from "./stream.ts";
import { putCommand } from "./stream-put.ts";
import { tailCommand } from "./stream-tail.ts";

const platform = createNodePlatform();
const directory = mkdtempSync(join(tmpdir(), "headrace-cli-"));
const credential = { accessKeyId: "AKID", secretAccessKey: "secret" };
let log: OwnedLog;
let front: AwsServer;
let endpoint: string;
let stdout: string;
let stderr: string;

const keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "NO_COLOR"] as const;
const before = keys.map((name) => process.env[name]);

beforeAll(async () => {
  log = await openLog({ platform, directory });
  // With credentials, so that the commands' signatures are judged too.
  front = createAwsServer({
    platform,
    services: [createKinesisService({ log, platform, region: "us-east-1", accountId: "000000000000" })],
    credentials: [credential],
  });
  endpoint = (await front.listen({ host: "127.0.0.1", port: 0 })).url;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: credential.accessKeyId, AWS_SECRET_ACCESS_KEY: credential.secretAccessKey, NO_COLOR: "1" });
});
afterAll(async () => {
  keys.forEach((name, index) => (before[index] === undefined ? delete process.env[name] : (process.env[name] = before[index])));
  await front.close();
  await log.close();
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  stdout = stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((stdout += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((stderr += String(text)), true));
});
afterEach(() => vi.restoreAllMocks());

const json = { json: true };
const rows = (): Record<string, unknown>[] =>
  stdout
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const put = (name: string, lines: readonly string[], options: Record<string, unknown> = {}): Promise<number> =>
  putCommand([name], { endpoint, ...options }, Readable.from(lines.map((line) => `${line}\n`)));
const tail = (name: string, options: Record<string, unknown> = {}): Promise<number> =>
  tailCommand([name], { endpoint, from: "trim-horizon", end: true, ...options });
const create = (name: string, shards = 1): Promise<number> => createCommand([name], { endpoint, shards: String(shards) });

describe("create, ls, describe, delete", () => {
  it("tell people on stderr what they did, and on stdout what there is", async () => {
    expect(await listCommand([], { endpoint })).toBe(0);
    expect(stderr).toBe("no streams; `headrace stream create NAME` makes one\n");
    expect(await create("people", 2)).toBe(0);
    expect(stderr).toContain("stream people created with 2 shards\n");
    expect(stdout).toBe("");
    await listCommand([], { endpoint });
    expect(stdout).toBe("stream  status  shards  retention\npeople  ACTIVE       2  24 h\n");
    stdout = "";
    await describeCommand(["people"], { endpoint });
    expect(stdout).toMatch(/^people {2}ACTIVE {2}2 open shards, kept 24 h\narn:aws:kinesis:us-east-1:000000000000:stream\/people\n/);
    expect(stdout).toMatch(/shardId-000000000001 {2}open {3}50\.00 % /);
    expect(await deleteCommand(["people"], { endpoint })).toBe(0);
    expect(log.stream("people")).toBeUndefined();
  });

  it("tell programs one JSON value a line", async () => {
    await createCommand(["programs"], { endpoint, shards: "3", ...json });
    await listCommand([], { endpoint, ...json });
    await describeCommand(["programs"], { endpoint, ...json });
    await deleteCommand(["programs"], { endpoint, ...json });
    expect(rows()).toMatchObject([
      { stream: "programs", shards: 3 },
      { stream: "programs", status: "ACTIVE", openShards: 3, retentionHours: 24 },
      { StreamName: "programs", Shards: [{}, {}, {}] },
      { stream: "programs", deleted: true },
    ]);
    expect(stderr).toBe("");
  });

  it("list more streams and shards than fit a page", async () => {
    const names = Array.from({ length: 105 }, (_, index) => `many-${String(index).padStart(3, "0")}`);
    for (const name of names) await create(name);
    await listCommand([], { endpoint, ...json });
    expect(rows().map(({ stream }) => stream)).toEqual(names);
    for (const name of names) await deleteCommand([name], { endpoint });
  });

  it("fail with a code of ours", async () => {
    await create("twice");
    await expect(create("twice")).rejects.toMatchObject({ code: "already-exists", message: expect.stringMatching(/^ResourceInUseException: /) as string });
    await expect(describeCommand(["none"], { endpoint })).rejects.toMatchObject({ code: "not-found" });
    await expect(createCommand(["x"], { endpoint, shards: "0" })).rejects.toMatchObject({
      code: "usage",
      message: "--shards is 0, expected a whole number from 1",
    });
    await expect(create("bad name")).rejects.toMatchObject({ code: "invalid-argument" });
    await deleteCommand(["twice"], { endpoint });
  });
});

describe("put and tail", () => {
  it("carry lines as they are, empty ones left out, in order within a key", async () => {
    await create("lines", 4);
    const lines = Array.from({ length: 1_234 }, (_, index) => JSON.stringify({ card: `c${index % 7}`, index, text: "grüß €" }));
    expect(await put("lines", [...lines.slice(0, 600), "", ...lines.slice(600)], { key: "card" })).toBe(0);
    expect(stderr).toContain("1,234 records put to lines\n");
    await tail("lines");
    const got = stdout.trim().split("\n");
    expect([...got].sort()).toEqual([...lines].sort());
    for (let card = 0; card < 7; card++) {
      const ofCard = got.map((line) => JSON.parse(line) as { card: string; index: number }).filter((each) => each.card === `c${card}`);
      const indexes = ofCard.map(({ index }) => index);
      expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
    }
  });

  it("show programs where a record lies; bytes that are no text as Base64", async () => {
    await create("bytes");
    await new KinesisClient(endpoint, platform.clock).call("PutRecord", {
      StreamName: "bytes",
      PartitionKey: "k",
      Data: Buffer.from([0xff, 0]).toString("base64"),
    });
    await put("bytes", ["text"], json);
    expect(rows()).toEqual([{ stream: "bytes", records: 1 }]);
    stdout = "";
    await tail("bytes", json);
    expect(rows()).toEqual([
      {
        shard: "shardId-000000000000",
        sequenceNumber: expect.stringMatching(/^\d{56}$/) as string,
        partitionKey: "k",
        arrival: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        base64: "/wA=",
      },
      expect.objectContaining({ data: "text" }) as object,
    ]);
  });

  it("end where they are told to", async () => {
    await create("limits", 2);
    await put(
      "limits",
      Array.from({ length: 50 }, (_, index) => String(index)),
    );
    await tail("limits", { end: undefined, limit: "7" });
    expect(stdout.trim().split("\n")).toHaveLength(7);
    stdout = "";
    await tail("limits", { from: "latest" });
    await expect(tail("limits", { from: new Date(platform.clock.nowMs() + 3_600_000).toISOString() })).rejects.toMatchObject({ code: "invalid-argument" });
    expect(stdout).toBe("");
    await tail("limits", { from: "10m" });
    expect(stdout.trim().split("\n")).toHaveLength(50);
  });

  it("follow a split", async () => {
    await create("split");
    await put("split", ["a", "b"]);
    const middle = 1n << 127n;
    const halves = [
      { start: 0n, end: middle - 1n },
      { start: middle, end: (1n << 128n) - 1n },
    ];
    await log.commit([{ kind: "reshard", stream: "split", parents: log.stream("split")!.shards, children: halves }]);
    await put("split", ["c", "d", "e"]);
    await tail("split", { end: undefined, limit: "5" });
    expect(stdout.trim().split("\n").sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(stdout.indexOf("b")).toBeLessThan(Math.min(...["c", "d", "e"].map((each) => stdout.indexOf(each))));
  });

  it("refuse what they cannot mean", async () => {
    await create("refusals");
    await expect(put("refusals", ['{"card":"a"}', "no JSON"], { key: "card" })).rejects.toMatchObject({
      code: "decode",
      message: expect.stringMatching(/^line 2 /) as string,
    });
    await expect(put("refusals", ['{"cart":"a"}'], { key: "card" })).rejects.toMatchObject({
      code: "decode",
      message: 'line 1 has no field "card" to be its partition key',
    });
    await expect(put("refusals", ["null"], { key: "card" })).rejects.toMatchObject({ code: "decode" });
    for (const from of ["yesterday", "10", "ten m", ""])
      await expect(tail("refusals", { from })).rejects.toMatchObject({ code: "usage", message: expect.stringContaining(`--from is "${from}"`) as string });
    for (const limit of ["0", "x"]) await expect(tail("refusals", { limit })).rejects.toMatchObject({ code: "usage" });
    await expect(tail("nowhere")).rejects.toMatchObject({ code: "not-found" });
    await expect(put("refusals", ["x".repeat(11 * 1024 * 1024)])).rejects.toMatchObject({ code: "invalid-argument" });
  });
});

describe("who answers", () => {
  it("nobody", async () => {
    await expect(listCommand([], { endpoint: "http://127.0.0.1:1" })).rejects.toMatchObject({
      code: "unreachable",
      hint: expect.stringContaining("headrace server") as string,
    });
    await expect(listCommand([], { server: "http://127.0.0.1:1" })).rejects.toMatchObject({ code: "unreachable" });
  });

  it("somebody else", async () => {
    const other = createServer((_, response) => response.end("<html>")).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(listCommand([], { endpoint: url })).rejects.toMatchObject({ code: "unreachable", message: `what answers at ${url} is no Kinesis API` });
    for (const wrong of [url, endpoint])
      await expect(listCommand([], { server: wrong })).rejects.toMatchObject({ code: "unreachable", hint: expect.stringContaining("console port") as string });
    other.closeAllConnections();
    other.close();
  });

  it("a server that does not know the key", async () => {
    process.env.AWS_SECRET_ACCESS_KEY = "guess";
    await expect(listCommand([], { endpoint })).rejects.toMatchObject({ code: "invalid-argument", message: expect.stringContaining("signature") as string });
    process.env.AWS_SECRET_ACCESS_KEY = credential.secretAccessKey;
  });
});
