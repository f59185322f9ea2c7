#!/usr/bin/env node
// What an idle server costs: time from the start of the process to its ready line, on a new data folder and on one with
// data, and resident memory five seconds later.
//
// usage: node bench/server.mjs [--json] [--rounds 3] [--records 200000]
// Needs the build and Linux (/proc). Ends with 1 when the memory is above the goal of 150 MB.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Client, pump, putRecordsBodies } from "./kinesis/client.mjs";

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, rounds: { type: "string", default: "3" }, records: { type: "string", default: "200000" } },
});
const goalMegabytes = 150;
const idleMs = 5_000;
const recordsPerRequest = 500;
const main = resolve(import.meta.dirname, "../dist/cli/main.js");
const sleep = (delayMs) => new Promise((done) => setTimeout(done, delayMs));
const median = (values) => [...values].sort((left, right) => left - right)[values.length >> 1];

async function start(folder) {
  const began = performance.now();
  const child = spawn(process.execPath, [main, "server", "--json", "--port", "0", "--console-port", "0", "--data", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((done) => child.once("exit", done));
  const line = await new Promise((done, fail) => {
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk).includes("\n") && done(text.split("\n")[0]));
    child.once("exit", (code) => fail(new Error(`the server ended with ${code}`)));
  });
  const readyMs = performance.now() - began;
  return {
    readyMs,
    url: JSON.parse(line).aws,
    residentMegabytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function idle(folder) {
  const server = await start(folder);
  try {
    await sleep(idleMs);
    return { readyMs: server.readyMs, residentMegabytes: server.residentMegabytes() };
  } finally {
    await server.stop();
  }
}

async function fill(folder) {
  const server = await start(folder);
  const client = new Client(server.url, 4);
  try {
    await client.createStream("bench", 4);
    await pump(client, "PutRecords", putRecordsBodies("bench", 8, recordsPerRequest, 256), Number(options.records) / recordsPerRequest, 4);
  } finally {
    client.close();
    await server.stop();
  }
}

function folderBytes(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0),
    0,
  );
}

async function measure(folderOf) {
  const runs = [];
  for (let round = 0; round < Number(options.rounds); round++) runs.push(await idle(folderOf()));
  return { readyMs: Math.round(median(runs.map((run) => run.readyMs))), residentMegabytes: Math.round(median(runs.map((run) => run.residentMegabytes))) };
}

const folder = mkdtempSync(join(tmpdir(), "headrace-server-"));
try {
  const fresh = await measure(() => mkdtempSync(join(folder, "fresh-")));
  const full = join(folder, "full");
  await fill(full);
  const dataBytes = folderBytes(full);
  const existing = { ...(await measure(() => full)), dataBytes };
  if (options.json) console.log(JSON.stringify({ fresh, existing }));
  else {
    console.log(`new data folder:          ready after ${fresh.readyMs} ms, ${fresh.residentMegabytes} MB resident after ${idleMs / 1000} s`);
    console.log(
      `${options.records} records (${(dataBytes / 1e6).toFixed(0)} MB): ready after ${existing.readyMs} ms, ${existing.residentMegabytes} MB resident after ${idleMs / 1000} s`,
    );
  }
  if (Math.max(fresh.residentMegabytes, existing.residentMegabytes) > goalMegabytes) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
