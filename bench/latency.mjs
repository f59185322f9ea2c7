#!/usr/bin/env node
// From event to action: PutRecords to a stream of four shards, features over ten minutes, the fraud example's model, a topic,
// the POST at an HTTP subscriber. Everything durable and exactly once, event time is now. One server process; producer and
// subscriber are this process.
//
// usage: node bench/latency.mjs [--json] [--rate 2000] [--seconds 15] [--share 0.05] [--epoch "100 ms"] [--no-model]
// --share: part of the events that become actions. Needs the build. Ends with 1 when the 99th percentile from the call of
// PutRecords to the POST is above the goal of 150 ms.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Client } from "./kinesis/client.mjs";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rate: { type: "string", default: "2000" },
    seconds: { type: "string", default: "15" },
    share: { type: "string", default: "0.05" },
    epoch: { type: "string", default: "100 ms" },
    "no-model": { type: "boolean", default: false },
  },
});
const goalMs = 150;
const warmUpSeconds = 4;
const tickMs = 5;
const cards = 10_000;
const root = resolve(import.meta.dirname, "..");
const sleep = (delayMs) => new Promise((done) => setTimeout(done, delayMs));
const now = () => performance.timeOrigin + performance.now();

const constants = { bigint: "CAST(0 AS BIGINT)", double: "0E0" };
const modelInputs = [
  ["amount", "amount"],
  ["is_weekend", constants.bigint],
  ["is_night", constants.bigint],
  ["card_count_10m"],
  ["card_cities_10m"],
  ["card_count_1d", "card_count_10m"],
  ["card_amount_1d", "card_amount_10m"],
  ["card_count_7d", "card_count_10m"],
  ["card_amount_7d", "card_amount_10m"],
  ["card_count_30d", "card_count_10m"],
  ["card_amount_30d", "card_amount_10m"],
  ["amount_ratio", "amount / card_amount_10m"],
  ["seconds_since_last", constants.bigint],
  ["speed_kmh", constants.double],
  ["terminal_count_1d", constants.bigint],
  ["terminal_chargebacks_1d", constants.bigint],
  ["terminal_count_7d", constants.bigint],
  ["terminal_chargebacks_7d", constants.bigint],
  ["terminal_count_30d", constants.bigint],
  ["terminal_chargebacks_30d", constants.bigint],
  ["terminal_risk", constants.double],
];
const ofType = (name) => (/amount|speed|risk/.test(name) ? "DOUBLE" : "BIGINT");
const scored = `
CREATE MODEL fraud INPUT (${modelInputs.map(([name]) => `${name} ${ofType(name)}`).join(", ")}) OUTPUT (score DOUBLE)
WITH ('provider' = 'onnx', 'path' = 'examples/fraud/model/fraud.onnx');
CREATE VIEW inputs AS SELECT card_id, called_ms, created_ms, ts, ${modelInputs.map(([name, from = name]) => `${from} AS ${name}`).join(", ")} FROM features;
CREATE VIEW scored AS SELECT * FROM ML_PREDICT(TABLE inputs, MODEL fraud, DESCRIPTOR(${modelInputs.map(([name]) => name).join(", ")}));`;

const sql = `
SET 'execution.checkpointing.interval' = '${options.epoch}';
CREATE TABLE transactions (card_id STRING, city STRING, amount DOUBLE, called_ms DOUBLE, created_ms DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '0.001' SECOND)
WITH ('connector' = 'stream', 'stream' = 'transactions', 'create' = 'true', 'shards' = '4', 'format' = 'json');
CREATE TABLE actions (card_id STRING, card_count BIGINT, score DOUBLE, called_ms DOUBLE, created_ms DOUBLE) WITH ('connector' = 'sns', 'topic' = 'actions');
CREATE VIEW features AS
SELECT *, COUNT(*) OVER w AS card_count_10m, COUNT(DISTINCT city) OVER w AS card_cities_10m, AVG(amount) OVER w AS card_amount_10m
FROM transactions WINDOW w AS (PARTITION BY card_id ORDER BY ts RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW);
${options["no-model"] ? "CREATE VIEW scored AS SELECT *, 0E0 AS score FROM features;" : scored}
INSERT INTO actions SELECT card_id, card_count_10m, score, called_ms, created_ms FROM scored WHERE amount > ${500 * (1 - Number(options.share))}E0;`;

async function startServer(folder) {
  const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), "server", "--json", "--port", "0", "--console-port", "0", "--data", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let text = "";
  for await (const chunk of child.stdout) if ((text += chunk).includes("\n")) break;
  return { ...JSON.parse(text.split("\n")[0]), stop: () => child.kill("SIGTERM") && ended };
}

/** Confirms its subscription and hands on what is published, with the time it came. */
async function startSubscriber(received) {
  const server = createServer((request, response) => {
    const arrivedMs = now();
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", async () => {
      const type = request.headers["x-amz-sns-message-type"];
      if (type === "SubscriptionConfirmation") await fetch(JSON.parse(body).SubscribeURL);
      response.end();
      if (type === "Notification") received(JSON.parse(body), arrivedMs);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.closeAllConnections(), server.close()) };
}

async function sns(url, parameters) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/sns/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
      "x-amz-date": "20260101T000000Z",
    },
    body: new URLSearchParams({ Version: "2010-03-31", ...parameters }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${parameters.Action}: ${answer}`);
  return answer;
}

async function admin(console_, method, path, body) {
  const response = await fetch(`${console_}/api/v1/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}

/** Events as they fall due, one request after the other, so that a shard's events keep their order. */
async function produce(client, untilMs) {
  const rate = Number(options.rate);
  const startMs = now();
  let made = 0;
  let actions = 0;
  const putMs = [];
  while (now() < untilMs) {
    const calledMs = now();
    const due = Math.min(500, Math.floor(((calledMs - startMs) * rate) / 1000) - made);
    if (due > 0) {
      const records = Array.from({ length: due }, (_, index) => {
        const createdMs = startMs + ((made + index) * 1000) / rate;
        const amount = Math.round(Math.random() * 50_000) / 100;
        if (amount > 500 * (1 - Number(options.share))) actions++;
        const card = `card-${Math.floor(Math.random() * cards)}`;
        const event = {
          card_id: card,
          city: `city-${Math.floor(Math.random() * 200)}`,
          amount,
          called_ms: calledMs,
          created_ms: createdMs,
          ts: new Date(createdMs).toISOString().slice(0, 23).replace("T", " "),
        };
        return { Data: Buffer.from(JSON.stringify(event)).toString("base64"), PartitionKey: card };
      });
      made += due;
      await client.call("PutRecords", { StreamName: "transactions", Records: records });
      putMs.push(now() - calledMs);
    }
    await sleep(Math.max(0, tickMs - (now() - calledMs)));
  }
  return { made, actions, putMs };
}

const percentile = (values, part) => {
  const sorted = [...values].sort((left, right) => left - right);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] * 10) / 10;
};
const summary = (values) => ({ p50: percentile(values, 0.5), p90: percentile(values, 0.9), p99: percentile(values, 0.99), max: percentile(values, 1) });

const folder = mkdtempSync(join(tmpdir(), "headrace-latency-"));
const fromCall = [];
const fromCreation = [];
let arrived = 0;
let measuredFromMs = Infinity;
const server = await startServer(folder);
const subscriber = await startSubscriber((message, arrivedMs) => {
  const action = JSON.parse(message.Message ?? JSON.stringify(message));
  arrived++;
  if (action.created_ms < measuredFromMs) return;
  fromCall.push(arrivedMs - action.called_ms);
  fromCreation.push(arrivedMs - action.created_ms);
});
const client = new Client(server.aws, 1);
try {
  await admin(server.console, "POST", "jobs", { name: "latency", sql, baseDirectory: root });
  while ((await admin(server.console, "GET", "jobs/latency")).state !== "running") await sleep(50);
  const topic = /<TopicArn>(.*?)<\/TopicArn>/.exec(await sns(server.aws, { Action: "CreateTopic", Name: "actions" }))[1];
  await sns(server.aws, { Action: "Subscribe", TopicArn: topic, Protocol: "http", Endpoint: subscriber.url });
  while ((await sns(server.aws, { Action: "ListSubscriptionsByTopic", TopicArn: topic })).includes("PendingConfirmation")) await sleep(50);
  measuredFromMs = now() + warmUpSeconds * 1000;
  const { made, actions, putMs } = await produce(client, measuredFromMs + Number(options.seconds) * 1000);
  for (let waits = 0; arrived < actions && waits < 40; waits++) await sleep(50);
  const { statistics, deadLetters } = await admin(server.console, "GET", "jobs/latency");
  const late = statistics.operators.reduce((sum, operator) => sum + operator.rowsLate, 0);
  const result = {
    rate: Number(options.rate),
    events: made,
    actions,
    arrived,
    late,
    measured: fromCall.length,
    fromCallMs: summary(fromCall),
    fromCreationMs: summary(fromCreation),
    putRecordsMs: summary(putMs),
    epochDurationMs: statistics.epochDurationMs,
    deadLetters,
  };
  if (options.json) console.log(JSON.stringify(result));
  else {
    const line = (name, { p50, p90, p99, max }) => console.log(`${name.padEnd(34)} p50 ${p50} ms, p90 ${p90} ms, p99 ${p99} ms, worst ${max} ms`);
    console.log(`${made} events (${options.rate} a second), ${actions} actions, ${arrived} arrived, ${late} rows late; ${fromCall.length} measured`);
    line("call of PutRecords to POST", result.fromCallMs);
    line("event's time to POST", result.fromCreationMs);
    line("PutRecords (durable)", result.putRecordsMs);
    console.log(`last epoch took ${statistics.epochDurationMs} ms`);
  }
  if (!(result.fromCallMs.p99 <= goalMs) || fromCall.length === 0) process.exitCode = 1;
} finally {
  client.close();
  await server.stop();
  subscriber.close();
  rmSync(folder, { recursive: true, force: true });
}
