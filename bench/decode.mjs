// Throughput of the record decoders, one thread, in million records a second and as a ratio to JSON.parse (or split) of the same run.
// Needs a build. Usage: node bench/decode.mjs [records=200000] [repetitions=5] [only=REGEXP]
// Records: a card transaction of about 175 bytes as JSON and 89 as CSV, in buffers of about 1 MB, decoded in batches of 1024.
import { performance } from "node:perf_hooks";
import { createDecoder, simpleType, stringType, StringDictionary, timestampType } from "../dist/data/index.js";

const records = Number(process.argv[2] ?? 200_000);
const repetitions = Number(process.argv[3] ?? 5);
const only = new RegExp(process.argv[4] ?? ".");
const batchRows = 1024;

let seed = 7;
const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) | 0) >>> 0) / 4294967296;
const two = (value) => String(value).padStart(2, "0");

function event(index) {
  const ms = index % 1000;
  const s = Math.floor(index / 1000);
  const ts = `2024-01-${two(1 + (Math.floor(s / 86400) % 28))} ${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}.${String(ms).padStart(3, "0")}`;
  return {
    tx_id: `tx-${index}`,
    card_id: `card-${Math.floor(random() * 100_000)}`,
    amount: Math.round(random() * 100_000) / 100,
    currency: "EUR",
    city: `city-${Math.floor(random() * 200)}`,
    merchant: `merchant-${(index * 7919) % 5000}`,
    ts,
    device: `ios-17.2/${index % 97}`,
  };
}

const columns = [
  ["tx_id", stringType()],
  ["card_id", stringType()],
  ["amount", simpleType("double")],
  ["currency", stringType()],
  ["city", stringType()],
  ["merchant", stringType()],
  ["ts", timestampType(3)],
  ["device", stringType()],
].map(([name, type]) => ({ name, type }));
const pick = (...names) => names.map((name) => ({ path: [name], type: columns.find((column) => column.name === name).type, as: "string" }));
const four = pick("card_id", "amount", "city", "ts");
const two_ = pick("card_id", "amount");

function chunksOf(textOf) {
  const chunks = [];
  let lines = [];
  let size = 0;
  const flush = () => {
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    const starts = new Int32Array(lines.length);
    const ends = new Int32Array(lines.length);
    let at = 0;
    for (let index = 0; index < lines.length; index++) {
      starts[index] = at;
      at = ends[index] = bytes.indexOf(10, at);
      at++;
    }
    chunks.push({ bytes, starts, ends, count: lines.length });
    lines = [];
    size = 0;
  };
  seed = 7;
  for (let index = 0; index < records; index++) {
    const line = textOf(event(index), index);
    lines.push(line);
    size += line.length;
    if (size > 1 << 20) flush();
  }
  if (lines.length > 0) flush();
  return chunks;
}

const shuffled = (value, index) => {
  const keys = Object.keys(value);
  for (let at = keys.length - 1; at > 0; at--) {
    const other = (index * 31 + at * 17) % (at + 1);
    [keys[at], keys[other]] = [keys[other], keys[at]];
  }
  return Object.fromEntries(keys.map((key) => [key, value[key]]));
};
const json = chunksOf((value) => JSON.stringify(value));
const disordered = chunksOf((value, index) => JSON.stringify(shuffled(value, index)));
const spaced = chunksOf((value) => JSON.stringify(value, null, 1).replaceAll("\n", ""));
const csv = chunksOf((value) => Object.values(value).join(","));

function decoderRun(format, fields, chunks) {
  const decoder = createDecoder(format, { fields, columns, options: {}, dictionaries: fields.map(() => new StringDictionary()) });
  const amount = fields.findIndex(({ path }) => path[0] === "amount");
  return () => {
    let sum = 0;
    for (const chunk of chunks) {
      for (let from = 0; from < chunk.count; from += batchRows) {
        const { length, columns: decoded, failed } = decoder.decode(chunk, from, Math.min(batchRows, chunk.count - from));
        if (failed.length > 0) throw new Error(failed[0].message);
        const { values } = decoded[amount];
        for (let row = 0; row < length; row++) sum += values[row];
      }
    }
    return sum;
  };
}

const linesRun = (chunks, amountOf) => () => {
  let sum = 0;
  for (const { bytes, starts, ends, count } of chunks)
    for (let index = 0; index < count; index++) sum += amountOf(bytes.latin1Slice(starts[index], ends[index]));
  return sum;
};

const views = (fields) => fields.map((field) => ({ ...field, as: "view" }));
const cases = [
  ["json", "JSON.parse a record", linesRun(json, (line) => JSON.parse(line).amount)],
  ["json", "known key order, 4 fields", decoderRun("json", four, json)],
  ["json", "known key order, 4 fields as views", decoderRun("json", views(four), json)],
  ["json", "known key order, 2 fields", decoderRun("json", two_, json)],
  ["json", "any key order, 4 fields", decoderRun("json", four, disordered)],
  ["json", "white space, 4 fields", decoderRun("json", four, spaced)],
  ["csv", "split a record", linesRun(csv, (line) => Number(line.split(",")[2]))],
  ["csv", "4 fields", decoderRun("csv", four, csv)],
  ["csv", "2 fields", decoderRun("csv", two_, csv)],
].filter(([format, name]) => only.test(`${format}: ${name}`) || /JSON.parse|split/.test(name));

const sizes = { json: json.reduce((total, { bytes }) => total + bytes.length, 0), csv: csv.reduce((total, { bytes }) => total + bytes.length, 0) };
const base = {};
console.log("| format | what | M records/s | MB/s | ratio |\n| --- | --- | --- | --- | --- |");
for (const [format, name, run] of cases) {
  run();
  run();
  const times = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1e6);
  }
  times.sort((a, b) => a - b);
  const seconds = times[times.length >> 1];
  base[format] ??= seconds;
  console.log(
    `| ${format} | ${name} | ${(records / seconds / 1e6).toFixed(2)} | ${(sizes[format] / seconds / 1e6).toFixed(0)} | ${(base[format] / seconds).toFixed(1)} |`,
  );
}
console.log(
  `records ${records} of ${(sizes.json / records).toFixed(0)} B (JSON), ${(sizes.csv / records).toFixed(0)} B (CSV); CPU seconds, median of ${repetitions}; up ${performance.now().toFixed(0)} ms`,
);
