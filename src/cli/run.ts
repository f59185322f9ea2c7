/** `headrace run FILE.sql`: one pipeline until its bounded sources end. */
import { basename, dirname, resolve } from "node:path";
import { AdminClient, type JobInformation } from "../client/index.ts";
import { createNodePlatform, HeadraceError, sleep } from "../core/index.ts";
import { startServer } from "../server/index.ts";
import { readTextFile } from "./files.ts";
import { exitCodes, note, paint, printJson } from "./output.ts";
import { ProgressLine } from "./progress.ts";
import { configurationOf } from "./server.ts";

const pollIntervalMs = 200;
const platform = createNodePlatform();

export async function runCommand([path]: readonly string[], options: Record<string, unknown>): Promise<number> {
  const sql = (await readTextFile(platform.disk, path, { required: true }))!;
  const name = typeof options.name === "string" ? options.name : jobName(path);
  const baseDirectory = dirname(resolve(path));
  if (options.attach === true) return follow(new AdminClient(String(options.server)), { name, sql, baseDirectory }, options);
  const configuration = await configurationOf({ port: "0", consolePort: "0", ...options }, platform);
  const server = await startServer({ configuration, platform });
  try {
    return await follow(new AdminClient(server.endpoints.console), { name, sql, baseDirectory }, options);
  } finally {
    await server.close();
  }
}

/** A job's name from its file's: letters, digits, "_", "-" and "." stay. */
export function jobName(path: string): string {
  const file = basename(resolve(path)).replace(/\.sql$/, "");
  const name = file === "pipeline" ? basename(dirname(resolve(path))) : file;
  return name.replace(/[^a-zA-Z0-9_.-]/g, "-").slice(0, 128);
}

async function follow(client: AdminClient, job: { name: string; sql: string; baseDirectory: string }, options: Record<string, unknown>): Promise<number> {
  const json = options.json === true;
  const startMs = platform.clock.monotonicMs();
  const progress = new ProgressLine(platform.clock, !json);
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  let status = await existingOrNew(client, job);
  while (!["finished", "failed", "stopped"].includes(status.state)) {
    await sleep(platform.clock, pollIntervalMs);
    if (interrupted) {
      progress.end();
      await client.stop(job.name, false);
      note(`job ${job.name} stopped; the same command goes on where it was`);
      return exitCodes.interrupted;
    }
    status = await client.job(job.name);
    progress.show(progressText(status, platform.clock.monotonicMs() - startMs));
  }
  progress.end();
  return report(status, platform.clock.monotonicMs() - startMs, json);
}

async function existingOrNew(client: AdminClient, job: { name: string; sql: string; baseDirectory: string }): Promise<JobInformation> {
  try {
    const status = await client.job(job.name);
    if (status.state === "running" || status.state === "starting") return status;
  } catch (error) {
    if (!(error instanceof HeadraceError) || error.code !== "not-found") throw error;
  }
  return client.submit(job);
}

function progressText(status: JobInformation, elapsedMs: number): string {
  const { statistics } = status;
  if (statistics === null) return `${status.name} ${status.state}`;
  const rate = Math.round(statistics.rowsIn / Math.max(0.001, elapsedMs / 1000));
  return `${status.name}  ${statistics.rowsIn.toLocaleString("en-US")} rows in  ${statistics.rowsOut.toLocaleString("en-US")} out  ${statistics.rowsFailed.toLocaleString("en-US")} refused  ${rate.toLocaleString("en-US")}/s`;
}

function report(status: JobInformation, elapsedMs: number, json: boolean): number {
  if (json)
    printJson({
      job: status.name,
      state: status.state,
      reason: status.reason,
      elapsedMs: Math.round(elapsedMs),
      statistics: status.statistics,
      deadLetters: status.deadLetters,
    });
  else if (status.state === "failed") {
    note(`${paint("red", "error")}: ${status.reason ?? "the job failed"}`);
    if (status.hint !== null) note(`  ${paint("dim", "→")} ${status.hint}`);
  } else {
    note(`${paint("green", status.state)} ${progressText(status, elapsedMs)}  in ${(elapsedMs / 1000).toFixed(1)} s`);
    const letters = Object.values(status.deadLetters).reduce((sum, count) => sum + count, 0);
    if (letters > 0) note(`${letters.toLocaleString("en-US")} dead letters: headrace dead-letters ls`);
  }
  return status.state === "failed" ? exitCodes.failed : exitCodes.done;
}
