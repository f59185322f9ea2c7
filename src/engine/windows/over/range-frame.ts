/**
 * RANGE BETWEEN interval PRECEDING AND CURRENT ROW. Rows of one time enter together and see each other; before them leave
 * the rows whose time is more than the interval before.
 */
import type { Column, Schema } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import type { State } from "../../operator.ts";
import { RecordStore } from "../../state/record-store.ts";
import { ValueCell } from "../../state/value-cell.ts";
import { choiceOf, emptySteps, idComparison, isFloating, roomFor, type Participation } from "../aggregates/index.ts";
import type { Arguments } from "../arguments.ts";
import type { Chunk, Frame } from "./frame.ts";
import { Groups, setEntering, type Group } from "./groups.ts";
import { LogValueAccumulator } from "./log-value.ts";
import type { RangeLog } from "./range-log.ts";

export class RangeFrame implements Frame {
  readonly states: readonly State[];
  readonly #precedingMs: number;
  readonly #log: RangeLog;
  readonly #arguments: Arguments;
  readonly #groups: Groups;
  readonly #store: RecordStore;
  readonly #cell: ValueCell;
  readonly #steps = emptySteps();
  readonly #deques: { participation: Participation; deque: LogValueAccumulator }[] = [];
  #firstEntering = 0;
  #firstLeaving = 0;

  constructor(name: string, precedingMs: number, calls: readonly AggregateCall[], input: Schema, argumentsOf: Arguments, log: RangeLog) {
    this.#precedingMs = precedingMs;
    this.#log = log;
    this.#arguments = argumentsOf;
    this.#groups = new Groups(calls, input, argumentsOf, 1, true, (call, participation) => {
      const ring = log.value(participation.argument)!;
      const index = argumentsOf.index(participation.argument);
      const deque = new LogValueAccumulator(choiceOf(call), ring, index === null ? () => 0 : idComparison(participation.type!, index));
      this.#deques.push({ participation, deque });
      return deque;
    });
    this.#store = new RecordStore(`${name}-records`, this.#groups.words, this.#groups.description);
    this.#cell = new ValueCell(`${name}-tail`, ["tail"]);
    this.states = [this.#store, this.#cell];
    for (const group of this.#groups.groups) {
      if (group.participation.type !== null && isFloating(group.participation.type))
        group.movement.visit = (record, step, take) => this.#visit(group, record, step, take);
    }
  }

  /** Position of the oldest row in the window. */
  get tail(): number {
    return this.#cell.values[0]!;
  }

  open(): void {
    const { log } = this.#log;
    for (const { participation, deque } of this.#deques) {
      deque.rebuild(this.#log, this.#log.presence(participation).values, Math.max(this.tail, log.tail));
    }
  }

  /** The chunk has been appended to the log. */
  process(chunk: Chunk): void {
    const { count } = chunk;
    const log = this.#log.log;
    this.#firstEntering = log.head - count;
    this.#firstLeaving = this.tail;
    this.#store.ensure(chunk.keyCount);
    const tail = this.#plan(chunk);
    const steps = this.#steps;
    this.#store.touchAll(chunk.keys, count);
    this.#store.touchAll(steps.leaveRecords, tail - this.#firstLeaving);
    for (const { deque } of this.#deques) deque.follow(log, this.#firstLeaving, log.head);
    for (const group of this.#groups.groups) this.#move(group, tail - this.#firstLeaving, count);
    this.#groups.reserve(count);
    this.#groups.update(this.#store, steps, 0, steps.count);
    this.#cell.values[0] = tail;
  }

  /** Which rows leave before which group enters; returns the new tail. */
  #plan(chunk: Chunk): number {
    const steps = this.#steps;
    steps.count = chunk.groupCount;
    steps.enterEnds = chunk.groupEnds;
    steps.enterRecords = chunk.keys;
    if (steps.leaveEnds.length < chunk.groupCount) steps.leaveEnds = new Int32Array(roomFor(chunk.groupCount));
    const { values: times } = this.#log.times;
    const mask = times.length - 1;
    const first = this.#firstLeaving;
    let tail = first;
    let start = 0;
    for (let group = 0; group < chunk.groupCount; group++) {
      const oldest = chunk.times[start]! - this.#precedingMs;
      while (times[tail & mask]! < oldest) tail++;
      steps.leaveEnds[group] = tail - first;
      start = chunk.groupEnds[group]!;
    }
    if (steps.leaveRecords.length < tail - first) steps.leaveRecords = new Int32Array(roomFor(tail - first));
    this.#log.keys.take(steps.leaveRecords, first, tail);
    return tail;
  }

  #move(group: Group, leaving: number, entering: number): void {
    const { movement, participation } = group;
    setEntering(group, this.#arguments);
    movement.firstOrder = this.#firstEntering;
    movement.firstLeavingOrder = this.#firstLeaving;
    if (movement.leaves.length < leaving) {
      const room = roomFor(leaving);
      movement.leaves = new Uint8Array(room);
      if (participation.lane === "number") movement.leaveNumbers = new Float64Array(room);
      else if (participation.lane === "wide") movement.leaveWords = new Int32Array(room * 2);
      else if (participation.lane === "interned") movement.leaveIds = new Int32Array(room);
    }
    this.#log.presence(participation).take(movement.leaves, this.#firstLeaving, this.#firstLeaving + leaving);
    if (leaving > 0) this.#log.takeLeaving(participation, movement, this.#firstLeaving, this.#firstLeaving + leaving);
    if (participation.distinct) this.#markDistinct(group, entering);
  }

  /** A value enters with its first row in the window and leaves with its last one. */
  #markDistinct(group: Group, count: number): void {
    const { movement } = group;
    const links = this.#log.links(group.participation)!;
    const { values: previous } = links.previous;
    const { values: next } = links.next;
    const mask = previous.length - 1;
    const enters = movement.enters.slice(0, count);
    const { leaves } = movement;
    const { enterEnds, leaveEnds } = this.#steps;
    let leaving = 0;
    let entering = 0;
    for (let step = 0; step < this.#steps.count; step++) {
      const entered = this.#firstEntering + entering;
      for (const end = leaveEnds[step]!; leaving < end; leaving++) {
        if (leaves[leaving] === 0) continue;
        const position = this.#firstLeaving + leaving;
        const distance = next[position & mask]!;
        if (distance !== 0 && position + distance < entered) leaves[leaving] = 0;
      }
      const tail = this.#firstLeaving + leaving;
      for (const end = enterEnds[step]!; entering < end; entering++) {
        if (enters[entering] === 0) continue;
        const position = this.#firstEntering + entering;
        const distance = previous[position & mask]!;
        if (distance !== 0 && position - distance >= tail) enters[entering] = 0;
      }
    }
    movement.enters = enters;
  }

  /** The numbers of a key that are in the window after a step. */
  #visit(group: Group, key: number, step: number, take: (value: number) => void): void {
    const { participation } = group;
    const tail = this.#firstLeaving + this.#steps.leaveEnds[step]!;
    const end = this.#firstEntering + this.#steps.enterEnds[step]!;
    const { values: present } = this.#log.presence(participation);
    const { values: numbers } = this.#log.value(participation.argument)!.numbers;
    const previous = participation.distinct ? this.#log.links(participation)!.previous.values : null;
    const mask = present.length - 1;
    this.#log.chain!.walk(key, tail, end, (position) => {
      if (present[position & mask] === 0) return;
      if (previous !== null) {
        const distance = previous[position & mask]!;
        if (distance !== 0 && position - distance >= tail) return;
      }
      take(numbers[position & mask]!);
    });
  }

  column(call: AggregateCall, count: number): Column {
    return this.#groups.column(call, count);
  }
}
