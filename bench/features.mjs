#!/usr/bin/env node
// What windowed features cost from JSON bytes to rows: COUNT(*), COUNT(DISTINCT city) and AVG(amount) of a card's last ten
// minutes, the first window of examples/fraud/pipeline.sql, through the real pipeline (file, decoder, watermarks, OVER,
// epochs in a log on disk) on one thread; in the same run plain JavaScript: JSON.parse a line and a deque per card.
//
// usage: node [--cpu-prof] bench/features.mjs [--json] [--rows 1500000] [--cards 30000] [--disorder 0] [--only engine|plain] [--rounds 1]
// Needs the build. Events per CPU second count all threads of the process, so the collector's and the disk's too.
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rows: { type: "string", default: "1500000" },
    cards: { type: "string", default: "30000" },
    disorder: { type: "string", default: "0" },
    rounds: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const rows = Number(options.rows);
const cards = Number(options.cards);
const disorderMs = Number(options.disorder);
const windowMs = 600_000;
const goalPerCore = 400_000;

const sql = (path) => `
CREATE TABLE transactions (
  transaction_id BIGINT, card_id STRING, terminal_id STRING, city STRING, latitude DOUBLE, longitude DOUBLE, amount DOUBLE, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json');
CREATE TABLE features (
  transaction_id BIGINT, card_id STRING, terminal_id STRING, city STRING, latitude DOUBLE, longitude DOUBLE, amount DOUBLE, ts TIMESTAMP(3),
  card_count_10m BIGINT, card_cities_10m BIGINT, card_amount_10m DOUBLE
) WITH ('connector' = 'blackhole');
INSERT INTO features
SELECT *, COUNT(*) OVER w, COUNT(DISTINCT city) OVER w, AVG(amount) OVER w
FROM transactions
WINDOW w AS (PARTITION BY card_id ORDER BY ts RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW);`;

let seed = 7;
const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) | 0) >>> 0) / 4294967296;

/** A transaction a millisecond, so that no two of a card share a time, in the shape of the example's. */
async function writeTransactions(path) {
  const file = createWriteStream(path, { highWaterMark: 1 << 22 });
  const firstMs = Date.UTC(2025, 0, 1);
  let text = "";
  for (let row = 0; row < rows; row++) {
    const card = Math.floor(random() * cards);
    const ts = new Date(firstMs + row - Math.floor(random() * disorderMs)).toISOString().slice(0, 23).replace("T", " ");
    const city = (card * 7 + Math.floor(random() * random() * 12)) % 200;
    const amount = Math.round(random() * 50_000) / 100;
    text += `{"transaction_id":${row},"card_id":"card-${card}","terminal_id":"terminal-${Math.floor(random() * 10_000)}","city":"city-${city}","latitude":${(40 + city / 10).toFixed(4)},"longitude":${(10 + city / 20).toFixed(4)},"amount":${amount},"ts":"${ts}"}\n`;
    if (text.length > 1 << 20) {
      if (!file.write(text)) await once(file, "drain");
      text = "";
    }
  }
  file.end(text);
  await once(file, "finish");
}

/** Sums instead of rows: proof that both did the same. */
class Sums {
  rows = 0;
  counts = 0;
  cities = 0;
  averages = 0;
}

async function runEngine(path, folder) {
  const { createNodePlatform } = await import("../dist/core/index.js");
  const { compileJob } = await import("../dist/jobs/index.js");
  const { createEnvironment } = await import("../dist/jobs/environment.js");
  const { createRouter } = await import("../dist/jobs/router.js");
  const { Pipeline } = await import("../dist/engine/index.js");
  const { connectLog, openLog, serveLog } = await import("../dist/log/index.js");
  const platform = createNodePlatform();
  const definition = { name: "features", sql: sql(path), baseDirectory: folder };
  const compiled = await compileJob(definition, platform);
  const owned = await openLog({ platform, directory: join(folder, "data") });
  const channel = new MessageChannel();
  const stopServing = serveLog(owned, channel.port1);
  const log = connectLog(channel.port2);
  const assignment = { definition, compiled, dataDirectory: join(folder, "data"), awsEndpoint: null, collects: false };
  const environment = await createEnvironment({ assignment, platform, log });
  const sums = new Sums();
  const openSink = async (sink, input) => {
    const opened = await environment.openSink(sink, input);
    opened.write = (batch) => addUp(sums, batch);
    return opened;
  };
  const pipeline = new Pipeline(compiled.plan, { ...environment, deadLetters: environment.deadLetters, openSink }, createRouter(log, platform.clock));
  const measured = await measure(() => pipeline.run());
  const { durableEpoch } = pipeline.statistics();
  await environment.close();
  stopServing();
  channel.port1.close();
  await owned.close();
  return { ...measured, sums, epochs: durableEpoch };
}

function addUp(sums, batch) {
  const [counts, cities, averages] = batch.columns.slice(8).map((column) => column.values);
  sums.rows += batch.length;
  for (let row = 0; row < batch.length; row++) {
    sums.counts += Number(counts[row]);
    sums.cities += Number(cities[row]);
    sums.averages += averages[row];
  }
}

/** What one would write by hand for rows that come in order; no watermark, no disorder, nothing kept over a restart. */
async function runPlain(path) {
  const sums = new Sums();
  const keys = new Map();
  const line = (text) => {
    const row = JSON.parse(text);
    const ms = Date.parse(`${row.ts.replace(" ", "T")}Z`);
    let state = keys.get(row.card_id);
    if (state === undefined) keys.set(row.card_id, (state = { rows: [], head: 0, sum: 0, cities: new Map() }));
    state.rows.push({ ms, city: row.city, amount: row.amount });
    state.sum += row.amount;
    state.cities.set(row.city, (state.cities.get(row.city) ?? 0) + 1);
    while (state.rows[state.head].ms < ms - windowMs) {
      const gone = state.rows[state.head++];
      state.sum -= gone.amount;
      const left = state.cities.get(gone.city) - 1;
      if (left === 0) state.cities.delete(gone.city);
      else state.cities.set(gone.city, left);
    }
    const count = state.rows.length - state.head;
    const out = { ...row, card_count_10m: count, card_cities_10m: state.cities.size, card_amount_10m: state.sum / count };
    sums.rows++;
    sums.counts += out.card_count_10m;
    sums.cities += out.card_cities_10m;
    sums.averages += out.card_amount_10m;
    if (state.head > 16 && state.head * 2 > state.rows.length) {
      state.rows = state.rows.slice(state.head);
      state.head = 0;
    }
  };
  const measured = await measure(async () => {
    let rest = "";
    for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 18 })) {
      const text = rest + chunk;
      let from = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
        line(text.slice(from, end));
        from = end + 1;
      }
      rest = text.slice(from);
    }
  });
  return { ...measured, sums };
}

async function measure(work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  const cpuSeconds = (used.user + used.system) / 1e6;
  return { perSecond: Math.round(rows / seconds), perCpuSecond: Math.round(rows / cpuSeconds) };
}

const folder = mkdtempSync(join(tmpdir(), "headrace-features-"));
try {
  const path = join(folder, "transactions.ndjson");
  await writeTransactions(path);
  const best = {};
  const keep = (name, result) => {
    if (best[name] === undefined || best[name].perCpuSecond < result.perCpuSecond) best[name] = result;
  };
  for (let round = 0; round < Number(options.rounds); round++) {
    if (options.only !== "plain") keep("engine", await runEngine(path, mkdtempSync(join(folder, "run-"))));
    if (options.only !== "engine" && disorderMs === 0) keep("plain", await runPlain(path));
  }
  const { engine, plain } = best;
  if (engine && plain) {
    for (const name of ["rows", "counts", "cities"])
      if (engine.sums[name] !== plain.sums[name]) throw new Error(`${name} differ: ${engine.sums[name]} and ${plain.sums[name]}`);
    if (Math.abs(engine.sums.averages - plain.sums.averages) > 1e-6 * rows) throw new Error("averages differ");
  }
  const ratio = engine && plain ? engine.perCpuSecond / plain.perCpuSecond : null;
  if (options.json)
    console.log(JSON.stringify({ rows, cards, disorderMs, bytesPerRow: statSync(path).size / rows, engine: engine ?? null, plain: plain ?? null, ratio }));
  else {
    console.log(`${rows} events of ${Math.round(statSync(path).size / rows)} bytes, ${cards} cards, disorder ${disorderMs} ms; best of ${options.rounds}`);
    for (const [name, one] of Object.entries(best))
      console.log(
        `${name.padEnd(8)} ${one.perSecond.toLocaleString("en-US").padStart(9)} events/s  ${one.perCpuSecond.toLocaleString("en-US").padStart(9)} events per CPU second`,
      );
    if (ratio !== null) console.log(`ratio    ${ratio.toFixed(2)}`);
  }
  if (engine && engine.perCpuSecond < goalPerCore) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
