/**
 * Puts rows into event-time order; rows of one time stay in order of arrival. Works on slots: small numbers that name
 * rows held elsewhere.
 *
 * Times within a horizon from the next time due go into a bucket per millisecond, O(1) a row, with bitmaps to jump over
 * empty ones. All others wait in a heap and move into the buckets when the horizon reaches them, before any later row of
 * the same time. The horizon widens when the heap gets much to do. What is held here can be rebuilt from the rows.
 */
import { Occupancy } from "./occupancy.ts";
import { TimeHeap } from "./time-heap.ts";

const smallestHorizonMs = 4096;
const largestHorizonMs = 1 << 19;
const busyHeap = 1024;

export class Reorder {
  #horizonMs = smallestHorizonMs;
  #first = new Int32Array(smallestHorizonMs).fill(-1);
  #last = new Int32Array(smallestHorizonMs);
  #occupied = new Occupancy(smallestHorizonMs);
  #next = new Int32Array(0);
  #heap = new TimeHeap();
  /** The buckets cover [base, base + horizon). */
  #baseMs = -Infinity;
  #bucketed = 0;
  #arrivals = 0;
  #pushedToHeap = 0;
  #pushedEarly = 0;
  /** Slots of the last {@link drain}. Replaced when it grows. */
  order = new Int32Array(2048);
  /** Times of the last {@link drain}. */
  times = new Float64Array(2048);

  get size(): number {
    return this.#bucketed + this.#heap.size;
  }
  get sizeBytes(): number {
    return this.#first.byteLength * 2 + this.#occupied.sizeBytes + this.#next.byteLength + this.#heap.sizeBytes;
  }

  /** Forgets all rows; slots will be below `slotCount`. */
  reset(slotCount: number): void {
    if (this.#bucketed > 0) {
      this.#first.fill(-1);
      this.#occupied.clear();
    }
    if (this.#next.length !== slotCount) this.#next = new Int32Array(slotCount);
    this.#heap.clear();
    this.#bucketed = 0;
  }

  /** `timeMs`: a whole number. */
  push(slot: number, timeMs: number): void {
    if (this.#baseMs === -Infinity) this.#baseMs = timeMs - (this.#horizonMs >> 1);
    const distance = timeMs - this.#baseMs;
    if (distance >= 0 && distance < this.#horizonMs) this.#pushBucket(slot, timeMs);
    else {
      this.#heap.push(timeMs, this.#arrivals++, slot);
      if (distance < 0) this.#pushedEarly++;
      if (++this.#pushedToHeap > Math.max(busyHeap, this.size >> 1)) this.#refit();
    }
  }

  /**
   * Takes rows of times ≤ `limitMs` in order into {@link order} and {@link times}; stops after the time that brought it to
   * `aim` rows or more, so that rows of one time always come together. Returns the count.
   */
  drain(limitMs: number, aim: number): number {
    let count = 0;
    let at = this.#baseMs;
    while (count < aim && this.size > 0) {
      const bucketTime = this.#nextBucket(at, limitMs);
      const heapTime = this.#heap.firstTime;
      if (bucketTime > limitMs && heapTime > limitMs) {
        this.#advance(limitMs + 1);
        return count;
      }
      if (heapTime < bucketTime) {
        count = this.#takeHeap(heapTime, count);
        this.#advance(heapTime + 1);
      } else {
        count = this.#takeBucket(bucketTime, count);
        at = bucketTime + 1;
      }
      at = Math.max(at, this.#baseMs);
    }
    this.#advance(at);
    return count;
  }

  #pushBucket(slot: number, timeMs: number): void {
    const mask = this.#horizonMs - 1;
    const bucket = timeMs & mask;
    this.#next[slot] = -1;
    if (this.#first[bucket]! < 0) {
      this.#first[bucket] = slot;
      this.#occupied.add(bucket);
    } else this.#next[this.#last[bucket]!] = slot;
    this.#last[bucket] = slot;
    this.#bucketed++;
  }

  /** Time of the first filled bucket from `from` on; +∞ when there is none at or before `limitMs`. */
  #nextBucket(from: number, limitMs: number): number {
    if (this.#bucketed === 0) return Infinity;
    const distance = this.#occupied.distance(from & (this.#horizonMs - 1));
    const time = from + distance;
    return distance >= 0 && time <= limitMs && time < this.#baseMs + this.#horizonMs ? time : Infinity;
  }

  #takeBucket(timeMs: number, from: number): number {
    const bucket = timeMs & (this.#horizonMs - 1);
    let count = from;
    for (let slot = this.#first[bucket]!; slot >= 0; slot = this.#next[slot]!) {
      if (count === this.order.length) this.#growOrder();
      this.order[count] = slot;
      this.times[count++] = timeMs;
    }
    this.#first[bucket] = -1;
    this.#occupied.remove(bucket);
    this.#bucketed -= count - from;
    return count;
  }

  #takeHeap(timeMs: number, from: number): number {
    let count = from;
    while (this.#heap.firstTime === timeMs) {
      if (count === this.order.length) this.#growOrder();
      this.order[count] = this.#heap.pop();
      this.times[count++] = timeMs;
    }
    return count;
  }

  #advance(baseMs: number): void {
    if (!(baseMs > this.#baseMs)) return;
    this.#baseMs = baseMs;
    this.#fillFromHeap();
  }

  #fillFromHeap(): void {
    const end = this.#baseMs + this.#horizonMs;
    while (this.#heap.size > 0) {
      const time = this.#heap.firstTime;
      if (time < this.#baseMs || time >= end) return;
      this.#pushBucket(this.#heap.pop(), time);
    }
  }

  /** The heap has much to do: the buckets start at the first row that waits, and are four times as many if rows were too late for them. */
  #refit(): void {
    const isTooNarrow = this.#pushedEarly * 2 < this.#pushedToHeap;
    this.#pushedToHeap = this.#pushedEarly = 0;
    if (isTooNarrow && this.#horizonMs === largestHorizonMs) return;
    this.#emptyBuckets();
    if (isTooNarrow) {
      this.#horizonMs *= 4;
      if (this.#horizonMs > largestHorizonMs) this.#horizonMs = largestHorizonMs;
      this.#first = new Int32Array(this.#horizonMs).fill(-1);
      this.#last = new Int32Array(this.#horizonMs);
      this.#occupied = new Occupancy(this.#horizonMs);
    }
    this.#baseMs = this.#heap.firstTime;
    this.#fillFromHeap();
  }

  /** Rows of the buckets go to the heap; it holds none of their times, so they stay in order. */
  #emptyBuckets(): void {
    while (this.#bucketed > 0) {
      const time = this.#nextBucket(this.#baseMs, Infinity);
      const bucket = time & (this.#horizonMs - 1);
      for (let slot = this.#first[bucket]!; slot >= 0; slot = this.#next[slot]!) {
        this.#heap.push(time, this.#arrivals++, slot);
        this.#bucketed--;
      }
      this.#first[bucket] = -1;
      this.#occupied.remove(bucket);
    }
  }

  #growOrder(): void {
    const order = new Int32Array(this.order.length * 2);
    order.set(this.order);
    this.order = order;
    const times = new Float64Array(this.times.length * 2);
    times.set(this.times);
    this.times = times;
  }
}
