/** A few named numbers, written whole at every epoch: a watermark, tails, counters. */
import type { State, StateReader, StateWriter } from "../operator.ts";

export class ValueCell implements State {
  readonly name: string;
  readonly layout: string;
  /** Indexed by the order of the names given; write freely. */
  readonly values: Float64Array;

  constructor(name: string, names: readonly string[]) {
    this.name = name;
    this.layout = `cell:${names.join(",")}`;
    this.values = new Float64Array(names.length);
  }

  get sizeBytes(): number {
    return this.values.byteLength;
  }
  snapshot(writer: StateWriter): void {
    writer.array(this.values, 0, this.values.length);
  }
  changes(writer: StateWriter): void {
    this.snapshot(writer);
  }
  restore(reader: StateReader): void {
    reader.array(this.values, 0);
  }
  apply(reader: StateReader): void {
    this.restore(reader);
  }
}
