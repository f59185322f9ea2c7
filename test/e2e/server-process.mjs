/** A `headrace server` in a process of its own, as built, which tests may kill and start again where it was. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;

export class ServerProcess {
  #dataFolder;
  #child = null;
  #closed = Promise.resolve({ code: null, signal: null });
  #ports = { aws: "0", console: "0" };
  /** Everything it ever wrote to stderr. */
  stderr = "";
  /** The line that says it is ready. @type {{ event: "ready", aws: string, console: string, kafka: null, data: string, pid: number } | null} */
  ready = null;

  /** @param {string} dataFolder made when absent */
  constructor(dataFolder) {
    this.#dataFolder = dataFolder;
  }

  /** Starts it, the second time on the ports of the first, and waits until it is ready. */
  async start() {
    const parameters = ["server", "--data", this.#dataFolder, "--port", this.#ports.aws, "--console-port", this.#ports.console, "--json"];
    const child = spawn(process.execPath, [main, ...parameters], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text) => (this.stderr += text));
    this.#closed = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
    const lines = createInterface({ input: child.stdout });
    const ready = await Promise.race([new Promise((resolve) => lines.once("line", (line) => resolve(JSON.parse(line)))), this.#closed]);
    if (ready.event !== "ready") throw new Error(`the server ended with ${ready.code ?? ready.signal} before it was ready: ${this.stderr}`);
    this.ready = ready;
    this.#ports = { aws: new URL(ready.aws).port, console: new URL(ready.console).port };
    return ready;
  }

  /** As a power cut would: no handler runs. Resolves when it is gone. */
  kill() {
    this.#child?.kill("SIGKILL");
    return this.#closed;
  }

  /** SIGTERM; resolves with what it ended with. */
  stop() {
    this.#child?.kill("SIGTERM");
    return this.#closed;
  }
}

/** Runs a command of the command line to its end. @param {readonly string[]} parameters @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} */
export async function command(parameters) {
  const child = spawn(process.execPath, [main, ...parameters], { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}
