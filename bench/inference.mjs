#!/usr/bin/env node
/**
 * The tree walker against onnxruntime-node on the fraud model: rows a second and microseconds a call, by rows of a call.
 *
 *   npm run build && node bench/inference.mjs [--json]
 *
 * One thread each. Rounds of about 50 ms alternate between the two, so that both meet the same machine; the median round counts.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { simulateRows, withChargebacks } from "../examples/fraud/simulator/index.mjs";
import { computeFeatures, featureNames } from "../examples/fraud/training/features.mjs";

const root = join(import.meta.dirname, "..");
if (!existsSync(join(root, "dist/inference/index.js"))) {
  process.stderr.write("dist/ is missing: npm run build\n");
  process.exit(2);
}
const { loadModel } = await import("../dist/inference/index.js");
const { createNodePlatform } = await import("../dist/core/platform/node.js");

const path = join(root, "examples/fraud/model/fraud.onnx");
const model = await loadModel({ provider: "onnx", path, platform: createNodePlatform() });
const session = await InferenceSession.create(readFileSync(path), { intraOpNumThreads: 1, interOpNumThreads: 1 });

const width = featureNames.length;
const total = 20_000;
const columns = featureNames.map(() => new Float64Array(total));
let filled = 0;
for (const { features } of computeFeatures(withChargebacks(simulateRows({ customers: 500, terminals: 1000, days: 60, seed: 7 })))) {
  if (filled === total) break;
  featureNames.forEach((name, index) => (columns[index][filled] = features[name]));
  filled++;
}

/** @param {number} start @param {number} rows */
const ours = (start, rows) =>
  model.predict(
    rows,
    columns.map((column) => column.subarray(start, start + rows)),
  );
/** From columns, as the engine has them: the copy into one matrix is part of the work. @param {number} start @param {number} rows */
async function theirs(start, rows) {
  const matrix = new Float32Array(rows * width);
  for (let column = 0; column < width; column++) for (let row = 0; row < rows; row++) matrix[row * width + column] = columns[column][start + row];
  return (await session.run({ features: new Tensor("float32", matrix, [rows, width]) })).score.data;
}

let largest = 0;
for (let start = 0; start < total; start += 1000) {
  const [[mine]] = await ours(start, 1000);
  const reference = await theirs(start, 1000);
  for (let row = 0; row < 1000; row++) largest = Math.max(largest, Math.abs(Number(mine[row]) - Number(reference[row])));
}

/** Rows a second over one round. @param {(start: number, rows: number) => unknown} run @param {number} rows */
async function round(run, rows) {
  const begin = performance.now();
  let done = 0;
  while (performance.now() - begin < 50) {
    for (let call = 0; call < Math.max(1, 256 / rows); call++, done += rows) {
      const answer = run(done % (total - rows), rows);
      if (answer instanceof Promise) await answer;
    }
  }
  return (done / (performance.now() - begin)) * 1000;
}

/** @param {number[]} values */
const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];
const results = [];
for (const rows of [1, 32, 256, 1024]) {
  const rates = { walker: /** @type {number[]} */ ([]), runtime: /** @type {number[]} */ ([]) };
  for (let index = 0; index < 22; index++) {
    const pair = { walker: await round(ours, rows), runtime: await round(theirs, rows) };
    // The first rounds warm up.
    if (index > 1) for (const name of /** @type {const} */ (["walker", "runtime"])) rates[name].push(pair[name]);
  }
  const [walker, runtime] = [median(rates.walker), median(rates.runtime)];
  results.push({
    rowsPerCall: rows,
    walkerRowsPerSecond: Math.round(walker),
    runtimeRowsPerSecond: Math.round(runtime),
    walkerMicrosecondsPerCall: (1e6 * rows) / walker,
    ratio: walker / runtime,
  });
}
if (process.argv.includes("--json")) console.log(JSON.stringify({ largestDifference: largest, results }));
else {
  console.log(`fraud.onnx: largest difference over ${total} rows ${largest.toExponential(1)}`);
  for (const { rowsPerCall, walkerRowsPerSecond, runtimeRowsPerSecond, walkerMicrosecondsPerCall, ratio } of results) {
    console.log(
      `${String(rowsPerCall).padStart(5)} rows a call: walker ${walkerRowsPerSecond} rows/s (${walkerMicrosecondsPerCall.toFixed(1)} us a call), onnxruntime ${runtimeRowsPerSecond} rows/s, ratio ${ratio.toFixed(2)}`,
    );
  }
}
await session.release();
