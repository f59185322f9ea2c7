/**
 * The last rows of each key, for ROWS frames and LAG: slots in one record store, chained from a key's oldest to its
 * latest. A key that has its full number gives its oldest slot to the next row, so the store stops growing.
 */
import type { State } from "../../operator.ts";
import { RecordStore } from "../../state/record-store.ts";
import { ValueCell } from "../../state/value-cell.ts";
import type { Participation } from "../aggregates/index.ts";
import type { Arguments } from "../arguments.ts";

// Words of a key: oldest slot + 1, latest slot + 1, rows held.
const oldestWord = 1;
const latestWord = 2;
const heldWord = 3;
// Words of a slot: the next slot + 1, then flags, then values.
const nextWord = 1;

export class RecentRows {
  readonly #slots: RecordStore;
  readonly #keys: RecordStore;
  readonly #cell: ValueCell;
  readonly #arguments: Arguments;
  readonly #rowsHeld: number;
  readonly #flags = new Map<string, { participation: Participation; word: number }>();
  readonly #values = new Map<number, number>();

  /** `rowsHeld`: rows a key keeps, the current one included. */
  constructor(name: string, argumentsOf: Arguments, participations: readonly Participation[], rowsHeld: number) {
    this.#arguments = argumentsOf;
    this.#rowsHeld = rowsHeld;
    let word = nextWord + 1;
    for (const participation of participations) {
      const key = flagKey(participation);
      if (!this.#flags.has(key)) this.#flags.set(key, { participation, word: word++ });
      if (participation.argument >= 0 && !this.#values.has(participation.argument)) {
        this.#values.set(participation.argument, word);
        word += 2;
      }
    }
    const description = `${rowsHeld}:${[...this.#flags.keys()].join(";")}`;
    this.#slots = new RecordStore(`${name}-slots`, word - 1, description);
    this.#keys = new RecordStore(`${name}-keys`, 3);
    this.#cell = new ValueCell(`${name}-slot-count`, ["slots"]);
  }

  get states(): State[] {
    return [this.#slots, this.#keys, this.#cell];
  }

  ensure(keyCount: number): void {
    this.#keys.ensure(keyCount);
  }

  /** Puts row `row` of the loaded arguments behind the key's latest; returns its slot. */
  enter(key: number, row: number): number {
    const keys = this.#keys;
    let held = keys.word(key, heldWord);
    let slot: number;
    if (held === this.#rowsHeld) {
      slot = keys.word(key, oldestWord) - 1;
      const next = this.#slots.word(slot, nextWord);
      keys.setWord(key, oldestWord, next);
      held--;
    } else slot = this.#newSlot();
    this.#slots.setWord(slot, nextWord, 0);
    if (held > 0) this.#slots.setWord(keys.word(key, latestWord) - 1, nextWord, slot + 1);
    else keys.setWord(key, oldestWord, slot + 1);
    keys.setWord(key, latestWord, slot + 1);
    keys.setWord(key, heldWord, held + 1);
    this.#fill(slot, row);
    return slot;
  }

  #newSlot(): number {
    const slot = this.#cell.values[0]!++;
    this.#slots.ensure(slot + 1);
    return slot;
  }

  #fill(slot: number, row: number): void {
    const slots = this.#slots;
    for (const { participation, word } of this.#flags.values()) {
      slots.setWord(slot, word, this.#arguments.presence(participation.argument, participation.filter)[row]!);
    }
    for (const [argument, word] of this.#values) {
      const values = this.#arguments.values(argument);
      if (values.lane === "number") slots.setWord(slot, word, values.numbers[row]!);
      else if (values.lane === "wide") {
        slots.setWord(slot, word, values.words[row * 2]!);
        slots.setWord(slot, word + 1, values.words[row * 2 + 1]!);
      } else slots.setWord(slot, word, values.ids[row]!);
    }
  }

  /** The slot after `slot`; −1 after the key's latest. */
  next(slot: number): number {
    return this.#slots.word(slot, nextWord) - 1;
  }
  takesPart(slot: number, participation: Participation): boolean {
    return this.#slots.word(slot, this.#flags.get(flagKey(participation))!.word) === 1;
  }
  /** What {@link takesPart} needs to know, for loops. */
  flagWord(participation: Participation): number {
    return this.#flags.get(flagKey(participation))!.word;
  }
  valueWord(participation: Participation): number {
    return this.#values.get(participation.argument) ?? -1;
  }
  word(slot: number, word: number): number {
    return this.#slots.word(slot, word);
  }
}

function flagKey(participation: Participation): string {
  return `${participation.argument}/${participation.filter}`;
}
