/**
 * The result of one window, in pieces: first its slices are merged, some records at a time, then rows are read from the
 * merged records. A window of one slice without DISTINCT is read from the slice itself.
 */
import type { LaneValues } from "../../state/lanes.ts";
import { RecordStore } from "../../state/record-store.ts";
import { emptySteps, type MergingAccumulator } from "../aggregates/index.ts";
import type { Group } from "../over/groups.ts";
import { PairSet } from "../pair-set.ts";
import { Slice } from "./slice.ts";
import { firstPayloadWord, keyWord, type SliceStore } from "./slice-store.ts";

const pieceRecords = 2048;

export class Firing {
  readonly end: number;
  /** Where the merged records are. */
  readonly store: RecordStore;
  readonly #source: SliceStore;
  readonly #slices: readonly Slice[];
  readonly #groups: readonly Group[];
  readonly #distinctGroups: readonly Group[];
  /** Merged records by key; the slice itself when there is nothing to merge. */
  readonly #merged: Slice;
  readonly #isDirect: boolean;
  #slice = 0;
  #at = 0;
  #distinct = 0;
  #entry = 0;
  #union = new PairSet("window");
  #emitted = 0;

  constructor(end: number, slices: readonly Slice[], source: SliceStore, groups: readonly Group[]) {
    this.end = end;
    this.#source = source;
    this.#slices = slices;
    this.#groups = groups.filter((group) => !group.participation.distinct);
    this.#distinctGroups = groups.filter((group) => group.participation.distinct);
    this.#isDirect = slices.length === 1 && this.#distinctGroups.length === 0;
    this.#merged = this.#isDirect ? slices[0]! : new Slice(end, 0);
    this.store = this.#isDirect ? source.records : new RecordStore("merged", source.records.stride - 1);
    if (this.#isDirect) {
      this.#slice = 1;
      this.#distinct = 0;
    }
  }

  /** Merges a piece; false when all is merged. */
  merge(): boolean {
    if (this.#slice < this.#slices.length) {
      this.#mergeRecords(this.#slices[this.#slice]!);
      return true;
    }
    if (this.#distinct < this.#distinctGroups.length) {
      this.#mergeDistinct();
      return true;
    }
    return false;
  }

  #mergeRecords(slice: Slice): void {
    const count = Math.min(pieceRecords, slice.size - this.#at);
    const sourceIds = slice.records.subarray(this.#at, this.#at + count);
    const targetIds = new Int32Array(count);
    const { records } = this.#source;
    for (let index = 0; index < count; index++) targetIds[index] = this.#mergedRecord(records.word(sourceIds[index]!, keyWord));
    for (const group of this.#groups) {
      for (const accumulator of group.accumulators) (accumulator as MergingAccumulator).merge(this.store, targetIds, records, sourceIds, count);
    }
    this.#at += count;
    if (this.#at < slice.size) return;
    this.#slice++;
    this.#at = 0;
  }

  #mergedRecord(key: number): number {
    const known = this.#merged.find(key);
    if (known >= 0) return known;
    const record = this.#merged.size;
    this.store.ensure(record + 1);
    this.store.setWord(record, keyWord, key);
    this.#merged.add(key, record, record);
    return record;
  }

  /** Some entries of one slice of one group: each value once in the window. */
  #mergeDistinct(): void {
    const group = this.#distinctGroups[this.#distinct]!;
    const entries = this.#source.entries[this.#distinct]!;
    const held = this.#slices[this.#at]!.distinct[this.#distinct]!;
    const count = Math.min(pieceRecords, held.size - this.#entry);
    const piece = held.entries.subarray(this.#entry, this.#entry + count);
    const values = readEntries(entries, piece, count, group);
    const steps = emptySteps();
    steps.count = 1;
    steps.enterEnds = Int32Array.of(count);
    steps.leaveEnds = Int32Array.of(0);
    steps.enterRecords = new Int32Array(count);
    const enters = new Uint8Array(count);
    for (let row = 0; row < count; row++) {
      const key = entries.word(piece[row]!, keyWord);
      steps.enterRecords[row] = this.#mergedRecord(key);
      enters[row] = this.#slices.length === 1 || this.#union.addOne(key, values, row) ? 1 : 0;
    }
    const movement = { ...group.movement, enters, enterNumbers: values.numbers, enterWords: values.words, enterIds: values.ids };
    for (const accumulator of group.accumulators) accumulator.update(this.store, steps, movement, 0, 1, false);
    this.#entry += count;
    if (this.#entry < held.size) return;
    this.#entry = 0;
    if (++this.#at < this.#slices.length) return;
    this.#at = 0;
    this.#distinct++;
    this.#union = new PairSet("window");
  }

  /** Fills the snapshots of all accumulators with the next rows; returns their keys, none at the end. */
  read(rowsMax: number): Int32Array {
    const count = Math.min(rowsMax, this.#merged.size - this.#emitted);
    const ids = this.#merged.records.subarray(this.#emitted, this.#emitted + count);
    this.#emitted += count;
    if (count > 0) {
      for (const group of [...this.#groups, ...this.#distinctGroups]) {
        for (const accumulator of group.accumulators) (accumulator as MergingAccumulator).observe(this.store, ids, count);
      }
    }
    return Int32Array.from(ids, (id) => this.store.word(id, keyWord));
  }
}

/** Values of distinct entries. */
export function readEntries(store: RecordStore, entries: Int32Array, count: number, group: Group): LaneValues {
  const lane = group.participation.lane!;
  const numbers = new Float64Array(lane === "number" ? count : 0);
  const words = new Int32Array(lane === "wide" ? count * 2 : 0);
  const ids = new Int32Array(lane === "interned" ? count : 0);
  for (let row = 0; row < count; row++) {
    const first = store.word(entries[row]!, firstPayloadWord);
    if (lane === "number") numbers[row] = first;
    else if (lane === "interned") ids[row] = first;
    else {
      words[row * 2] = first;
      words[row * 2 + 1] = store.word(entries[row]!, firstPayloadWord + 1);
    }
  }
  return { lane, nulls: null, numbers, words, ids };
}
