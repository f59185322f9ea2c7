/**
 * The pipeline from the first transaction to the last, on a server of its own that may be killed on its way; and what came
 * out of it, read by others than us: the lake by DuckDB, the decisions from the topic's stream once the server has ended.
 */
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { createNodePlatform } from "../../dist/core/platform/node.js";
import { forEachRecord, openLog } from "../../dist/log/index.js";
import { ServerProcess } from "../../test/e2e/server-process.mjs";
import { feed } from "./data.mjs";
import { featureNames } from "./training/features.mjs";

const jobName = "fraud";
const restartsMax = 50;

/**
 * @typedef {{ at: "transactions", count: number, afterMs: number } | { at: "recovery" | "draining", afterMs: number }} Kill
 *   SIGKILL `afterMs` after the producer has put `count` transactions, after the next restart was begun, or after the drain
 *   was asked for. The server is started again on its data folder and ports; the producer goes on by itself.
 * @typedef {{ folder: string, simulation?: import("./simulator/days.mjs").SimulationOptions, kills?: readonly Kill[], settings?: string, speed?: number, report?: (text: string) => void }} RunOptions
 *   `folder`: absent or empty, everything goes in here. `settings`: SET statements that go before the script.
 *   `speed`: event time per wall time, 0 for as fast as it goes; slower than that, more epochs end between two kills.
 */

/** @param {RunOptions} options */
export async function runFraud({ folder, simulation = {}, kills = [], settings = "", speed = 0, report = () => {} }) {
  await mkdir(folder, { recursive: true });
  await cp(join(import.meta.dirname, "model"), join(folder, "model"), { recursive: true });
  const sql = settings + (await readFile(join(import.meta.dirname, "pipeline.sql"), "utf8"));
  const dataFolder = join(folder, ".headrace");
  const run = new FraudRun({ server: new ServerProcess(dataFolder), kills, report });
  const startedMs = performance.now();
  try {
    await run.start({ sql, folder });
    await run.feed(simulation, speed);
    const fedMs = performance.now();
    const job = await run.drain();
    const endedMs = performance.now();
    const { code } = await run.server.stop();
    return {
      folder,
      job,
      code,
      kills: run.killed,
      fedMs: fedMs - startedMs,
      totalMs: endedMs - startedMs,
      decisions: await decisions(dataFolder),
      stderr: run.server.stderr,
    };
  } finally {
    await run.server.kill();
  }
}

class FraudRun {
  /** How often it was killed. */
  killed = 0;
  #kills;
  #report;
  /** The last kill with its restart. */
  #restart = Promise.resolve();
  #restarting = false;

  constructor({ server, kills, report }) {
    this.server = server;
    this.#kills = [...kills];
    this.#report = report;
  }

  async start({ sql, folder }) {
    await this.server.start();
    await this.#admin("POST", "", { name: jobName, sql, baseDirectory: folder });
  }

  async feed(simulation, speed) {
    for (let restarts = 0; ; restarts++) {
      try {
        await feed({ endpoint: this.server.ready.aws, speed, simulation, report: (text) => this.#fed(text) });
        await this.#restart;
        // A kill that was due while another was under way comes now: the producer counts from the first again.
        if (this.#kills[0]?.at !== "transactions") return;
      } catch (error) {
        if (restarts > restartsMax || !isCut(error)) throw error;
        await this.#restart;
      }
    }
  }

  #fed(text) {
    const count = Number(text.replace(/.*, ([\d,]+) transactions$/, "$1").replaceAll(",", ""));
    const next = this.#kills[0];
    if (this.#restarting || next?.at !== "transactions" || count < next.count) return;
    this.#kills.shift();
    this.#restart = this.#killAndRestart(next.afterMs, `after ${count} transactions`);
    // Whoever waits for the restart hears of it.
    this.#restart.catch(() => {});
  }

  async #killAndRestart(afterMs, when) {
    this.#restarting = true;
    await sleep(afterMs);
    await this.server.kill();
    this.killed++;
    this.#report(`killed ${when} and ${afterMs} ms`);
    while (this.#kills[0]?.at === "recovery") {
      const { afterMs: laterMs } = this.#kills.shift();
      const started = this.server.start().catch(() => {});
      await sleep(laterMs);
      await this.server.kill();
      await started;
      this.killed++;
      this.#report(`killed ${laterMs} ms into its start`);
    }
    await this.server.start();
    this.#restarting = false;
  }

  /** Ends the job at what is stored; asked again after each kill, since whoever asked first got no answer. @returns {Promise<import("../../src/client/api.ts").JobInformation>} */
  async drain() {
    for (;;) {
      const next = this.#kills[0]?.at === "draining" ? this.#kills.shift() : undefined;
      if (next !== undefined) this.#restart = this.#killAndRestart(next.afterMs, "draining");
      try {
        const job = await this.#admin("POST", `/${jobName}/stop`, { drain: true });
        await this.#restart;
        if (next === undefined) return job;
      } catch (error) {
        if (next === undefined || !isCut(error)) throw error;
        await this.#restart;
      }
    }
  }

  async #admin(method, path, body) {
    const response = await fetch(`${this.server.ready.console}/api/v1/jobs${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

/** Whether the connection ended, rather than the server refusing. */
function isCut(error) {
  const codes = ["ECONNRESET", "ECONNREFUSED", "EPIPE", "UND_ERR_SOCKET"];
  return codes.includes(error.code) || codes.includes(error.cause?.code);
}

/** What was published, as sorted texts: a decision that was lost, doubled or changed makes two lists differ. */
async function decisions(dataFolder) {
  const log = await openLog({ platform: createNodePlatform(), directory: dataFolder });
  try {
    const messages = [];
    const stream = log.stream("$sns/block-card");
    for (const shard of stream?.shards ?? []) {
      for (let offset = 0; ;) {
        const { batches, nextOffset } = await log.read({ shard, offset, bytesMax: 1 << 20 });
        if (batches.length === 0) break;
        for (const { bytes } of batches)
          forEachRecord(bytes, (record) => messages.push(JSON.parse(Buffer.from(bytes.subarray(record.valueStart, record.valueEnd)).toString()).message));
        offset = nextOffset;
      }
    }
    return messages.sort();
  } finally {
    await log.close();
  }
}

/** The lake as a relation of DuckDB. @param {string} folder */
export const lakeOf = (folder) => `read_parquet('${folder}/lake/features/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)`;

/** @param {string} text @returns {Promise<any[]>} BIGINT as bigint */
export async function query(text) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(text)).getRowObjectsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The lake's rows by transaction, features and score as numbers. @param {string} folder */
export async function lakeRows(folder) {
  const numbers = [...featureNames, "score"].map((name) => `${name}::DOUBLE AS ${name}`).join(", ");
  return query(
    `SELECT transaction_id::DOUBLE AS transaction_id, card_id, terminal_id, city, epoch_ms(ts)::DOUBLE AS time_ms, "day", ${numbers} FROM ${lakeOf(folder)} ORDER BY transaction_id`,
  );
}

/** One row that differs when any row is lost, doubled or changed: the sum of a hash of each row counts doubles. @param {string} folder */
export async function fingerprint(folder) {
  const [found] = await query(
    `SELECT count(*)::DOUBLE AS rows, count(DISTINCT transaction_id)::DOUBLE AS transactions, sum(hash(lake)::HUGEINT)::VARCHAR AS hash FROM ${lakeOf(folder)} AS lake`,
  );
  return found;
}

/** @param {number} ms */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
