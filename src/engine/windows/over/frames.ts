/** The frames of an OVER node: calls of equal frames go together, range frames share the log, row frames the recent rows. */
import type { Column, Schema } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import type { OverNode, OverWindow } from "../../../sql/plan/plan.ts";
import type { State } from "../../operator.ts";
import { familyOf, isFloating, lagOffset, participationOf, type Participation } from "../aggregates/index.ts";
import { Arguments } from "../arguments.ts";
import type { Chunk, Frame } from "./frame.ts";
import { RangeFrame } from "./range-frame.ts";
import { RangeLog } from "./range-log.ts";
import { RecentRows } from "./recent-rows.ts";
import { RowsFrame } from "./rows-frame.ts";
import { UnboundedFrame } from "./unbounded-frame.ts";

interface FrameShape {
  readonly kind: "range" | "rows";
  /** Milliseconds or rows; null: unbounded. */
  readonly preceding: number | null;
  /** Rows of one time and key get the result of the last of them. */
  readonly sharesTies: boolean;
}

/**
 * ROW_NUMBER counts all rows up to this one and LAG looks at one row, whatever frame the window declares. But LAG by RANGE,
 * the frame of an OVER without one, is Flink's: rows of one time come together, and all look back from the last of them.
 */
function shapeOf(frame: OverWindow["frame"], call: AggregateCall): FrameShape {
  if (call.function === "ROW_NUMBER") return { kind: "rows", preceding: null, sharesTies: false };
  if (familyOf(call) === "lag") return { kind: "rows", preceding: lagOffset(call), sharesTies: frame.kind === "range" };
  return { kind: frame.kind, preceding: frame.kind === "range" ? frame.precedingMs : frame.precedingRows, sharesTies: false };
}

function nameOf(shape: FrameShape): string {
  return `${shape.kind}-${shape.preceding ?? "all"}${shape.sharesTies ? "-ties" : ""}`;
}

export class Frames {
  readonly arguments: Arguments;
  readonly states: readonly State[];
  readonly #frames: Frame[] = [];
  readonly #rangeFrames: RangeFrame[] = [];
  readonly #rowsFrames: RowsFrame[] = [];
  readonly #log: RangeLog | null;
  readonly #recent: RecentRows | null;
  /** By call, in the order of the node's output. */
  readonly #columns: { call: AggregateCall; frame: Frame }[] = [];

  constructor(node: OverNode, input: Schema) {
    const shapes = new Map<string, { shape: FrameShape; calls: AggregateCall[] }>();
    const calls: { call: AggregateCall; key: string }[] = [];
    for (const window of node.windows) {
      for (const call of window.aggregates) {
        const shape = shapeOf(window.frame, call);
        const key = nameOf(shape);
        const known = shapes.get(key) ?? { shape, calls: [] };
        known.calls.push(call);
        shapes.set(key, known);
        calls.push({ call, key });
      }
    }
    const participations = calls.map(({ call }) => participationOf(call, input));
    this.arguments = new Arguments(input, participations);
    const bounded = (kind: FrameShape["kind"]): AggregateCall[] =>
      [...shapes.values()].filter(({ shape }) => shape.kind === kind && shape.preceding !== null).flatMap((entry) => entry.calls);
    this.#log = this.#makeLog(bounded("range"), input);
    const rowsHeld = Math.max(0, ...[...shapes.values()].map(({ shape }) => (shape.kind === "rows" ? (shape.preceding ?? -1) : -1) + 1));
    const rowCalls = bounded("rows");
    this.#recent =
      rowCalls.length === 0
        ? null
        : new RecentRows(
            "recent",
            this.arguments,
            rowCalls.map((call) => participationOf(call, input)),
            rowsHeld,
          );
    const made = new Map<string, Frame>();
    for (const [key, { shape, calls: own }] of shapes) made.set(key, this.#makeFrame(key, shape, own, input));
    for (const { call, key } of calls) this.#columns.push({ call, frame: made.get(key)! });
    this.states = [...this.arguments.states, ...(this.#log?.states ?? []), ...(this.#recent?.states ?? []), ...this.#frames.flatMap((frame) => frame.states)];
  }

  #makeLog(calls: readonly AggregateCall[], input: Schema): RangeLog | null {
    if (calls.length === 0) return null;
    const values = new Set<number>();
    const participations: Participation[] = [];
    let chain = false;
    for (const call of calls) {
      const participation = participationOf(call, input);
      participations.push(participation);
      const family = familyOf(call);
      if (family !== "count" && participation.argument >= 0) values.add(participation.argument);
      if ((family === "sum" || family === "spread") && participation.type !== null && isFloating(participation.type)) chain = true;
    }
    return new RangeLog("log", this.arguments, { participations, values, chain });
  }

  #makeFrame(key: string, shape: FrameShape, calls: readonly AggregateCall[], input: Schema): Frame {
    const frame = this.#newFrame(key, shape, calls, input);
    this.#frames.push(frame);
    return frame;
  }

  #newFrame(key: string, shape: FrameShape, calls: readonly AggregateCall[], input: Schema): Frame {
    const bound = shape.preceding;
    if (bound === null) return new UnboundedFrame(key, shape.kind === "rows", calls, input, this.arguments);
    if (shape.kind === "range") {
      const frame = new RangeFrame(key, bound, calls, input, this.arguments, this.#log!);
      this.#rangeFrames.push(frame);
      return frame;
    }
    const frame = new RowsFrame(key, bound, shape.sharesTies, calls, input, this.arguments, this.#recent!);
    this.#rowsFrames.push(frame);
    return frame;
  }

  /** After states were restored. */
  open(keyCount: number): void {
    this.#log?.rebuild(keyCount);
    for (const frame of this.#frames) frame.open();
  }

  /** Rows held for range windows. */
  get rowsHeld(): number {
    return this.#log === null ? 0 : this.#log.log.head - this.#log.log.tail;
  }

  process(chunk: Chunk, columns: readonly Column[]): void {
    this.arguments.load(columns, chunk.count);
    this.#log?.append(chunk);
    for (const frame of this.#frames) frame.process(chunk);
    if (this.#rowsFrames.length > 0) this.#processRows(chunk);
    if (this.#log !== null) this.#log.log.trim(Math.min(...this.#rangeFrames.map((frame) => frame.tail)));
  }

  #processRows(chunk: Chunk): void {
    const recent = this.#recent!;
    recent.ensure(chunk.keyCount);
    for (let row = 0; row < chunk.count; row++) {
      const key = chunk.keys[row]!;
      for (const frame of this.#rowsFrames) frame.leave(key, row);
      const slot = recent.enter(key, row);
      for (const frame of this.#rowsFrames) frame.enter(key, row, slot);
    }
    for (const frame of this.#rowsFrames) frame.shareTies(chunk);
  }

  /** Aggregate columns of the last chunk, in the order of the node. */
  columns(count: number): Column[] {
    return this.#columns.map(({ call, frame }) => frame.column(call, count));
  }
}
