#!/usr/bin/env node
/**
 * All 1.77 million simulated transactions through the pipeline as fast as they go, undisturbed and killed three times.
 *
 *   node examples/fraud/check.mjs [--json] [--seed N] [--customers N] [--days N] [--folder PATH]
 *
 * Both lakes must hold every transaction once and be the same, both must have published the same decisions, and on the test
 * week the scores in the lake must rank as well as the model's card says. Rows are counted by DuckDB, and by pyarrow where
 * Python has it. Needs a build, some minutes and 2 GB of disk. Exits with 1 when anything is not so.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fingerprint, lakeOf, query, runFraud } from "./run.mjs";
import { simulateRows } from "./simulator/index.mjs";
import { createRandom } from "./simulator/random.mjs";
import { rankMeasures } from "./training/measures.mjs";

const testWeek = { first: "2018-08-08", last: "2018-08-14" };
const leastPrecision = 0.66;
const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    customers: { type: "string", default: "5000" },
    days: { type: "string", default: "183" },
    folder: { type: "string" },
  },
});
const simulation = { customers: Number(values.customers), terminals: 2 * Number(values.customers), days: Number(values.days), seed: 1 };
const seed = Number(values.seed);
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), "headrace-fraud-check-")));
const note = (text) => process.stderr.write(`${text}\n`);

try {
  const { transactions, frauds } = labels();
  note(`${transactions.toLocaleString("en-US")} transactions, seed ${seed}`);
  const whole = await run("undisturbed", []);
  const random = createRandom(seed);
  const counts = [0, 1, 2].map(() => 1 + random.integer(Math.round(transactions * 0.95))).sort((one, other) => one - other);
  const killed = await run(
    "killed",
    counts.map((count) => ({ at: "transactions", count, afterMs: random.integer(1000) })),
  );
  const precision = await averagePrecision(whole.folder, frauds);
  const complaints = [...about(whole, transactions), ...about(killed, transactions)];
  if (killed.lake.hash !== whole.lake.hash) complaints.push("the lake of the killed run differs");
  if (JSON.stringify(killed.decisions) !== JSON.stringify(whole.decisions))
    complaints.push(`decisions: ${whole.decisions.length} undisturbed, ${killed.decisions.length} killed`);
  if (killed.kills !== counts.length) complaints.push(`killed ${killed.kills} times, not ${counts.length}`);
  if (precision !== null && !(precision >= leastPrecision)) complaints.push(`average precision ${precision}, expected ${leastPrecision} at least`);
  print({ seed, transactions, runs: [whole, killed].map(summary), testWeek: { ...testWeek, averagePrecision: precision }, complaints });
  process.exitCode = complaints.length === 0 ? 0 : 1;
} finally {
  if (values.folder === undefined) await rm(folder, { recursive: true, force: true });
}

/** How many transactions there are, and which are frauds: what the pipeline is never told in time. */
function labels() {
  const frauds = new Set();
  let transactions = 0;
  for (const { transactionId, scenario } of simulateRows(simulation)) {
    transactions++;
    if (scenario > 0) frauds.add(transactionId);
  }
  return { transactions, frauds };
}

async function run(name, kills) {
  const outcome = await runFraud({ folder: join(folder, name), simulation, kills, report: (text) => text.startsWith("killed") && note(`  ${text}`) });
  const lake = await fingerprint(outcome.folder);
  note(`${name}: ${seconds(outcome.totalMs)} s, ${lake.rows.toLocaleString("en-US")} rows`);
  return { ...outcome, name, lake, pyarrowRows: pyarrowRows(outcome.folder) };
}

function about({ name, job, lake, pyarrowRows: counted, code }, transactions) {
  const said = [];
  if (job.state !== "finished") said.push(`the job ended as ${job.state}: ${job.reason}`);
  if (Object.keys(job.deadLetters).length > 0) said.push(`dead letters ${JSON.stringify(job.deadLetters)}`);
  if (lake.rows !== transactions || lake.transactions !== transactions)
    said.push(`${lake.rows} rows of ${lake.transactions} transactions, expected ${transactions}`);
  if (counted !== null && counted !== transactions) said.push(`pyarrow counts ${counted} rows`);
  if (code !== 0) said.push(`the server ended with ${code}`);
  return said.map((text) => `${name}: ${text}`);
}

/** @returns {number | null} null without pyarrow */
function pyarrowRows(path) {
  const program = "import sys, pyarrow.dataset as d; print(d.dataset(sys.argv[1], format='parquet', partitioning='hive').count_rows())";
  // Where scripts/install-clients.mjs puts it, else the machine's own.
  const judge = join(import.meta.dirname, "../../.cache/judges/bin/python3");
  const { status, stdout } = spawnSync(existsSync(judge) ? judge : "python3", ["-c", program, join(path, "lake/features")], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : null;
}

/** @returns {Promise<number | null>} null when the simulation does not reach the test week */
async function averagePrecision(path, frauds) {
  const rows = await query(`SELECT transaction_id::DOUBLE AS id, score FROM ${lakeOf(path)} WHERE "day" BETWEEN '${testWeek.first}' AND '${testWeek.last}'`);
  if (rows.length === 0) return null;
  return rankMeasures(
    rows.map(({ score }) => score),
    rows.map(({ id }) => (frauds.has(id) ? 1 : 0)),
  ).averagePrecision;
}

function summary({ name, kills, fedMs, totalMs, lake, pyarrowRows: counted, decisions, job }) {
  return {
    name,
    kills,
    feedSeconds: seconds(fedMs),
    seconds: seconds(totalMs),
    rowsPerSecond: Math.round(lake.rows / (totalMs / 1000)),
    rows: lake.rows,
    pyarrowRows: counted,
    decisions: decisions.length,
    epochs: job.statistics?.epoch ?? null,
    latencyMs: job.statistics?.latencyMs ?? null,
  };
}

function print(result) {
  if (values.json) return process.stdout.write(`${JSON.stringify(result)}\n`);
  for (const { name, kills, seconds: taken, rowsPerSecond, rows, decisions, pyarrowRows: counted } of result.runs) {
    const arrow = counted === null ? "pyarrow is not installed" : `${counted.toLocaleString("en-US")} by pyarrow`;
    process.stdout.write(
      `${name}: killed ${kills} times, ${rows.toLocaleString("en-US")} rows by DuckDB, ${arrow}, ${decisions.toLocaleString("en-US")} decisions, ${taken} s, ${rowsPerSecond.toLocaleString("en-US")} rows/s\n`,
    );
  }
  process.stdout.write(`test week ${testWeek.first} to ${testWeek.last}: average precision ${result.testWeek.averagePrecision?.toFixed(4) ?? "not reached"}\n`);
  process.stdout.write(result.complaints.length === 0 ? "all as it should be\n" : `${result.complaints.join("\n")}\n`);
}

function seconds(ms) {
  return Math.round(ms / 100) / 10;
}
