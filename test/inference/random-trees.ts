/** Random ensembles and rows for tests: thresholds and values meet often, so that `<` and `<=` differ. */
import fc from "fast-check";

export interface RandomNode {
  feature: number;
  threshold: number;
  mode: string;
  left: number;
  right: number;
  missingLeft: boolean;
  weights: [number, number][];
}

export interface RandomShape {
  readonly features: number;
  readonly trees: number;
  readonly depth: number;
  readonly targets: number;
  readonly modes: readonly string[];
  readonly missing: boolean;
  /** Targets each leaf weighs: all, or only the first. */
  readonly everyTarget: boolean;
  readonly positive: boolean;
  readonly seed: number;
}

export const allModes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"];

export const shapes = (targets: { min: number; max: number }): fc.Arbitrary<RandomShape> =>
  fc.record({
    features: fc.integer({ min: 1, max: 6 }),
    trees: fc.integer({ min: 1, max: 12 }),
    depth: fc.integer({ min: 1, max: 5 }),
    targets: fc.integer(targets),
    modes: fc.constantFrom(["BRANCH_LEQ"], ["BRANCH_LT"], ["BRANCH_GTE", "BRANCH_GT"], ["BRANCH_EQ"], ["BRANCH_NEQ"], allModes),
    missing: fc.boolean(),
    everyTarget: fc.boolean(),
    positive: fc.boolean(),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  });

/** Uniform in [0, 1), repeatable (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A few values that both thresholds and rows take, among them zeros of both signs and ones that no 32-bit float holds exactly. */
const meetingPoints = [-Infinity, -3, -0.1, -0, 0, 1e-45, 0.1, 0.3, 1, 1.5, 16777216, Infinity];

function value(random: () => number): number {
  return random() < 0.7 ? meetingPoints[Math.floor(random() * meetingPoints.length)] : Math.fround(random() * 4 - 2);
}

export function randomTrees(shape: RandomShape): RandomNode[][] {
  const random = uniform(shape.seed);
  return Array.from({ length: shape.trees }, () => {
    const nodes: RandomNode[] = [];
    const grow = (depth: number): number => {
      const node: RandomNode = { feature: -1, threshold: 0, mode: "LEAF", left: 0, right: 0, missingLeft: false, weights: [] };
      const at = nodes.push(node) - 1;
      if (depth === 0 || (depth < shape.depth && random() < 0.15)) {
        const targets = shape.everyTarget ? [...Array(shape.targets).keys()] : [shape.targets === 2 ? 0 : Math.floor(random() * shape.targets)];
        node.weights = targets.map((target) => [target, Math.fround((random() - (shape.positive ? 0 : 0.5)) / shape.trees)]);
        return at;
      }
      node.feature = Math.floor(random() * shape.features);
      node.threshold = Math.fround(value(random));
      node.mode = shape.modes[Math.floor(random() * shape.modes.length)];
      node.missingLeft = shape.missing && random() < 0.5;
      node.left = grow(depth - 1);
      node.right = grow(depth - 1);
      return at;
    };
    grow(shape.depth);
    return nodes;
  });
}

/** Columns of `rows` values each, one in ten missing. */
export function randomColumns(features: number, rows: number, seed: number): Float64Array[] {
  const random = uniform(seed ^ 0x9e3779b9);
  return Array.from({ length: features }, () => Float64Array.from({ length: rows }, () => (random() < 0.1 ? NaN : value(random))));
}
