/**
 * Three million real flights as CSV, with a known number of bad lines among them.
 *
 * The flights are those of United States carriers in the first half of 2001 (Bureau of Transportation Statistics), from
 * flights-3m.parquet of the package vega-datasets: date, delay in minutes, distance in miles, origin, destination.
 *
 * @typedef {"missing-column" | "extra-column" | "text-for-number" | "broken-date"} BadKind
 * @typedef {{ line: number, kind: BadKind, text: string }} BadLine  `line` counts from 1 in the written file.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { once } from "node:events";
import { DuckDBInstance } from "@duckdb/node-api";
import { createRandom } from "../fraud/simulator/random.mjs";

export const flightCount = 3_000_000;
const lineFeed = 10;

/** The package exports neither its data nor its package.json: its entry lies in build/, the data beside. */
const parquetPath = () => join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data/flights-3m.parquet");

/** What is wrong, made from a good line's fields. @type {Record<BadKind, (fields: string[]) => string[]>} */
const spoilers = {
  "missing-column": ([date, delay, distance, origin]) => [date, delay, distance, origin],
  "extra-column": (fields) => [...fields, "late"],
  "text-for-number": ([date, , ...rest]) => [date, "late", ...rest],
  "broken-date": ([, ...rest]) => ["2001-13-45 25:61:00", ...rest],
};
export const badKinds = /** @type {BadKind[]} */ (Object.keys(spoilers));

/**
 * Writes `rows` flights and, between them, `badLines` lines that are none, at places and of kinds that follow from `seed`.
 * Every flight is there: a bad line is an additional one.
 * @param {{ path: string, rows?: number, badLines?: number, seed?: number }} options
 * @returns {Promise<BadLine[]>} in the order of the file
 */
export async function writeFlights({ path, rows = flightCount, badLines = 0, seed = 1 }) {
  const clean = badLines === 0 ? path : `${path}.clean`;
  await copyToCsv(clean, rows);
  if (badLines === 0) return [];
  try {
    return await insertBadLines(clean, path, choosePlaces(rows, badLines, seed));
  } finally {
    await rm(clean, { force: true });
  }
}

/** @param {string} path @param {number} rows */
async function copyToCsv(path, rows) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const quoted = (/** @type {string} */ text) => `'${text.replaceAll("'", "''")}'`;
  try {
    await connection.run("SET preserve_insertion_order = true; SET threads = 2");
    await connection.run(
      `COPY (SELECT strftime(date, '%Y-%m-%d %H:%M:%S') AS date, delay, distance, origin, destination FROM ${quoted(parquetPath())} LIMIT ${rows}) TO ${quoted(path)} (FORMAT csv, HEADER false)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Numbers of good lines (from 0) that a bad one follows, ascending, each at most once, with its kind. @param {number} rows @param {number} count @param {number} seed */
function choosePlaces(rows, count, seed) {
  if (count > rows) throw new Error(`${count} bad lines do not fit between ${rows} flights`);
  const random = createRandom(seed);
  const chosen = new Set();
  while (chosen.size < count) chosen.add(random.integer(rows));
  return [...chosen].sort((one, other) => one - other).map((after, index) => ({ after, kind: badKinds[index % badKinds.length] }));
}

/** @param {string} from @param {string} to @param {{ after: number, kind: BadKind }[]} places @returns {Promise<BadLine[]>} */
async function insertBadLines(from, to, places) {
  const target = createWriteStream(to);
  /** @type {BadLine[]} */
  const inserted = [];
  let line = 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(from, { highWaterMark: 1 << 20 })) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const pieces = [];
    let written = 0;
    let start = 0;
    for (let end = bytes.indexOf(lineFeed, start); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      const place = places[inserted.length];
      if (place !== undefined && line === place.after) {
        const text = spoilers[place.kind](bytes.toString("utf8", start, end).split(",")).join(",");
        pieces.push(bytes.subarray(written, end + 1), Buffer.from(`${text}\n`));
        written = end + 1;
        inserted.push({ line: line + inserted.length + 2, kind: place.kind, text });
      }
      line++;
      start = end + 1;
    }
    pieces.push(bytes.subarray(written, start));
    rest = bytes.subarray(start);
    if (!target.write(Buffer.concat(pieces))) await once(target, "drain");
  }
  target.end(rest);
  await once(target, "finish");
  return inserted;
}
