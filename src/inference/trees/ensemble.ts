/**
 * Tree ensembles in flat arrays, built from the attributes of TreeEnsembleRegressor and TreeEnsembleClassifier
 * (ai.onnx.ml 1 and 3, https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html).
 *
 * Every branch mode is brought to one question, `value <= threshold`, so that the walk has one comparison: `<` becomes
 * `<=` of the next smaller number, `>` and `>=` swap their branches, `==` and `!=` become two questions. Where a missing
 * value (NaN) goes is then a matter of its own: to the second branch, unless `missingFirst` says otherwise.
 */
import { HeadraceError } from "../../core/index.ts";
import { previousNumber } from "./neighbours.ts";
import type { NodeTable } from "./node-table.ts";

export interface TreeEnsemble {
  /** Columns the trees look at: largest feature position + 1. */
  readonly featureCount: number;
  /** Scores a row gets. */
  readonly targetCount: number;
  /** Sums are rounded to 32-bit floats tree by tree, as the ONNX runtime keeps them for models of 32-bit floats. */
  readonly isSingle: boolean;
  /** Position of each tree's first node. */
  readonly roots: Int32Array;
  /** Feature position by node; −1 marks a leaf. */
  readonly features: Int32Array;
  /** By node: the threshold, or a leaf's weight when each leaf has exactly one, for target 0. */
  readonly thresholds: Float64Array;
  /** Two by node: next node if `value <= threshold`, next node if not. */
  readonly branches: Int32Array;
  /** 1 where a missing value takes the first branch; null when it never does. */
  readonly missingFirst: Uint8Array | null;
  /** Null when each leaf has one weight, for target 0. Otherwise weights of leaf `n` are `starts[n] … starts[n + 1]`. */
  readonly leaves: { readonly starts: Int32Array; readonly targets: Int32Array; readonly weights: Float64Array } | null;
}

/** A leaf's weight in the file. */
export interface LeafWeight {
  readonly target: number;
  readonly weight: number;
}

/** Children as positions in the file's table; −1 for none. */
export interface EnsembleSource {
  readonly table: NodeTable;
  readonly roots: readonly number[];
  readonly weightsOf: (node: number) => readonly LeafWeight[];
  readonly targetCount: number;
  readonly isSingle: boolean;
}

/** @throws HeadraceError `decode` for nodes that form no trees. */
export function buildEnsemble(source: EnsembleSource): TreeEnsemble {
  return new EnsembleBuilder(source).build();
}

class EnsembleBuilder {
  readonly #source: EnsembleSource;
  readonly #features: number[] = [];
  readonly #thresholds: number[] = [];
  readonly #branches: number[] = [];
  readonly #missingFirst: number[] = [];
  readonly #weights: (readonly LeafWeight[])[] = [];
  readonly #visited: Uint8Array;

  constructor(source: EnsembleSource) {
    this.#source = source;
    this.#visited = new Uint8Array(source.table.count);
  }

  build(): TreeEnsemble {
    const roots = Int32Array.from(this.#source.roots, (root) => this.#copy(root));
    const nodeCount = this.#features.length;
    const oneWeight =
      this.#source.targetCount === 1 && this.#weights.every((weights, node) => this.#features[node] >= 0 || (weights.length === 1 && weights[0].target === 0));
    if (oneWeight) for (let node = 0; node < nodeCount; node++) if (this.#features[node] < 0) this.#thresholds[node] = this.#weights[node][0].weight;
    return {
      featureCount: this.#features.reduce((most, feature) => Math.max(most, feature + 1), 0),
      targetCount: this.#source.targetCount,
      isSingle: this.#source.isSingle,
      roots,
      features: Int32Array.from(this.#features),
      thresholds: Float64Array.from(this.#thresholds),
      branches: Int32Array.from(this.#branches),
      missingFirst: this.#missingFirst.includes(1) ? Uint8Array.from(this.#missingFirst) : null,
      leaves: oneWeight ? null : this.#flattenWeights(),
    };
  }

  #flattenWeights(): NonNullable<TreeEnsemble["leaves"]> {
    const flat = this.#weights.flat();
    const starts = new Int32Array(this.#weights.length + 1);
    for (let node = 0; node < this.#weights.length; node++) starts[node + 1] = starts[node] + this.#weights[node].length;
    return { starts, targets: Int32Array.from(flat, (entry) => entry.target), weights: Float64Array.from(flat, (entry) => entry.weight) };
  }

  #add(feature: number, threshold: number): number {
    this.#features.push(feature);
    this.#thresholds.push(threshold);
    this.#branches.push(-1, -1);
    this.#missingFirst.push(0);
    this.#weights.push([]);
    return this.#features.length - 1;
  }

  #link(node: number, first: number, second: number, missingFirst: boolean): void {
    this.#branches[2 * node] = first;
    this.#branches[2 * node + 1] = second;
    this.#missingFirst[node] = missingFirst ? 1 : 0;
  }

  /** Copies a subtree in depth-first order, so that a walk reads forward. */
  #copy(at: number): number {
    const table = this.#source.table;
    if (this.#visited[at] === 1)
      throw new HeadraceError("decode", `node ${table.nodeIds[at]} of tree ${table.treeIds[at]} has two parents or is its own ancestor`);
    this.#visited[at] = 1;
    const mode = table.modes[at];
    if (mode === "LEAF") {
      const leaf = this.#add(-1, 0);
      this.#weights[leaf] = this.#source.weightsOf(at);
      return leaf;
    }
    const value = table.values[at];
    const node = this.#add(table.featureIds[at], value);
    if (mode === "BRANCH_EQ" || mode === "BRANCH_NEQ") return this.#copyEquality(at, node, value, mode === "BRANCH_EQ");
    if (mode === "BRANCH_LT" || mode === "BRANCH_GTE") this.#thresholds[node] = previousNumber(value);
    const isSwapped = mode === "BRANCH_GT" || mode === "BRANCH_GTE";
    const first = this.#copy(isSwapped ? table.falsePositions[at] : table.truePositions[at]);
    const second = this.#copy(isSwapped ? table.truePositions[at] : table.falsePositions[at]);
    this.#link(node, first, second, table.missingTracksTrue[at] !== isSwapped);
    return node;
  }

  /** `value == t` as `value <= t`, then `value <= the number before t`. NaN equals nothing. */
  #copyEquality(at: number, node: number, value: number, isEqual: boolean): number {
    const table = this.#source.table;
    const below = this.#add(this.#features[node], previousNumber(value));
    const whenEqual = this.#copy(isEqual ? table.truePositions[at] : table.falsePositions[at]);
    const whenOther = this.#copy(isEqual ? table.falsePositions[at] : table.truePositions[at]);
    const missingIsEqual = isEqual && table.missingTracksTrue[at];
    this.#link(below, whenOther, whenEqual, false);
    this.#link(node, below, whenOther, missingIsEqual);
    return node;
  }
}
