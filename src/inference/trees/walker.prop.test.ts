/**
 * The walker answers as the ONNX runtime does. Method: random ensembles of both operators, of every branch mode, with
 * thresholds that rows hit exactly, missing values in either direction, all transforms and aggregates, are scored by both.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { treeAttributes, writeOnnx } from "../../../examples/fraud/training/onnx-writer.mjs";
import { readOnnx } from "../onnx/graph.ts";
import { randomColumns, randomTrees, shapes, uniform, type RandomShape } from "../../../test/inference/random-trees.ts";
import { runReference } from "../../../test/inference/runtime.ts";
import { treeModel } from "./model.ts";
import { recogniseTrees } from "./recognise.ts";

const rows = 40;
/** The runtime's 32-bit arithmetic cancels around 0.5. */
const probitTolerance = 1e-3;

async function compare(bytes: Uint8Array, shape: RandomShape, tolerance = 2e-6): Promise<void> {
  const plan = recogniseTrees(readOnnx(bytes));
  expect(plan).not.toBeNull();
  const columns = randomColumns(shape.features, rows, shape.seed);
  const reference = await runReference(bytes, columns, rows);
  const model = treeModel(plan!, { path: "random.onnx", version: "test" });
  const outputs = await model.predict(rows, columns);
  for (const [position, info] of model.outputs.entries()) {
    const expected = reference[info.name];
    for (let column = 0; column < info.columns!; column++) {
      for (let row = 0; row < rows; row++) {
        const theirs = expected[row * info.columns! + column];
        const ours = outputs[position][column][row];
        if (typeof theirs === "number") expectClose(ours as number, theirs, tolerance, `${info.name}[${row}, ${column}]`);
        else expect(typeof theirs === "bigint" ? BigInt(ours) : ours, `${info.name}[${row}]`).toBe(theirs);
      }
    }
  }
}

function expectClose(ours: number, theirs: number, tolerance: number, where: string): void {
  if (Number.isNaN(theirs) && Number.isNaN(ours)) return;
  if (ours === theirs) return;
  expect(Math.abs(ours - theirs), `${where}: ours ${ours}, theirs ${theirs}`).toBeLessThan(tolerance * Math.max(1, Math.abs(theirs)));
}

describe("tree walker against the ONNX runtime", () => {
  it("agrees on regressors", async () => {
    const settings = fc.record({
      aggregate: fc.constantFrom("SUM", "AVERAGE", "MIN", "MAX"),
      transform: fc.constantFrom("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"),
      bases: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shapes({ min: 1, max: 4 }), settings, async (given, { aggregate, transform, bases }) => {
        // A leaf of a one-target model has its weight; leaves without one are not defined by the format.
        const shape = { ...given, everyTarget: given.everyTarget || given.targets === 2 };
        const random = uniform(shape.seed + 1);
        const bytes = writeOnnx({
          name: "regressor",
          inputs: [{ name: "X", shape: ["N", shape.features] }],
          outputs: [{ name: "score", shape: ["N", shape.targets] }],
          nodes: [
            {
              operator: "TreeEnsembleRegressor",
              domain: "ai.onnx.ml",
              inputs: ["X"],
              outputs: ["score"],
              attributes: {
                ...treeAttributes(randomTrees(shape), "target"),
                n_targets: shape.targets,
                aggregate_function: aggregate,
                post_transform: transform,
                ...(bases ? { base_values: { floats: Array.from({ length: shape.targets }, () => random() - 0.5) } } : {}),
              },
            },
          ],
        });
        await compare(bytes, shape, transform === "PROBIT" ? probitTolerance : undefined);
      }),
      { numRuns: 250 },
    );
  });

  it("agrees on classifiers: labels and scores", async () => {
    const settings = fc.record({
      texts: fc.boolean(),
      transform: fc.constantFrom("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"),
      bases: fc.constantFrom(0, 1, 2),
    });
    await fc.assert(
      fc.asyncProperty(shapes({ min: 2, max: 4 }), settings, async (shape, { texts, transform, bases }) => {
        // With one score for two classes the runtime leaves PROBIT's second number unwritten.
        fc.pre(transform !== "PROBIT" || shape.targets > 2);
        const random = uniform(shape.seed + 1);
        const baseCount = bases === 2 ? shape.targets : shape.targets === 2 ? bases : 0;
        const labels = texts
          ? { classlabels_strings: ["no", "yes", "maybe", "never"].slice(0, shape.targets) }
          : { classlabels_int64s: [0, 1, 5, 7].slice(0, shape.targets) };
        const bytes = writeOnnx({
          name: "classifier",
          inputs: [{ name: "X", shape: ["N", shape.features] }],
          outputs: [
            { name: "label", type: texts ? "string" : "int64", shape: ["N"] },
            { name: "probabilities", shape: ["N", shape.targets] },
          ],
          nodes: [
            {
              operator: "TreeEnsembleClassifier",
              domain: "ai.onnx.ml",
              inputs: ["X"],
              outputs: ["label", "probabilities"],
              attributes: {
                ...treeAttributes(randomTrees(shape), "class"),
                ...labels,
                post_transform: transform,
                ...(baseCount > 0 ? { base_values: { floats: Array.from({ length: baseCount }, () => random() - 0.5) } } : {}),
              },
            },
          ],
        });
        await compare(bytes, shape, transform === "PROBIT" ? probitTolerance : undefined);
      }),
      { numRuns: 250 },
    );
  });
});
