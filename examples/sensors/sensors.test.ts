/**
 * The sensors example on the real readings: an alarm soon after each labelled event starts, few others, from the rule in plain
 * JavaScript and from the pipeline, which runs end to end through the command line as built.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseScript } from "../../src/sql/index.ts";
import { headrace } from "../lib/headrace.mjs";
import { describeOutcome, evaluate, readAlarms } from "./evaluate.mjs";
import { labelledEvents, readReadings, readingLine } from "./readings.mjs";
import { rule } from "./rule.mjs";

const readings = readReadings();
const folder = mkdtempSync(join(tmpdir(), "sensors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The pipeline writes beside its file, so a copy of it runs, at the same depth: the data find their packages. */
function copyExample(): string {
  const root = join(import.meta.dirname, "../..");
  for (const name of ["lib", "sensors"])
    cpSync(join(root, "examples", name), join(folder, "examples", name), { recursive: true, filter: (path) => !/\/(lake|\.headrace)$/.test(path) });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return join(folder, "examples/sensors");
}

describe("sensor readings", () => {
  it("are the real ones: four motes, 18,914 readings, two heated", () => {
    expect(readings).toHaveLength(18_914);
    expect(new Set(readings.map(({ moteId }) => moteId)).size).toBe(4);
    expect(
      labelledEvents(readings)
        .map(({ moteId }) => moteId)
        .sort(),
    ).toEqual(["mote-1", "mote-4"]);
    expect(readings.filter(({ isEvent }) => isEvent)).toHaveLength(149);
    expect(JSON.parse(readingLine(readings[0]))).toEqual({ mote_id: "mote-1", temperature: 27.97, humidity: 45.93, ts: "2010-05-09 00:00:00.000" });
  });

  it("raise an alarm within a minute of each labelled event, and at most two false ones", () => {
    const { events, falseAlarms, moteHours } = evaluate(readings);
    expect(events).toHaveLength(2);
    for (const { delayMs } of events) {
      expect(delayMs).not.toBeNull();
      expect(delayMs).toBeLessThanOrEqual(60_000);
    }
    expect(moteHours).toBeGreaterThan(26);
    expect(falseAlarms.length).toBeLessThanOrEqual(2);
  });

  it("are judged in pipeline.sql by the same numbers", () => {
    const sql = readFileSync(join(import.meta.dirname, "pipeline.sql"), "utf8");
    expect(parseScript(sql).length).toBeGreaterThan(6);
    expect(sql).toContain(
      `readings_10m >= ${rule.leastReadings} AND ABS(temperature - average_10m) > ${rule.deviations}E0 * GREATEST(deviation_10m, ${rule.smallestDeviation}E0)`,
    );
  });

  it("raise the same alarms in the pipeline, end to end", async () => {
    const example = copyExample();
    const data = join(folder, "data");
    const { code, lines, stderr } = await headrace(["dev", example, "--port", "0", "--console-port", "0", "--speed", "0", "--once", "--data", data]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const alarms = readAlarms(join(example, "lake/alarms"));
    const outcome = evaluate(readings, alarms);
    console.log(describeOutcome(outcome));
    for (const { delayMs } of outcome.events) {
      expect(delayMs).not.toBeNull();
      expect(delayMs).toBeLessThanOrEqual(60_000);
    }
    expect(outcome).toEqual(evaluate(readings));
    const job = lines.filter(({ event }) => event === "job").at(-1);
    expect(job).toMatchObject({ state: "finished", deadLetters: {} });
    const rows = Object.fromEntries(job.statistics.sinks.map(({ table, rowsIn }: { table: string; rowsIn: number }) => [table, rowsIn]));
    expect(rows).toEqual({ alarms: alarms.length, alarms_lake: alarms.length, averages_lake: readings.length });
  });
});
