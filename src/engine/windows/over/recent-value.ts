/** MIN, MAX, FIRST_VALUE, LAST_VALUE and LAG over a ROWS frame: looks through the few rows of the window. */
import type { DataType } from "../../../data/index.ts";
import type { ByteIndex } from "../../state/byte-index.ts";
import type { RecordStore } from "../../state/record-store.ts";
import { encodeScalar } from "../../state/scalars.ts";
import {
  compareHalves,
  compareNumbers,
  ValueSnapshots,
  type Accumulator,
  type Choice,
  type Movement,
  type Participation,
  type Steps,
} from "../aggregates/index.ts";
import type { RecentRows } from "./recent-rows.ts";

// The frame's own words in a key's record.
export const firstSlotWord = 1;
export const windowRowsWord = 2;

export class RecentValueAccumulator implements Accumulator {
  readonly words = 0;
  offset = 0;
  readonly values: ValueSnapshots;
  readonly #choice: Choice;
  readonly #rows: RecentRows;
  readonly #flagWord: number;
  readonly #valueWord: number;
  readonly #compareIds: (left: number, right: number) => number;

  constructor(choice: Choice, rows: RecentRows, participation: Participation, compareIds: (left: number, right: number) => number) {
    this.#choice = choice;
    this.#rows = rows;
    this.#flagWord = rows.flagWord(participation);
    this.#valueWord = rows.valueWord(participation);
    this.#compareIds = compareIds;
    this.values = new ValueSnapshots(participation.lane!);
  }

  reserve(rows: number): void {
    this.values.reserve(rows);
  }

  update(store: RecordStore, steps: Steps, _movement: Movement, from: number, to: number): void {
    const rows = this.#rows;
    for (let step = from; step < to; step++) {
      let best = -1;
      for (let slot = store.word(steps.enterRecords[step]!, firstSlotWord) - 1; slot >= 0; slot = rows.next(slot)) {
        if (rows.word(slot, this.#flagWord) === 0) continue;
        if (best < 0 || this.#isBetter(slot, best)) best = slot;
        if (this.#choice === "first") break;
      }
      if (best < 0) this.values.nulls[step] = 1;
      else this.values.set(step, rows.word(best, this.#valueWord), rows.word(best, this.#valueWord + 1));
    }
  }

  #isBetter(slot: number, best: number): boolean {
    if (this.#choice === "last") return true;
    const rows = this.#rows;
    const at = this.#valueWord;
    const one = rows.word(slot, at);
    const two = rows.word(best, at);
    const { lane } = this.values;
    const comparison =
      lane === "number"
        ? compareNumbers(one, two)
        : lane === "wide"
          ? compareHalves(one, rows.word(slot, at + 1), two, rows.word(best, at + 1))
          : this.#compareIds(one, two);
    return this.#choice === "min" ? comparison < 0 : comparison > 0;
  }
}

/** The row `offset` rows back, which is the first one of a window of offset + 1 rows; NULL stays NULL, no row gives the default. */
export class LagAccumulator implements Accumulator {
  readonly words = 0;
  offset = 0;
  readonly values: ValueSnapshots;
  readonly #rowsBack: number;
  readonly #rows: RecentRows;
  readonly #flagWord: number;
  readonly #valueWord: number;
  readonly #default: unknown;
  readonly #type: DataType;
  readonly #index: ByteIndex | null;

  /** `fallback`: scalar of type `type`, null for NULL. */
  constructor(rowsBack: number, rows: RecentRows, participation: Participation, fallback: unknown, index: ByteIndex | null) {
    this.#rowsBack = rowsBack;
    this.#rows = rows;
    this.#flagWord = rows.flagWord(participation);
    this.#valueWord = rows.valueWord(participation);
    this.#default = fallback ?? null;
    this.#type = participation.type!;
    this.#index = index;
    this.values = new ValueSnapshots(participation.lane!);
  }

  reserve(rows: number): void {
    this.values.reserve(rows);
  }

  update(store: RecordStore, steps: Steps, _movement: Movement, from: number, to: number): void {
    for (let step = from; step < to; step++) {
      const record = steps.enterRecords[step]!;
      if (store.word(record, windowRowsWord) <= this.#rowsBack) this.#setDefault(step);
      else {
        const slot = store.word(record, firstSlotWord) - 1;
        if (this.#rows.word(slot, this.#flagWord) === 0) this.values.nulls[step] = 1;
        else this.values.set(step, this.#rows.word(slot, this.#valueWord), this.#rows.word(slot, this.#valueWord + 1));
      }
    }
  }

  #setDefault(row: number): void {
    const value = this.#default;
    if (value === null) this.values.nulls[row] = 1;
    else if (this.values.lane === "number") this.values.set(row, Number(value), 0);
    else if (this.values.lane === "wide") {
      const whole = BigInt(value as bigint | number);
      this.values.set(row, Number(BigInt.asIntN(32, whole)), Number(BigInt.asIntN(32, whole >> 32n)));
    } else {
      const isText = this.#type.kind === "char" || this.#type.kind === "varchar";
      const bytes = isText ? new TextEncoder().encode(value as string) : encodeScalar(value);
      this.values.set(row, this.#index!.addBytes(bytes, 0, bytes.length), 0);
    }
  }
}
