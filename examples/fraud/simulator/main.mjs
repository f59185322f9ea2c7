#!/usr/bin/env node
/**
 * Writes the simulated streams as files: transactions.ndjson, chargebacks.ndjson and labels.csv.
 *
 *   node examples/fraud/simulator/main.mjs --out DIR [--days 30] [--customers 5000] [--terminals 10000] [--seed 1]
 *
 * `--stdout transactions` prints that stream alone, for a pipe into `headrace stream put transactions --key card_id`.
 */
import { createWriteStream, mkdirSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { simulate } from "./stream.mjs";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    stdout: { type: "string" },
    days: { type: "string", default: "30" },
    customers: { type: "string", default: "5000" },
    terminals: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});
if ((values.out === undefined) === (values.stdout === undefined)) {
  process.stderr.write("give --out DIR, or --stdout transactions|chargebacks\n");
  process.exit(2);
}

const options = { days: Number(values.days), customers: Number(values.customers), terminals: Number(values.terminals), seed: Number(values.seed) };

/** @param {import("node:stream").Writable} target @param {string | Buffer} text */
async function write(target, text) {
  if (text.length > 0 && !target.write(text)) await once(target, "drain");
}

/** @param {Uint8Array[]} lines */
const joined = (lines) => Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));

if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  const [transactions, chargebacks, labels] = ["transactions.ndjson", "chargebacks.ndjson", "labels.csv"].map((name) =>
    createWriteStream(join(/** @type {string} */ (values.out), name)),
  );
  await write(labels, "transaction_id,is_fraud,scenario\n");
  for await (const batch of simulate(options)) {
    await write(transactions, joined(batch.transactions.lines));
    await write(chargebacks, joined(batch.chargebacks.lines));
    await write(labels, batch.labels.map(({ transactionId, scenario }) => `${transactionId},${scenario > 0 ? 1 : 0},${scenario}\n`).join(""));
  }
  for (const stream of [transactions, chargebacks, labels]) stream.end();
} else {
  const name = values.stdout === "chargebacks" ? "chargebacks" : "transactions";
  for await (const batch of simulate(options)) await write(process.stdout, joined(batch[name].lines));
}
