/** Live figures of a server's jobs: redrawn in place on a terminal, a line now and then elsewhere, NDJSON with --json. */
import { join } from "node:path";
import { forEachDirectoryFile } from "./files.ts";
import type { Platform, Timer } from "../core/index.ts";
import type { RunningServer } from "../server/index.ts";
import { bytesText, note, paint, printJson, table } from "./output.ts";

const terminalIntervalMs = 500;
const plainIntervalMs = 5_000;

export class LiveView {
  readonly #server: RunningServer;
  readonly #platform: Platform;
  readonly #directory: string;
  readonly #json: boolean;
  #timer: Timer | null = null;
  #lines = 0;
  #reported = "";
  #lastRows = new Map<string, { rows: number; atMs: number }>();

  constructor(server: RunningServer, platform: Platform, directory: string, json: boolean) {
    this.#server = server;
    this.#platform = platform;
    this.#directory = directory;
    this.#json = json;
    this.#schedule();
  }

  report(text: string): void {
    this.#reported = text;
  }

  /** The data have gone through. */
  fed(): void {
    this.#reported = `${this.#reported}${this.#reported === "" ? "" : ", "}all events are in`;
  }

  /** The last figures, and how to look further. */
  async finish(): Promise<void> {
    this.close();
    await this.#draw();
    if (!this.#json)
      note(paint("dim", "look further: headrace job describe NAME, headrace stream tail NAME, headrace dead-letters ls, headrace sql -e 'SELECT …'"));
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #schedule(): void {
    const intervalMs = process.stderr.isTTY === true && !this.#json ? terminalIntervalMs : plainIntervalMs;
    this.#timer = this.#platform.clock.setTimer(intervalMs, () => {
      void this.#draw()
        .catch((error: unknown) => this.#write(paint("red", `figures cannot be read: ${error instanceof Error ? error.message : String(error)}`)))
        .finally(() => {
          if (this.#timer !== null) this.#schedule();
        });
    });
  }

  async #draw(): Promise<void> {
    const jobs = this.#server.jobs.list();
    const files = await this.#lakeFiles();
    if (this.#json) {
      for (const job of jobs) printJson({ event: "job", ...job, lakeFiles: files.count, lakeBytes: files.bytes });
      return;
    }
    const rows = jobs.flatMap((job) => {
      const { statistics } = job;
      if (statistics === null) return [[job.name, job.reason ?? job.state, 0, "", "", ""]];
      const sinks = statistics.sinks.map((sink) => `${sink.table} ${sink.rowsIn.toLocaleString("en-US")}`).join(", ");
      const latency = statistics.latencyMs === null ? "" : `${Math.round(statistics.latencyMs.p50)} / ${Math.round(statistics.latencyMs.p99)} ms`;
      return [
        [job.name, job.reason === null ? job.state : `${job.state}: ${job.reason}`, statistics.rowsIn, this.#rate(job.name, statistics.rowsIn), sinks, latency],
      ];
    });
    const text = [
      table(["pipeline", "state", "events in", "per second", "out", "latency p50 / p99"], rows),
      paint("dim", `lake: ${files.count} file${files.count === 1 ? "" : "s"}, ${bytesText(files.bytes)}${this.#reported === "" ? "" : `   ${this.#reported}`}`),
    ].join("\n");
    this.#write(text);
  }

  #rate(name: string, rows: number): string {
    const atMs = this.#platform.clock.monotonicMs();
    const last = this.#lastRows.get(name);
    this.#lastRows.set(name, { rows, atMs });
    return last === undefined || atMs <= last.atMs ? "" : Math.round(((rows - last.rows) / (atMs - last.atMs)) * 1000).toLocaleString("en-US");
  }

  #write(text: string): void {
    if (process.stderr.isTTY === true && this.#lines > 0) process.stderr.write(`\u001b[${this.#lines}A\u001b[J`);
    process.stderr.write(`${text}\n`);
    this.#lines = rowsOf(text, process.stderr.columns ?? 80);
  }

  async #lakeFiles(): Promise<{ count: number; bytes: number }> {
    const found = { count: 0, bytes: 0 };
    await forEachDirectoryFile(this.#platform.disk, join(this.#directory, "lake"), async (path) => {
      if (!/\.(parquet|json|csv)$/.test(path) || /\/\.[^/]*$/.test(path)) return;
      found.count++;
      found.bytes += (await this.#platform.disk.stat(path))?.sizeBytes ?? 0;
    });
    return found;
  }
}

/** Rows of a terminal that a text takes, with long lines going on in the next. */
export function rowsOf(text: string, columns: number): number {
  // eslint-disable-next-line no-control-regex
  const lengths = text.split("\n").map((line) => line.replace(/\u001b\[\d+m/g, "").length);
  return lengths.reduce((rows, length) => rows + Math.max(1, Math.ceil(length / columns)), 0);
}
