/**
 * Writes ONNX files: enough of onnx.proto for trees and small networks, by hand, so that training needs no package.
 *
 * @typedef {{ name: string, type?: "float"|"double"|"int64"|"int32"|"string", shape?: (number|string)[] }} Value
 * @typedef {number | bigint | string | number[] | bigint[] | string[] | { floats: ArrayLike<number> } | { doubles: ArrayLike<number> } | { float: number }} Attribute
 *   A number or a list of numbers is written as INT or INTS; `{float}`, `{floats}` as FLOAT, FLOATS; `{doubles}` as a tensor.
 * @typedef {{ operator: string, domain?: string, inputs: string[], outputs: string[], attributes?: Record<string, Attribute> }} Node
 * @typedef {{ name: string, dims: number[], floats: ArrayLike<number> } | { name: string, dims: number[], integers: number[] }} Initializer
 * @typedef {{ name: string, producer?: string, description?: string, operatorSet?: number, nodes: Node[], inputs: Value[], outputs: Value[], initializers?: Initializer[], metadata?: Record<string, string> }} Model
 */

const elementCodes = { float: 1, int32: 6, int64: 7, string: 8, double: 11 };

/** Protobuf messages, write side. */
class Message {
  /** @type {Uint8Array[]} */
  #parts = [];

  /** @param {number} field @param {number | bigint} value */
  integer(field, value) {
    this.#parts.push(varint(BigInt(field) * 8n), varint(BigInt(value)));
    return this;
  }

  /** @param {number} field @param {Uint8Array | string | Message} value */
  bytes(field, value) {
    const bytes = value instanceof Message ? value.finish() : typeof value === "string" ? Buffer.from(value, "utf8") : value;
    this.#parts.push(varint(BigInt(field) * 8n + 2n), varint(BigInt(bytes.length)), bytes);
    return this;
  }

  /** @param {number} field @param {number} value */
  float(field, value) {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    this.#parts.push(varint(BigInt(field) * 8n + 5n), bytes);
    return this;
  }

  finish() {
    return Buffer.concat(this.#parts);
  }
}

/** @param {bigint} value */
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** @param {ArrayLike<number | bigint>} values */
const packedIntegers = (values) => Buffer.concat(Array.from(values, (value) => varint(BigInt(value))));
/** @param {ArrayLike<number>} values */
const packedFloats = (values) => new Uint8Array(Float32Array.from(values).buffer);

/** @param {string} name @param {Attribute} value */
function attribute(name, value) {
  const message = new Message().bytes(1, name);
  if (typeof value === "number" || typeof value === "bigint") return message.integer(3, value).integer(20, 2);
  if (typeof value === "string") return message.bytes(4, value).integer(20, 3);
  if (Array.isArray(value)) {
    if (typeof value[0] !== "string") return message.bytes(8, packedIntegers(/** @type {number[]} */ (value))).integer(20, 7);
    for (const text of value) message.bytes(9, /** @type {string} */ (text));
    return message.integer(20, 8);
  }
  if ("float" in value) return message.float(2, value.float).integer(20, 1);
  if ("floats" in value) return message.bytes(7, packedFloats(value.floats)).integer(20, 6);
  const tensor = new Message().integer(1, value.doubles.length).integer(2, elementCodes.double);
  tensor.bytes(9, new Uint8Array(Float64Array.from(value.doubles).buffer)).bytes(8, name);
  return message.bytes(5, tensor).integer(20, 4);
}

/** @param {Node} node */
function nodeMessage(node) {
  const message = new Message();
  for (const input of node.inputs) message.bytes(1, input);
  for (const output of node.outputs) message.bytes(2, output);
  message.bytes(3, node.outputs[0]).bytes(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes ?? {})) message.bytes(5, attribute(name, value));
  return node.domain === undefined ? message : message.bytes(7, node.domain);
}

/** @param {Value} value */
function valueMessage(value) {
  const tensor = new Message().integer(1, elementCodes[value.type ?? "float"]);
  if (value.shape !== undefined) {
    const shape = new Message();
    for (const size of value.shape) shape.bytes(1, typeof size === "number" ? new Message().integer(1, size) : new Message().bytes(2, size));
    tensor.bytes(2, shape);
  }
  return new Message().bytes(1, value.name).bytes(2, new Message().bytes(1, tensor));
}

/** @param {Initializer} initializer */
function initializerMessage(initializer) {
  const message = new Message().bytes(1, packedIntegers(initializer.dims));
  if ("floats" in initializer) message.integer(2, elementCodes.float).bytes(9, packedFloats(initializer.floats));
  else message.integer(2, elementCodes.int64).bytes(7, packedIntegers(initializer.integers));
  return message.bytes(8, initializer.name);
}

/**
 * @param {Model} model
 * @returns {Buffer} the bytes of a ModelProto
 */
export function writeOnnx(model) {
  const graph = new Message();
  for (const node of model.nodes) graph.bytes(1, nodeMessage(node));
  graph.bytes(2, model.name);
  for (const initializer of model.initializers ?? []) graph.bytes(5, initializerMessage(initializer));
  for (const input of model.inputs) graph.bytes(11, valueMessage(input));
  for (const output of model.outputs) graph.bytes(12, valueMessage(output));
  const message = new Message()
    .integer(1, 8)
    .bytes(2, model.producer ?? "headrace")
    .bytes(6, model.description ?? "")
    .bytes(7, graph);
  message.bytes(8, new Message().bytes(1, "").integer(2, model.operatorSet ?? 17));
  message.bytes(8, new Message().bytes(1, "ai.onnx.ml").integer(2, 3));
  for (const [key, value] of Object.entries(model.metadata ?? {})) message.bytes(14, new Message().bytes(1, key).bytes(2, value));
  return message.finish();
}

/**
 * @typedef {{ feature: number, threshold: number, mode?: string, left: number, right: number, missingLeft?: boolean, weights?: [target: number, weight: number][] }} TreeNode
 *   `feature` −1 marks a leaf; `left` is where a true comparison leads.
 *
 * The attributes of a tree ensemble.
 * @param {TreeNode[][]} trees @param {"target" | "class"} prefix
 * @returns {Record<string, Attribute>}
 */
export function treeAttributes(trees, prefix) {
  const nodes = trees.flatMap((tree, treeId) => tree.map((node, nodeId) => ({ treeId, nodeId, ...node })));
  const weights = nodes.flatMap((node) => (node.weights ?? []).map(([target, weight]) => ({ treeId: node.treeId, nodeId: node.nodeId, target, weight })));
  const isLeaf = (/** @type {TreeNode} */ node) => node.feature < 0;
  return {
    nodes_treeids: nodes.map((node) => node.treeId),
    nodes_nodeids: nodes.map((node) => node.nodeId),
    nodes_featureids: nodes.map((node) => (isLeaf(node) ? 0 : node.feature)),
    nodes_values: { floats: nodes.map((node) => (isLeaf(node) ? 0 : node.threshold)) },
    nodes_modes: nodes.map((node) => (isLeaf(node) ? "LEAF" : (node.mode ?? "BRANCH_LEQ"))),
    nodes_truenodeids: nodes.map((node) => (isLeaf(node) ? 0 : node.left)),
    nodes_falsenodeids: nodes.map((node) => (isLeaf(node) ? 0 : node.right)),
    nodes_missing_value_tracks_true: nodes.map((node) => (node.missingLeft === true ? 1 : 0)),
    [`${prefix}_treeids`]: weights.map((entry) => entry.treeId),
    [`${prefix}_nodeids`]: weights.map((entry) => entry.nodeId),
    [`${prefix}_ids`]: weights.map((entry) => entry.target),
    [`${prefix}_weights`]: { floats: weights.map((entry) => entry.weight) },
  };
}
