/** Binary heap of (time, arrival) with a payload: the way out for rows whose times lie far apart. */
export class TimeHeap {
  #times = new Float64Array(64);
  #arrivals = new Float64Array(64);
  #slots = new Int32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }
  get sizeBytes(): number {
    return this.#times.byteLength * 2 + this.#slots.byteLength;
  }
  /** Time of the first entry; +∞ when empty. */
  get firstTime(): number {
    return this.#size === 0 ? Infinity : this.#times[0]!;
  }
  get firstArrival(): number {
    return this.#arrivals[0]!;
  }

  clear(): void {
    this.#size = 0;
  }

  push(time: number, arrival: number, slot: number): void {
    if (this.#size === this.#times.length) this.#grow();
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(time, arrival, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, time, arrival, slot);
  }

  /** Removes the first entry and returns its slot. */
  pop(): number {
    const slot = this.#slots[0]!;
    const last = --this.#size;
    if (last === 0) return slot;
    const time = this.#times[last]!;
    const arrival = this.#arrivals[last]!;
    const moved = this.#slots[last]!;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#before(this.#times[child + 1]!, this.#arrivals[child + 1]!, child)) child++;
      if (this.#before(time, arrival, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, time, arrival, moved);
    return slot;
  }

  #before(time: number, arrival: number, other: number): boolean {
    const otherTime = this.#times[other]!;
    return time < otherTime || (time === otherTime && arrival < this.#arrivals[other]!);
  }
  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#arrivals[to] = this.#arrivals[from]!;
    this.#slots[to] = this.#slots[from]!;
  }
  #set(at: number, time: number, arrival: number, slot: number): void {
    this.#times[at] = time;
    this.#arrivals[at] = arrival;
    this.#slots[at] = slot;
  }
  #grow(): void {
    const capacity = this.#times.length * 2;
    const times = new Float64Array(capacity);
    times.set(this.#times);
    this.#times = times;
    const arrivals = new Float64Array(capacity);
    arrivals.set(this.#arrivals);
    this.#arrivals = arrivals;
    const slots = new Int32Array(capacity);
    slots.set(this.#slots);
    this.#slots = slots;
  }
}
