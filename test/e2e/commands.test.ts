/** Commands as people and scripts run them: exit codes, what goes where, and pipes that close early. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, ServerProcess } from "./server-process.mjs";

let folder: string;
let server: ServerProcess;
let admin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "headrace-commands-"));
  server = new ServerProcess(join(folder, "data"));
  admin = (await server.start()).console;
});
afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

const run = (...parameters: string[]) => command([...parameters, "--server", admin]);

/** A shell line with the command as $headrace. */
function shell(line: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const main = resolve(import.meta.dirname, "../../dist/cli/main.js");
  const child = spawn("bash", ["-o", "pipefail", "-c", line], { env: { ...process.env, headrace: `${process.execPath} ${main}`, HEADRACE_SERVER: admin } });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((done) => child.once("close", (code) => done({ code, stdout, stderr })));
}

describe("exit codes", () => {
  it("0: done, with results on stdout only", async () => {
    expect(await run("stream", "ls", "--json")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await run("stream", "create", "made")).toEqual({ code: 0, stdout: "", stderr: "stream made created with 1 shard\n" });
    const { code, stdout } = await command(["--help"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("Usage: headrace") as string });
  });

  it("1: failed", async () => {
    const outcome = await run("stream", "describe", "none", "--json");
    expect([outcome.code, outcome.stdout]).toEqual([1, ""]);
    expect(JSON.parse(outcome.stderr)).toMatchObject({ error: { code: "not-found" } });
    expect(await run("job", "describe", "none")).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^error: .*none/) as string });
    expect(await run("explain", join(folder, "none.sql"))).toMatchObject({ code: 1, stderr: `error: ${join(folder, "none.sql")} does not exist\n` });
  });

  it.each([
    ["a command that is not there", ["strem"]],
    ["an option that is not there", ["stream", "ls", "--shard", "1"]],
    ["an argument that is missing", ["stream", "create"]],
    ["a value that cannot be meant", ["stream", "create", "x", "--shards", "many"]],
    ["a port that is none", ["server", "--port", "70000"]],
    ["an open address without credentials", ["server", "--host", "0.0.0.0", "--port", "0", "--console-port", "0"]],
    ["a letter that is no number", ["dead-letters", "show", "x"]],
  ])("2: %s", async (_, parameters) => {
    const { code, stdout, stderr } = await command(parameters);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: .+/);
  });

  it("3: nobody answers", async () => {
    for (const parameters of [
      ["stream", "ls"],
      ["job", "ls"],
      ["dead-letters", "ls"],
      ["sql", "-e", "SELECT 1"],
    ]) {
      const { code, stderr } = await command([...parameters, "--server", "http://127.0.0.1:1"]);
      expect([code, stderr], parameters.join(" ")).toEqual([3, expect.stringMatching(/^error: no .* answers at http:\/\/127\.0\.0\.1:1\n {2}→ start one/)]);
    }
  });
});

describe("pipes", () => {
  it("carry lines from one command to another, and may close early", async () => {
    await run("stream", "create", "pipe", "--shards", "2");
    expect(await shell("seq 1 20000 | $headrace stream put pipe --json")).toMatchObject({ code: 0, stdout: '{"stream":"pipe","records":20000}\n', stderr: "" });
    const all = await shell("$headrace stream tail pipe --from trim-horizon --end | sort -n | md5sum");
    expect(all).toEqual(await shell("seq 1 20000 | md5sum"));
    const { code, stdout, stderr } = await shell("$headrace stream tail pipe --from trim-horizon | head -3");
    expect({ code, lines: stdout.trim().split("\n").length, stderr }).toEqual({ code: 0, lines: 3, stderr: "" });
  });
});
