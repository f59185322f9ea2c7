/** COUNT: one word. */
import { segmentMask, segmentShift, type RecordStore } from "../../state/record-store.ts";
import { roomFor, type Counted, type Movement, type Steps } from "./accumulator.ts";

export class CountAccumulator implements Counted {
  readonly words = 1;
  offset = 0;
  counts = new Float64Array(0);

  reserve(rows: number): void {
    if (this.counts.length < rows) this.counts = new Float64Array(roomFor(rows));
  }

  update(store: RecordStore, steps: Steps, movement: Movement, from: number, to: number, observe: boolean): void {
    const { segments, stride } = store;
    const { offset, counts } = this;
    const { enterEnds, leaveEnds, enterRecords, leaveRecords } = steps;
    const { enters, leaves } = movement;
    let leaving = from === 0 ? 0 : leaveEnds[from - 1]!;
    let entering = from === 0 ? 0 : enterEnds[from - 1]!;
    for (let step = from; step < to; step++) {
      for (const end = leaveEnds[step]!; leaving < end; leaving++) {
        const record = leaveRecords[leaving]!;
        segments[record >>> segmentShift]![(record & segmentMask) * stride + offset]! -= leaves[leaving]!;
      }
      const first = entering;
      const end = enterEnds[step]!;
      for (; entering < end; entering++) {
        const record = enterRecords[entering]!;
        segments[record >>> segmentShift]![(record & segmentMask) * stride + offset]! += enters[entering]!;
      }
      if (!observe) continue;
      for (let row = first; row < end; row++) {
        const record = enterRecords[row]!;
        counts[row] = segments[record >>> segmentShift]![(record & segmentMask) * stride + offset]!;
      }
    }
  }

  merge(target: RecordStore, targetIds: Int32Array, source: RecordStore, sourceIds: Int32Array, count: number): void {
    for (let index = 0; index < count; index++) {
      const id = targetIds[index]!;
      const at = (id & segmentMask) * target.stride + this.offset;
      target.segments[id >>> segmentShift]![at]! += source.word(sourceIds[index]!, this.offset);
    }
  }

  observe(store: RecordStore, ids: Int32Array, count: number): void {
    this.reserve(count);
    for (let index = 0; index < count; index++) this.counts[index] = store.word(ids[index]!, this.offset);
  }
}
