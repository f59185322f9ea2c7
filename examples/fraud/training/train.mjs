#!/usr/bin/env node
/**
 * Trains the fraud model on simulated transactions and writes model/fraud.onnx and model/card.md.
 *
 *   node examples/fraud/training/train.mjs
 *
 * Takes about half a minute on one core and needs no package; if onnxruntime-node is there, it has to agree with the trainer.
 * The same seed gives the same file, byte for byte.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { collectPeriods, rowOf } from "./data-set.mjs";
import { featureColumns, featureNames } from "./features.mjs";
import { predictRow, train } from "./gbdt.mjs";
import { atThreshold, rankMeasures } from "./measures.mjs";
import { treeAttributes, writeOnnx } from "./onnx-writer.mjs";

const simulation = { seed: 1, customers: 5000, terminals: 10_000 };
/** Frauds of the training weeks are all known, seven days later, before the first day of the test. @type {{ training: [string, string], test: [string, string] }} */
const periods = { training: ["2018-07-04", "2018-07-31"], test: ["2018-08-08", "2018-08-14"] };
const settings = { trees: 100, depth: 5, rate: 0.1, lambda: 3, minimumHessian: 3 };
const target = join(import.meta.dirname, "..", "model");

const { training, test } = collectPeriods(periods, simulation);
console.log(`simulated transactions: ${training.rows} to train on, ${test.rows} to test`);
const ensemble = train(training.columns, training.labels, settings);
const scores = Float64Array.from({ length: test.rows }, (_, row) => predictRow(ensemble, rowOf(test, row)));
const measures = rankMeasures(scores, test.labels);
console.log(`test week: ROC area ${measures.rocArea.toFixed(4)}, average precision ${measures.averagePrecision.toFixed(4)}`);

const bytes = writeOnnx({
  name: "fraud",
  producer: "headrace examples/fraud",
  description: "Score of card fraud, trained on simulated transactions",
  metadata: { features: featureNames.join(","), data: "simulated" },
  inputs: [{ name: "features", shape: ["N", featureNames.length] }],
  outputs: [{ name: "score", shape: ["N", 1] }],
  nodes: [
    {
      operator: "TreeEnsembleRegressor",
      domain: "ai.onnx.ml",
      inputs: ["features"],
      outputs: ["logit"],
      attributes: { ...treeAttributes(ensemble.trees, "target"), n_targets: 1, base_values: { floats: [ensemble.base] } },
    },
    { operator: "Sigmoid", inputs: ["logit"], outputs: ["score"] },
  ],
});
await compareWithRuntime();
mkdirSync(target, { recursive: true });
writeFileSync(join(target, "fraud.onnx"), bytes);
writeFileSync(join(target, "card.md"), modelCard());
console.log(`${join(target, "fraud.onnx")}: ${bytes.length} bytes`);

async function compareWithRuntime() {
  const runtime = await import("onnxruntime-node").catch(() => null);
  if (runtime === null) {
    console.log("onnxruntime-node is not installed: the file was not compared");
    return;
  }
  const session = await runtime.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const values = Float32Array.from(
    { length: test.rows * featureNames.length },
    (_, index) => test.columns[index % featureNames.length][Math.floor(index / featureNames.length)],
  );
  const { score } = await session.run({ features: new runtime.Tensor("float32", values, [test.rows, featureNames.length]) });
  const largest = scores.reduce((most, ours, row) => Math.max(most, Math.abs(ours - Number(score.data[row]))), 0);
  console.log(`largest difference to onnxruntime over the test week: ${largest.toExponential(1)}`);
  if (largest > 1e-6) throw new Error("the file and the trainer disagree");
}

function modelCard() {
  const scenarios = ["genuine", "1, amount over 220", "2, compromised terminal", "3, leaked card", "4, cloned card in another city"];
  const thresholds = [0.5, 0.7, 0.9].map((threshold) => ({ threshold, ...atThreshold(scores, test.scenarios, threshold) }));
  const share = (/** @type {number} */ value) => `${(100 * value).toFixed(1)} %`;
  const dateRange = (/** @type {[string, string]} */ [first, last]) => `${first} to ${last}`;
  return `# Fraud model

Written by \`node examples/fraud/training/train.mjs\`; do not edit.

**Trained and tested on simulated transactions.** The scores say how well the model finds the frauds that the simulator plants,
nothing about real cards.

| | |
| --- | --- |
| file | \`fraud.onnx\`, ${bytes.length} bytes, SHA-256 \`${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}…\` |
| kind | ${settings.trees} boosted trees of depth ${settings.depth} (${ensemble.trees.reduce((sum, tree) => sum + tree.length, 0)} nodes), then a sigmoid: one score from 0 to 1 |
| data | the simulator in this folder, seed ${simulation.seed}, ${simulation.customers} cards, ${simulation.terminals} terminals |
| trained on | ${dateRange(periods.training)}, ${training.rows} transactions, ${training.labels.reduce((sum, label) => sum + label, 0)} frauds |
| gap | one week, in which the last frauds of the training weeks become known |
| tested on | ${dateRange(periods.test)}, ${test.rows} transactions, ${test.labels.reduce((sum, label) => sum + label, 0)} frauds |
| ROC area | ${measures.rocArea.toFixed(4)} |
| average precision | ${measures.averagePrecision.toFixed(4)} |

Frauds caught in the test week, by threshold:

| scenario | transactions | ${thresholds.map(({ threshold }) => `score > ${threshold}`).join(" | ")} |
| --- | --- | ${thresholds.map(() => "---").join(" | ")} |
${scenarios.map((scenario, index) => `| ${scenario} | ${thresholds[0].total[index]} | ${thresholds.map(({ caught }) => caught[index]).join(" | ")} |`).join("\n")}
| precision | | ${thresholds.map(({ precision }) => share(precision)).join(" | ")} |
| recall | | ${thresholds.map(({ recall }) => share(recall)).join(" | ")} |

## Inputs

In this order, all fed as 32-bit floats; a missing value takes the branch of large ones.

${featureColumns.map(([name, type], index) => `${index + 1}. \`${name}\` ${type}`).join("\n")}
`;
}
