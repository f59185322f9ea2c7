// Throughput of TUMBLE and HOP aggregates per key on column batches, against a Map of objects per window in the same run.
// Needs a build. Usage: node --expose-gc bench/window-aggregate.mjs [keys=60000] [rows=3000000]
import { performance } from "node:perf_hooks";
import { createWindowAggregateOperator } from "../dist/engine/windows/index.js";

const [keys = 60_000, rows = 3_000_000] = process.argv.slice(2).map(Number);
const batchRows = 1024;
const rowsPerSecond = 100_000;

const type = (kind, more = {}) => ({ kind, nullable: true, ...more });
const bigint = { kind: "bigint", nullable: false };
const input = {
  fields: [
    { name: "auction", type: type("bigint") },
    { name: "price", type: type("double") },
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

let seed = 7;
const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) | 0) >>> 0) / 4294967296;
const data = { auction: new Float64Array(rows), price: new Float64Array(rows), ts: new Float64Array(rows) };
for (let row = 0; row < rows; row++) {
  data.auction[row] = 1000 + Math.floor(random() * random() * keys);
  data.price[row] = Math.round(random() * 10_000) / 100;
  data.ts[row] = 1_700_000_000_000 + Math.floor((row * 1000) / rowsPerSecond);
}

function run(window, aggregates) {
  const windowColumns = ["window_start", "window_end"];
  const fields = [
    input.fields[0],
    ...aggregates.map((one, index) => ({ name: `a${index}`, type: one.type })),
    ...windowColumns.map((name) => ({ name, type: type("timestamp", { precision: 3 }) })),
  ];
  const node = {
    kind: "window-aggregate",
    id: 1,
    inputs: [0],
    schema: { fields },
    rowtime: null,
    name: "bench",
    window,
    timeColumn: 2,
    groupBy: [0],
    aggregates,
    windowColumns,
  };
  const operator = createWindowAggregateOperator(node, input);
  operator.open({ clock: { monotonicMs: () => performance.now(), nowMs: () => 0 }, timeZone: "UTC", sliceMs: 2, restored: false });
  let sum = 0;
  let out = 0;
  let worstMs = 0;
  const output = {
    full: false,
    late: () => {},
    push: (batch) => {
      for (let row = 0; row < batch.length; row++) sum += batch.columns[1].values[row];
      out += batch.length;
    },
  };
  const column = (values, at, end) => ({ layout: "double", values: values.slice(at, end), nulls: null });
  const start = performance.now();
  for (let at = 0; at < rows; at += batchRows) {
    const end = Math.min(rows, at + batchRows);
    let began = performance.now();
    operator.push(
      0,
      { schema: input, length: end - at, changes: null, columns: [column(data.auction, at, end), column(data.price, at, end), column(data.ts, at, end)] },
      output,
    );
    let outcome = operator.watermark(data.ts[end - 1] - 1, output);
    worstMs = Math.max(worstMs, performance.now() - began);
    while (outcome === "yield") {
      began = performance.now();
      outcome = operator.resume(output);
      worstMs = Math.max(worstMs, performance.now() - began);
    }
  }
  for (let outcome = operator.watermark(Infinity, output); outcome === "yield";) outcome = operator.resume(output);
  const tookMs = performance.now() - start;
  return `${(rows / tookMs / 1000).toFixed(2)} M rows/s, ${out} results, worst call ${worstMs.toFixed(1)} ms, checksum ${sum}`;
}

function runObjects(sizeMs, slideMs) {
  const windows = new Map();
  let sum = 0;
  let out = 0;
  const fire = (until) => {
    for (const [end, groups] of windows) {
      if (end - 1 > until) continue;
      for (const group of groups.values()) sum += group.count;
      out += groups.size;
      windows.delete(end);
    }
  };
  const start = performance.now();
  for (let row = 0; row < rows; row++) {
    const bid = { auction: data.auction[row], price: data.price[row], ts: data.ts[row] };
    for (let begin = Math.floor(bid.ts / slideMs) * slideMs; begin + sizeMs > bid.ts; begin -= slideMs) {
      let groups = windows.get(begin + sizeMs);
      if (groups === undefined) windows.set(begin + sizeMs, (groups = new Map()));
      const group = groups.get(bid.auction);
      if (group === undefined) groups.set(bid.auction, { count: 1, sum: bid.price });
      else {
        group.count++;
        group.sum += bid.price;
      }
    }
    if (row % batchRows === batchRows - 1) fire(bid.ts - 1);
  }
  fire(Infinity);
  return `${(rows / (performance.now() - start) / 1000).toFixed(2)} M rows/s, ${out} results, checksum ${sum}`;
}

const countAndSum = [call("COUNT", bigint, -1), call("SUM", type("double"), 1)];
console.log(`${keys} keys, ${rows} rows, ${rowsPerSecond} rows a second of event time`);
console.log(`TUMBLE 10 s, COUNT and SUM: ${run({ kind: "tumble", sizeMs: 10_000, offsetMs: 0 }, countAndSum)}`);
console.log(`  Map of objects per window: ${runObjects(10_000, 10_000)}`);
console.log(`HOP 2 s, 10 s, COUNT and SUM: ${run({ kind: "hop", sizeMs: 10_000, slideMs: 2000, offsetMs: 0 }, countAndSum)}`);
console.log(`  Map of objects per window: ${runObjects(10_000, 2000)}`);
console.log(`TUMBLE 10 s, COUNT(DISTINCT): ${run({ kind: "tumble", sizeMs: 10_000, offsetMs: 0 }, [call("COUNT", bigint, 1, true)])}`);
