/** The parallel `nodes_*` lists of a tree ensemble, checked and with children resolved to positions. */
import { HeadraceError } from "../../core/index.ts";
import type { OnnxAttribute } from "../onnx/graph.ts";

export type BranchMode = (typeof branchModes)[number];
const branchModes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ", "LEAF"] as const;

export interface NodeTable {
  readonly count: number;
  readonly treeIds: readonly number[];
  readonly nodeIds: readonly number[];
  readonly featureIds: readonly number[];
  readonly values: ArrayLike<number>;
  readonly modes: readonly BranchMode[];
  readonly truePositions: Int32Array;
  readonly falsePositions: Int32Array;
  readonly missingTracksTrue: readonly boolean[];
  /** Position of a node; undefined when the file has none of that id. */
  positionOf(treeId: number, nodeId: number): number | undefined;
}

type Attributes = ReadonlyMap<string, OnnxAttribute>;

/** @throws HeadraceError `decode` for lists that do not fit each other. */
export function readNodeTable(attributes: Attributes): NodeTable {
  const treeIds = attributes.get("nodes_treeids")?.integers ?? [];
  const count = treeIds.length;
  if (count === 0) throw new HeadraceError("decode", "the tree ensemble has no nodes");
  const integers = (name: string): readonly number[] => sized(name, attributes.get(name)?.integers ?? [], count);
  const nodeIds = integers("nodes_nodeids");
  const modes = sized("nodes_modes", attributes.get("nodes_modes")?.texts ?? [], count).map(branchMode);
  const missing = attributes.get("nodes_missing_value_tracks_true")?.integers ?? [];
  const positions = new Map<string, number>();
  for (let at = 0; at < count; at++) {
    const key = `${treeIds[at]}/${nodeIds[at]}`;
    if (positions.has(key)) throw new HeadraceError("decode", `tree ${treeIds[at]} has two nodes ${nodeIds[at]}`);
    positions.set(key, at);
  }
  const resolve = (name: string): Int32Array => {
    const ids = integers(name);
    return Int32Array.from(ids, (id, at) => {
      if (modes[at] === "LEAF") return -1;
      const position = positions.get(`${treeIds[at]}/${id}`);
      if (position === undefined) throw new HeadraceError("decode", `node ${nodeIds[at]} of tree ${treeIds[at]} leads to node ${id}, which does not exist`);
      return position;
    });
  };
  const featureIds = integers("nodes_featureids");
  const negative = featureIds.findIndex((feature, at) => feature < 0 && modes[at] !== "LEAF");
  if (negative >= 0) throw new HeadraceError("decode", `node ${nodeIds[negative]} of tree ${treeIds[negative]} looks at feature ${featureIds[negative]}`);
  return {
    count,
    treeIds,
    nodeIds,
    featureIds,
    values: sized("nodes_values", numbersOf(attributes, "nodes_values"), count),
    modes,
    truePositions: resolve("nodes_truenodeids"),
    falsePositions: resolve("nodes_falsenodeids"),
    missingTracksTrue:
      missing.length === 0 ? Array<boolean>(count).fill(false) : sized("nodes_missing_value_tracks_true", missing, count).map((flag) => flag === 1),
    positionOf: (treeId, nodeId) => positions.get(`${treeId}/${nodeId}`),
  };
}

/** Positions of nodes nobody leads to, in the order of the file: the trees' first nodes. */
export function rootsOf(table: NodeTable): number[] {
  const hasParent = new Uint8Array(table.count);
  for (let at = 0; at < table.count; at++) {
    if (table.truePositions[at] >= 0) hasParent[table.truePositions[at]] = 1;
    if (table.falsePositions[at] >= 0) hasParent[table.falsePositions[at]] = 1;
  }
  const roots = [...hasParent.keys()].filter((at) => hasParent[at] === 0);
  const trees = new Set(table.treeIds).size;
  if (roots.length !== trees) throw new HeadraceError("decode", `${trees} trees have ${roots.length} first nodes`);
  return roots;
}

/** A list of numbers, or its `…_as_tensor` twin in double precision. */
export function numbersOf(attributes: Attributes, name: string): ArrayLike<number> {
  return attributes.get(`${name}_as_tensor`)?.tensor?.values ?? attributes.get(name)?.floats ?? [];
}

function sized<List extends ArrayLike<unknown>>(name: string, list: List, count: number): List {
  if (list.length !== count) throw new HeadraceError("decode", `${name} has ${list.length} entries for ${count} nodes`);
  return list;
}

function branchMode(text: string): BranchMode {
  const mode = branchModes.find((known) => known === text);
  if (mode === undefined) throw new HeadraceError("decode", `unknown branch mode ${JSON.stringify(text)}`, { hint: `known: ${branchModes.join(", ")}` });
  return mode;
}
