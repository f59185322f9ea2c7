/** Snapshots of aggregates that give back one of the values they saw: MIN, MAX, FIRST_VALUE, LAST_VALUE, LAG. */
import type { Lane } from "../../state/lanes.ts";
import { roomFor } from "./accumulator.ts";

export class ValueSnapshots {
  readonly lane: Lane;
  /** 1 where there is no value. */
  nulls = new Uint8Array(0);
  numbers = new Float64Array(0);
  words = new Int32Array(0);
  ids = new Int32Array(0);

  constructor(lane: Lane) {
    this.lane = lane;
  }

  reserve(rows: number): void {
    if (this.nulls.length >= rows) return;
    const room = roomFor(rows);
    this.nulls = new Uint8Array(room);
    if (this.lane === "number") this.numbers = new Float64Array(room);
    else if (this.lane === "wide") this.words = new Int32Array(room * 2);
    else this.ids = new Int32Array(room);
  }

  /** `first` and `second` as records hold them: the number; low and high half; the id. */
  set(row: number, first: number, second: number): void {
    this.nulls[row] = 0;
    if (this.lane === "number") this.numbers[row] = first;
    else if (this.lane === "wide") {
      this.words[row * 2] = first;
      this.words[row * 2 + 1] = second;
    } else this.ids[row] = first;
  }

  /** Row `to` gets what row `from` has. */
  copy(from: number, to: number): void {
    this.nulls[to] = this.nulls[from]!;
    if (this.lane === "number") this.numbers[to] = this.numbers[from]!;
    else if (this.lane === "wide") this.words.copyWithin(to * 2, from * 2, from * 2 + 2);
    else this.ids[to] = this.ids[from]!;
  }
}
