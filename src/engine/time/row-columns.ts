/** Columns of waiting rows: any layout in, the same values out in another order. Addressed by slots of a ring. */
import { HeadraceError } from "../../core/index.ts";
import type { Column, ColumnLayout, DataType } from "../../data/index.ts";
import type { StateReader, StateWriter } from "../operator.ts";
import { BytesRowColumn, ObjectRowColumn, StringRowColumn } from "./character-columns.ts";
import { DoubleRowColumn, IntRowColumn, WideRowColumn, ByteRowColumn } from "./number-columns.ts";

export interface RowColumn {
  /** Layout of what is held; a batch's column may have another. */
  readonly layout: ColumnLayout;
  readonly sizeBytes: number;
  /**
   * Puts rows of `column` at the slots from `position` on, modulo the capacity: the first `count`, or those listed in `rows`.
   * False when this column cannot hold the values: the caller widens it first.
   */
  append(column: Column, rows: Int32Array | null, count: number, position: number): boolean;
  /** A fresh column of the rows at slots[start … start + count). */
  gather(slots: Int32Array, start: number, count: number): Column;
  /** Moves positions tail … head − 1 to a ring of `capacity` slots. */
  resize(capacity: number, tail: number, head: number): void;
  /** Rows before `tail` are gone, for columns that hold memory beside their ring. */
  trim(tail: number, head: number): void;
  write(writer: StateWriter, from: number, to: number): void;
  read(reader: StateReader, from: number, to: number): void;
}

const codes: readonly ColumnLayout[] = ["byte", "int", "double", "wide", "string", "view", "object"];

export function layoutCode(layout: ColumnLayout): number {
  return codes.indexOf(layout);
}

export function createRowColumn(layout: ColumnLayout | undefined, type: DataType, capacity: number): RowColumn {
  switch (layout) {
    case "byte":
      return new ByteRowColumn(capacity);
    case "int":
      return new IntRowColumn(capacity);
    case "double":
      return new DoubleRowColumn(capacity);
    case "wide":
      return new WideRowColumn(capacity, type);
    case "string":
      return new StringRowColumn(capacity);
    case "view":
      return new BytesRowColumn(capacity);
    case "object":
      return new ObjectRowColumn(capacity, type);
    default:
      throw new HeadraceError("corrupt", "stored rows have a column of an unknown layout");
  }
}

export function layoutOfCode(code: number): ColumnLayout | undefined {
  return codes[code];
}
