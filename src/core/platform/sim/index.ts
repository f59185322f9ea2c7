/** The simulated machine: time stands still until moved, randomness repeats, the disk fails when told. */
import type { Platform } from "../platform.ts";
import { simulatedClock, type SimulatedClock } from "./clock.ts";
import { SimulatedDisk, type DiskFaults } from "./disk.ts";
import { seededRandom, type SeededRandom } from "./random.ts";

export { simulatedClock, type SimulatedClock } from "./clock.ts";
export { SimulatedDisk, type DiskFaults } from "./disk.ts";
export { seededRandom, type SeededRandom } from "./random.ts";

export interface SimulatedPlatform extends Platform {
  readonly clock: SimulatedClock;
  readonly disk: SimulatedDisk;
  readonly random: SeededRandom;
}

/** `disk`: one that survived a power cut; a new one with `faults` otherwise. */
export function createSimulatedPlatform(options: { seed?: number; startMs?: number; faults?: DiskFaults; disk?: SimulatedDisk } = {}): SimulatedPlatform {
  const seed = options.seed ?? 1;
  return {
    clock: simulatedClock(options.startMs),
    disk: options.disk ?? new SimulatedDisk(seed, options.faults),
    random: seededRandom(seed ^ 0x5bd1e995),
  };
}
