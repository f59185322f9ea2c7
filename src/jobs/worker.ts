/** Entry of a pipeline's thread: builds the pipeline from its assignment, runs it, and tells what happens. */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { createNodePlatform, HeadraceError, type ErrorCode } from "../core/index.ts";
import { rowsOf, type Batch } from "../data/index.ts";
import { Pipeline } from "../engine/index.ts";
import { connectLog } from "../log/index.ts";
import { createEnvironment } from "./environment.ts";
import type { RunAssignment, RunCommand, RunEvent } from "./job-run.ts";
import { createRouter } from "./router.ts";

const statisticsIntervalMs = 250;
/** Messages with rows that may be on their way to whoever asked. */
const rowMessagesMax = 16;

const { assignment, port } = workerData as { assignment: RunAssignment; port: MessagePort };
const platform = createNodePlatform();
const send = (event: RunEvent): void => parentPort!.postMessage(event);

async function main(): Promise<void> {
  const log = connectLog(port);
  let untaken = 0;
  const collecting = {
    collect: (batch: Batch) => {
      untaken++;
      send({ kind: "rows", rows: rowsOf(batch) });
    },
    collectFull: () => untaken >= rowMessagesMax,
  };
  const environment = await createEnvironment({ assignment, platform, log, ...(assignment.collects ? collecting : {}) });
  const pipeline = new Pipeline(assignment.compiled.plan, environment, createRouter(log, platform.clock));
  let drainWanted = false;
  const drain = (): void => void pipeline.drain().catch((error: unknown) => send(failure(error)));
  parentPort!.on("message", (command: RunCommand) => {
    if (command.kind === "stop") pipeline.stop();
    else if (command.kind === "taken") {
      untaken--;
      pipeline.wake();
    } else if (pipeline.started) drain();
    // Sources have no end before they have splits.
    else drainWanted = true;
  });
  const report = (): void => {
    if (pipeline.started) send({ kind: "statistics", statistics: pipeline.statistics(), deadLetters: environment.deadLetters.counts() });
  };
  const tick = (): void => {
    report();
    platform.clock.setTimer(statisticsIntervalMs, tick, { unref: true });
  };
  tick();
  const outcome = await pipeline.run(() => {
    send({ kind: "running" });
    if (drainWanted) drain();
  });
  report();
  await environment.close();
  send({ kind: "ended", outcome });
}

/** Errors that the same restart would meet again. */
const hopeless = new Set<ErrorCode>([
  "usage",
  "unknown-option",
  "invalid-option",
  "sql-syntax",
  "sql-invalid",
  "sql-unsupported",
  "model-mismatch",
  "invalid-argument",
  "decode",
  "not-found",
  "corrupt",
]);

function failure(error: unknown): RunEvent {
  if (error instanceof HeadraceError) {
    const { code, message, hint } = error;
    return { kind: "failed", code, message, worthRestarting: !hopeless.has(code), ...(hint === undefined ? {} : { hint }) };
  }
  return { kind: "failed", code: "internal", message: error instanceof Error ? (error.stack ?? error.message) : String(error), worthRestarting: true };
}

main().catch((error: unknown) => send(failure(error)));
