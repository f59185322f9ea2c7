/** A platform for tests of fronts: a clock that stands still until told, no disk. */
import { setImmediate as turn } from "node:timers/promises";
import { HeadraceError, type Platform } from "../../../core/index.ts";

export interface ManualPlatform extends Platform {
  /** Sets the wall clock; the monotonic clock follows. */
  setTime(timeMs: number): void;
}

export function manualPlatform(startMs: number): ManualPlatform {
  let nowMs = startMs;
  let count = 0;
  const noDisk = (): never => {
    throw new HeadraceError("internal", "this platform has no disk");
  };
  return {
    setTime(timeMs) {
      nowMs = timeMs;
    },
    clock: {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      setTimer: () => ({ cancel() {} }),
      nextTurn: () => turn(),
    },
    get disk() {
      return noDisk();
    },
    random: {
      bytes: (length) => new Uint8Array(length).fill(++count),
      float: () => 0.5,
      uuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`,
    },
  };
}
