/**
 * Simulated card transactions, day by day.
 *
 * Behaviour and frauds 1 to 3 follow the published description of the simulator in the Fraud Detection Handbook (Le Borgne,
 * Siblini, Lebichot, Bontempi, Université Libre de Bruxelles, 2022, chapter 3); no code of it is used. Fraud 4, a cloned card
 * used in another city minutes later, is our own.
 *
 * 1. any amount over 220
 * 2. each day two terminals are compromised: all they do for 28 days is fraud
 * 3. each day three customers leak their card data: for 14 days a third of their transactions is five times as large, and fraud
 * 4. each day three cards are cloned: for three days half of their transactions are followed, 30 s to 9 min later, by a fraud
 *    at a terminal of another city, of half to one and a half times the holder's mean amount
 */
import { createRandom } from "./random.mjs";
import { createWorld } from "./world.mjs";

/**
 * @typedef {{ timeMs: number, customer: number, terminal: number, cents: number, scenario: number }} Transaction
 *   `timeMs` from the first midnight; `scenario` 0 is genuine.
 * @typedef {{ customers?: number, terminals?: number, days?: number, seed?: number }} SimulationOptions
 *   The published size, 5,000 customers, 10,000 terminals and 183 days, is the default: 1.75 million transactions.
 */

export const dayMs = 86_400_000;
const largestGenuineCents = 22_000;

/**
 * A day at a time, each sorted by time; a day never depends on how many follow.
 * @param {SimulationOptions} [options]
 * @returns {{ world: import("./world.mjs").World, days: Generator<Transaction[]> }}
 */
export function simulateDays({ customers = 5000, terminals = 10_000, days = 183, seed = 1 } = {}) {
  const random = createRandom(seed);
  const world = createWorld({ customers, terminals, random });
  return { world, days: eachDay(world, days, random) };
}

/** @param {import("./world.mjs").World} world @param {number} days @param {import("./world.mjs").Random} random @returns {Generator<Transaction[]>} */
function* eachDay(world, days, random) {
  const frauds = createFrauds(world, random);
  /** Clones that fall on the next day. @type {Transaction[]} */
  let later = [];
  for (let day = 0; day < days; day++) {
    frauds.startDay(day);
    const genuine = genuineDay(world, day, random);
    const clones = genuine.flatMap((transaction) => frauds.judge(transaction));
    const all = [...later, ...genuine, ...clones].sort((one, other) => one.timeMs - other.timeMs);
    later = all.filter((transaction) => transaction.timeMs >= (day + 1) * dayMs);
    yield all.slice(0, all.length - later.length);
  }
}

/** @param {import("./world.mjs").World} world @param {number} day @param {import("./world.mjs").Random} random @returns {Transaction[]} */
function genuineDay(world, day, random) {
  const transactions = [];
  for (let customer = 0; customer < world.customers; customer++) {
    const mean = world.meanAmount[customer];
    const near = world.near[customer];
    const count = random.poisson(world.ratePerDay[customer]);
    for (let index = 0; index < count; index++) {
      const ofDayMs = Math.round((43_200 + 20_000 * random.normal()) * 1000);
      if (ofDayMs <= 0 || ofDayMs >= dayMs || near.length === 0) continue;
      let amount = mean + (mean / 2) * random.normal();
      if (amount < 0) amount = random.uniform() * mean * 2;
      transactions.push({ timeMs: day * dayMs + ofDayMs, customer, terminal: near[random.integer(near.length)], cents: Math.round(amount * 100), scenario: 0 });
    }
  }
  return transactions.sort((one, other) => one.timeMs - other.timeMs);
}

/** @param {import("./world.mjs").World} world @param {import("./world.mjs").Random} random */
function createFrauds(world, random) {
  // The first day on which each is well again.
  const compromisedUntil = new Int32Array(world.terminals);
  const leakedUntil = new Int32Array(world.customers);
  const clonedUntil = new Int32Array(world.customers);
  let today = 0;
  return {
    /** @param {number} day */
    startDay(day) {
      today = day;
      for (let index = 0; index < 2; index++) compromisedUntil[random.integer(world.terminals)] = day + 28;
      for (let index = 0; index < 3; index++) leakedUntil[random.integer(world.customers)] = day + 14;
      for (let index = 0; index < 3; index++) clonedUntil[random.integer(world.customers)] = day + 3;
    },
    /** Marks a transaction, and returns the clone that follows it, if one does. @param {Transaction} transaction @returns {Transaction[]} */
    judge(transaction) {
      const { customer, terminal, timeMs } = transaction;
      if (transaction.cents > largestGenuineCents) transaction.scenario = 1;
      if (compromisedUntil[terminal] > today) transaction.scenario = 2;
      if (leakedUntil[customer] > today && random.uniform() < 1 / 3) {
        transaction.cents *= 5;
        transaction.scenario = 3;
      }
      if (clonedUntil[customer] <= today || random.uniform() >= 0.5) return [];
      let elsewhere = 0;
      do elsewhere = random.integer(world.terminals);
      while (world.terminalCity[elsewhere] === world.terminalCity[terminal]);
      const cents = Math.round(world.meanAmount[customer] * (0.5 + random.uniform()) * 100);
      return [{ timeMs: timeMs + 30_000 + random.integer(510_000), customer, terminal: elsewhere, cents, scenario: 4 }];
    },
  };
}
