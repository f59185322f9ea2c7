/** Weeks of simulated transactions as columns of features with labels. */
import { firstDayMs, simulateRows, withChargebacks } from "../simulator/index.mjs";
import { computeFeatures, featureNames } from "./features.mjs";

const dayMs = 86_400_000;

/** @typedef {{ columns: Float32Array[], labels: Uint8Array, scenarios: Uint8Array, rows: number }} DataSet */

/** Day of the simulation of a date. @param {string} date */
const dayOf = (date) => (Date.parse(`${date}T00:00:00Z`) - firstDayMs) / dayMs;

/**
 * One pass over the simulation; each period is [first day, last day], inclusive.
 * @template {string} Name
 * @param {Record<Name, [string, string]>} periods @param {import("../simulator/days.mjs").SimulationOptions} options
 * @returns {Record<Name, DataSet>}
 */
export function collectPeriods(periods, options) {
  const names = /** @type {Name[]} */ (Object.keys(periods));
  const bounds = names.map((name) => ({ first: dayOf(periods[name][0]), last: dayOf(periods[name][1]) }));
  const days = Math.max(...bounds.map(({ last }) => last)) + 1;
  /** @type {{ values: number[][], scenarios: number[] }[]} */
  const found = names.map(() => ({ values: featureNames.map(() => []), scenarios: [] }));
  for (const { row, features } of computeFeatures(withChargebacks(simulateRows({ ...options, days })))) {
    const day = Math.floor((row.timeMs - firstDayMs) / dayMs);
    const period = bounds.findIndex(({ first, last }) => day >= first && day <= last);
    if (period < 0) continue;
    featureNames.forEach((name, index) => found[period].values[index].push(features[name]));
    found[period].scenarios.push(row.scenario);
  }
  return /** @type {Record<Name, DataSet>} */ (
    Object.fromEntries(
      names.map((name, index) => {
        const scenarios = Uint8Array.from(found[index].scenarios);
        return [
          name,
          {
            columns: found[index].values.map((values) => Float32Array.from(values)),
            scenarios,
            labels: scenarios.map((scenario) => (scenario > 0 ? 1 : 0)),
            rows: scenarios.length,
          },
        ];
      }),
    )
  );
}

/** One row of a data set. @param {DataSet} set @param {number} row */
export const rowOf = (set, row) => Float32Array.from(set.columns, (column) => column[row]);
