#!/usr/bin/env node
// What a record costs the server: PutRecords of 500 records of 1 KiB, single PutRecord with 64 in flight, and GetRecords,
// Headrace (acknowledged after fdatasync) against kinesalite on LevelDB (no fsync), both as child processes in one run, taking turns.
//
// usage: node bench/kinesis/put-records.mjs [--json] [--rounds 3] [--seconds-cap 20] [--only headrace|kinesalite] [--server-script FILE]
// Needs the build (npm run build) and Linux (/proc). The figure to trust is records per CPU second of the server: wall time also measures
// the client and whatever else the machine does. Ends with 1 when the ratio of PutRecords is below the goal of 8.
import { parseArgs } from "node:util";
import { Client, pump, putRecordBodies, putRecordsBodies } from "./client.mjs";
import { startHeadrace, startKinesalite } from "./servers.mjs";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    "server-script": { type: "string" },
  },
});
const goal = 8;
const records = 500;
const recordBytes = 1024;
const shards = 4;

const median = (values) => [...values].sort((left, right) => left - right)[values.length >> 1];
const percentile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

async function measured(server, count, work) {
  const before = server.cpuSeconds;
  const result = await work();
  const cpu = server.cpuSeconds - before;
  return {
    perCpuSecond: count / cpu,
    perSecond: count / result.seconds,
    cpuMicrosecondsEach: (cpu / count) * 1e6,
    p50Ms: percentile(result.latenciesMs, 0.5),
    p99Ms: percentile(result.latenciesMs, 0.99),
  };
}

async function measure(server, weight) {
  const client = new Client(server.url, 64);
  const shardList = await client.createStream("bench", shards);
  const batches = putRecordsBodies("bench", 8, records, recordBytes);
  await pump(client, "PutRecords", batches, 40 * weight, 4);
  const requests = 150 * weight;
  const putRecords = await measured(server, requests * records, () =>
    pump(client, "PutRecords", batches, requests, 4, (answer) => {
      if (!answer.subarray(0, 30).includes('"FailedRecordCount":0')) throw new Error(`records failed: ${answer.subarray(0, 200)}`);
    }),
  );
  const singles = putRecordBodies("bench", 256, recordBytes);
  await pump(client, "PutRecord", singles, 500 * weight, 64);
  const putRecord = await measured(server, 3000 * weight, () => pump(client, "PutRecord", singles, 3000 * weight, 64));
  const getRecords = await measureReads(server, client, shardList);
  client.close();
  return { putRecords, putRecord, getRecords };
}

/** Reads one shard from its start, in calls of 1,000 records, a few megabytes at most. */
async function measureReads(server, client, shardList) {
  const { ShardIterator } = await client.call("GetShardIterator", { StreamName: "bench", ShardId: shardList[0].ShardId, ShardIteratorType: "TRIM_HORIZON" });
  let iterator = ShardIterator;
  let count = 0;
  const latenciesMs = [];
  const before = server.cpuSeconds;
  const start = performance.now();
  while (count < 20_000 && performance.now() - start < 15_000) {
    const sentAt = performance.now();
    const answer = await client.send("GetRecords", Buffer.from(JSON.stringify({ ShardIterator: iterator, Limit: 1000 })));
    latenciesMs.push(performance.now() - sentAt);
    const { Records, NextShardIterator } = JSON.parse(answer);
    if (Records.length === 0) break;
    count += Records.length;
    iterator = NextShardIterator;
  }
  const seconds = (performance.now() - start) / 1000;
  const cpu = server.cpuSeconds - before;
  latenciesMs.sort((left, right) => left - right);
  return {
    perCpuSecond: count / cpu,
    perSecond: count / seconds,
    cpuMicrosecondsEach: (cpu / count) * 1e6,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
  };
}

const targets = [
  { name: "headrace", start: () => startHeadrace(options["server-script"]), weight: 4 },
  { name: "kinesalite", start: startKinesalite, weight: 1 },
].filter(({ name }) => options.only === undefined || options.only === name);

const rounds = Object.fromEntries(targets.map(({ name }) => [name, []]));
for (let round = 0; round < Number(options.rounds); round++) {
  for (const { name, start, weight } of targets) {
    const server = await start();
    try {
      rounds[name].push(await measure(server, weight));
    } finally {
      await server.stop();
    }
  }
}

const phases = ["putRecords", "putRecord", "getRecords"];
const result = Object.fromEntries(
  targets.map(({ name }) => [
    name,
    Object.fromEntries(
      phases.map((phase) => [
        phase,
        Object.fromEntries(Object.keys(rounds[name][0][phase]).map((figure) => [figure, median(rounds[name].map((round) => round[phase][figure]))])),
      ]),
    ),
  ]),
);
const ratios =
  result.headrace && result.kinesalite
    ? Object.fromEntries(phases.map((phase) => [phase, result.headrace[phase].perCpuSecond / result.kinesalite[phase].perCpuSecond]))
    : null;
const summary = { records, recordBytes, shards, rounds: Number(options.rounds), servers: result, ratioPerCpuSecond: ratios, goal };

if (options.json) console.log(JSON.stringify(summary));
else {
  console.log(`| server | what | records per CPU second | µs CPU each | records per second | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|`);
  for (const { name } of targets) {
    for (const phase of phases) {
      const figures = result[name][phase];
      console.log(
        `| ${name} | ${phase} | ${Math.round(figures.perCpuSecond)} | ${figures.cpuMicrosecondsEach.toFixed(1)} | ${Math.round(figures.perSecond)} | ${figures.p50Ms.toFixed(2)} | ${figures.p99Ms.toFixed(2)} |`,
      );
    }
  }
  if (ratios !== null) console.log(phases.map((phase) => `${phase}: ${ratios[phase].toFixed(1)} times kinesalite per CPU second`).join("; "));
}
if (ratios !== null && ratios.putRecords < goal) process.exitCode = 1;
