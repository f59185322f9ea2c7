#!/usr/bin/env node
/**
 * Runs the whole example in a folder of its own and has DuckDB count what came out. Exit code 1 if a flight is missing, doubled
 * or changed, or a bad line is not exactly one dead letter.
 *
 *   node examples/csv-to-parquet/check.mjs [--rows 3000000] [--bad-lines 1000] [--seed 1] [--kills 0]
 *
 * `--kills`: so often the run is killed on its way and started again.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../fraud/simulator/random.mjs";
import { flightCount } from "./flights.mjs";
import { complaints, runFlights } from "./run.mjs";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: String(flightCount) },
    "bad-lines": { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    kills: { type: "string", default: "0" },
  },
});
const seed = Number(values.seed);
const random = createRandom(seed);
const killsAtBytes = Array.from({ length: Number(values.kills) }, () => random.integer(40 * Number(values.rows))).sort((one, other) => one - other);
const folder = await mkdtemp(join(tmpdir(), "headrace-flights-"));
try {
  const outcome = await runFlights({ folder, rows: Number(values.rows), badLines: Number(values["bad-lines"]), seed, killsAtBytes });
  const { job, found, letterStream, letterFiles, kills } = outcome;
  const seconds = job.elapsedMs / 1000;
  if (kills > 0) console.log(`killed ${kills} times, with ${killsAtBytes.map((bytes) => (bytes / 1e6).toFixed(1)).join(", ")} MB of rows in no file yet`);
  console.log(`last run: ${seconds.toFixed(1)} s${kills > 0 ? "" : `, ${Math.round(job.statistics.rowsIn / seconds).toLocaleString("en-US")} lines a second`}`);
  console.log(
    `in the lake: ${found.flights.toLocaleString("en-US")} flights, delay ${found.delay} min, distance ${found.distance} miles, ${found.first} to ${found.last}`,
  );
  console.log(`dead letters: ${letterStream.length} in the stream, ${letterFiles.length} in files`);
  const said = complaints(outcome);
  console.log(said.length === 0 ? "every flight once, every bad line one dead letter" : said.join("\n"));
  process.exitCode = said.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
