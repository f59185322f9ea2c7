// Starts the servers that are measured, each as a child process with a fresh data folder, and reads their CPU time.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
const cache = join(root, ".cache", "bench");
const kinesaliteVersion = "3.3.3";

/** Peers are no dependency of the project: they are installed for the bench, beside it. */
export function installKinesalite() {
  const command = join(cache, "node_modules", "kinesalite", "cli.js");
  if (!existsSync(command)) {
    mkdirSync(cache, { recursive: true });
    if (!existsSync(join(cache, "package.json"))) writeFileSync(join(cache, "package.json"), '{"private":true}\n');
    console.error(`installing kinesalite ${kinesaliteVersion} into ${cache}`);
    const result = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", `kinesalite@${kinesaliteVersion}`], { cwd: cache, stdio: "inherit" });
    if (result.status !== 0) throw new Error("kinesalite could not be installed");
  }
  return command;
}

function freePort() {
  return new Promise((resolvePort) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolvePort(port));
    });
  });
}

const sleep = (delayMs) => new Promise((done) => setTimeout(done, delayMs));

async function untilAnswers(url, child) {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (await new Promise((done) => get(url, (response) => done(response.resume() && true)).on("error", () => done(false)))) return;
    await sleep(50);
  }
  throw new Error(`nobody answers at ${url}`);
}

/** User and system time of a process with all its threads, in seconds. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

class RunningServer {
  constructor(name, url, child, folder) {
    Object.assign(this, { name, url, child, folder });
  }
  get cpuSeconds() {
    return cpuSeconds(this.child.pid);
  }
  async stop() {
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    if (this.child.exitCode === null && this.child.signalCode === null) await ended;
    clearTimeout(timer);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function freshFolder() {
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, "data-"));
}

export async function startKinesalite() {
  const command = installKinesalite();
  const folder = freshFolder();
  const port = await freePort();
  const child = spawn(process.execPath, [command, "--port", String(port), "--path", folder, "--createStreamMs", "0", "--shardLimit", "100"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(url, child);
  return new RunningServer("kinesalite", url, child, folder);
}

/** Starts a process whose first line on stdout is the ready event with the address of the AWS-shaped services. */
async function startWithReadyLine(name, argv) {
  const folder = freshFolder();
  const child = spawn(
    process.execPath,
    argv.map((part) => part.replaceAll("{data}", folder)),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ready = await new Promise((done, fail) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end >= 0) done(JSON.parse(text.slice(0, end)));
    });
    child.once("exit", (code) => fail(new Error(`${name} ended with ${code} before it was ready`)));
  });
  return new RunningServer(name, ready.aws, child, folder);
}

/** The built server; `--server-script FILE` of a bench takes another that prints the ready line. */
export function startHeadrace(script) {
  const argv =
    script === undefined
      ? [join(root, "dist/cli/main.js"), "server", "--port", "0", "--console-port", "0", "--data", "{data}", "--json"]
      : [resolve(script.split(" ")[0]), "{data}", ...script.split(" ").slice(1)];
  return startWithReadyLine("headrace", argv);
}
