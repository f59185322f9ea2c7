/** Time that stands still until a test moves it. */
import type { Clock, Timer } from "../platform.ts";

export interface SimulatedClock extends Clock {
  /** Moves both clocks ahead, firing the timers that become due in the order of their times. */
  advance(durationMs: number): void;
  /** Sets the wall clock alone, as an operator or NTP does; may go back. */
  setWallClock(timeMs: number): void;
  /** Timers that have not fired. */
  readonly pendingTimers: number;
}

interface PendingTimer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

export function simulatedClock(startMs = 1_700_000_000_000): SimulatedClock {
  let elapsedMs = 0;
  let wallOffsetMs = startMs;
  let order = 0;
  let timers: PendingTimer[] = [];
  const remove = (timer: PendingTimer): void => {
    timers = timers.filter((other) => other !== timer);
  };
  const nextDue = (untilMs: number): PendingTimer | undefined =>
    timers.filter((timer) => timer.dueMs <= untilMs).sort((left, right) => left.dueMs - right.dueMs || left.order - right.order)[0];
  return {
    nowMs: () => Math.floor(elapsedMs + wallOffsetMs),
    monotonicMs: () => elapsedMs,
    setTimer(delayMs, callback): Timer {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), order: order++, callback };
      timers.push(timer);
      return { cancel: () => remove(timer) };
    },
    nextTurn: () => Promise.resolve(),
    advance(durationMs) {
      const untilMs = elapsedMs + durationMs;
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        remove(timer);
        elapsedMs = Math.max(elapsedMs, timer.dueMs);
        timer.callback();
      }
      elapsedMs = untilMs;
    },
    setWallClock(timeMs) {
      wallOffsetMs = timeMs - elapsedMs;
    },
    get pendingTimers() {
      return timers.length;
    },
  };
}
