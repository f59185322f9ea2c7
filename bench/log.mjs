// Durable append throughput of the log next to what the disk can do (write + fdatasync), measured in turns.
// Usage: npm run build && node bench/log.mjs [--json] [--seconds 1] [--rounds 3] [--directory DIR]
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createNodePlatform } from "../dist/core/index.js";
import { encodeBatch, openLog } from "../dist/log/index.js";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    seconds: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
    directory: { type: "string", default: tmpdir() },
  },
});
const durationMs = Number(flags.seconds) * 1000;
const platform = createNodePlatform();
const wholeRange = { start: 0n, end: (1n << 128n) - 1n };
const value = new Uint8Array(1024).fill(120);
const key = new TextEncoder().encode("card-1234");
const batches = new Map([1, 16, 500].map((count) => [count, encodeBatch(Array.from({ length: count }, () => ({ key, value, timestampMs: 1 })))]));

/** What the disk gives: the same bytes, one write and one fdatasync after the other, into a file of zeros. */
async function raw(directory, recordsPerBatch) {
  const bytes = batches.get(recordsPerBatch);
  const file = await open(join(directory, "raw"), "w");
  const size = 128 << 20;
  for (let at = 0; at < size; at += 1 << 20) await file.write(new Uint8Array(1 << 20), 0, 1 << 20, at);
  await file.sync();
  const meter = startMeter();
  let position = 0;
  while (meter.elapsedMs() < durationMs) {
    if (position + bytes.length > size) position = 0;
    await file.write(bytes, 0, bytes.length, position);
    await file.datasync();
    position += bytes.length;
    meter.add(recordsPerBatch);
  }
  const result = meter.result();
  await file.close();
  return result;
}

async function appended(directory, recordsPerBatch, appenders) {
  const log = await openLog({ platform, directory: join(directory, "log") });
  const { opened } = await log.commit([{ kind: "create-stream", stream: "bench", hashRanges: [wholeRange], retentionMs: 3_600_000 }]);
  const shard = opened[0][0];
  const template = batches.get(recordsPerBatch);
  let meter = startMeter();
  let warm = false;
  const work = async () => {
    while (!warm || meter.elapsedMs() < durationMs) {
      await log.commit([{ kind: "append", shard, batch: template.slice() }]);
      meter.add(recordsPerBatch);
      if (!warm && meter.elapsedMs() > durationMs / 2) {
        warm = true;
        meter = startMeter();
      }
    }
  };
  await Promise.all(Array.from({ length: appenders }, work));
  const result = meter.result();
  await log.close();
  return result;
}

function startMeter() {
  const startMs = performance.now();
  const cpu = process.cpuUsage();
  let records = 0;
  let commits = 0;
  return {
    elapsedMs: () => performance.now() - startMs,
    add(count) {
      records += count;
      commits++;
    },
    result() {
      const seconds = (performance.now() - startMs) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      return { recordsPerSecond: records / seconds, commitsPerSecond: commits / seconds, cpuMicrosecondsPerCommit: (user + system) / commits };
    },
  };
}

const median = (numbers) => numbers.toSorted((left, right) => left - right)[numbers.length >> 1];
const cells = [];
for (const recordsPerBatch of batches.keys()) for (const appenders of [1, 64]) cells.push({ recordsPerBatch, appenders, raw: [], log: [] });
for (let round = 0; round < Number(flags.rounds); round++) {
  for (const cell of cells) {
    for (const kind of ["raw", "log"]) {
      const directory = mkdtempSync(join(flags.directory, "headrace-bench-"));
      cell[kind].push(kind === "raw" ? await raw(directory, cell.recordsPerBatch) : await appended(directory, cell.recordsPerBatch, cell.appenders));
      rmSync(directory, { recursive: true });
    }
  }
}
const rows = cells.map(({ recordsPerBatch, appenders, raw: rawResults, log: logResults }) => {
  const rawRate = median(rawResults.map((result) => result.recordsPerSecond));
  const logRate = median(logResults.map((result) => result.recordsPerSecond));
  return {
    recordsPerBatch,
    appenders,
    rawRecordsPerSecond: Math.round(rawRate),
    logRecordsPerSecond: Math.round(logRate),
    ratio: Number((logRate / rawRate).toFixed(2)),
    cpuMicrosecondsPerCommit: Math.round(median(logResults.map((result) => result.cpuMicrosecondsPerCommit))),
  };
});
if (flags.json) console.log(JSON.stringify({ bench: "log", recordBytes: value.length, rows }));
else console.table(rows);
