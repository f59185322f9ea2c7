/**
 * Puts the simulated transactions and chargebacks into the streams, in the order of event time. Goes on where an earlier
 * run was cut off: a batch is one PutRecords request, which is stored whole or not at all.
 */
import { KinesisClient, paced } from "../lib/kinesis.mjs";
import { simulate } from "./simulator/index.mjs";

/** 183 days in two and a half minutes. */
export const defaultSpeed = 100_000;

/**
 * @param {{ endpoint: string, speed: number, signal?: AbortSignal, report?: (text: string) => void, simulation?: import("./simulator/days.mjs").SimulationOptions }} context
 */
export async function feed({ endpoint, speed, signal, report = () => {}, simulation = {} }) {
  const client = new KinesisClient(endpoint);
  try {
    await client.ensureStream("transactions", 4);
    await client.ensureStream("chargebacks", 1);
    const stored = await storedUpTo(client);
    const pace = paced(speed);
    let sent = 0;
    for await (const { transactions, chargebacks, labels, endMs } of simulate(simulation)) {
      if (signal?.aborted) return;
      sent += labels.length;
      const lastId = labels.at(-1).transactionId;
      const puts = [];
      if (lastId > stored.transactionId) {
        await pace(endMs, signal);
        puts.push(client.put("transactions", transactions.keys, transactions.lines));
      }
      if (endMs > stored.chargebackMs) puts.push(client.put("chargebacks", chargebacks.keys, chargebacks.lines));
      await Promise.all(puts);
      report(`simulated day ${new Date(endMs).toISOString().slice(0, 10)}, ${sent.toLocaleString("en-US")} transactions`);
    }
  } finally {
    client.close();
  }
}

async function storedUpTo(client) {
  const [transactions, chargebacks] = await Promise.all([client.newest("transactions"), client.newest("chargebacks")]);
  return {
    transactionId: Math.max(0, ...transactions.map((record) => record.transaction_id)),
    chargebackMs: Math.max(-Infinity, ...chargebacks.map((record) => Date.parse(`${record.ts.replace(" ", "T")}Z`))),
  };
}
