/**
 * An ONNX file reduced to what we look at: nodes with attributes, named inputs and outputs. Weights stay unread.
 * Source: onnx.proto of https://github.com/onnx/onnx (field numbers below are its own).
 */
import { HeadraceError } from "../../core/index.ts";
import { readTensor, type TensorValues } from "./tensor.ts";
import { WireReader, wireType } from "./wire.ts";

/** Element types of TensorProto.DataType that models meet in practice; the rest is named by number. */
const elementTypes: Readonly<Record<number, string>> = {
  1: "float",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  8: "string",
  9: "bool",
  10: "float16",
  11: "double",
  12: "uint32",
  13: "uint64",
};

export interface OnnxValue {
  readonly name: string;
  /** "float", "int64", … for tensors; "sequence", "map", "optional" for what is none. */
  readonly type: string;
  /** A number, the name of a free dimension, or null where the file says nothing. Null as a whole: no shape given. */
  readonly shape: readonly (number | string | null)[] | null;
}

export interface OnnxNode {
  readonly operator: string;
  /** "" is the standard domain. */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxAttribute {
  readonly integer: number | null;
  readonly float: number | null;
  readonly text: string | null;
  readonly integers: readonly number[];
  readonly floats: readonly number[];
  readonly texts: readonly string[];
  readonly tensor: TensorValues | null;
}

export interface OnnxModel {
  readonly producer: string;
  readonly operatorSets: ReadonlyMap<string, number>;
  readonly nodes: readonly OnnxNode[];
  /** Without those that only give an initializer its type. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Some weights lie in files beside this one. */
  readonly hasExternalData: boolean;
}

/** @throws HeadraceError `decode` for bytes that are no ONNX model. */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  try {
    return readModel(bytes);
  } catch (error) {
    if (!(error instanceof HeadraceError) || error.code !== "decode") throw error;
    throw new HeadraceError("decode", `not a readable ONNX file (${bytes.length} bytes): ${error.message}`, {
      cause: error,
      hint: "write the model out again, or check that the file was copied whole (git LFS leaves a small text file in its place)",
    });
  }
}

function readModel(bytes: Uint8Array): OnnxModel {
  if (bytes.length === 0) throw new HeadraceError("decode", "the file is empty");
  let producer = "";
  let graph: WireReader | null = null;
  const operatorSets = new Map<string, number>();
  const reader = new WireReader(bytes);
  while (reader.next()) {
    if (reader.field === 2 && reader.type === wireType.bytes) producer = reader.text();
    else if (reader.field === 7 && reader.type === wireType.bytes) graph = reader.message();
    else if (reader.field === 8 && reader.type === wireType.bytes) readOperatorSet(reader.message(), operatorSets);
    else reader.skip();
  }
  if (graph === null) throw new HeadraceError("decode", "the file holds no graph");
  const read = readGraph(graph);
  if (read.nodes.length === 0 || read.outputs.length === 0) throw new HeadraceError("decode", "the graph has no nodes or no outputs");
  return { producer, operatorSets, ...read };
}

function readOperatorSet(reader: WireReader, target: Map<string, number>): void {
  let domain = "";
  let version = 0;
  while (reader.next()) {
    if (reader.field === 1) domain = reader.text();
    else if (reader.field === 2) version = reader.varint();
    else reader.skip();
  }
  target.set(domain, version);
}

function readGraph(reader: WireReader): Pick<OnnxModel, "nodes" | "inputs" | "outputs" | "hasExternalData"> {
  const nodes: OnnxNode[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const initializers = new Set<string>();
  let hasExternalData = false;
  while (reader.next()) {
    if (reader.field === 1) nodes.push(readNode(reader.message()));
    else if (reader.field === 5) {
      const initializer = readInitializer(reader.message());
      initializers.add(initializer.name);
      hasExternalData ||= initializer.isExternal;
    } else if (reader.field === 11) inputs.push(readValue(reader.message()));
    else if (reader.field === 12) outputs.push(readValue(reader.message()));
    else reader.skip();
  }
  return { nodes, inputs: inputs.filter((input) => !initializers.has(input.name)), outputs, hasExternalData };
}

function readInitializer(reader: WireReader): { name: string; isExternal: boolean } {
  let name = "";
  let isExternal = false;
  while (reader.next()) {
    if (reader.field === 8) name = reader.text();
    else if (reader.field === 14) isExternal = reader.varint() === 1;
    else reader.skip();
  }
  return { name, isExternal };
}

function readNode(reader: WireReader): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let name = "";
  let operator = "";
  let domain = "";
  while (reader.next()) {
    if (reader.field === 1) inputs.push(reader.text());
    else if (reader.field === 2) outputs.push(reader.text());
    else if (reader.field === 3) name = reader.text();
    else if (reader.field === 4) operator = reader.text();
    else if (reader.field === 5) readAttribute(reader.message(), attributes);
    else if (reader.field === 7) domain = reader.text();
    else reader.skip();
  }
  return { operator, domain: domain === "ai.onnx" ? "" : domain, name, inputs, outputs, attributes };
}

function readAttribute(reader: WireReader, target: Map<string, OnnxAttribute>): void {
  let name = "";
  let integer: number | null = null;
  let float: number | null = null;
  let text: string | null = null;
  let tensor: TensorValues | null = null;
  const integers: number[] = [];
  const floats: number[] = [];
  const texts: string[] = [];
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) float = reader.float32();
    else if (reader.field === 3) integer = reader.varint();
    else if (reader.field === 4) text = reader.text();
    else if (reader.field === 5) tensor = readTensor(reader.message());
    else if (reader.field === 7) reader.numbers("float32", floats);
    else if (reader.field === 8) reader.numbers("varint", integers);
    else if (reader.field === 9) texts.push(reader.text());
    else reader.skip();
  }
  target.set(name, { integer, float, text, integers, floats, texts, tensor });
}

function readValue(reader: WireReader): OnnxValue {
  let name = "";
  let type = "unknown";
  let shape: OnnxValue["shape"] = null;
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) ({ type, shape } = readType(reader.message()));
    else reader.skip();
  }
  return { name, type, shape };
}

function readType(reader: WireReader): Pick<OnnxValue, "type" | "shape"> {
  const others: Readonly<Record<number, string>> = { 4: "sequence", 5: "map", 8: "sparse tensor", 9: "optional" };
  let result: Pick<OnnxValue, "type" | "shape"> = { type: "unknown", shape: null };
  while (reader.next()) {
    if (reader.field === 1) result = readTensorType(reader.message());
    else {
      if (others[reader.field] !== undefined) result = { type: others[reader.field], shape: null };
      reader.skip();
    }
  }
  return result;
}

function readTensorType(reader: WireReader): Pick<OnnxValue, "type" | "shape"> {
  let type = "unknown";
  let shape: (number | string | null)[] | null = null;
  while (reader.next()) {
    if (reader.field === 1) {
      const code = reader.varint();
      type = elementTypes[code] ?? `type ${code}`;
    } else if (reader.field === 2) {
      shape = [];
      const dimensions = reader.message();
      while (dimensions.next()) {
        if (dimensions.field === 1) shape.push(readDimension(dimensions.message()));
        else dimensions.skip();
      }
    } else reader.skip();
  }
  return { type, shape };
}

function readDimension(reader: WireReader): number | string | null {
  let size: number | string | null = null;
  while (reader.next()) {
    if (reader.field === 1) size = reader.varint();
    else if (reader.field === 2) size = reader.text();
    else reader.skip();
  }
  return size;
}
