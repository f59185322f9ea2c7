/** Scores of TreeEnsembleRegressor. */
import type { TreeEnsemble } from "./ensemble.ts";
import { probit, transformScores, type PostTransform } from "./transform.ts";
import { walkSum, walkTargets, type Aggregate, type FeatureRow } from "./walker.ts";

/**
 * With one target only PROBIT is applied, as in the ONNX runtime: models that want LOGISTIC there carry a Sigmoid node.
 * `baseValues` count when there is one per target, and of many targets only for those that some leaf gave a weight.
 */
export function regressorScorer(
  ensemble: TreeEnsemble,
  aggregate: Aggregate,
  transform: PostTransform,
  baseValues: Float64Array,
): (row: FeatureRow, scores: Float64Array) => number {
  const bases = baseValues.length === ensemble.targetCount ? baseValues : new Float64Array(ensemble.targetCount);
  if (ensemble.targetCount > 1) return manyTargets(ensemble, aggregate, transform, bases);
  const base = bases[0];
  const isSum = (aggregate === "SUM" || aggregate === "AVERAGE") && ensemble.leaves === null;
  const divisor = aggregate === "AVERAGE" ? ensemble.roots.length : 1;
  const hasScore = new Uint8Array(1);
  return (row, scores) => {
    if (isSum) scores[0] = walkSum(ensemble, row) / divisor;
    else walkTargets(ensemble, aggregate, row, scores, hasScore);
    scores[0] += base;
    if (transform === "PROBIT") scores[0] = probit(scores[0]);
    return -1;
  };
}

function manyTargets(
  ensemble: TreeEnsemble,
  aggregate: Aggregate,
  transform: PostTransform,
  bases: Float64Array,
): (row: FeatureRow, scores: Float64Array) => number {
  const hasScore = new Uint8Array(ensemble.targetCount);
  return (row, scores) => {
    walkTargets(ensemble, aggregate, row, scores, hasScore);
    for (let target = 0; target < scores.length; target++) if (hasScore[target] === 1) scores[target] += bases[target];
    transformScores(transform, scores);
    return -1;
  };
}
