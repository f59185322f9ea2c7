/**
 * `headrace dev PATH`: a server, the pipelines of a folder, and the folder's own data if it has a `data.mjs`.
 *
 * `data.mjs` exports `feed({endpoint, speed, signal, report})`: it puts events through the Kinesis API until it is done or
 * the signal aborts. Scripts are looked at every second; one that changed is started again where it was.
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createNodePlatform, HeadraceError, sleep, type Platform } from "../core/index.ts";
import { startServer, type RunningServer } from "../server/index.ts";
import { readTextFile } from "./files.ts";
import { LiveView } from "./live-view.ts";
import { exitCodes, note, paint, printError } from "./output.ts";
import { jobName } from "./run.ts";
import { announce, configurationOf, untilSignal } from "./server.ts";

export interface FeedContext {
  /** Address of the Kinesis API. */
  readonly endpoint: string;
  /** Event time per wall time; 0: as fast as it goes. */
  readonly speed: number;
  readonly signal: AbortSignal;
  /** What people shall read beside the live figures. */
  report(text: string): void;
}

interface DataModule {
  /** Speed when none is given. */
  readonly defaultSpeed?: number;
  feed(context: FeedContext): Promise<void>;
}

interface Script {
  readonly path: string;
  readonly name: string;
  sql: string;
}

const watchIntervalMs = 1_000;
/** Where commands look without --server. */
const defaultConsole = "http://127.0.0.1:4500";
const platform = createNodePlatform();

export async function devCommand([path]: readonly string[], options: Record<string, unknown>): Promise<number> {
  const json = options.json === true;
  const folder = resolve(path);
  const scripts = await findScripts(folder, platform);
  const directory = folder.endsWith(".sql") ? resolve(folder, "..") : folder;
  const configuration = await configurationOf({ data: join(directory, ".headrace"), ...withoutUndefined(options) }, platform);
  const server = await startServer({ configuration, platform });
  const signalled = untilSignal();
  announce(server, configuration, json);
  const view = new LiveView(server, platform, directory, json);
  try {
    for (const script of scripts) await start(server, script, directory, json);
    if (!json) showWays(server, scripts[0].name);
    return await work({ server, scripts, directory, view }, options, signalled);
  } finally {
    view.close();
    await server.close();
  }
}

function withoutUndefined(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** One script, or all of a folder. */
async function findScripts(folder: string, { disk }: Platform): Promise<Script[]> {
  const paths = folder.endsWith(".sql")
    ? [folder]
    : (await disk.list(folder)).filter(({ name }) => name.endsWith(".sql")).map(({ name }) => join(folder, name));
  if (paths.length === 0) throw new HeadraceError("not-found", `${folder} has no .sql file`, { hint: "name the folder of a pipeline, or one script" });
  return Promise.all(paths.sort().map(async (each) => ({ path: each, name: jobName(each), sql: (await readTextFile(disk, each, { required: true }))! })));
}

async function start(server: RunningServer, script: Script, directory: string, json: boolean): Promise<boolean> {
  try {
    const existing = server.jobs.list().find(({ name }) => name === script.name);
    if (
      existing !== undefined &&
      ["running", "starting", "restarting"].includes(existing.state) &&
      server.jobs.describe(script.name).definition.sql === script.sql
    )
      return true;
    if (existing !== undefined && existing.state !== "finished") await server.jobs.stop(script.name, false);
    if (existing?.state === "finished") await server.jobs.remove(script.name);
    await server.jobs.submit({ name: script.name, sql: script.sql, baseDirectory: directory });
    if (!json) note(`  pipeline  ${paint("bold", script.name)}`);
    return true;
  } catch (error) {
    printError(error, json);
    return false;
  }
}

/** What to type next, in another terminal. */
function showWays({ endpoints }: RunningServer, job: string): void {
  const server = endpoints.console === defaultConsole ? "" : ` --server ${endpoints.console}`;
  const ways = [`job describe ${job}${server}`, `sql${server} -e "SHOW TABLES"`, `dead-letters ls${server}`];
  note(paint("dim", `  look further: ${ways.map((way) => `npx headrace ${way}`).join("\n                ")}`));
}

interface Session {
  readonly server: RunningServer;
  readonly scripts: readonly Script[];
  readonly directory: string;
  readonly view: LiveView;
}

async function work({ server, scripts, directory, view }: Session, options: Record<string, unknown>, signal: Promise<"SIGINT" | "SIGTERM">): Promise<number> {
  const abort = new AbortController();
  const signalled = signal.then((name) => {
    abort.abort();
    return name;
  });
  const feeding = options.data === false ? null : feedData(server, directory, options, abort.signal, view);
  const watching = watch(server, scripts, directory, options.json === true, abort.signal);
  if (options.once === true && feeding !== null) {
    const worked = feeding.then(async () => {
      for (const script of scripts) await server.jobs.stop(script.name, true);
    });
    const outcome = await Promise.race([worked, signalled]);
    if (outcome === "SIGINT" || outcome === "SIGTERM") return exitCodes.interrupted;
    await view.finish();
    abort.abort();
    await watching;
    return server.jobs.list().some(({ state }) => state === "failed") ? exitCodes.failed : exitCodes.done;
  }
  feeding
    ?.then(() => {
      if (!abort.signal.aborted) view.fed();
    })
    .catch((error: unknown) => printError(error, options.json === true));
  const name = await signalled;
  await watching;
  return name === "SIGINT" ? exitCodes.interrupted : exitCodes.done;
}

async function feedData(server: RunningServer, directory: string, options: Record<string, unknown>, signal: AbortSignal, view: LiveView): Promise<void> {
  const path = join(directory, "data.mjs");
  if ((await platform.disk.stat(path)) === null) return;
  const module = (await import(pathToFileURL(path).href)) as DataModule;
  const speed = options.speed === undefined ? (module.defaultSpeed ?? 0) : Number(options.speed);
  if (!Number.isFinite(speed) || speed < 0) throw new HeadraceError("usage", `--speed is ${String(options.speed)}, expected a number from 0`);
  await module.feed({ endpoint: server.endpoints.aws, speed, signal, report: (text) => view.report(text) });
}

async function watch(server: RunningServer, scripts: readonly Script[], directory: string, json: boolean, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(platform.clock, watchIntervalMs);
    for (const script of scripts) {
      if (signal.aborted) return;
      const sql = await readTextFile(platform.disk, script.path, { required: false });
      if (sql === null || sql === script.sql) continue;
      script.sql = sql;
      if (!json) note(`${script.path} changed`);
      await start(server, script, directory, json);
    }
  }
}
