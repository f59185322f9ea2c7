/** The rule of the sensors example on the real readings: an alarm soon after each labelled event starts, few others. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseScript } from "../../src/sql/index.ts";
import { evaluate } from "./evaluate.mjs";
import { labelledEvents, readReadings, readingLine } from "./readings.mjs";
import { rule } from "./rule.mjs";

const readings = readReadings();

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
});
