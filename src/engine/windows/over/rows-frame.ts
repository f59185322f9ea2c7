/** ROWS BETWEEN n PRECEDING AND CURRENT ROW, and LAG: a step is a row; before it leaves the key's row n + 1 back. */
import type { Column, Schema } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import type { State } from "../../operator.ts";
import { RecordStore } from "../../state/record-store.ts";
import { choiceOf, emptySteps, familyOf, idComparison, isFloating, lagOffset, roomFor } from "../aggregates/index.ts";
import type { Arguments } from "../arguments.ts";
import type { Chunk, Frame } from "./frame.ts";
import { Groups, setEntering, type Group } from "./groups.ts";
import type { RecentRows } from "./recent-rows.ts";
import { firstSlotWord, LagAccumulator, RecentValueAccumulator, windowRowsWord } from "./recent-value.ts";
import { counting } from "./unbounded-frame.ts";

export class RowsFrame implements Frame {
  readonly states: readonly State[];
  readonly #precedingRows: number;
  readonly #sharesTies: boolean;
  readonly #rows: RecentRows;
  readonly #arguments: Arguments;
  readonly #groups: Groups;
  readonly #store: RecordStore;
  readonly #steps = emptySteps();
  readonly #lags: LagAccumulator[] = [];
  #left = 0;

  constructor(
    name: string,
    precedingRows: number,
    sharesTies: boolean,
    calls: readonly AggregateCall[],
    input: Schema,
    argumentsOf: Arguments,
    rows: RecentRows,
  ) {
    this.#precedingRows = precedingRows;
    this.#sharesTies = sharesTies;
    this.#rows = rows;
    this.#arguments = argumentsOf;
    this.#groups = new Groups(calls, input, argumentsOf, windowRowsWord + 1, true, (call, participation) => {
      const index = argumentsOf.index(participation.argument);
      if (familyOf(call) === "lag") {
        const lag = new LagAccumulator(lagOffset(call), rows, participation, call.constants[1], index);
        this.#lags.push(lag);
        return lag;
      }
      return new RecentValueAccumulator(choiceOf(call), rows, participation, index === null ? () => 0 : idComparison(participation.type!, index));
    });
    this.#store = new RecordStore(`${name}-records`, windowRowsWord + this.#groups.words, this.#groups.description);
    this.states = [this.#store];
    for (const group of this.#groups.groups) {
      if (group.participation.type !== null && isFloating(group.participation.type))
        group.movement.visit = (record, _step, take) => this.#visit(group, record, take);
    }
  }

  open(): void {}

  /** Rows come one at a time, by {@link leave} and {@link enter}: frames share slots, which the next row may take. */
  process(chunk: Chunk): void {
    const { count } = chunk;
    this.#store.ensure(chunk.keyCount);
    this.#store.touchAll(chunk.keys, count);
    const steps = this.#steps;
    steps.count = count;
    steps.enterEnds = counting(steps.enterEnds, count);
    steps.enterRecords = chunk.keys;
    if (steps.leaveEnds.length < count) {
      steps.leaveEnds = new Int32Array(roomFor(count));
      steps.leaveRecords = new Int32Array(roomFor(count));
    }
    this.#left = 0;
    this.#groups.reserve(count);
    for (const group of this.#groups.groups) this.#prepare(group, chunk);
  }

  #prepare(group: Group, chunk: Chunk): void {
    const { movement, participation } = group;
    setEntering(group, this.#arguments);
    movement.firstOrder = chunk.firstOrder;
    if (participation.distinct) movement.enters = movement.enters.slice(0, chunk.count);
    if (movement.leaves.length >= chunk.count) return;
    const room = roomFor(chunk.count);
    movement.leaves = new Uint8Array(room);
    if (participation.lane === "number") movement.leaveNumbers = new Float64Array(room);
    else if (participation.lane === "wide") movement.leaveWords = new Int32Array(room * 2);
    else if (participation.lane === "interned") movement.leaveIds = new Int32Array(room);
  }

  /** Before row `row` of its key enters. */
  leave(key: number, row: number): void {
    const store = this.#store;
    const rows = store.word(key, windowRowsWord);
    if (rows <= this.#precedingRows) store.setWord(key, windowRowsWord, rows + 1);
    else {
      const slot = store.word(key, firstSlotWord) - 1;
      store.setWord(key, firstSlotWord, this.#rows.next(slot) + 1);
      for (const group of this.#groups.groups) this.#takeLeaving(group, key, slot);
      this.#steps.leaveRecords[this.#left++] = key;
    }
    this.#steps.leaveEnds[row] = this.#left;
  }

  #takeLeaving(group: Group, key: number, slot: number): void {
    const { participation, movement } = group;
    const at = this.#left;
    let leaves = this.#rows.word(slot, this.#rows.flagWord(participation));
    const word = this.#rows.valueWord(participation);
    if (leaves === 1 && word >= 0) {
      if (participation.lane === "number") movement.leaveNumbers[at] = this.#rows.word(slot, word);
      else if (participation.lane === "interned") movement.leaveIds[at] = this.#rows.word(slot, word);
      else {
        movement.leaveWords[at * 2] = this.#rows.word(slot, word);
        movement.leaveWords[at * 2 + 1] = this.#rows.word(slot, word + 1);
      }
      if (participation.distinct && this.#holds(group, key, slot, -1)) leaves = 0;
    }
    movement.leaves[at] = leaves;
  }

  /** Whether a row of the window other than `slot`, up to but not including `end`, brings the value of `slot`. */
  #holds(group: Group, key: number, slot: number, end: number): boolean {
    const rows = this.#rows;
    const flag = rows.flagWord(group.participation);
    const word = rows.valueWord(group.participation);
    for (let other = this.#store.word(key, firstSlotWord) - 1; other >= 0 && other !== end; other = rows.next(other)) {
      if (other === slot || rows.word(other, flag) === 0) continue;
      if (Object.is(rows.word(other, word), rows.word(slot, word)) && rows.word(other, word + 1) === rows.word(slot, word + 1)) return true;
    }
    return false;
  }

  /** Row `row` of its key stands in `slot` now. */
  enter(key: number, row: number, slot: number): void {
    if (this.#store.word(key, firstSlotWord) === 0) this.#store.setWord(key, firstSlotWord, slot + 1);
    for (const group of this.#groups.groups) {
      const { enters } = group.movement;
      if (group.participation.distinct && enters[row] === 1 && this.#holds(group, key, slot, slot)) enters[row] = 0;
    }
    this.#groups.update(this.#store, this.#steps, row, row + 1);
  }

  /** After all rows of a chunk: rows of one time and key get what the last of them got, if the frame wants it so. */
  shareTies(chunk: Chunk): void {
    if (!this.#sharesTies) return;
    let start = 0;
    for (let group = 0; group < chunk.groupCount; group++) {
      const end = chunk.groupEnds[group]!;
      if (end - start > 1) {
        const last = new Map<number, number>();
        for (let row = end - 1; row >= start; row--) {
          const from = last.get(chunk.keys[row]!);
          if (from === undefined) last.set(chunk.keys[row]!, row);
          else for (const lag of this.#lags) lag.values.copy(from, row);
        }
      }
      start = end;
    }
  }

  #visit(group: Group, key: number, take: (value: number) => void): void {
    const rows = this.#rows;
    const flag = rows.flagWord(group.participation);
    const word = rows.valueWord(group.participation);
    for (let slot = this.#store.word(key, firstSlotWord) - 1; slot >= 0; slot = rows.next(slot)) {
      if (rows.word(slot, flag) === 0) continue;
      if (group.participation.distinct && this.#holds(group, key, slot, slot)) continue;
      take(rows.word(slot, word));
    }
  }

  column(call: AggregateCall, count: number): Column {
    return this.#groups.column(call, count);
  }
}
