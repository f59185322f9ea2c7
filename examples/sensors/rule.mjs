/**
 * The rule of pipeline.sql in plain JavaScript, for tests and for trying other numbers.
 *
 * A reading is anomalous if it is more than `deviations` standard deviations away from the mean of its mote's last ten
 * minutes, itself included (RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW). Only the first anomaly of ten
 * minutes raises an alarm.
 *
 * @typedef {import("./readings.mjs").Reading} Reading
 * @typedef {{ deviations: number, smallestDeviation: number, leastReadings: number }} Rule
 * @typedef {{ reading: Reading, average: number, deviation: number, count: number, isAnomalous: boolean, isAlarm: boolean }} Judgement
 */

/** As pipeline.sql has it. @type {Rule} */
export const rule = { deviations: 5, smallestDeviation: 0.15, leastReadings: 10 };
const spanMs = 600_000;

/** @param {Reading[]} readings in the order of time @param {Rule} [numbers] @returns {Judgement[]} */
export function judge(readings, { deviations, smallestDeviation, leastReadings } = rule) {
  /** @type {Map<string, { window: Reading[], anomaliesMs: number[] }>} */
  const motes = new Map();
  return readings.map((reading) => {
    const mote = motes.get(reading.moteId) ?? { window: [], anomaliesMs: [] };
    motes.set(reading.moteId, mote);
    const isRecent = (/** @type {number} */ timeMs) => timeMs >= reading.timeMs - spanMs;
    mote.window = [...mote.window.filter(({ timeMs }) => isRecent(timeMs)), reading];
    mote.anomaliesMs = mote.anomaliesMs.filter(isRecent);
    const count = mote.window.length;
    const average = mote.window.reduce((sum, { temperature }) => sum + temperature, 0) / count;
    const squares = mote.window.reduce((sum, { temperature }) => sum + (temperature - average) ** 2, 0);
    const deviation = Math.sqrt(squares / count);
    const isAnomalous = count >= leastReadings && Math.abs(reading.temperature - average) > deviations * Math.max(deviation, smallestDeviation);
    if (isAnomalous) mote.anomaliesMs.push(reading.timeMs);
    return { reading, average, deviation, count, isAnomalous, isAlarm: isAnomalous && mote.anomaliesMs.length === 1 };
  });
}
