/**
 * Gradient boosted trees for a yes-or-no label: histograms, second-order gains, trees grown to a fixed depth. In the manner of
 * XGBoost (Chen and Guestrin, 2016) and LightGBM (Ke et al., 2017), small enough to read.
 *
 * @typedef {import("./onnx-writer.mjs").TreeNode} TreeNode
 * @typedef {{ base: number, trees: TreeNode[][] }} Ensemble  Log-odds: base plus the weight of one leaf a tree.
 * @typedef {{ trees?: number, depth?: number, rate?: number, lambda?: number, minimumHessian?: number, minimumGain?: number, featureShare?: number, seed?: number }} TrainOptions
 */
import { createRandom } from "../simulator/random.mjs";
import { assignBins, findCuts } from "./bins.mjs";

const slots = 256;

/**
 * @param {Float32Array[]} columns @param {Uint8Array} labels @param {TrainOptions} [options]
 * @returns {Ensemble}
 */
export function train(
  columns,
  labels,
  { trees = 100, depth = 6, rate = 0.1, lambda = 1, minimumHessian = 1, minimumGain = 0, featureShare = 1, seed = 1 } = {},
) {
  const rows = labels.length;
  const cuts = findCuts(columns);
  const bins = columns.map((column, feature) => assignBins(column, cuts[feature]));
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const base = Math.fround(Math.log(positives / (rows - positives)));
  const data = {
    bins,
    cuts,
    score: new Float64Array(rows).fill(base),
    gradient: new Float64Array(rows),
    hessian: new Float64Array(rows),
    order: new Int32Array(rows),
    spare: new Int32Array(rows),
  };
  const random = createRandom(seed);
  const grown = [];
  for (let tree = 0; tree < trees; tree++) {
    for (let row = 0; row < rows; row++) {
      const probability = 1 / (1 + Math.exp(-data.score[row]));
      data.gradient[row] = probability - labels[row];
      data.hessian[row] = probability * (1 - probability);
      data.order[row] = row;
    }
    const features = columns.map((_, feature) => feature).filter(() => featureShare >= 1 || random.uniform() < featureShare);
    grown.push(growTree(data, features.length > 0 ? features : [0], { depth, rate, lambda, minimumHessian, minimumGain }));
  }
  return { base, trees: grown };
}

/**
 * @typedef {{ bins: Uint8Array[], cuts: Float32Array[], score: Float64Array, gradient: Float64Array, hessian: Float64Array, order: Int32Array, spare: Int32Array }} Data
 * @typedef {{ depth: number, rate: number, lambda: number, minimumHessian: number, minimumGain: number }} Growth
 * @typedef {{ from: number, to: number, gradient: number, hessian: number, depth: number }} Part  Rows `order[from … to)`.
 */

/** @param {Data} data @param {number[]} features @param {Growth} growth @returns {TreeNode[]} */
function growTree(data, features, growth) {
  /** @type {TreeNode[]} */
  const nodes = [];
  const histogram = newHistogram(data);
  const rows = data.order.length;
  fillHistogram(data, features, histogram, 0, rows);
  const sum = (/** @type {Float64Array} */ values) => values.reduce((total, value) => total + value, 0);
  grow({ from: 0, to: rows, gradient: sum(data.gradient), hessian: sum(data.hessian), depth: 0 }, histogram);
  return nodes;

  /** @param {Part} part @param {Float64Array | null} histogram @returns {number} position of the node */
  function grow(part, histogram) {
    const node = nodes.push({ feature: -1, threshold: 0, left: 0, right: 0, weights: [] }) - 1;
    const split = histogram === null ? null : bestSplit(data, features, histogram, part, growth);
    if (split === null || histogram === null) {
      const weight = Math.fround((-growth.rate * part.gradient) / (part.hessian + growth.lambda));
      nodes[node].weights = [[0, weight]];
      for (let index = part.from; index < part.to; index++) data.score[data.order[index]] += weight;
      return node;
    }
    const middle = partition(data, part, split);
    const left = { from: part.from, to: middle, gradient: split.gradient, hessian: split.hessian, depth: part.depth + 1 };
    const right = { from: middle, to: part.to, gradient: part.gradient - split.gradient, hessian: part.hessian - split.hessian, depth: part.depth + 1 };
    const [leftHistogram, rightHistogram] = part.depth + 1 === growth.depth ? [null, null] : halves(data, features, histogram, left, right);
    nodes[node] = {
      feature: split.feature,
      threshold: data.cuts[split.feature][split.bin],
      left: grow(left, leftHistogram),
      right: grow(right, rightHistogram),
    };
    return node;
  }
}

/** Gradient and hessian by feature and bin. @param {Data} data */
const newHistogram = (data) => new Float64Array(data.bins.length * slots * 2);

/** @param {Data} data @param {number[]} features @param {Float64Array} histogram @param {number} from @param {number} to */
function fillHistogram(data, features, histogram, from, to) {
  const { gradient, hessian, order } = data;
  for (const feature of features) {
    const bins = data.bins[feature];
    const offset = feature * slots * 2;
    for (let index = from; index < to; index++) {
      const row = order[index];
      const slot = offset + bins[row] * 2;
      histogram[slot] += gradient[row];
      histogram[slot + 1] += hessian[row];
    }
  }
}

/** The smaller side is counted, the other is what remains: the parent's histogram becomes it. @param {Data} data @param {number[]} features @param {Float64Array} parent @param {Part} left @param {Part} right */
function halves(data, features, parent, left, right) {
  const isLeftSmaller = left.to - left.from < right.to - right.from;
  const smaller = isLeftSmaller ? left : right;
  const counted = newHistogram(data);
  fillHistogram(data, features, counted, smaller.from, smaller.to);
  for (let slot = 0; slot < parent.length; slot++) parent[slot] -= counted[slot];
  return isLeftSmaller ? [counted, parent] : [parent, counted];
}

/** @param {Data} data @param {number[]} features @param {Float64Array} histogram @param {Part} part @param {Growth} growth */
function bestSplit(data, features, histogram, part, { lambda, minimumHessian, minimumGain }) {
  const whole = (part.gradient * part.gradient) / (part.hessian + lambda);
  let best = null;
  let bestGain = minimumGain;
  for (const feature of features) {
    let gradient = 0;
    let hessian = 0;
    for (let bin = 0; bin < data.cuts[feature].length; bin++) {
      const slot = (feature * slots + bin) * 2;
      gradient += histogram[slot];
      hessian += histogram[slot + 1];
      const otherHessian = part.hessian - hessian;
      if (hessian < minimumHessian || otherHessian < minimumHessian) continue;
      const otherGradient = part.gradient - gradient;
      const gain = (gradient * gradient) / (hessian + lambda) + (otherGradient * otherGradient) / (otherHessian + lambda) - whole;
      if (gain > bestGain) {
        bestGain = gain;
        best = { feature, bin, gradient, hessian };
      }
    }
  }
  return best;
}

/** Rows of the left side first, both sides in their old order. @param {Data} data @param {Part} part @param {{ feature: number, bin: number }} split */
function partition({ bins, order, spare }, { from, to }, { feature, bin }) {
  const column = bins[feature];
  let middle = from;
  let moved = 0;
  for (let index = from; index < to; index++) {
    const row = order[index];
    if (column[row] <= bin) order[middle++] = row;
    else spare[moved++] = row;
  }
  order.set(spare.subarray(0, moved), middle);
  return middle;
}

/** Probability of one row. @param {Ensemble} ensemble @param {ArrayLike<number>} row */
export function predictRow({ base, trees }, row) {
  let sum = base;
  for (const tree of trees) {
    let node = tree[0];
    while (node.feature >= 0) node = tree[row[node.feature] <= node.threshold ? node.left : node.right];
    sum += /** @type {[number, number][]} */ (node.weights)[0][1];
  }
  return 1 / (1 + Math.exp(-sum));
}
