// Goal: people see figures that line up and are drawn over in place, programs get JSON, and nothing is drawn once it is closed.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { JobInformation, JobStatistics } from "../client/index.ts";
import { createSimulatedPlatform, type SimulatedPlatform } from "../core/platform/sim/index.ts";
import type { RunningServer } from "../server/index.ts";
import { LiveView, rowsOf } from "./live-view.ts";

let platform: SimulatedPlatform;
let jobs: JobInformation[];
let stdout: string;
let stderr: string;
const { isTTY } = process.stderr;

beforeEach(() => {
  platform = createSimulatedPlatform();
  jobs = [];
  stdout = stderr = "";
  vi.stubEnv("NO_COLOR", "1");
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((stdout += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((stderr += String(text)), true));
  process.stderr.isTTY = false;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.stderr.isTTY = isTTY;
});

const view = (json = false): LiveView => new LiveView({ jobs: { list: () => jobs } } as unknown as RunningServer, platform, "/example", json);

function job(rowsIn: number, more: Partial<JobInformation> = {}): JobInformation {
  const statistics = {
    rowsIn,
    latencyMs: { p50: 4.6, p99: 20.2 },
    sinks: [
      { table: "alerts", rowsIn: 1_234 },
      { table: "lake", rowsIn },
    ],
  } as unknown as JobStatistics;
  return { name: "fraud", state: "running", reason: null, statistics, ...more } as unknown as JobInformation;
}

/** Lets timers that are due fire and what they began end. */
async function pass(durationMs: number): Promise<void> {
  platform.clock.advance(durationMs);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function writeFile(path: string, bytes: number): Promise<void> {
  await platform.disk.makeDirectory(path.slice(0, path.lastIndexOf("/")));
  const file = await platform.disk.open(path, "create");
  await file.write([new Uint8Array(bytes)], 0);
  await file.close();
}

test("figures for people: rates between two looks, lake files but no unfinished ones", async () => {
  await writeFile("/example/lake/day=1/a.parquet", 1_536);
  await writeFile("/example/lake/day=1/.b.parquet", 99);
  await writeFile("/example/lake/notes.txt", 99);
  jobs = [job(1_000)];
  const open = view();
  open.report("5 of 10 days");
  await pass(5_000);
  expect(stderr).toBe(
    [
      "pipeline  state    events in  per second  out                       latency p50 / p99",
      "fraud     running      1,000              alerts 1,234, lake 1,000  5 / 20 ms",
      "lake: 1 file, 1.5 KiB   5 of 10 days",
      "",
    ].join("\n"),
  );
  stderr = "";
  jobs = [job(6_000)];
  open.fed();
  await pass(5_000);
  expect(stderr).toMatch(/6,000 +1,000 +alerts/);
  expect(stderr).toContain("5 of 10 days, all events are in");
  open.close();
});

test("a job that is not up yet, or failed, says why", async () => {
  jobs = [job(0, { statistics: null, state: "starting" }), job(5, { state: "failed", reason: "disk full" })];
  const open = view();
  await pass(5_000);
  expect(stderr).toMatch(/fraud +starting/);
  expect(stderr).toMatch(/fraud +failed: disk full/);
  open.close();
});

test("one JSON value a job for programs, nothing on stderr", async () => {
  jobs = [job(1), job(2, { name: "other" })];
  const open = view(true);
  await pass(5_000);
  await open.finish();
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatchObject({ event: "job", name: "other", statistics: { rowsIn: 2 }, lakeFiles: 0, lakeBytes: 0 });
  expect(stderr).toBe("");
});

test("a terminal is drawn over, as many rows as were taken", async () => {
  process.stderr.isTTY = true;
  jobs = [job(1)];
  const open = view();
  await pass(500);
  expect(stderr).not.toContain("\u001b[");
  const rows = rowsOf(stderr.trimEnd(), process.stderr.columns ?? 80);
  stderr = "";
  await pass(500);
  expect(stderr.startsWith(`\u001b[${rows}A\u001b[J`)).toBe(true);
  open.close();
});

test("closed or finished it draws no more, also when a look was under way", async () => {
  const open = view();
  platform.clock.advance(5_000);
  open.close();
  await pass(0);
  stderr = "";
  await pass(60_000);
  expect(stderr).toBe("");
  const finished = view();
  platform.clock.advance(5_000);
  await finished.finish();
  await pass(0);
  expect(stderr).toContain("look further");
  expect(platform.clock.pendingTimers).toBe(0);
});

test("figures that cannot be read are said, and looked for again", async () => {
  jobs = [job(1)];
  const list = vi.spyOn(platform.disk, "list").mockRejectedValueOnce(new Error("denied"));
  const open = view();
  await pass(5_000);
  expect(stderr).toBe("figures cannot be read: denied\n");
  await pass(5_000);
  expect(stderr).toContain("fraud");
  expect(list).toHaveBeenCalledTimes(2);
  open.close();
});

test("rows of a terminal", () => {
  expect(rowsOf("a\n\nb", 10)).toBe(3);
  expect(rowsOf(`${"x".repeat(21)}\ny`, 10)).toBe(4);
  expect(rowsOf(`\u001b[2m${"x".repeat(10)}\u001b[0m`, 10)).toBe(1);
});
