/** `headrace job ls|describe|stop|delete`. */
import { AdminClient, type JobInformation } from "../client/index.ts";
import { bytesText, exitCodes, note, paint, print, printJson, table } from "./output.ts";

export async function listCommand(_: readonly string[], options: Record<string, unknown>): Promise<number> {
  const { items } = await new AdminClient(String(options.server)).jobs();
  if (options.json === true) for (const job of items) printJson(job);
  else if (items.length === 0) note("no jobs; `headrace dev PATH` or `headrace run FILE.sql --attach` starts one");
  else
    print(
      table(
        ["job", "state", "rows in", "rows out", "refused", "restarts"],
        items.map((job) => [
          job.name,
          stateText(job),
          job.statistics?.rowsIn ?? 0,
          job.statistics?.rowsOut ?? 0,
          job.statistics?.rowsFailed ?? 0,
          job.restarts,
        ]),
      ),
    );
  return exitCodes.done;
}

export async function describeCommand([name]: readonly string[], options: Record<string, unknown>): Promise<number> {
  const job = await new AdminClient(String(options.server)).job(name);
  if (options.json === true) printJson(job);
  else print(describe(job));
  return exitCodes.done;
}

export async function stopCommand([name]: readonly string[], options: Record<string, unknown>): Promise<number> {
  const job = await new AdminClient(String(options.server)).stop(name, options.drain === true);
  if (options.json === true) printJson(job);
  else note(`job ${name} ${job.state}`);
  return job.state === "failed" ? exitCodes.failed : exitCodes.done;
}

export async function deleteCommand([name]: readonly string[], options: Record<string, unknown>): Promise<number> {
  await new AdminClient(String(options.server)).remove(name);
  if (options.json === true) printJson({ job: name, deleted: true });
  else note(`job ${name} deleted`);
  return exitCodes.done;
}

function stateText(job: JobInformation): string {
  return job.reason === null ? job.state : `${job.state}: ${job.reason}`;
}

function describe(job: JobInformation): string {
  const lines = [`${paint("bold", job.name)}  ${stateText(job)}`];
  if (job.hint !== null) lines.push(`  → ${job.hint}`);
  const { statistics } = job;
  if (statistics === null) return lines.join("\n");
  lines.push(`epoch ${statistics.epoch}, the last took ${statistics.epochDurationMs.toFixed(1)} ms`, "");
  lines.push(
    table(
      ["source", "rows", "refused", "splits", "watermark", "held by"],
      statistics.sources.map((source) => [source.table, source.rowsIn, source.rowsFailed, source.splits, timeText(source.watermarkMs), source.heldBy ?? ""]),
    ),
    "",
  );
  if (statistics.operators.length > 0) {
    lines.push(
      table(
        ["operator", "in", "out", "late", "waiting", "keys", "state"],
        statistics.operators.map((operator) => [
          operator.name,
          operator.rowsIn,
          operator.rowsOut,
          operator.rowsLate,
          operator.rowsWaiting,
          operator.keys,
          bytesText(operator.stateBytes),
        ]),
      ),
      "",
    );
  }
  lines.push(
    table(
      ["sink", "rows"],
      statistics.sinks.map((sink) => [sink.table, sink.rowsIn]),
    ),
  );
  return lines.join("\n");
}

export function timeText(timeMs: number | null): string {
  return timeMs === null ? "none yet" : new Date(timeMs).toISOString().replace("T", " ").replace("Z", "");
}
