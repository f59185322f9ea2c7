// Goal: files become splits with exact positions; new files are found while it runs; what is missing is said.
import { expect, test } from "vitest";
import { parseOptions, type ConnectorContext, type ConnectorTable, type RawChunk, type Source } from "../../../connector/index.ts";
import { checkSourcePositions, readSplit } from "../../../connector/testing/index.ts";
import { createSimulatedPlatform, type SimulatedPlatform } from "../../../core/platform/sim/index.ts";
import { stringType } from "../../../data/index.ts";
import { filesystemConnector } from "../connector.ts";

async function machine(files: Record<string, string>): Promise<SimulatedPlatform> {
  const platform = createSimulatedPlatform();
  for (const [path, text] of Object.entries(files)) await put(platform, path, text);
  return platform;
}
async function put({ disk }: SimulatedPlatform, path: string, text: string): Promise<void> {
  await disk.makeDirectory(path.slice(0, path.lastIndexOf("/")));
  const file = await disk.open(path, "create");
  await file.write([Buffer.from(text)], 0);
  await file.close();
}
function open(platform: SimulatedPlatform, options: Record<string, string>): Promise<Source> {
  const table: ConnectorTable = {
    name: "t",
    options: parseOptions(filesystemConnector.options, { path: "in", format: "csv", ...options }, { connector: "filesystem", table: "t", role: "source" }),
    schema: { fields: [{ name: "a", type: stringType() }] },
    partitionedBy: [],
    primaryKey: null,
  };
  return filesystemConnector.source!(table, { platform, baseDirectory: "/base" } as unknown as ConnectorContext);
}

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `row ${from + index} ${"x".repeat((from + index) % 90)}\n`).join("");

test("each file is a split, read from any position", async () => {
  const platform = await machine({ "/base/in/a.csv": lines(0, 200), "/base/in/sub/b.csv": lines(200, 100), "/base/in/empty.csv": "" });
  const found = await checkSourcePositions(() => open(platform, {}), 1024);
  expect([...found].map(([id, records]) => [id, records.length])).toEqual([
    ["a.csv", 200],
    ["empty.csv", 0],
    ["sub/b.csv", 100],
  ]);
});

test("header lines are passed over once, also after a restart", async () => {
  const platform = await machine({ "/base/in/a.csv": `id,name\n${lines(0, 60)}` });
  const found = await checkSourcePositions(() => open(platform, { "source.header-lines": "1" }), 1024);
  expect(found.get("a.csv")).toHaveLength(60);
  expect(found.get("a.csv")![0]).toMatch(/^row 0/);
});

test("thousands of files are read side by side without holding them open", async () => {
  const platform = await machine(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`/base/in/f${index}.csv`, lines(index, 3)])));
  const source = await open(platform, {});
  const splits = await source.discover(new Set());
  const all = await Promise.all(splits.map((split) => readSplit(source, split, 1 << 20)));
  expect(all.flat().flatMap(({ records }) => [...records])).toHaveLength(900);
});

test("metadata and descriptions", async () => {
  const platform = await machine({ "/base/in/sub/b.csv": "x\n\ny\n" });
  const source = await open(platform, {});
  const reader = await source.open((await source.discover(new Set()))[0]);
  const chunk = (await reader.read(1 << 20)) as RawChunk;
  expect(chunk.describe(1)).toBe("sub/b.csv:3");
  expect(Object.keys(filesystemConnector.metadata).map((key) => chunk.metadata(key, 0))).toEqual(["/base/in/sub/b.csv", "b.csv", 5n, 0]);
});

test("a watched folder gives new files, no sooner than its interval, until it is drained", async () => {
  const platform = await machine({ "/base/in/a.csv": "1\n" });
  const source = await open(platform, { "source.monitor-interval": "10 s" });
  expect(source.bounded).toBe(false);
  const known = new Set((await source.discover(new Set())).map(({ id }) => id));
  await put(platform, "/base/in/b.csv", "2\n");
  await put(platform, "/base/in/.c.csv.part", "3\n");
  expect(await source.discover(known)).toEqual([]);
  platform.clock.advance(10_000);
  expect((await source.discover(known)).map(({ id }) => id)).toEqual(["b.csv"]);
  await source.drain();
  expect(source.bounded).toBe(true);
});

test("a restored split is found again; a file that is gone is named", async () => {
  const platform = await machine({ "/base/in/a.csv": "1\n2\n" });
  const source = await open(platform, {});
  expect((await readSplit(source, { id: "a.csv", position: { byte: 2, line: 1 } }, 1024)).flatMap(({ records }) => [...records])).toEqual(["2"]);
  await expect(source.open({ id: "gone.csv", position: { byte: 2, line: 1 } })).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringContaining("gone.csv"),
  });
  await expect(open(platform, { path: "nowhere" }).then((each) => each.discover(new Set()))).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringContaining("/base/nowhere"),
  });
  await expect(open(platform, { "source.path.regex-pattern": "(" })).rejects.toMatchObject({ code: "invalid-option" });
});
