/**
 * The written CSV: every flight, every bad line where the list says, each of them refused by the CSV decoder; and the pipeline
 * end to end through the command line as built, also killed on its way.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CsvDecoder } from "../../src/data/formats/csv/decoder.ts";
import { simpleType, stringType, timestampType } from "../../src/data/index.ts";
import { parseScript } from "../../src/sql/index.ts";
import { badKinds, writeFlights } from "./flights.mjs";
import { complaints, runFlights } from "./run.mjs";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flights-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("flights as CSV", () => {
  it("hold every flight, and bad lines of every kind at the listed lines, the same for a seed", async () => {
    const options = { rows: 20_000, badLines: 37, seed: 3 };
    const bad = await writeFlights({ path: join(folder, "flights.csv"), ...options });
    await writeFlights({ path: join(folder, "clean.csv"), rows: options.rows });
    const again = await writeFlights({ path: join(folder, "again.csv"), ...options });
    expect(again).toEqual(bad);
    expect(readFileSync(join(folder, "again.csv")).equals(readFileSync(join(folder, "flights.csv")))).toBe(true);
    const lines = readFileSync(join(folder, "flights.csv"), "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(20_037);
    expect(lines[0]).toBe("2001-01-01 00:01:00,33,2176,LAS,PHL");
    for (const { line, text } of bad) expect(lines[line - 1]).toBe(text);
    expect(new Set(bad.map(({ kind }) => kind))).toEqual(new Set(badKinds));
    const places = new Set(bad.map(({ line }) => line));
    expect(lines.filter((_, index) => !places.has(index + 1)).join("\n")).toBe(readFileSync(join(folder, "clean.csv"), "utf8").trimEnd());
  });

  it("are refused by the decoder exactly where they are bad", async () => {
    const path = join(folder, "decoded.csv");
    const bad = await writeFlights({ path, rows: 5000, badLines: 80, seed: 9 });
    const bytes = readFileSync(path);
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 10);
    const starts = [0, ...ends.slice(0, -1).map((end) => end + 1)];
    const columns = [
      { name: "date", type: timestampType(3) },
      { name: "delay", type: simpleType("integer") },
      { name: "distance", type: simpleType("integer") },
      { name: "origin", type: stringType() },
      { name: "destination", type: stringType() },
    ];
    const decoder = new CsvDecoder({ columns, fields: columns.map(({ name, type }) => ({ path: [name], type })), options: {} });
    const decoded = decoder.decode({ bytes, starts: Int32Array.from(starts), ends: Int32Array.from(ends) }, 0, ends.length);
    expect(decoded.failed.map(({ index }) => index + 1)).toEqual(bad.map(({ line }) => line));
    expect(decoded.length).toBe(5000);
  });

  it("come out as Parquet by day once each, bad lines as dead letters, when nothing happens", async () => {
    const outcome = await runFlights({ folder: join(folder, "whole"), rows: 200_000, badLines: 100 });
    expect(complaints(outcome)).toEqual([]);
    expect(outcome.found.flights).toBe(200_000);
    expect(outcome.letterStream).toHaveLength(100);
    expect(outcome.job).toMatchObject({ state: "finished", deadLetters: { decode: 100 }, statistics: { rowsIn: 200_100, rowsOut: 200_000, rowsFailed: 100 } });
    // The check itself can fail: a flight more, a letter less.
    expect(complaints({ ...outcome, expected: { ...outcome.expected, flights: 200_001 } })).toHaveLength(1);
    expect(complaints({ ...outcome, letterFiles: outcome.letterFiles.slice(1) })).toHaveLength(1);
  });

  it("come out the same when the run is killed twice", async () => {
    const outcome = await runFlights({ folder: join(folder, "killed"), rows: 200_000, badLines: 100, seed: 2, killsAtBytes: [2_000_000, 6_000_000] });
    expect(outcome.kills).toBe(2);
    expect(complaints(outcome)).toEqual([]);
  });

  it("go through a pipeline that parses", () => {
    expect(parseScript(readFileSync(join(import.meta.dirname, "pipeline.sql"), "utf8")).map(({ kind }) => kind)).toHaveLength(4);
  });
});
