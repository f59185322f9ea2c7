/**
 * Arithmetic of windows. Time is cut into slices of gcd(size, slide); every window is a run of whole slices, so a row is
 * added once, to its slice, however many windows overlap. Division rounds down: times before 1970 are like all others.
 */
import type { WindowSpecification } from "../../../sql/plan/plan.ts";
import type { Zone } from "../../time/zone.ts";

export class WindowShape {
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly sliceMs: number;
  readonly #offsetMs: number;
  readonly #zone: Zone;

  /** Window bounds are in local time of `zone`; for TIMESTAMP columns that is UTC. */
  constructor(window: WindowSpecification, zone: Zone) {
    this.sizeMs = window.sizeMs;
    this.slideMs = window.kind === "hop" ? window.slideMs : window.sizeMs;
    this.sliceMs = greatestCommonDivisor(this.sizeMs, this.slideMs);
    this.#offsetMs = window.offsetMs;
    this.#zone = zone;
  }

  /** Start of the slice that holds an instant. */
  sliceOf(timeMs: number): number {
    return floorTo(this.#zone.toLocal(timeMs), this.sliceMs, this.#offsetMs);
  }

  /** End of the last window that holds a slice; not after the slice's start if none does (slide > size). */
  lastEnd(slice: number): number {
    return floorTo(slice, this.slideMs, this.#offsetMs) + this.sizeMs;
  }

  /** End of the first window that holds a slice. */
  firstEnd(slice: number): number {
    return floorTo(slice - this.sizeMs, this.slideMs, this.#offsetMs) + this.slideMs + this.sizeMs;
  }

  /** Whether no row of a window that ends here can be in time any more. */
  isFired(end: number, watermarkMs: number): boolean {
    return this.#zone.lastInstant(end - 1) <= watermarkMs;
  }

  /** window_time as an instant. */
  windowTime(end: number): number {
    return this.#zone.firstInstant(end - 1);
  }
}

function floorTo(time: number, step: number, offset: number): number {
  return Math.floor((time - offset) / step) * step + offset;
}

function greatestCommonDivisor(left: number, right: number): number {
  let [a, b] = [left, right];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
