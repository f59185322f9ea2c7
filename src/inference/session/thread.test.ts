/**
 * The real thing: worker threads started from compiled files. Goal: the entry is found, the runtime loads in several threads,
 * batches come back to their askers. Method: the sources are compiled into a folder of their own first, because Node 20 starts
 * no worker from TypeScript.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodePlatform } from "../../core/platform/node.ts";
import { simpleType } from "../../data/index.ts";
import type * as sources from "../index.ts";
import { networkFile } from "../../../test/inference/graphs.ts";

const root = resolve(import.meta.dirname, "../../..");
let folder = "";
let inference: Pick<typeof sources, "loadModel" | "bindModel">;

beforeAll(async () => {
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  folder = mkdtempSync(join(root, "node_modules/.cache/inference-"));
  execFileSync("npx", ["tsc", "-p", join(root, "tsconfig.json"), "--noCheck", "--declaration", "false", "--sourceMap", "false", "--outDir", folder], {
    cwd: root,
    stdio: "pipe",
  });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  inference = (await import(join(folder, "inference/index.js"))) as typeof inference;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a worker thread", () => {
  it("loads, scores and ends", async () => {
    const path = join(folder, "network.onnx");
    writeFileSync(path, networkFile());
    const model = await inference.loadModel({ provider: "onnx", path, platform: createNodePlatform(), workers: 2, batchRowsMax: 16 });
    expect(model.kind).toBe("session");
    expect(model.version).toMatch(/^[0-9a-f]{16}$/);
    const double = simpleType("double");
    const predictor = inference.bindModel(model, {
      name: "m",
      inputs: [
        { name: "a", type: double },
        { name: "b", type: double },
      ],
      outputs: [{ name: "y", type: double }],
    });
    const answers = await Promise.all(
      [1, 2, 3].map(async (value) => predictor.predict(100, [new Float64Array(100).fill(value), new Float64Array(100).fill(1)])),
    );
    expect(answers).toEqual([1, 2, 3].map((value) => [new Float64Array(100).fill(value + 10.5)]));
    await predictor.close();
  });
});
