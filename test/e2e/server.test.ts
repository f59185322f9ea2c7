/** The server as a process: how it says that it is ready, how it ends, and how it refuses what another process has. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { command, ServerProcess } from "./server-process.mjs";

let folder: string;
let server: ServerProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "headrace-server-"));
  server = new ServerProcess(join(folder, "data"));
});
afterEach(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

/** One line on stderr, nothing on stdout. */
function complaint({ stdout, stderr }: { stdout: string; stderr: string }): string {
  expect(stdout).toBe("");
  const lines = stderr.split("\n").filter((line) => line !== "");
  expect(lines).toHaveLength(1);
  return lines[0];
}

describe("headrace server --json", () => {
  it("says where everything is once it takes requests, and ends with 0 at SIGTERM", async () => {
    const ready = await server.start();
    expect(ready).toEqual({
      event: "ready",
      aws: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      console: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      kafka: null,
      data: expect.stringContaining(folder),
      pid: expect.any(Number),
    });
    const information = (await (await fetch(`${ready.console}/api/v1/server`)).json()) as Record<string, unknown>;
    expect(information).toMatchObject({ pid: ready.pid, endpoints: { aws: ready.aws } });
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(server.stderr).toBe("");
    await expect(fetch(ready.console)).rejects.toThrow();
  });

  it("gives the data folder back at its end, also when it was killed", async () => {
    const { aws } = await server.start();
    await server.kill();
    expect((await server.start()).aws).toBe(aws);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect((await server.start()).aws).toBe(aws);
  });

  it("refuses the data folder of another server", async () => {
    await server.start();
    const outcome = await command(["server", "--data", join(folder, "data"), "--port", "0", "--console-port", "0", "--json"]);
    expect(outcome.code).toBe(1);
    expect(JSON.parse(complaint(outcome))).toMatchObject({
      error: { code: "in-use", message: expect.stringContaining(join(folder, "data")), hint: expect.stringContaining("--data") },
    });
  });

  it("refuses the ports of another server, and names the option", async () => {
    const { aws, console: admin } = await server.start();
    for (const [option, url, others] of [
      ["--port", aws, ["--console-port", "0"]],
      ["--console-port", admin, ["--port", "0"]],
    ] as const) {
      const { port } = new URL(url);
      const outcome = await command(["server", "--data", join(folder, "other"), option, port, ...others, "--json"]);
      expect(outcome.code, option).toBe(1);
      expect(JSON.parse(complaint(outcome))).toMatchObject({
        error: { code: "in-use", message: expect.stringContaining(port), hint: expect.stringContaining(`${option}`) },
      });
    }
  });
});
