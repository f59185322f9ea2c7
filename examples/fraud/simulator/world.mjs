/**
 * Where the simulated cards live: customers, terminals and cities on a square of 100 by 100 units of 10 km.
 *
 * @typedef {ReturnType<typeof import("./random.mjs").createRandom>} Random
 * @typedef {{
 *   customers: number, terminals: number,
 *   terminalX: Float64Array, terminalY: Float64Array, terminalCity: Uint8Array,
 *   meanAmount: Float64Array, ratePerDay: Float64Array, near: Int32Array[],
 * }} World
 */

const side = 100;
/** Customers use terminals this near, in units. */
const radius = 5;

const beginnings = ["Ash", "Brook", "Cold", "Dun", "Elm", "Fair", "Glen", "Holm", "Iron", "Kings"];
const endings = ["bury", "ford", "haven", "mouth", "wick"];
/** Fifty cities that do not exist. */
export const cityNames = beginnings.flatMap((beginning) => endings.map((ending) => beginning + ending));

/** @param {{ customers: number, terminals: number, random: Random }} options @returns {World} */
export function createWorld({ customers, terminals, random }) {
  const centres = cityNames.map(() => ({ x: random.uniform() * side, y: random.uniform() * side }));
  const terminalX = new Float64Array(terminals);
  const terminalY = new Float64Array(terminals);
  const terminalCity = new Uint8Array(terminals);
  /** @type {Map<number, number[]>} */
  const cells = new Map();
  for (let terminal = 0; terminal < terminals; terminal++) {
    const x = (terminalX[terminal] = random.uniform() * side);
    const y = (terminalY[terminal] = random.uniform() * side);
    const distances = centres.map((centre) => (x - centre.x) ** 2 + (y - centre.y) ** 2);
    terminalCity[terminal] = distances.indexOf(Math.min(...distances));
    const cell = cellOf(x, y);
    const inCell = cells.get(cell);
    if (inCell === undefined) cells.set(cell, [terminal]);
    else inCell.push(terminal);
  }
  const meanAmount = new Float64Array(customers);
  const ratePerDay = new Float64Array(customers);
  const near = [];
  for (let customer = 0; customer < customers; customer++) {
    const x = random.uniform() * side;
    const y = random.uniform() * side;
    meanAmount[customer] = 5 + random.uniform() * 95;
    ratePerDay[customer] = random.uniform() * 4;
    near.push(terminalsNear(x, y, cells, terminalX, terminalY));
  }
  return { customers, terminals, terminalX, terminalY, terminalCity, meanAmount, ratePerDay, near };
}

/** @param {number} x @param {number} y */
const cellOf = (x, y) => Math.floor(x / radius) * 1000 + Math.floor(y / radius);

/** @param {number} x @param {number} y @param {Map<number, number[]>} cells @param {Float64Array} terminalX @param {Float64Array} terminalY */
function terminalsNear(x, y, cells, terminalX, terminalY) {
  const found = [];
  for (let column = -1; column <= 1; column++) {
    for (let row = -1; row <= 1; row++) {
      for (const terminal of cells.get(cellOf(x + column * radius, y + row * radius)) ?? []) {
        if ((terminalX[terminal] - x) ** 2 + (terminalY[terminal] - y) ** 2 < radius * radius) found.push(terminal);
      }
    }
  }
  return Int32Array.from(found);
}

/** The square laid on a map: about 10 km a unit in both directions. @param {number} y */
export const latitudeOf = (y) => Math.round((42 + y * 0.09) * 1e5) / 1e5;
/** @param {number} x */
export const longitudeOf = (x) => Math.round((x * 0.13 - 2) * 1e5) / 1e5;
