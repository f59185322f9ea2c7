/** Which graphs the walker takes, and that it takes them rightly; what it refuses in broken ensembles. */
import { describe, expect, it } from "vitest";
import { treeAttributes, writeOnnx } from "../../../examples/fraud/training/onnx-writer.mjs";
import { readOnnx } from "../onnx/graph.ts";
import { classifierFile, regressorFile, regressorNode, stump, twoInputsFile } from "../../../test/inference/graphs.ts";
import { treeModel } from "./model.ts";
import { recogniseTrees } from "./recognise.ts";
import type { OutputTensors } from "../model.ts";

const file = { path: "test.onnx", version: "0" };
const columns = (...values: number[][]): Float64Array[] => values.map((each) => Float64Array.from(each));

function score(bytes: Uint8Array, features: Float64Array[]): OutputTensors {
  const plan = recogniseTrees(readOnnx(bytes));
  expect(plan).not.toBeNull();
  return treeModel(plan!, file).predict(features[0].length, features) as OutputTensors;
}

describe("recognised graphs", () => {
  it("takes a lone leaf, and ignores a column no tree looks at", () => {
    const leaf = [{ feature: -1, threshold: 0, left: 0, right: 0, weights: [[0, 7]] as [number, number][] }];
    expect(score(regressorFile(2, [leaf, stump()]), columns([1, 11], [0, 0]))).toEqual([[Float64Array.of(8, 9)]]);
  });

  it("joins named inputs in the order of Concat, not of the file", () => {
    const bytes = writeOnnx({
      name: "named",
      inputs: [
        { name: "a", type: "int64", shape: ["N", 1] },
        { name: "b", shape: ["N", 1] },
      ],
      outputs: [{ name: "score", shape: ["N", 1] }],
      nodes: [
        { operator: "Cast", inputs: ["a"], outputs: ["a_float"], attributes: { to: 1 } },
        { operator: "Concat", inputs: ["b", "a_float"], outputs: ["X"], attributes: { axis: 1 } },
        regressorNode("X", "score", [stump(1)]),
      ],
    });
    expect(score(bytes, columns([5, 50], [50, 5]))).toEqual([[Float64Array.of(1, 2)]]);
  });

  it("rounds to 32-bit floats unless the graph compares doubles", () => {
    const nearly = 10 + 1e-9;
    const asDouble = writeOnnx({
      name: "double",
      inputs: [{ name: "X", type: "double", shape: ["N", 1] }],
      outputs: [{ name: "score", shape: ["N", 1] }],
      nodes: [regressorNode("X", "score")],
    });
    expect(score(regressorFile(1), columns([nearly]))).toEqual([[Float64Array.of(1)]]);
    expect(score(asDouble, columns([nearly]))).toEqual([[Float64Array.of(2)]]);
  });

  it("gives label and probabilities, through a ZipMap too", () => {
    for (const zipMap of [false, true]) {
      const [label, probabilities] = score(classifierFile({ zipMap }), columns([1, 11], [0, 0]));
      expect(label).toEqual([Float64Array.of(0, 1)]);
      expect(Array.from(probabilities[1] as Float64Array, (value) => value.toFixed(6))).toEqual(["0.200000", "0.900000"]);
    }
    expect(score(classifierFile({ labels: ["no", "yes"] }), columns([1, 11], [0, 0]))[0]).toEqual([["no", "yes"]]);
  });

  it("applies Sigmoid behind the trees", () => {
    const bytes = writeOnnx({
      name: "s",
      inputs: [{ name: "X", shape: ["N", 1] }],
      outputs: [{ name: "p", shape: ["N", 1] }],
      nodes: [regressorNode("X", "raw"), { operator: "Sigmoid", inputs: ["raw"], outputs: ["p"] }],
    });
    expect((score(bytes, columns([0]))[0][0] as Float64Array)[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });

  it("leaves everything else to the runtime", () => {
    const twoEnsembles = writeOnnx({
      name: "two",
      inputs: [{ name: "X", shape: ["N", 1] }],
      outputs: [{ name: "sum", shape: ["N", 1] }],
      nodes: [regressorNode("X", "one"), regressorNode("X", "two"), { operator: "Add", inputs: ["one", "two"], outputs: ["sum"] }],
    });
    const scaled = writeOnnx({
      name: "scaled",
      inputs: [{ name: "X", shape: ["N", 1] }],
      outputs: [{ name: "score", shape: ["N", 1] }],
      nodes: [
        { operator: "Scaler", domain: "ai.onnx.ml", inputs: ["X"], outputs: ["Y"], attributes: { offset: { floats: [1] }, scale: { floats: [2] } } },
        regressorNode("Y", "score"),
      ],
    });
    for (const bytes of [twoEnsembles, scaled, twoInputsFile()]) expect(recogniseTrees(readOnnx(bytes))).toBeNull();
  });
});

describe("broken ensembles", () => {
  const withAttributes = (change: Record<string, unknown>): Uint8Array => {
    const node = regressorNode("X", "score");
    return writeOnnx({
      name: "broken",
      inputs: [{ name: "X", shape: ["N", 2] }],
      outputs: [{ name: "score", shape: ["N", 1] }],
      nodes: [{ ...node, attributes: { ...node.attributes, ...(change as object) } }],
    });
  };
  const refused = (change: Record<string, unknown>): string => {
    try {
      recogniseTrees(readOnnx(withAttributes(change)));
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };

  it("are refused by what is wrong with them", () => {
    expect(refused({ nodes_falsenodeids: [9, 0, 0] })).toMatch(/leads to node 9, which does not exist/);
    expect(refused({ nodes_falsenodeids: [1, 0, 0] })).toMatch(/first nodes|two parents/);
    expect(refused({ nodes_modes: ["BRANCH_LEQ", "BRANCH_LEQ", "LEAF"], nodes_truenodeids: [1, 0, 0] })).toMatch(/first nodes/);
    expect(refused({ nodes_nodeids: [0, 1, 1] })).toMatch(/two nodes 1/);
    expect(refused({ nodes_modes: ["BRANCH_MAYBE", "LEAF", "LEAF"] })).toMatch(/unknown branch mode "BRANCH_MAYBE"/);
    expect(refused({ nodes_values: { floats: [1, 2] } })).toMatch(/nodes_values has 2 entries for 3 nodes/);
    expect(refused({ target_ids: [0, 4] })).toMatch(/target_ids holds 4/);
    expect(refused({ target_nodeids: [1, 8] })).toMatch(/node 8 of tree 0, which does not exist/);
    expect(refused({ aggregate_function: "MEDIAN" })).toMatch(/aggregate_function "MEDIAN"/);
    expect(refused({ post_transform: "TANH" })).toMatch(/post_transform "TANH"/);
    expect(refused({ ...treeAttributes([stump(0)], "target"), nodes_featureids: [-3, 0, 0] })).toMatch(/feature -3/);
  });
});
