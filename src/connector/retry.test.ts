// Goal: tries are counted, waits double within bounds, final failures are not tried again. Method: a clock that runs at once.
import { expect, test } from "vitest";
import { HeadraceError } from "../core/index.ts";
import type { Platform } from "../core/index.ts";
import { retry } from "./retry.ts";

function instantPlatform(delays: number[]): Platform {
  const clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    nextTurn: async () => {},
    setTimer(delayMs: number, callback: () => void) {
      delays.push(delayMs);
      queueMicrotask(callback);
      return { cancel() {} };
    },
  };
  return { clock, random: { float: () => 0, bytes: () => new Uint8Array(), uuid: () => "" }, disk: undefined as never };
}

const policy = { attemptsMax: 4, firstDelayMs: 100, delayMsMax: 300 };

test("succeeds after failures, doubling its waits up to the largest", async () => {
  const delays: number[] = [];
  const answer = await retry(instantPlatform(delays), "call", policy, async (attempt) => {
    if (attempt < 4) throw new Error("not yet");
    return attempt;
  });
  expect(answer).toBe(4);
  expect(delays).toEqual([50, 100, 150]);
});

test("gives up with the count and the last reason", async () => {
  const call = retry(instantPlatform([]), "publish to 'alerts'", policy, async () => Promise.reject(new Error("busy")));
  await expect(call).rejects.toMatchObject({ code: "connector-failed", message: "publish to 'alerts' failed after 4 tries: busy" });
});

test("a final failure is tried once, and keeps its own code", async () => {
  let tries = 0;
  const operation = async () => {
    tries += 1;
    throw new HeadraceError("not-found", "no topic");
  };
  await expect(retry(instantPlatform([]), "call", { ...policy, retryable: () => false }, operation)).rejects.toMatchObject({ code: "not-found" });
  expect(tries).toBe(1);
});
