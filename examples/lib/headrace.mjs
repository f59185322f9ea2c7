/** Runs the command line of this repository's build, for the examples' checks and tests. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const main = new URL("../../dist/cli/main.js", import.meta.url);

/**
 * Runs to the end. stdout is one JSON value a line.
 * @param {readonly string[]} parameters without `--json`
 * @param {{ killWhen?: () => Promise<boolean> }} [options] `killWhen`: asked every 10 ms; SIGKILL when it says so
 * @returns {Promise<{ code: number | null, lines: any[], stderr: string }>} `code` is null when it was killed
 */
export async function headrace(parameters, { killWhen } = {}) {
  const child = start(parameters);
  const output = Promise.all([collect(child.stdout), collect(child.stderr)]);
  let ended = false;
  const closed = new Promise((resolve, reject) => child.once("error", reject).once("close", resolve)).finally(() => (ended = true));
  while (killWhen !== undefined && !ended) {
    if (await killWhen()) child.kill("SIGKILL");
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 10))]);
  }
  const code = await closed;
  const [stdout, stderr] = await output;
  const lines =
    code === null
      ? []
      : stdout
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line));
  return { code, lines, stderr };
}

/**
 * Runs `work` beside a server over a data folder, and ends the server.
 * @template Result
 * @param {string} dataFolder
 * @param {(endpoints: { aws: string, console: string }) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withServer(dataFolder, work) {
  const child = start(["server", "--port", "0", "--console-port", "0", "--data", dataFolder]);
  const ended = new Promise((resolve) => child.once("close", resolve));
  const stderr = collect(child.stderr);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const value = JSON.parse(line);
      if (value.event === "ready") return await work(value);
    }
    throw new Error(`the server did not start: ${await stderr}`);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

/** @param {readonly string[]} parameters */
function start(parameters) {
  return spawn(process.execPath, [main.pathname, ...parameters, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
}

/** @param {AsyncIterable<Buffer>} stream */
async function collect(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
