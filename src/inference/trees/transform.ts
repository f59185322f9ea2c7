/**
 * What happens to the summed scores of a row: the `post_transform` of the ONNX tree operators.
 * Formulas as the ONNX runtime computes them, so that a model answers the same here and there.
 */
import { HeadraceError } from "../../core/index.ts";

const transforms = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"] as const;
export type PostTransform = (typeof transforms)[number];

export function postTransformOf(text: string | null): PostTransform {
  const found = transforms.find((known) => known === (text ?? "NONE"));
  if (found === undefined) throw new HeadraceError("decode", `unknown post_transform ${JSON.stringify(text)}`, { hint: `known: ${transforms.join(", ")}` });
  return found;
}

/** Changes `scores` (two or more) in place. */
export function transformScores(transform: PostTransform, scores: Float64Array): void {
  if (transform === "LOGISTIC") for (let index = 0; index < scores.length; index++) scores[index] = logistic(scores[index]);
  else if (transform === "PROBIT") for (let index = 0; index < scores.length; index++) scores[index] = probit(scores[index]);
  else if (transform === "SOFTMAX") softmax(scores, false);
  else if (transform === "SOFTMAX_ZERO") softmax(scores, true);
}

export function logistic(value: number): number {
  const upper = 1 / (1 + Math.exp(-Math.abs(value)));
  return value < 0 ? 1 - upper : upper;
}

/** √2 · erf⁻¹(2x − 1) by Winitzki's approximation, which is what the runtime uses (error up to 2 in a thousand). */
export function probit(value: number): number {
  const centred = 2 * value - 1;
  const logarithm = Math.log((1 - centred) * (1 + centred));
  const half = 2 / (3.14159 * 0.147) + 0.5 * logarithm;
  const root = Math.sqrt(-half + Math.sqrt(half * half - logarithm / 0.147));
  return 1.41421356 * (centred < 0 ? -root : root);
}

/** With `keepZeros`, scores next to zero take no part. */
function softmax(scores: Float64Array, keepZeros: boolean): void {
  let largest = -Infinity;
  for (const score of scores) if (score > largest) largest = score;
  const shrink = Math.exp(-largest);
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index];
    if (keepZeros && Math.abs(score) <= 1e-7) scores[index] = score * shrink;
    else sum += scores[index] = Math.exp(score - largest);
  }
  for (let index = 0; index < scores.length; index++) scores[index] /= sum;
}
