#!/usr/bin/env node
/**
 * Turns the real readings into JSON lines and tries the rule on them.
 *
 *   node examples/sensors/prepare.mjs --stdout | npx headrace stream put readings --key mote_id
 *   node examples/sensors/prepare.mjs --out DIR      writes readings.ndjson and labels.csv (kept apart from the readings)
 *   node examples/sensors/prepare.mjs --evaluate     the rule's alarms against the labels
 *   node examples/sensors/prepare.mjs --evaluate --alarms examples/sensors/lake/alarms     the pipeline's
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeOutcome, evaluate, readAlarms } from "./evaluate.mjs";
import { readReadings, readingLine, timeText } from "./readings.mjs";

const { values } = parseArgs({ options: { out: { type: "string" }, stdout: { type: "boolean" }, evaluate: { type: "boolean" }, alarms: { type: "string" } } });
const readings = readReadings();
const lines = () => readings.map((reading) => `${readingLine(reading)}\n`).join("");

if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, "readings.ndjson"), lines());
  writeFileSync(
    join(values.out, "labels.csv"),
    `mote_id,ts,is_event\n${readings.map(({ moteId, timeMs, isEvent }) => `${moteId},${timeText(timeMs)},${isEvent ? 1 : 0}\n`).join("")}`,
  );
  console.log(`${readings.length} readings in ${values.out}`);
} else if (values.stdout === true) process.stdout.write(lines());
else if (values.evaluate === true) {
  console.log(describeOutcome(values.alarms === undefined ? evaluate(readings) : evaluate(readings, readAlarms(values.alarms))));
} else {
  process.stderr.write("give --stdout, --out DIR or --evaluate\n");
  process.exitCode = 2;
}
