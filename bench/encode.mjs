// Throughput of the encoders, one thread: JSON.stringify of row objects against batches to JSON, CSV and Parquet. Needs a build.
// Usage: node bench/encode.mjs [rows=200000] [repetitions=5]. Rows: a card transaction, texts interned, batches of 1024.
import { createEncoder, ParquetWriter, simpleType, stringColumn, StringDictionary, stringType, timestampType } from "../dist/data/index.js";

const rows = Number(process.argv[2] ?? 200_000);
const repetitions = Number(process.argv[3] ?? 5);
const batchRows = 1024;
let seed = 7;
const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) | 0) >>> 0) / 4294967296;

const schema = {
  fields: [
    ["tx_id", simpleType("bigint")],
    ["card_id", stringType()],
    ["amount", simpleType("double")],
    ["currency", stringType()],
    ["city", stringType()],
    ["merchant", stringType()],
    ["ts", timestampType(3)],
    ["score", simpleType("double")],
  ].map(([name, type]) => ({ name, type })),
};
const dictionaries = schema.fields.map(() => new StringDictionary());
const objects = Array.from({ length: rows }, (_, index) => ({
  tx_id: index,
  card_id: `card-${Math.floor(random() * 100_000)}`,
  amount: Math.round(random() * 100_000) / 100,
  currency: "EUR",
  city: `city-${Math.floor(random() * 200)}`,
  merchant: `merchant-${index % 5000}`,
  ts: Date.UTC(2024, 0, 1) + index,
  score: random(),
}));
const batches = [];
for (let from = 0; from < rows; from += batchRows) {
  const part = objects.slice(from, from + batchRows);
  const columns = schema.fields.map(({ name, type }, index) =>
    type.kind === "varchar"
      ? stringColumn(
          part.map((row) => row[name]),
          dictionaries[index],
        )
      : { layout: "double", values: Float64Array.from(part, (row) => row[name]), nulls: null },
  );
  batches.push({ schema, length: part.length, columns, changes: null });
}

/** The same texts as views of bytes, as they come when they only pass through. */
const views = batches.map((batch) => ({
  ...batch,
  columns: batch.columns.map((column) => {
    if (column.layout !== "string") return column;
    const parts = Array.from({ length: batch.length }, (_, row) => column.dictionary.bytes(column.values[row]));
    const starts = new Int32Array(batch.length);
    const ends = new Int32Array(batch.length);
    let at = 0;
    parts.forEach((part, row) => {
      starts[row] = at;
      ends[row] = at += part.length;
    });
    return { layout: "view", starts, ends, bytes: new Uint8Array(Buffer.concat(parts)), nulls: null };
  }),
}));

const encode = (format, input) => () => {
  const encoder = createEncoder(format, schema);
  let size = 0;
  for (const batch of input) size += encoder.encode(batch).bytes.length;
  return size;
};
const parquet = (compression, input) => () => {
  const writer = new ParquetWriter(schema, { compression });
  let size = 0;
  for (const batch of input) for (const piece of writer.write(batch)) size += piece.length;
  for (const piece of writer.finish()) size += piece.length;
  return size;
};
const cases = [
  [
    "JSON.stringify of objects",
    () => objects.reduce((size, row) => size + Buffer.from(JSON.stringify({ ...row, ts: new Date(row.ts).toISOString() })).length, 0),
  ],
  ["JSON, interned texts", encode("json", batches)],
  ["JSON, views", encode("json", views)],
  ["CSV, interned texts", encode("csv", batches)],
  ["CSV, views", encode("csv", views)],
  ["Parquet SNAPPY, interned texts", parquet("SNAPPY", batches)],
  ["Parquet SNAPPY, views", parquet("SNAPPY", views)],
  ["Parquet UNCOMPRESSED, interned texts", parquet("UNCOMPRESSED", batches)],
];
console.log("| what | M rows/s | output MB/s | bytes/row |\n| --- | --- | --- | --- |");
for (const [name, run] of cases) {
  run();
  run();
  const times = [];
  let size = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const before = process.cpuUsage();
    size = run();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1e6);
  }
  const seconds = times.sort((a, b) => a - b)[times.length >> 1];
  console.log(`| ${name} | ${(rows / seconds / 1e6).toFixed(2)} | ${(size / seconds / 1e6).toFixed(0)} | ${(size / rows).toFixed(0)} |`);
}
