/** Declarations against files: what fits, what does not, and that the error names both sides. */
import { describe, expect, it } from "vitest";
import { simpleType, stringType, timestampType, type DataType, type Field } from "../data/index.ts";
import { checkModel, type ModelShape } from "./check.ts";
import { columnsOf, type Model, type TensorInfo } from "./model.ts";
import { bindModel } from "./predictor.ts";

const tensor = (name: string, type: string, shape: TensorInfo["shape"]): TensorInfo => ({ name, type, shape, columns: columnsOf(shape) });
const field = (name: string, type: DataType): Field => ({ name, type });
const double = simpleType("double");
const bigint = simpleType("bigint");

const matrix: ModelShape = { path: "m.onnx", inputs: [tensor("X", "float", ["N", 2])], outputs: [tensor("score", "float", ["N", 1])] };
const classifier: ModelShape = {
  path: "c.onnx",
  inputs: [tensor("X", "float", ["N", 2])],
  outputs: [tensor("label", "int64", ["N"]), tensor("probabilities", "float", ["N", 2])],
};
const named: ModelShape = {
  path: "n.onnx",
  inputs: [tensor("amount", "double", ["N", 1]), tensor("visits", "int64", ["N"])],
  outputs: [tensor("y", "float", ["N", 3])],
};
const two = [field("amount", double), field("visits", bigint)];

const problem = (shape: ModelShape, inputs: readonly Field[], outputs: readonly Field[]): string => {
  try {
    checkModel(shape, { name: "fraud", inputs, outputs });
  } catch (error) {
    expect((error as { code: string }).code).toBe("model-mismatch");
    return (error as Error).message;
  }
  return "fits";
};

describe("inputs", () => {
  it("takes one tensor in the order of the declaration", () => {
    expect(checkModel(matrix, { name: "fraud", inputs: two, outputs: [field("p", double)] })).toMatchObject({
      order: [0, 1],
      outputs: [{ tensor: 0, column: 0 }],
    });
  });

  it("names both counts", () => {
    const message = problem(matrix, [...two, field("night", bigint)], [field("p", double)]);
    expect(message).toMatch(/file's input X is float \[N, 2\], 2 columns, but CREATE MODEL fraud declares 3; too many: night BIGINT/);
    expect(problem(matrix, [field("amount", double)], [field("p", double)])).toMatch(/declares 1/);
  });

  it("finds tensors by name, and says which are missing on either side", () => {
    const outputs = [field("a", double), field("b", double), field("c", double)];
    expect(checkModel(named, { name: "fraud", inputs: [field("VISITS", bigint), field("amount", double)], outputs }).order).toEqual([1, 0]);
    expect(problem(named, [field("amount", double), field("calls", bigint)], outputs)).toMatch(
      /input visits \(int64 \[N\]\) is not declared.*input calls BIGINT is not in the file/,
    );
    expect(checkModel(named, { name: "fraud", inputs: [field("x", double), field("y", bigint)], outputs }).order).toEqual([0, 1]);
  });

  it("refuses texts, times, and fractions for whole tensors", () => {
    expect(problem(matrix, [field("amount", double), field("city", stringType())], [field("p", double)])).toMatch(/city STRING is no number/);
    expect(problem(matrix, [field("amount", double), field("ts", timestampType(3))], [field("p", double)])).toMatch(/ts TIMESTAMP\(3\) is no number/);
    expect(problem(named, [field("amount", double), field("visits", double)], [field("y", double)])).toMatch(
      /visits DOUBLE has fractions, but the file's input visits is int64/,
    );
    expect(problem({ ...matrix, inputs: [tensor("X", "string", ["N", 2])] }, two, [field("p", double)])).toMatch(/which a column of numbers cannot feed/);
  });
});

describe("outputs", () => {
  const places = (shape: ModelShape, outputs: Field[]): unknown =>
    checkModel(shape, { name: "fraud", inputs: two, outputs }).outputs.map(({ tensor: position, column }) => [position, column]);

  it("takes the second class for a DOUBLE and the label for a whole number or text", () => {
    expect(places(classifier, [field("score", double)])).toEqual([[1, 1]]);
    expect(places(classifier, [field("verdict", bigint), field("score", double)])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(places(classifier, [field("verdict", stringType())])).toEqual([[0, 0]]);
    expect(places(classifier, [field("no", double), field("yes", double)])).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(places(classifier, [field("probabilities", double)])).toEqual([[1, 1]]);
  });

  it("refuses what the file does not give", () => {
    expect(problem(classifier, two, [field("a", double), field("b", double), field("c", double)])).toMatch(
      /probabilities is float \[N, 2\], 2 columns, but 3 are declared/,
    );
    expect(problem(matrix, two, [field("label", bigint)])).toMatch(
      /label BIGINT: the file gives score float \[N, 1\], numbers with fractions; declare it DOUBLE/,
    );
    expect(problem(matrix, two, [field("at", timestampType(3))])).toMatch(/none of which can become TIMESTAMP\(3\)/);
    expect(problem({ ...matrix, outputs: [tensor("one", "float", ["N", 1]), tensor("two", "float", ["N", 1])] }, two, [field("p", double)])).toMatch(
      /several tensors/,
    );
  });
});

describe("a bound model", () => {
  const answers: Model = {
    ...classifier,
    kind: "trees",
    version: "v",
    predict: () => [[Float64Array.of(0, 1)], [Float64Array.of(0.9, 0.3), Float64Array.of(0.1, 0.7)]],
    close: () => Promise.resolve(),
  };
  it("gives the declared columns in the declared types", () => {
    const outputs = [field("score", simpleType("float")), field("label", simpleType("boolean")), field("label2", stringType())];
    expect(bindModel(answers, { name: "fraud", inputs: two, outputs }).predict(2, [])).toEqual([
      Float64Array.of(Math.fround(0.1), Math.fround(0.7)),
      [false, true],
      ["0", "1"],
    ]);
  });
  it("says when a model of unknown width gives too little", () => {
    const model: Model = { ...answers, outputs: [tensor("y", "float", ["N", null])], predict: () => [[Float64Array.of(1)]] };
    const predictor = bindModel(model, { name: "fraud", inputs: two, outputs: [field("a", double), field("b", double)] });
    expect(() => predictor.predict(1, [])).toThrow(/gave no value for output b: y has 1 columns/);
  });
});
