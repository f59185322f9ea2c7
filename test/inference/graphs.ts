/** Small ONNX files for tests. */
import { treeAttributes, writeOnnx } from "../../examples/fraud/training/onnx-writer.mjs";

/** value[feature] <= threshold ? low : high, and a leaf alone as a second tree. */
export const stump = (feature = 0, threshold = 10, low = 1, high = 2) => [
  { feature, threshold, left: 1, right: 2 },
  { feature: -1, threshold: 0, left: 0, right: 0, weights: [[0, low] as [number, number]] },
  { feature: -1, threshold: 0, left: 0, right: 0, weights: [[0, high] as [number, number]] },
];

export const regressorNode = (input: string, output: string, trees = [stump()]) => ({
  operator: "TreeEnsembleRegressor",
  domain: "ai.onnx.ml",
  inputs: [input],
  outputs: [output],
  attributes: { ...treeAttributes(trees, "target"), n_targets: 1 },
});

/** One tensor [N, columns] into one score. */
export const regressorFile = (columns = 2, trees = [stump()]) =>
  writeOnnx({
    name: "regressor",
    inputs: [{ name: "X", shape: ["N", columns] }],
    outputs: [{ name: "score", shape: ["N", 1] }],
    nodes: [regressorNode("X", "score", trees)],
  });

/** Label and probabilities, by default with the ZipMap that converters add. */
export const classifierFile = ({ labels = [0, 1] as number[] | string[], zipMap = false, depthTwo = false } = {}) => {
  const probabilities = zipMap ? "raw" : "probabilities";
  return writeOnnx({
    name: "classifier",
    inputs: [{ name: "X", shape: ["N", 2] }],
    outputs: [
      { name: "label", type: typeof labels[0] === "string" ? "string" : "int64", shape: ["N"] },
      { name: "probabilities", shape: ["N", labels.length] },
    ],
    nodes: [
      {
        operator: "TreeEnsembleClassifier",
        domain: "ai.onnx.ml",
        inputs: ["X"],
        outputs: ["label", probabilities],
        attributes: {
          ...treeAttributes([stump(depthTwo ? 1 : 0, 10, 0.2, 0.9)], "class"),
          ...(typeof labels[0] === "string" ? { classlabels_strings: labels as string[] } : { classlabels_int64s: labels as number[] }),
          post_transform: "NONE",
        },
      },
      ...(zipMap
        ? [{ operator: "ZipMap", domain: "ai.onnx.ml", inputs: ["raw"], outputs: ["probabilities"], attributes: { classlabels_int64s: labels as number[] } }]
        : []),
    ],
  });
};

/** Two named columns summed with weights: no tree, so a session. `rows` fixes the first dimension. */
export const networkFile = (rows: number | "N" = "N") =>
  writeOnnx({
    name: "network",
    inputs: [{ name: "X", shape: [rows, 2] }],
    outputs: [{ name: "y", shape: [rows, 1] }],
    initializers: [
      { name: "W", dims: [2, 1], floats: [1, 10] },
      { name: "b", dims: [1], floats: [0.5] },
    ],
    nodes: [{ operator: "Gemm", inputs: ["X", "W", "b"], outputs: ["y"] }],
  });

/** A tensor for each column: a double and an int64, added. */
export const twoInputsFile = () =>
  writeOnnx({
    name: "two inputs",
    inputs: [
      { name: "amount", type: "double", shape: ["N", 1] },
      { name: "visits", type: "int64", shape: ["N", 1] },
    ],
    outputs: [{ name: "sum", type: "double", shape: ["N", 1] }],
    nodes: [
      { operator: "Cast", inputs: ["visits"], outputs: ["visits_double"], attributes: { to: 11 } },
      { operator: "Add", inputs: ["amount", "visits_double"], outputs: ["sum"] },
    ],
  });
