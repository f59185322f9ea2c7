/**
 * All slices of an operator. Accumulators stand in one record store, a record per slice and key; each group of DISTINCT
 * aggregates has a store with an entry per slice, key and value. Whether a record is in use follows from its slice and the
 * watermark, so dropping a slice writes nothing.
 */
import type { State } from "../../operator.ts";
import type { LaneValues } from "../../state/lanes.ts";
import { RecordStore } from "../../state/record-store.ts";
import type { Group } from "../over/groups.ts";
import { FreeList } from "./free-list.ts";
import { Slice } from "./slice.ts";

// Words of every record and entry: its key, its slice, its place in the slice.
export const keyWord = 1;
export const sliceWord = 2;
export const ordinalWord = 3;
export const firstPayloadWord = 4;

export class SliceStore {
  readonly records: RecordStore;
  /** By group with DISTINCT: entries with the value's two words. */
  readonly entries: readonly RecordStore[];
  /** In order of time. */
  readonly slices: Slice[] = [];
  readonly #byStart = new Map<number, Slice>();
  readonly #freeRecords = new FreeList();
  readonly #freeEntries: readonly FreeList[];

  constructor(words: number, description: string, distinctGroups: readonly Group[]) {
    this.records = new RecordStore("records", firstPayloadWord - 1 + words, description);
    this.entries = distinctGroups.map((group, index) => new RecordStore(`distinct-${index}`, firstPayloadWord + 1, `${group.participation.argument}`));
    this.#freeEntries = distinctGroups.map(() => new FreeList());
  }

  get states(): State[] {
    return [this.records, ...this.entries];
  }

  slice(start: number): Slice {
    const known = this.#byStart.get(start);
    if (known !== undefined) return known;
    const slice = new Slice(start, this.entries.length);
    this.#byStart.set(start, slice);
    let at = this.slices.length;
    while (at > 0 && this.slices[at - 1]!.start > start) at--;
    this.slices.splice(at, 0, slice);
    return slice;
  }

  /** Record of a key in a slice, made if absent. */
  record(slice: Slice, key: number): number {
    const known = slice.find(key);
    if (known >= 0) return known;
    const record = claim(this.records, this.#freeRecords, key, slice.start, slice.size);
    slice.add(key, record, slice.size);
    return record;
  }

  /** Remembers a value of a key in a slice, if it is new there. */
  addDistinct(group: number, slice: Slice, key: number, values: LaneValues, row: number): void {
    const held = slice.distinct[group]!;
    if (!held.set.addOne(key, values, row)) return;
    const store = this.entries[group]!;
    const entry = claim(store, this.#freeEntries[group]!, key, slice.start, held.size);
    if (values.lane === "number") store.setWord(entry, firstPayloadWord, values.numbers[row]!);
    else if (values.lane === "interned") store.setWord(entry, firstPayloadWord, values.ids[row]!);
    else {
      store.setWord(entry, firstPayloadWord, values.words[row * 2]!);
      store.setWord(entry, firstPayloadWord + 1, values.words[row * 2 + 1]!);
    }
    held.add(entry, held.size);
  }

  /** The oldest slice is needed no more. */
  dropFirst(): void {
    const slice = this.slices.shift()!;
    this.#byStart.delete(slice.start);
    this.#freeRecords.add(slice.records, slice.size);
    slice.distinct.forEach((held, group) => this.#freeEntries[group]!.add(held.entries, held.size));
  }

  /** After a restore: slices from the records whose slice is still `isLive`. */
  rebuild(isLive: (slice: number) => boolean, valuesOf: (group: number, entry: number) => LaneValues): void {
    const { records } = this;
    for (let record = 0; record < records.count; record++) {
      const start = records.word(record, sliceWord);
      if (isLive(start)) this.slice(start).add(records.word(record, keyWord), record, records.word(record, ordinalWord));
      else this.#freeRecords.add(Int32Array.of(record), 1);
    }
    this.entries.forEach((store, group) => {
      for (let entry = 0; entry < store.count; entry++) {
        const start = store.word(entry, sliceWord);
        if (!isLive(start)) {
          this.#freeEntries[group]!.add(Int32Array.of(entry), 1);
          continue;
        }
        const held = this.slice(start).distinct[group]!;
        held.set.addOne(store.word(entry, keyWord), valuesOf(group, entry), 0);
        held.add(entry, store.word(entry, ordinalWord));
      }
    });
  }
}

function claim(store: RecordStore, free: FreeList, key: number, slice: number, ordinal: number): number {
  let record = free.take();
  if (record === undefined) {
    record = store.count;
    store.ensure(record + 1);
  }
  store.reset(record);
  store.setWord(record, keyWord, key);
  store.setWord(record, sliceWord, slice);
  store.setWord(record, ordinalWord, ordinal);
  return record;
}
