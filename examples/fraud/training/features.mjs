/**
 * The features of pipeline.sql in plain JavaScript: what trains the model, and what tests hold the pipeline against.
 *
 * Windows are RANGE BETWEEN x PRECEDING AND CURRENT ROW over event time: a row exactly x old is inside, and rows of the same
 * time see each other whatever their order. LAG is the row before in order of time, of arrival within the same time.
 *
 * @typedef {import("../simulator/stream.mjs").Row} Row
 * @typedef {import("../simulator/stream.mjs").Chargeback} Chargeback
 * @typedef {{ row: Row, chargeback: null } | { row: null, chargeback: Chargeback }} Event
 */

/** In the order of the model's inputs; names and types as CREATE MODEL declares them. */
export const featureColumns = /** @type {const} */ ([
  ["amount", "DOUBLE"],
  ["is_weekend", "BIGINT"],
  ["is_night", "BIGINT"],
  ["card_count_10m", "BIGINT"],
  ["card_cities_10m", "BIGINT"],
  ["card_count_1d", "BIGINT"],
  ["card_amount_1d", "DOUBLE"],
  ["card_count_7d", "BIGINT"],
  ["card_amount_7d", "DOUBLE"],
  ["card_count_30d", "BIGINT"],
  ["card_amount_30d", "DOUBLE"],
  ["amount_ratio", "DOUBLE"],
  ["seconds_since_last", "BIGINT"],
  ["speed_kmh", "DOUBLE"],
  ["terminal_count_1d", "BIGINT"],
  ["terminal_chargebacks_1d", "BIGINT"],
  ["terminal_count_7d", "BIGINT"],
  ["terminal_chargebacks_7d", "BIGINT"],
  ["terminal_count_30d", "BIGINT"],
  ["terminal_chargebacks_30d", "BIGINT"],
  ["terminal_risk", "DOUBLE"],
]);
export const featureNames = featureColumns.map(([name]) => name);

const minuteMs = 60_000;
const dayMs = 86_400_000;
const windowsMs = [dayMs, 7 * dayMs, 30 * dayMs];
const longestGapSeconds = 604_800;
const fastestKmh = 50_000;
const kmPerDegree = 111.195;

/** Rows of one key, oldest first, with the start of each window. */
class KeyRows {
  /** @type {number[]} */
  timesMs = [];
  /** @type {number[]} */
  values = [];
  starts = [0, 0, 0];
  sums = [0, 0, 0];

  /** @param {number} timeMs @param {number} value */
  add(timeMs, value) {
    this.timesMs.push(timeMs);
    this.values.push(value);
    for (let index = 0; index < 3; index++) this.sums[index] += value;
  }

  /** Moves the windows to `nowMs`. @param {number} nowMs */
  advance(nowMs) {
    for (let index = 0; index < 3; index++) {
      while (this.timesMs[this.starts[index]] < nowMs - windowsMs[index]) this.sums[index] -= this.values[this.starts[index]++];
    }
    const unused = this.starts[2];
    if (unused < 256 || unused * 2 < this.timesMs.length) return;
    this.timesMs.splice(0, unused);
    this.values.splice(0, unused);
    this.starts = this.starts.map((start) => start - unused);
  }

  /** @param {number} index */
  count(index) {
    return this.timesMs.length - this.starts[index];
  }
}

class Card extends KeyRows {
  /** Rows of the last ten minutes. @type {{ timeMs: number, city: string }[]} */
  recent = [];
  /** @type {Row | null} */
  last = null;
}

class Terminal {
  transactions = new KeyRows();
  chargebacks = new KeyRows();
}

/** Features of one row, by name. @typedef {Record<typeof featureNames[number], number>} Features */

/**
 * Events in the order of time in, transactions with their features out, in the same order.
 * @param {Iterable<Event>} events
 * @returns {Generator<{ row: Row, features: Features }>}
 */
export function* computeFeatures(events) {
  /** @type {Map<string, Card>} */
  const cards = new Map();
  /** @type {Map<string, Terminal>} */
  const terminals = new Map();
  /** Rows of the current time, with what LAG sees. @type {{ row: Row, last: Row | null }[]} */
  let same = [];
  let nowMs = -Infinity;
  for (const { row, chargeback } of events) {
    const timeMs = row === null ? chargeback.timeMs : row.timeMs;
    if (timeMs < nowMs) throw new Error("events are not in the order of time");
    if (timeMs > nowMs) {
      for (const each of same) yield evaluate(each, cards, terminals);
      same = [];
      nowMs = timeMs;
    }
    if (row === null) entry(terminals, chargeback.terminalId, Terminal).chargebacks.add(timeMs, 1);
    else same.push({ row, last: enter(row, cards, terminals) });
  }
  for (const each of same) yield evaluate(each, cards, terminals);
}

/** @template Value @param {Map<string, Value>} map @param {string} key @param {new () => Value} Type @returns {Value} */
function entry(map, key, Type) {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = new Type()));
  return value;
}

/** Adds a row to its windows; returns the card's row before it. @param {Row} row @param {Map<string, Card>} cards @param {Map<string, Terminal>} terminals */
function enter(row, cards, terminals) {
  const card = entry(cards, row.cardId, Card);
  card.add(row.timeMs, row.amount);
  card.recent.push({ timeMs: row.timeMs, city: row.city });
  entry(terminals, row.terminalId, Terminal).transactions.add(row.timeMs, 1);
  const last = card.last;
  card.last = row;
  return last;
}

/** @param {{ row: Row, last: Row | null }} each @param {Map<string, Card>} cards @param {Map<string, Terminal>} terminals */
function evaluate({ row, last }, cards, terminals) {
  const { timeMs, amount } = row;
  const card = entry(cards, row.cardId, Card);
  card.advance(timeMs);
  while (card.recent[0].timeMs < timeMs - 10 * minuteMs) card.recent.shift();
  const { transactions, chargebacks } = entry(terminals, row.terminalId, Terminal);
  transactions.advance(timeMs);
  chargebacks.advance(timeMs);
  const time = new Date(timeMs);
  const average = (/** @type {number} */ index) => card.sums[index] / card.count(index);
  /** @type {Features} */
  const features = {
    amount,
    is_weekend: time.getUTCDay() % 6 === 0 ? 1 : 0,
    is_night: time.getUTCHours() < 6 ? 1 : 0,
    card_count_10m: card.recent.length,
    card_cities_10m: new Set(card.recent.map(({ city }) => city)).size,
    card_count_1d: card.count(0),
    card_amount_1d: average(0),
    card_count_7d: card.count(1),
    card_amount_7d: average(1),
    card_count_30d: card.count(2),
    card_amount_30d: average(2),
    amount_ratio: amount / average(2),
    ...movement(row, last),
    terminal_count_1d: transactions.count(0),
    terminal_chargebacks_1d: chargebacks.count(0),
    terminal_count_7d: transactions.count(1),
    terminal_chargebacks_7d: chargebacks.count(1),
    terminal_count_30d: transactions.count(2),
    terminal_chargebacks_30d: chargebacks.count(2),
    terminal_risk: chargebacks.count(1) / transactions.count(1),
  };
  return { row, features };
}

/** How far and how fast the card came from its last place; a card seen for the first time did not move. @param {Row} row @param {Row | null} last */
function movement(row, last) {
  if (last === null) return { seconds_since_last: longestGapSeconds, speed_kmh: 0 };
  const seconds = Math.trunc((row.timeMs - last.timeMs) / 1000);
  const north = (row.latitude - last.latitude) * kmPerDegree;
  const east = (row.longitude - last.longitude) * kmPerDegree * Math.cos((row.latitude * Math.PI) / 180);
  const hours = Math.max(seconds, 1) / 3600;
  return { seconds_since_last: Math.min(seconds, longestGapSeconds), speed_kmh: Math.min(Math.sqrt(north * north + east * east) / hours, fastestKmh) };
}
