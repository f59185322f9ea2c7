/** A real server process with a data folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const dist = resolve(root, process.env.HEADRACE_DIST ?? "dist");

export interface ServerProcess {
  url: string;
  stop(): Promise<void>;
}

/** True when there is a build to start; says so loudly when there is none. */
export function haveBuild(): boolean {
  if (existsSync(join(dist, "fronts/aws/index.js"))) return true;
  console.warn(`\n*** SKIPPED: conformance tests start a built server and ${dist} has none. Enable them with: npm run build ***\n`);
  return false;
}

/** `headrace server`; with credentials, or if the command does not come up, the Kinesis front on a log alone. */
export async function startServer(credentials?: { accessKeyId: string; secretAccessKey: string }): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), "headrace-conformance-"));
  const command = [join(dist, "cli/main.js"), "server", "--port", "0", "--console-port", "0", "--data", folder, "--json"];
  if (credentials === undefined && existsSync(command[0]!)) {
    try {
      return await start(command, folder);
    } catch (error) {
      console.warn(`\n*** headrace server did not start (${String(error)}): the Kinesis front alone is tested ***\n`);
    }
  }
  const front = [resolve(import.meta.dirname, "front-server.mjs"), folder, "--dist", dist];
  return start(credentials === undefined ? front : [...front, "--access-key", credentials.accessKeyId, "--secret-key", credentials.secretAccessKey], folder);
}

async function start(argv: string[], folder: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const { aws } = await readyLine(child);
  return {
    url: aws,
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readyLine(child: ChildProcess): Promise<{ aws: string }> {
  return new Promise((done, fail) => {
    let text = "";
    child.stdout!.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf("\n");
      if (end < 0) return;
      const line = JSON.parse(text.slice(0, end)) as { event?: string; aws: string };
      if (line.event === "ready") done(line);
      else fail(new Error(text.slice(0, end)));
    });
    child.once("exit", (code) => fail(new Error(`the server ended with ${code} before it was ready`)));
  });
}
