/**
 * Alarms held against the labels. An alarm belongs to an event of its mote from the first labelled reading to ten minutes
 * behind the last (the way back is as steep); every other alarm is false.
 */
import { labelledEvents } from "./readings.mjs";
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
