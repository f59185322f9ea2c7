/** Flights, their pipeline, and what came out of it counted by another program: DuckDB. */
import { copyFile, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { headrace, withServer } from "../lib/headrace.mjs";
import { writeFlights } from "./flights.mjs";

const columns = "{'date': 'TIMESTAMP', 'delay': 'INTEGER', 'distance': 'INTEGER', 'origin': 'VARCHAR', 'destination': 'VARCHAR'}";
/** One row that differs when any flight is lost, doubled or changed: the sum of a hash of each row counts doubles. */
const measures = `count(*)::DOUBLE AS flights, sum(delay)::DOUBLE AS delay, sum(distance)::DOUBLE AS distance,
  min(date)::VARCHAR AS first, max(date)::VARCHAR AS last, sum(hash(date, delay, distance, origin, destination)::HUGEINT)::VARCHAR AS rows`;

/**
 * Writes flights and bad lines, runs the pipeline to its end, and reads back what it made.
 * @param {{ folder: string, rows: number, badLines: number, seed?: number, killsAtBytes?: readonly number[] }} options
 *   `folder`: empty, everything goes in here. `killsAtBytes`: ascending; runs that are killed when the job keeps so much for rows that
 *   are in no file yet (some 50 bytes a flight), before the one that goes to the end.
 */
export async function runFlights({ folder, rows, badLines, seed = 1, killsAtBytes = [] }) {
  const input = join(folder, "data");
  await mkdir(input, { recursive: true });
  // The clean flights lie elsewhere and never come near the pipeline.
  await writeFlights({ path: join(folder, "clean.csv"), rows });
  const bad = await writeFlights({ path: join(input, "flights.csv"), rows, badLines, seed });
  const pipeline = join(folder, "pipeline.sql");
  await copyFile(join(import.meta.dirname, "pipeline.sql"), pipeline);
  const dataFolder = join(folder, ".headrace");
  const parameters = ["run", pipeline, "--name", "flights", "--data", dataFolder];
  let kills = 0;
  for (const bytes of killsAtBytes) {
    const { code } = await headrace(parameters, { killWhen: async () => (await keptBytes(join(dataFolder, "jobs"))) >= bytes });
    if (code === null) kills++;
  }
  const { code, lines, stderr } = await headrace(parameters);
  if (code !== 0) throw new Error(`the pipeline ended with ${code}: ${stderr}${JSON.stringify(lines)}`);
  return {
    bad,
    kills,
    job: lines.at(-1),
    expected: await measure(`read_csv('${join(folder, "clean.csv")}', header = false, columns = ${columns})`),
    found: await measure(`read_parquet('${join(folder, "lake/flights/*/*/*/*.parquet")}', hive_partitioning = false)`),
    misplaced: await misplacedFlights(join(folder, "lake/flights")),
    letterFiles: await letterFiles(join(folder, "lake/dead-letters")),
    letterStream: await letterStream(dataFolder),
  };
}

/**
 * What is wrong, in words; empty if every flight is in the lake once and every bad line is one dead letter.
 * @param {Awaited<ReturnType<typeof runFlights>>} outcome
 */
export function complaints({ bad, expected, found, misplaced, letterFiles, letterStream }) {
  const said = [];
  for (const [name, value] of Object.entries(expected)) if (found[name] !== value) said.push(`${name}: expected ${value}, found ${found[name]}`);
  if (misplaced !== 0) said.push(`${misplaced} flights lie in another day's folder`);
  const wanted = JSON.stringify(bad.map(({ line, text }) => `flights.csv:${line} ${text}`).sort());
  for (const [where, letters] of Object.entries({ files: letterFiles, stream: letterStream })) {
    const texts = letters.map(({ position, bytes }) => `${position} ${Buffer.from(bytes, "base64").toString("utf8")}`).sort();
    if (JSON.stringify(texts) !== wanted)
      said.push(`dead letters in the ${where}: expected ${bad.length}, found ${texts.length}, ${new Set(texts).size} of them different`);
  }
  return said;
}

/** Size of all files below a folder; they may vanish while it looks. @param {string} folder @returns {Promise<number>} */
async function keptBytes(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** @param {string} relation @returns {Promise<Record<string, number | string>>} */
async function measure(relation) {
  const [row] = await query(`SELECT ${measures} FROM ${relation}`);
  return row;
}

/** @param {string} folder */
async function misplacedFlights(folder) {
  const [{ count }] = await query(
    `SELECT count(*)::DOUBLE AS count FROM read_parquet('${folder}/*/*/*/*.parquet', filename = true, hive_partitioning = false) WHERE NOT contains(filename, strftime(date, '/%Y/%m/%d/'))`,
  );
  return count;
}

/** @param {string} text @returns {Promise<any[]>} */
async function query(text) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(text)).getRowObjectsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** @param {string} folder */
async function letterFiles(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ndjson"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line)),
  );
}

/** @param {string} dataFolder */
function letterStream(dataFolder) {
  return withServer(dataFolder, async ({ console: address }) => {
    const letters = [];
    for (;;) {
      const page = ["dead-letters", "ls", "--server", address, "--limit", "1000", ...(letters.length === 0 ? [] : ["--after", String(letters.at(-1).number)])];
      const { code, lines, stderr } = await headrace(page);
      if (code !== 0) throw new Error(`dead-letters ls: ${stderr}`);
      if (lines.length === 0) return letters;
      letters.push(...lines);
    }
  });
}
