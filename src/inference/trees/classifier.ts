/**
 * Scores and label of TreeEnsembleClassifier.
 *
 * The ONNX text leaves two classes open; this follows what the ONNX runtime does, which converters are tested against:
 * with weights for one class only, a row has one score, and the other class's is derived from it.
 */
import type { TreeEnsemble } from "./ensemble.ts";
import { logistic, probit, transformScores, type PostTransform } from "./transform.ts";
import { walkTargets, type FeatureRow } from "./walker.ts";

export interface ClassifierSettings {
  readonly transform: PostTransform;
  readonly baseValues: Float64Array;
  /** Two classes, weights for only one of them. */
  readonly isBinary: boolean;
  readonly allPositive: boolean;
}

export function classifierScorer(ensemble: TreeEnsemble, settings: ClassifierSettings): (row: FeatureRow, scores: Float64Array) => number {
  const hasScore = new Uint8Array(ensemble.targetCount);
  const finish = ensemble.targetCount > 2 ? manyClasses(settings) : twoClasses(settings);
  return (row, scores) => {
    walkTargets(ensemble, "SUM", row, scores, hasScore);
    return finish(scores, hasScore);
  };
}

type Finish = (scores: Float64Array, hasScore: Uint8Array) => number;

function manyClasses({ transform, baseValues }: ClassifierSettings): Finish {
  return (scores, hasScore) => {
    for (let index = 0; index < baseValues.length && index < scores.length; index++) {
      scores[index] += baseValues[index];
      hasScore[index] = 1;
    }
    let winner = -1;
    for (let index = 0; index < scores.length; index++) if (hasScore[index] === 1 && (winner < 0 || scores[index] > scores[winner])) winner = index;
    transformScores(transform, scores);
    return Math.max(0, winner);
  };
}

function twoClasses(settings: ClassifierSettings): Finish {
  const { transform, baseValues, isBinary, allPositive } = settings;
  return (scores, hasScore) => {
    const hasBoth = addBases(baseValues, scores, hasScore);
    const decisive = hasBoth && hasScore[1] === 1 ? scores[1] : scores[0];
    const winner = decisive > (isBinary && allPositive ? 0.5 : 0) ? 1 : 0;
    if (hasBoth) transformScores(transform, scores);
    else derive(transform, isBinary && allPositive, scores);
    return winner;
  };
}

/** Adds base values; true when the row has a score of its own for each class. */
function addBases(baseValues: Float64Array, scores: Float64Array, hasScore: Uint8Array): boolean {
  if (baseValues.length === 2) {
    if (hasScore[1] === 1) {
      scores[1] = baseValues[1] + scores[0];
      scores[0] = -scores[1];
    } else if (hasScore[0] === 1) {
      scores[0] += baseValues[0];
    }
    return true;
  }
  if (baseValues.length === 1) scores[0] += baseValues[0];
  return hasScore[1] === 1;
}

function derive(transform: PostTransform, isShare: boolean, scores: Float64Array): void {
  const score = scores[0];
  if (transform === "PROBIT") {
    // The runtime leaves the second number to chance here.
    scores[1] = probit(score);
    scores[0] = -scores[1];
  } else if (transform === "LOGISTIC") {
    scores[0] = logistic(-score);
    scores[1] = logistic(score);
  } else if (isShare) {
    scores[0] = 1 - score;
    scores[1] = score;
  } else {
    scores[0] = -score;
    scores[1] = score;
  }
}
