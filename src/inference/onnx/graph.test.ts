/** Goal: no file, however broken, is read silently or hangs. Method: cut, altered and foreign bytes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HeadraceError } from "../../core/index.ts";
import { classifierFile, regressorFile, twoInputsFile } from "../../../test/inference/graphs.ts";
import { recogniseTrees } from "../trees/recognise.ts";
import { readOnnx } from "./graph.ts";

function outcome(bytes: Uint8Array): string {
  try {
    recogniseTrees(readOnnx(bytes));
    return "read";
  } catch (error) {
    if (error instanceof HeadraceError) return error.code;
    throw error;
  }
}

describe("reading ONNX files", () => {
  it("finds inputs, outputs, types and shapes", () => {
    const model = readOnnx(twoInputsFile());
    expect(model.inputs).toEqual([
      { name: "amount", type: "double", shape: ["N", 1] },
      { name: "visits", type: "int64", shape: ["N", 1] },
    ]);
    expect(model.outputs).toEqual([{ name: "sum", type: "double", shape: ["N", 1] }]);
    expect(model.nodes.map((node) => node.operator)).toEqual(["Cast", "Add"]);
    expect(model.operatorSets.get("ai.onnx.ml")).toBe(3);
  });

  it("refuses what is no model and says so", () => {
    for (const text of ["", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "{}", "PAR1"]) {
      expect(() => readOnnx(Buffer.from(text)), JSON.stringify(text)).toThrow(/not a readable ONNX file/);
    }
  });

  it("refuses a file that was cut anywhere inside its graph", () => {
    const bytes = classifierFile();
    const graphStart = bytes.indexOf("classifier");
    let refused = 0;
    for (let length = 1; length < bytes.length; length++) {
      const result = outcome(bytes.subarray(0, length));
      if (result === "decode") refused++;
      else expect(length, `a file of ${length} bytes was read`).toBeGreaterThan(graphStart);
    }
    // What follows the graph (versions of operator sets) may be missing.
    expect(refused).toBeGreaterThan(bytes.length - 40);
  });

  it("reads or refuses altered files, and ends", () => {
    const bytes = regressorFile();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const altered = Uint8Array.from(bytes);
        for (const [at, value] of changes) altered[at] = value;
        expect(["read", "decode"]).toContain(outcome(altered));
      }),
      { numRuns: 3000 },
    );
  });
});
