#!/usr/bin/env node
/**
 * Writes the flights as CSV and the list of bad lines beside it.
 *
 *   node examples/csv-to-parquet/prepare.mjs [--out examples/csv-to-parquet/data] [--rows 3000000] [--bad-lines 1000] [--seed 1]
 */
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { flightCount, writeFlights } from "./flights.mjs";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(import.meta.dirname, "data") },
    rows: { type: "string", default: String(flightCount) },
    "bad-lines": { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
  },
});
mkdirSync(values.out, { recursive: true });
const path = join(values.out, "flights.csv");
const begin = performance.now();
const bad = await writeFlights({ path, rows: Number(values.rows), badLines: Number(values["bad-lines"]), seed: Number(values.seed) });
// A leading underscore keeps it from being read as a table's file.
writeFileSync(join(values.out, "_bad-lines.json"), `[\n${bad.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
console.log(
  `${path}: ${values.rows} flights and ${bad.length} bad lines, ${(statSync(path).size / 1e6).toFixed(0)} MB, ${((performance.now() - begin) / 1000).toFixed(1)} s`,
);
