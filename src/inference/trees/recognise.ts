/**
 * Finds the graphs the walker can run: one tree operator, in front of it casts and a concatenation of the inputs, behind
 * it casts, Identity, Sigmoid, and the ZipMap that converters add by default (its map is the score matrix by another name).
 */
import { columnsOf, type TensorInfo } from "../model.ts";
import type { OnnxModel, OnnxNode } from "../onnx/graph.ts";
import { readTreeOperator, type TreeOperator } from "./operator.ts";

/** Codes of TensorProto.DataType that a cast may name here. */
const castTypes: Readonly<Record<number, string>> = { 1: "float", 6: "int32", 7: "int64", 11: "double" };

export interface TreePlan {
  readonly operator: TreeOperator;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly (TensorInfo & { readonly source: "label" | "scores"; readonly hasSigmoid: boolean })[];
  /** Positions, among all columns of all inputs, of the columns the trees see. */
  readonly order: readonly number[];
  /** Values are rounded to 32-bit floats before they are compared. */
  readonly isSingle: boolean;
}

/** Null for a graph that holds more than that: the ONNX runtime has to run it. */
export function recogniseTrees(model: OnnxModel): TreePlan | null {
  const trees = model.nodes.filter(
    (node) => node.domain === "ai.onnx.ml" && (node.operator === "TreeEnsembleRegressor" || node.operator === "TreeEnsembleClassifier"),
  );
  if (trees.length !== 1) return null;
  const producers = new Map(model.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const front = readFront(model, trees[0], producers);
  if (front === null) return null;
  const operator = readTreeOperator(trees[0], front.isSingle);
  if (front.inputs.length === 1 && front.inputs[0].columns === null) {
    const columns = operator.ensemble.featureCount;
    front.inputs = [{ ...front.inputs[0], columns }];
    front.order = [...Array(columns).keys()];
  }
  if (operator.ensemble.featureCount > front.order.length) return null;
  const outputs = model.outputs.map((output) => readBack(output, trees[0], operator, producers));
  if (outputs.some((output) => output === null)) return null;
  const used = 1 + front.nodes + outputs.reduce((sum, output) => sum + output!.nodes, 0);
  if (used < model.nodes.length) return null;
  return { operator, inputs: front.inputs, order: front.order, isSingle: front.isSingle, outputs: outputs.map((output) => output!.tensor) };
}

interface Front {
  inputs: TensorInfo[];
  order: number[];
  isSingle: boolean;
  nodes: number;
}

function readFront(model: OnnxModel, tree: OnnxNode, producers: ReadonlyMap<string, OnnxNode>): Front | null {
  const inputs: TensorInfo[] = model.inputs.map((input) => ({ ...input, columns: columnsOf(input.shape) }));
  const whole = traceInput(tree.inputs[0], producers);
  if (whole === null) return null;
  const concat = producers.get(whole.name);
  let nodes = whole.nodes;
  const sources: { input: number; cast: string | null }[] = [];
  const isConcat = concat?.operator === "Concat" && concat.domain === "";
  if (isConcat && concat.attributes.get("axis")?.integer !== 1) return null;
  if (isConcat) nodes++;
  for (const name of isConcat ? concat.inputs : [whole.name]) {
    const traced = isConcat ? traceInput(name, producers) : { name, nodes: 0, cast: null };
    if (traced === null) return null;
    nodes += traced.nodes;
    sources.push({ input: inputs.findIndex((input) => input.name === traced.name), cast: traced.cast });
  }
  if (sources.some(({ input }) => input < 0 || inputs[input].shape?.length === 1 || (isConcat && inputs[input].columns === null))) return null;
  if (new Set(sources.map(({ input }) => input)).size !== inputs.length || sources.length !== inputs.length) return null;
  const isSingle = sources.map(({ input, cast }) => whole.cast ?? cast ?? inputs[input].type).every((type) => type !== "double");
  const order = sources.flatMap(({ input }) => {
    const before = inputs.slice(0, input).reduce((sum, each) => sum + (each.columns ?? 0), 0);
    return Array.from({ length: inputs[input].columns ?? 0 }, (_, column) => before + column);
  });
  return { inputs, order, isSingle, nodes };
}

/** Goes back through Identity and casts to a floating type. */
function traceInput(name: string, producers: ReadonlyMap<string, OnnxNode>): { name: string; nodes: number; cast: string | null } | null {
  let current = name;
  let nodes = 0;
  let cast: string | null = null;
  for (
    let node = producers.get(current);
    node !== undefined && node.domain === "" && (node.operator === "Identity" || node.operator === "Cast");
    node = producers.get(current)
  ) {
    if (node.operator === "Cast") {
      const type = castTypes[node.attributes.get("to")?.integer ?? 0];
      if (type !== "float" && type !== "double") return null;
      // A value that was rounded once stays rounded, whatever it is cast to later.
      cast = cast === "float" || type === "float" ? "float" : "double";
    }
    current = node.inputs[0];
    nodes++;
  }
  return { name: current, nodes, cast };
}

/** Goes back from an output to the trees. */
function readBack(
  output: OnnxModel["outputs"][number],
  tree: OnnxNode,
  operator: TreeOperator,
  producers: ReadonlyMap<string, OnnxNode>,
): { tensor: TreePlan["outputs"][number]; nodes: number } | null {
  let name = output.name;
  let nodes = 0;
  let hasSigmoid = false;
  let isMap = false;
  const casts: string[] = [];
  for (let node = producers.get(name); node !== tree; node = producers.get(name), nodes++) {
    if (node === undefined) return null;
    if (node.operator === "Sigmoid" && node.domain === "" && !hasSigmoid) hasSigmoid = true;
    else if (node.operator === "ZipMap" && node.domain === "ai.onnx.ml") isMap = true;
    else if (node.operator === "Cast" && node.domain === "") casts.push(castTypes[node.attributes.get("to")?.integer ?? 0] ?? "other");
    else if (node.operator !== "Identity" || node.domain !== "") return null;
    name = node.inputs[0];
  }
  const isLabel = operator.labels !== null && tree.outputs.indexOf(name) === 0;
  const allowed = isLabel ? ["int64", "int32", "float", "double"] : ["float", "double"];
  if (casts.some((type) => !allowed.includes(type)) || (isLabel && (hasSigmoid || isMap))) return null;
  if (isLabel && casts.length > 0 && typeof operator.labels?.[0] === "string") return null;
  const columns = isLabel ? 1 : operator.width;
  const shown = isMap ? { name: output.name, type: "float", shape: ["N", columns] } : output;
  return { tensor: { ...shown, columns, source: isLabel ? "label" : "scores", hasSigmoid }, nodes };
}
