/**
 * Alarms held against the labels. An alarm belongs to an event of its mote from the first labelled reading to ten minutes
 * behind the last (the way back is as steep); every other alarm is false.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { labelledEvents, timeText } from "./readings.mjs";
import { judge } from "./rule.mjs";

const afterMs = 600_000;

/** @typedef {{ moteId: string, timeMs: number }} Alarm */

/** @param {import("./readings.mjs").Reading[]} readings @param {Alarm[]} [alarms] the pipeline's; the rule's own when absent */
export function evaluate(
  readings,
  alarms = judge(readings)
    .filter(({ isAlarm }) => isAlarm)
    .map(({ reading }) => reading),
) {
  const events = labelledEvents(readings);
  const belongs = (/** @type {Alarm} */ alarm, /** @type {typeof events[number]} */ event) =>
    alarm.moteId === event.moteId && alarm.timeMs >= event.startMs && alarm.timeMs <= event.endMs + afterMs;
  const motes = new Set(readings.map(({ moteId }) => moteId));
  const spanMs = [...motes].reduce((sum, mote) => {
    const times = readings.filter(({ moteId }) => moteId === mote).map(({ timeMs }) => timeMs);
    return sum + times[times.length - 1] - times[0];
  }, 0);
  return {
    events: events.map((event) => {
      const first = alarms.find((alarm) => belongs(alarm, event));
      return { ...event, delayMs: first === undefined ? null : first.timeMs - event.startMs };
    }),
    falseAlarms: alarms.filter((alarm) => !events.some((event) => belongs(alarm, event))).map(({ moteId, timeMs }) => ({ moteId, timeMs })),
    moteHours: spanMs / 3_600_000,
  };
}

/** The alarms that pipeline.sql wrote, in the order of time. @param {string} folder lake/alarms @returns {Alarm[]} */
export function readAlarms(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
    .map(({ mote_id, ts }) => ({ moteId: mote_id, timeMs: Date.parse(`${ts.replace(" ", "T")}Z`) }))
    .sort((one, other) => one.timeMs - other.timeMs);
}

/** Lines for people. @param {ReturnType<typeof evaluate>} outcome */
export function describeOutcome({ events, falseAlarms, moteHours }) {
  return [
    ...events.map(
      ({ moteId, startMs, delayMs }) => `${moteId}, labelled from ${timeText(startMs)}: ${delayMs === null ? "no alarm" : `alarm after ${delayMs / 1000} s`}`,
    ),
    `false alarms: ${falseAlarms.length} in ${moteHours.toFixed(0)} mote-hours`,
    ...falseAlarms.map(({ moteId, timeMs }) => `  ${moteId}, ${timeText(timeMs)}`),
  ].join("\n");
}
