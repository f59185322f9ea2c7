/**
 * A session in a worker, with the worker's code on this thread: what it answers, and what happens when it dies.
 * Method: host and `serveSession` talk over a MessageChannel, which copies and transfers as threads do.
 */
import { MessageChannel } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { createNodePlatform } from "../../core/platform/node.ts";
import { simpleType, type Field } from "../../data/index.ts";
import { bindModel } from "../predictor.ts";
import { readOnnx } from "../onnx/graph.ts";
import { classifierFile, networkFile, twoInputsFile } from "../../../test/inference/graphs.ts";
import type { Model } from "../model.ts";
import type { StartWorker } from "./host.ts";
import { openSessionModel } from "./model.ts";
import type { Port } from "./protocol.ts";
import { serveSession } from "./serve.ts";

const clock = createNodePlatform().clock;
const opened: Model[] = [];
afterEach(async () => {
  for (const model of opened.splice(0)) await model.close();
});

/** Threads that are channels; `kill` ends the last one as a crash would. */
function channelWorkers(loadRuntime: () => Promise<unknown> = () => import("onnxruntime-node")) {
  let started = 0;
  let kill: (reason: string) => void = () => {};
  const start: StartWorker = (onAnswer, onEnd) => {
    started++;
    const { port1, port2 } = new MessageChannel();
    serveSession(port1 as unknown as Port, loadRuntime);
    port2.on("message", onAnswer);
    kill = (reason) => {
      port2.close();
      onEnd(reason);
    };
    return { post: (request, transfer) => port2.postMessage(request, transfer), terminate: () => Promise.resolve(port2.close()) };
  };
  return { start, kill: (reason: string) => kill(reason), started: () => started };
}

async function open(bytes: Uint8Array, workers = channelWorkers()): Promise<Model> {
  const model = await openSessionModel(
    readOnnx(bytes),
    bytes,
    { path: "test.onnx", version: "0" },
    { clock, batchRowsMax: 64, batchDelayMs: 0, workers: 1, startWorker: workers.start },
  );
  opened.push(model);
  return model;
}

const double = (name: string): Field => ({ name, type: simpleType("double") });

describe("a session model", () => {
  it("scores a matrix, more rows than a batch, and leaves the features alone", async () => {
    const model = await open(networkFile());
    const rows = 150;
    const features = [Float64Array.from({ length: rows }, (_, row) => row), Float64Array.from({ length: rows + 7 }, (_, row) => row % 3)];
    const [[y]] = await model.predict(rows, features);
    expect(y).toEqual(Float64Array.from({ length: rows }, (_, row) => row + 10 * (row % 3) + 0.5));
    expect(features[0][149]).toBe(149);
  });

  it("fills batches of fixed size", async () => {
    const model = await open(networkFile(4));
    const [[y]] = await model.predict(6, [Float64Array.of(1, 2, 3, 4, 5, 6), new Float64Array(6)]);
    expect(y).toEqual(Float64Array.of(1.5, 2.5, 3.5, 4.5, 5.5, 6.5));
  });

  it("feeds a tensor per column by name, whole numbers as such", async () => {
    const predictor = bindModel(await open(twoInputsFile()), {
      name: "m",
      inputs: [{ name: "visits", type: simpleType("bigint") }, double("amount")],
      outputs: [double("sum")],
    });
    expect(await predictor.predict(2, [Float64Array.of(2 ** 40, 3), Float64Array.of(0.25, 0.5)])).toEqual([Float64Array.of(2 ** 40 + 0.25, 3.5)]);
    await expect(predictor.predict(1, [Float64Array.of(NaN), Float64Array.of(1)])).rejects.toThrow(/input visits \(int64\) was given NULL/);
    expect(await predictor.predict(1, [Float64Array.of(1), Float64Array.of(1)])).toEqual([Float64Array.of(2)]);
  });

  it("gives labels as texts", async () => {
    const model = await open(classifierFile({ labels: ["no", "yes"] }));
    const [labels] = await model.predict(2, [Float64Array.of(1, 11), Float64Array.of(0, 0)]);
    expect(labels).toEqual([["no", "yes"]]);
  });

  it("reports the batch a dying worker had and starts another", async () => {
    const workers = channelWorkers();
    const model = await open(networkFile(), workers);
    const lost = model.predict(3, [new Float64Array(3), new Float64Array(3)]);
    workers.kill("it ended with code 134");
    await expect(lost).rejects.toMatchObject({
      code: "model-failed",
      message: expect.stringMatching(/test\.onnx lost its worker while it scored a batch of 3 rows: it ended with code 134/) as string,
    });
    expect(await model.predict(1, [Float64Array.of(1), Float64Array.of(1)])).toEqual([[Float64Array.of(11.5)]]);
    expect(workers.started()).toBe(2);
  });

  it("fails what is under way when closed, and what comes after", async () => {
    const model = await open(networkFile());
    const pending = model.predict(1, [Float64Array.of(1), Float64Array.of(1)]);
    await model.close();
    await expect(pending).rejects.toMatchObject({ code: "model-failed" });
    await expect(model.predict(1, [Float64Array.of(1), Float64Array.of(1)])).rejects.toThrow(/was closed/);
  });

  it("names the package that is missing", async () => {
    const workers = channelWorkers(() => Promise.reject(new Error("Cannot find package 'onnxruntime-node'")));
    await expect(open(networkFile(), workers)).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("onnxruntime-node") as string,
      hint: expect.stringContaining("npm install onnxruntime-node") as string,
    });
  });

  it("says what the runtime has against a file", async () => {
    const bytes = Buffer.from(networkFile().toString("latin1").replace("Gemm", "Gomm"), "latin1");
    await expect(open(bytes)).rejects.toMatchObject({ code: "model-failed", message: expect.stringContaining("Gomm") as string });
  });
});
