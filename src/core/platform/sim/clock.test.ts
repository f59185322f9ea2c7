import { expect, test } from "vitest";
import { simulatedClock } from "./clock.ts";
import { seededRandom } from "./random.ts";

test("timers fire in the order of their times, those set meanwhile too", () => {
  const clock = simulatedClock(1000);
  const fired: string[] = [];
  clock.setTimer(20, () => fired.push(`b ${clock.nowMs()}`));
  clock.setTimer(10, () => {
    fired.push(`a ${clock.nowMs()}`);
    clock.setTimer(5, () => fired.push(`c ${clock.nowMs()}`));
  });
  clock.setTimer(30, () => fired.push("never")).cancel();
  clock.setTimer(50, () => fired.push("later"));
  clock.advance(40);
  expect(fired).toEqual(["a 1010", "c 1015", "b 1020"]);
  expect(clock.nowMs()).toBe(1040);
  expect(clock.pendingTimers).toBe(1);
});

test("the wall clock can go back, the monotonic one cannot", () => {
  const clock = simulatedClock(1000);
  clock.advance(100);
  clock.setWallClock(500);
  clock.advance(10);
  expect(clock.nowMs()).toBe(510);
  expect(clock.monotonicMs()).toBe(110);
});

test("the same seed gives the same numbers", () => {
  const [one, other, third] = [seededRandom(42), seededRandom(42), seededRandom(43)];
  expect(one.bytes(8)).toEqual(other.bytes(8));
  expect(one.uuid()).toBe(other.uuid());
  expect(one.float()).not.toBe(third.float());
  expect(seededRandom(7).uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
