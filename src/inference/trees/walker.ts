/** The walk: rows down the trees. Allocates nothing per row. */
import type { TreeEnsemble } from "./ensemble.ts";

export type Aggregate = "SUM" | "AVERAGE" | "MIN" | "MAX";

/** One row's features, in the order of the file. 32-bit when the model compares 32-bit floats: storing rounds. */
export type FeatureRow = Float32Array | Float64Array;

/** Copies row `row` of the columns. */
export function gatherRow(columns: readonly ArrayLike<number>[], row: number, target: FeatureRow): void {
  for (let index = 0; index < target.length; index++) target[index] = columns[index][row];
}

/** Sum over the trees for ensembles with one weight a leaf ({@link TreeEnsemble.leaves} null). */
export function walkSum(ensemble: TreeEnsemble, row: FeatureRow): number {
  const { roots, features, thresholds, branches, missingFirst, isSingle } = ensemble;
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree];
    let feature = features[node];
    while (feature >= 0) {
      const value = row[feature];
      if (missingFirst !== null && value !== value) node = branches[2 * node + 1 - missingFirst[node]];
      else node = branches[2 * node + (value <= thresholds[node] ? 0 : 1)];
      feature = features[node];
    }
    sum = isSingle ? Math.fround(sum + thresholds[node]) : sum + thresholds[node];
  }
  return sum;
}

/** Aggregates each target's weights into `scores`; `hasScore` tells which targets met any. Both are overwritten. */
export function walkTargets(ensemble: TreeEnsemble, aggregate: Aggregate, row: FeatureRow, scores: Float64Array, hasScore: Uint8Array): void {
  scores.fill(0);
  hasScore.fill(0);
  for (let tree = 0; tree < ensemble.roots.length; tree++) {
    const leaf = leafOf(ensemble, ensemble.roots[tree], row);
    const leaves = ensemble.leaves;
    if (leaves === null) accumulate(ensemble.isSingle, aggregate, 0, ensemble.thresholds[leaf], scores, hasScore);
    else
      for (let entry = leaves.starts[leaf]; entry < leaves.starts[leaf + 1]; entry++)
        accumulate(ensemble.isSingle, aggregate, leaves.targets[entry], leaves.weights[entry], scores, hasScore);
  }
  if (aggregate === "AVERAGE") for (let target = 0; target < scores.length; target++) scores[target] /= ensemble.roots.length;
}

function leafOf(ensemble: TreeEnsemble, root: number, row: FeatureRow): number {
  const { features, thresholds, branches, missingFirst } = ensemble;
  let node = root;
  while (features[node] >= 0) {
    const value = row[features[node]];
    if (missingFirst !== null && value !== value) node = branches[2 * node + 1 - missingFirst[node]];
    else node = branches[2 * node + (value <= thresholds[node] ? 0 : 1)];
  }
  return node;
}

function accumulate(isSingle: boolean, aggregate: Aggregate, target: number, weight: number, scores: Float64Array, hasScore: Uint8Array): void {
  if (aggregate === "SUM" || aggregate === "AVERAGE" || hasScore[target] === 0)
    scores[target] = isSingle ? Math.fround(scores[target] + weight) : scores[target] + weight;
  else if (aggregate === "MIN") scores[target] = Math.min(scores[target], weight);
  else scores[target] = Math.max(scores[target], weight);
  hasScore[target] = 1;
}
