/** The two tree operators of ai.onnx.ml, from a node's attributes to a function over a row. */
import { HeadraceError } from "../../core/index.ts";
import type { OnnxAttribute, OnnxNode } from "../onnx/graph.ts";
import { classifierScorer } from "./classifier.ts";
import { buildEnsemble, type LeafWeight, type TreeEnsemble } from "./ensemble.ts";
import { numbersOf, readNodeTable, rootsOf, type NodeTable } from "./node-table.ts";
import { postTransformOf } from "./transform.ts";
import { regressorScorer } from "./regressor.ts";
import type { Aggregate, FeatureRow } from "./walker.ts";

/** Labels of a classifier; null for a regressor. */
export type ClassLabels = readonly number[] | readonly string[] | null;

export interface TreeOperator {
  readonly ensemble: TreeEnsemble;
  readonly labels: ClassLabels;
  /** Scores a row gets: targets, or classes. */
  readonly width: number;
  /** Fills `scores` (of {@link width}); returns the position of the winning label, −1 for a regressor. */
  readonly score: (row: FeatureRow, scores: Float64Array) => number;
}

type Attributes = ReadonlyMap<string, OnnxAttribute>;

/** `isSingle`: the operator's input holds 32-bit floats. @throws HeadraceError `decode` for attributes that contradict each other. */
export function readTreeOperator(node: OnnxNode, isSingle: boolean): TreeOperator {
  return node.operator === "TreeEnsembleClassifier" ? readClassifier(node.attributes, isSingle) : readRegressor(node.attributes, isSingle);
}

function readRegressor(attributes: Attributes, isSingle: boolean): TreeOperator {
  const width = attributes.get("n_targets")?.integer ?? 1;
  const ensemble = readEnsemble(attributes, "target", width, isSingle);
  const aggregate = aggregateOf(attributes.get("aggregate_function")?.text ?? "SUM");
  const transform = postTransformOf(attributes.get("post_transform")?.text ?? null);
  return { ensemble, labels: null, width, score: regressorScorer(ensemble, aggregate, transform, Float64Array.from(numbersOf(attributes, "base_values"))) };
}

function readClassifier(attributes: Attributes, isSingle: boolean): TreeOperator {
  const texts = attributes.get("classlabels_strings")?.texts ?? [];
  const labels = texts.length > 0 ? texts : (attributes.get("classlabels_int64s")?.integers ?? []);
  if (labels.length < 2) throw new HeadraceError("decode", `a tree classifier with ${labels.length} class labels`);
  const ensemble = readEnsemble(attributes, "class", labels.length, isSingle);
  const weights = Array.from(numbersOf(attributes, "class_weights"));
  const settings = {
    transform: postTransformOf(attributes.get("post_transform")?.text ?? null),
    baseValues: Float64Array.from(numbersOf(attributes, "base_values")),
    isBinary: labels.length === 2 && new Set(attributes.get("class_ids")?.integers).size === 1,
    allPositive: weights.every((weight) => weight >= 0),
  };
  return { ensemble, labels, width: labels.length, score: classifierScorer(ensemble, settings) };
}

function readEnsemble(attributes: Attributes, prefix: "target" | "class", targetCount: number, isSingle: boolean): TreeEnsemble {
  const table = readNodeTable(attributes);
  const weights = readWeights(attributes, prefix, targetCount, table);
  return buildEnsemble({ table, roots: rootsOf(table), targetCount, isSingle, weightsOf: (position) => weights.get(position) ?? [] });
}

function readWeights(attributes: Attributes, prefix: string, targetCount: number, table: NodeTable): Map<number, LeafWeight[]> {
  const integers = (name: string): readonly number[] => attributes.get(`${prefix}_${name}`)?.integers ?? [];
  const [treeIds, nodeIds, targets] = [integers("treeids"), integers("nodeids"), integers("ids")];
  const weights = numbersOf(attributes, `${prefix}_weights`);
  if (new Set([treeIds.length, nodeIds.length, targets.length, weights.length]).size !== 1)
    throw new HeadraceError("decode", `the ${prefix}_* lists have different lengths`);
  const byNode = new Map<number, LeafWeight[]>();
  for (let at = 0; at < treeIds.length; at++) {
    const position = table.positionOf(treeIds[at], nodeIds[at]);
    if (position === undefined) throw new HeadraceError("decode", `a weight belongs to node ${nodeIds[at]} of tree ${treeIds[at]}, which does not exist`);
    if (targets[at] < 0 || targets[at] >= targetCount) throw new HeadraceError("decode", `${prefix}_ids holds ${targets[at]}; there are ${targetCount}`);
    const entry = { target: targets[at], weight: weights[at] };
    const list = byNode.get(position);
    if (list === undefined) byNode.set(position, [entry]);
    else list.push(entry);
  }
  return byNode;
}

function aggregateOf(text: string): Aggregate {
  if (text === "SUM" || text === "AVERAGE" || text === "MIN" || text === "MAX") return text;
  throw new HeadraceError("decode", `unknown aggregate_function ${JSON.stringify(text)}`, { hint: "known: SUM, AVERAGE, MIN, MAX" });
}
