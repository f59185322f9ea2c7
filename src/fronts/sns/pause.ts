import type { Clock } from "../../core/index.ts";

/** Resolves after `delayMs`, or at once when the signal aborts: a server that stops does not wait for a retry that is minutes away. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = clock.setTimer(delayMs, () => {
      signal.removeEventListener("abort", end);
      resolve();
    });
    const end = (): void => {
      timer.cancel();
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
  });
}
