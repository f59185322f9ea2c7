// Throughput of OVER (10 minutes) with COUNT(DISTINCT city), AVG(amount), COUNT(*) per card: the operator on column batches against
// a deque of row objects per key, in the same run. Needs a build. Usage: node --expose-gc bench/over.mjs [cards=100000] [rows=1500000] [disorderMs=0] [only] [--gap MS]
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { StringDictionary } from "../dist/data/index.js";
import { changesOf, snapshotStates } from "../dist/engine/state/index.js";
import { createOverOperator } from "../dist/engine/windows/index.js";

// --gap: so many milliseconds from row to row, as when recorded data runs faster than it came; the fill is then twenty rows a card all the same.
const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { gap: { type: "string" } } });
const [cards = 100_000, measuredRows = 1_500_000, disorderMs = 0] = positionals.map(Number);
const perWindow = cards >= 1_000_000 ? 5 : 20;
const windowMs = 600_000;
const batchRows = 1024;
const fillRows = cards * perWindow + 50_000;

const type = (kind, more = {}) => ({ kind, nullable: true, ...more });
const bigint = { kind: "bigint", nullable: false };
const input = {
  fields: [
    { name: "card", type: type("varchar", { length: 2147483647 }) },
    { name: "city", type: type("varchar", { length: 2147483647 }) },
    { name: "amount", type: type("double") },
    { name: "ts", type: type("timestamp", { precision: 3 }) },
  ],
};
const call = (name, resultType, argument, distinct = false) => ({
  function: name,
  type: resultType,
  arguments: argument < 0 ? [] : [argument],
  distinct,
  filter: null,
  constants: [],
});
const aggregates = [call("COUNT", bigint, 1, true), call("AVG", type("double"), 2), call("COUNT", bigint, -1)];
const window = (precedingMs) => ({ frame: { kind: "range", precedingMs }, aggregates });

function nodeOf(windows) {
  const added = windows.flatMap((one, at) => one.aggregates.map((aggregate, index) => ({ name: `a${at}_${index}`, type: aggregate.type })));
  return {
    kind: "over",
    id: 1,
    inputs: [0],
    schema: { fields: [...input.fields, ...added] },
    rowtime: 3,
    name: "over:bench",
    partitionBy: [0],
    orderBy: 3,
    windows,
  };
}

let seed = 7;
const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) | 0) >>> 0) / 4294967296;

function generate(rows) {
  const dictionary = new StringDictionary();
  const cardIds = Int32Array.from({ length: cards }, (_, index) => dictionary.internText(`card-${index}`));
  const cities = new StringDictionary();
  const cityIds = Int32Array.from({ length: 200 }, (_, index) => cities.internText(`city-${index}`));
  const columns = { card: new Int32Array(rows), city: new Int32Array(rows), amount: new Float64Array(rows), ts: new Float64Array(rows) };
  const stepMs = flags.gap !== undefined ? Number(flags.gap) : windowMs / (cards * perWindow);
  for (let row = 0; row < rows; row++) {
    const card = Math.floor(random() * cards);
    columns.card[row] = cardIds[card];
    columns.city[row] = cityIds[(card * 7 + Math.floor(random() * random() * 12)) % 200];
    columns.amount[row] = Math.round(random() * 50_000) / 100;
    columns.ts[row] = 1_700_000_000_000 + Math.floor(row * stepMs - random() * disorderMs);
  }
  return { ...columns, dictionary, cities };
}

function batchOf(data, from, to) {
  return {
    schema: input,
    length: to - from,
    changes: null,
    columns: [
      { layout: "string", values: data.card.slice(from, to), dictionary: data.dictionary, nulls: null },
      { layout: "string", values: data.city.slice(from, to), dictionary: data.cities, nulls: null },
      { layout: "double", values: data.amount.slice(from, to), nulls: null },
      { layout: "double", values: data.ts.slice(from, to), nulls: null },
    ],
  };
}

function runOperator(data, windows, withBarriers) {
  const operator = createOverOperator(nodeOf(windows), input);
  operator.open({ clock: { monotonicMs: () => performance.now(), nowMs: () => 0 }, timeZone: "UTC", sliceMs: Infinity, restored: false });
  let sum = 0;
  let rows = 0;
  const output = {
    full: false,
    late: () => {},
    push: (batch) => {
      const { values } = batch.columns[4];
      for (let row = 0; row < batch.length; row++) sum += values[row];
      rows += batch.length;
    },
  };
  let greatest = -Infinity;
  let epochs = 0;
  let epochMs = 0;
  let worstMs = 0;
  let worstBatchMs = 0;
  let batches = 0;
  const feed = (from, to) => {
    for (let at = from; at < to; at += batchRows) {
      const end = Math.min(to, at + batchRows);
      const began = performance.now();
      operator.push(0, batchOf(data, at, end), output);
      for (let row = at; row < end; row++) if (data.ts[row] > greatest) greatest = data.ts[row];
      operator.watermark(greatest - disorderMs - 1, output);
      worstBatchMs = Math.max(worstBatchMs, performance.now() - began);
      if (withBarriers && ++batches % 100 === 0) {
        const start = performance.now();
        changesOf(operator.states);
        const took = performance.now() - start;
        epochMs += took;
        worstMs = Math.max(worstMs, took);
        epochs++;
      }
    }
  };
  feed(0, fillRows);
  if (withBarriers) snapshotStates(operator.states);
  globalThis.gc?.();
  sum = 0;
  rows = 0;
  epochs = epochMs = worstMs = worstBatchMs = 0;
  const result = measure(() => feed(fillRows, fillRows + measuredRows));
  return { ...result, sum, rows, state: operator.statistics().stateBytes, epochs, epochMs, worstMs, worstBatchMs };
}

function runObjects(data) {
  const keys = new Map();
  let sum = 0;
  const cardTexts = Array.from({ length: data.dictionary.size }, (_, id) => data.dictionary.text(id));
  const cityTexts = Array.from({ length: data.cities.size }, (_, id) => data.cities.text(id));
  const feed = (from, to) => {
    for (let at = from; at < to; at++) {
      const row = { card: cardTexts[data.card[at]], city: cityTexts[data.city[at]], amount: data.amount[at], ts: data.ts[at] };
      let state = keys.get(row.card);
      if (state === undefined) keys.set(row.card, (state = { rows: [], head: 0, sum: 0, cities: new Map() }));
      state.rows.push(row);
      state.sum += row.amount;
      state.cities.set(row.city, (state.cities.get(row.city) ?? 0) + 1);
      const oldest = row.ts - windowMs;
      while (state.rows[state.head].ts < oldest) {
        const gone = state.rows[state.head++];
        state.sum -= gone.amount;
        const left = state.cities.get(gone.city) - 1;
        if (left === 0) state.cities.delete(gone.city);
        else state.cities.set(gone.city, left);
      }
      const count = state.rows.length - state.head;
      const out = { ...row, cities: state.cities.size, average: state.sum / count, count };
      sum += out.cities;
      if (state.head > 16 && state.head * 2 > state.rows.length) {
        state.rows = state.rows.slice(state.head);
        state.head = 0;
      }
    }
  };
  feed(0, fillRows);
  globalThis.gc?.();
  sum = 0;
  const result = measure(() => feed(fillRows, fillRows + measuredRows));
  return { ...result, sum };
}

function measure(work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  work();
  const wallMs = performance.now() - start;
  const used = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (used.user + used.system) / 1000 };
}

const data = generate(fillRows + measuredRows);
const print = (name, result) => {
  const perSecond = (ms) => (measuredRows / ms / 1000).toFixed(2);
  const state = result.state === undefined ? "" : `, state ${(result.state / 1e6).toFixed(0)} MB, worst batch ${result.worstBatchMs.toFixed(1)} ms`;
  const epochs = result.epochs ? `, ${result.epochs} epochs of ${(result.epochMs / result.epochs).toFixed(1)} ms (worst ${result.worstMs.toFixed(1)})` : "";
  console.log(`${name}: ${perSecond(result.wallMs)} M rows/s, ${perSecond(result.cpuMs)} M rows/s per core${state}${epochs}, checksum ${result.sum}`);
};
console.log(`${cards} cards, ${perWindow} rows per card and window, ${measuredRows} rows measured, disorder ${disorderMs} ms`);
const only = positionals[3];
if (only === undefined || only === "one") print("operator, one window", runOperator(data, [window(windowMs)], false));
if (only === undefined || only === "epochs") print("operator, one window, changes every 100 batches", runOperator(data, [window(windowMs)], true));
if (only === undefined || only === "three") print("operator, three windows", runOperator(data, [window(60_000), window(300_000), window(windowMs)], false));
if ((only === undefined || only === "objects") && disorderMs === 0) print("deque of row objects per card", runObjects(data));
