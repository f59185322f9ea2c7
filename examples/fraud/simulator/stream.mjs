/**
 * The simulated transactions as two streams of JSON lines: what a bank sees at once, and what it learns a week later.
 *
 * `transactions`: every transaction, in the order of its time, keyed by card.
 * `chargebacks`: the frauds only, seven days after the transaction, keyed by terminal; and with each batch a heartbeat, a row
 * whose terminal is null, so that the time of this quiet stream keeps up with the other. It is meant for one shard.
 */
import { dayMs, simulateDays } from "./days.mjs";
import { cityNames, latitudeOf, longitudeOf } from "./world.mjs";

/** Midnight of the first day, 2018-04-01 UTC, in milliseconds. */
export const firstDayMs = Date.UTC(2018, 3, 1);
export const chargebackDelayMs = 7 * dayMs;

/**
 * @typedef {{ transactionId: number, timeMs: number, cardId: string, terminalId: string, city: string, latitude: number, longitude: number, amount: number, scenario: number }} Row
 *   `timeMs` since 1970; `scenario` is the label: 0 genuine, 1 to 4 fraud. Never part of the transactions stream.
 * @typedef {{ timeMs: number, transactionId: number, cardId: string, terminalId: string }} Chargeback
 * @typedef {{ keys: string[], lines: Uint8Array[] }} Records  A line holds no line feed.
 * @typedef {{ transactions: Records, chargebacks: Records, labels: { transactionId: number, scenario: number }[], endMs: number }} Batch
 */

/**
 * Rows in the order of time.
 * @param {import("./days.mjs").SimulationOptions} [options]
 * @returns {Generator<Row>}
 */
export function* simulateRows(options) {
  const { world, days } = simulateDays(options);
  const cards = Array.from({ length: world.customers }, (_, customer) => `card-${String(customer).padStart(5, "0")}`);
  const terminals = Array.from({ length: world.terminals }, (_, terminal) => ({
    id: `terminal-${String(terminal).padStart(5, "0")}`,
    city: cityNames[world.terminalCity[terminal]],
    latitude: latitudeOf(world.terminalY[terminal]),
    longitude: longitudeOf(world.terminalX[terminal]),
  }));
  let transactionId = 0;
  for (const day of days) {
    for (const { timeMs, customer, terminal, cents, scenario } of day) {
      const { id, city, latitude, longitude } = terminals[terminal];
      yield {
        transactionId: ++transactionId,
        timeMs: firstDayMs + timeMs,
        cardId: cards[customer],
        terminalId: id,
        city,
        latitude,
        longitude,
        amount: cents / 100,
        scenario,
      };
    }
  }
}

/**
 * Rows and the chargebacks that become known meanwhile, as one sequence in the order of time. A chargeback of the same
 * millisecond comes first.
 * @param {Iterable<Row>} rows
 * @returns {Generator<{ row: Row, chargeback: null } | { row: null, chargeback: Chargeback }>}
 */
export function* withChargebacks(rows) {
  /** @type {Chargeback[]} */
  let waiting = [];
  let first = 0;
  for (const row of rows) {
    for (; first < waiting.length && waiting[first].timeMs <= row.timeMs; first++) yield { row: null, chargeback: waiting[first] };
    if (first > 10_000) {
      waiting = waiting.slice(first);
      first = 0;
    }
    if (row.scenario > 0)
      waiting.push({ timeMs: row.timeMs + chargebackDelayMs, transactionId: row.transactionId, cardId: row.cardId, terminalId: row.terminalId });
    yield { row, chargeback: null };
  }
}

/**
 * The two streams in batches, in the order of time across both.
 * @param {import("./days.mjs").SimulationOptions & { batchRows?: number }} [options] `batchRows`: transactions of a batch
 * @returns {AsyncGenerator<Batch>}
 */
export async function* simulate({ batchRows = 500, ...options } = {}) {
  let batch = emptyBatch();
  for (const { row, chargeback } of withChargebacks(simulateRows(options))) {
    if (row === null) add(batch.chargebacks, chargeback.terminalId, chargebackLine(chargeback));
    else {
      add(batch.transactions, row.cardId, transactionLine(row));
      batch.labels.push({ transactionId: row.transactionId, scenario: row.scenario });
      batch.endMs = row.timeMs;
      if (batch.labels.length >= batchRows) {
        yield finished(batch);
        batch = emptyBatch();
      }
    }
  }
  if (batch.labels.length > 0) yield finished(batch);
}

/** @returns {Batch} */
const emptyBatch = () => ({ transactions: { keys: [], lines: [] }, chargebacks: { keys: [], lines: [] }, labels: [], endMs: 0 });

/** @param {Batch} batch */
function finished(batch) {
  add(batch.chargebacks, "heartbeat", `{"transaction_id":null,"card_id":null,"terminal_id":null,"ts":"${timeText(batch.endMs)}"}`);
  return batch;
}

/** @param {Records} records @param {string} key @param {string} line */
function add(records, key, line) {
  records.keys.push(key);
  records.lines.push(Buffer.from(line, "utf8"));
}

/** @param {Row} row */
export function transactionLine({ transactionId, cardId, terminalId, city, latitude, longitude, amount, timeMs }) {
  return `{"transaction_id":${transactionId},"card_id":"${cardId}","terminal_id":"${terminalId}","city":"${city}","latitude":${latitude},"longitude":${longitude},"amount":${amount},"ts":"${timeText(timeMs)}"}`;
}

/** @param {Chargeback} chargeback */
export function chargebackLine({ transactionId, cardId, terminalId, timeMs }) {
  return `{"transaction_id":${transactionId},"card_id":"${cardId}","terminal_id":"${terminalId}","ts":"${timeText(timeMs)}"}`;
}

/** SQL text of a time in UTC: 2018-04-01 00:00:00.000. @param {number} timeMs */
export function timeText(timeMs) {
  const text = new Date(timeMs).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 23)}`;
}
