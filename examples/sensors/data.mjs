/**
 * Puts the real readings into the stream, in the order of time, without their labels. Goes on where an earlier run was cut
 * off: a batch is one PutRecords request, which is stored whole or not at all.
 */
import { KinesisClient, paced } from "../lib/kinesis.mjs";
import { readReadings, readingLine, timeText } from "./readings.mjs";

/** Seven hours in two minutes. */
export const defaultSpeed = 200;

const batchReadings = 500;
/** Readings of this much wall time go in one request, when time is kept. */
const batchWallMs = 100;

/** @param {{ endpoint: string, speed: number, signal?: AbortSignal, report?: (text: string) => void }} context */
export async function feed({ endpoint, speed, signal, report = () => {} }) {
  const client = new KinesisClient(endpoint);
  try {
    await client.ensureStream("readings", 1);
    const readings = readReadings();
    let next = await storedReadings(client, readings);
    const pace = paced(speed);
    while (next < readings.length) {
      const batch = batchFrom(readings, next, speed);
      const { timeMs } = batch[batch.length - 1];
      await pace(timeMs, signal);
      if (signal?.aborted) return;
      await client.put(
        "readings",
        batch.map(({ moteId }) => moteId),
        batch.map((reading) => Buffer.from(readingLine(reading))),
      );
      next += batch.length;
      report(`9 May 2010, ${timeText(timeMs).slice(11, 19)}: ${next.toLocaleString("en-US")} of ${readings.length.toLocaleString("en-US")} readings`);
    }
  } finally {
    client.close();
  }
}

/** @param {import("./readings.mjs").Reading[]} readings @param {number} start @param {number} speed */
function batchFrom(readings, start, speed) {
  const endMs = speed === 0 ? Infinity : readings[start].timeMs + speed * batchWallMs;
  let end = start + 1;
  while (end < readings.length && end - start < batchReadings && readings[end].timeMs <= endMs) end++;
  return readings.slice(start, end);
}

/** How many readings the stream has already. @param {KinesisClient} client @param {import("./readings.mjs").Reading[]} readings */
async function storedReadings(client, readings) {
  const [newest] = await client.newest("readings");
  if (newest === undefined) return 0;
  return readings.findIndex(({ moteId, timeMs }) => moteId === newest.mote_id && timeText(timeMs) === newest.ts) + 1;
}
