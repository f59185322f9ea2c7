/** A column being filled by a decoder: arrays a generated scanner writes into, and room for what does not fit them. */
import { layoutOf, type Column } from "../batch.ts";
import { columnFromScalars } from "../columns.ts";
import type { StringDictionary } from "../dictionary.ts";
import type { DataType } from "../types.ts";
import type { DecodedField } from "./decoder.ts";

const safeMaximum = 9007199254740991n;
const decoder = new TextDecoder();

export class DecodeColumn {
  /** By row: what the layout holds; for views the start. */
  readonly values: Uint8Array | Int32Array | Float64Array | unknown[];
  /** Ends of views. */
  readonly ends: Int32Array;
  readonly nulls: Uint8Array;
  hasNulls = false;
  readonly #type: DataType;
  readonly #kind: "byte" | "int" | "double" | "string" | "view" | "object";
  readonly #dictionary: StringDictionary;
  readonly #bytes: Uint8Array;
  /** Rows whose value the arrays cannot hold: texts with escapes in a view, whole numbers beyond 2^53. */
  #exceptions: Map<number, unknown> | null = null;

  constructor(field: DecodedField, capacity: number, dictionary: StringDictionary, bytes: Uint8Array) {
    this.#type = field.type;
    this.#dictionary = dictionary;
    this.#bytes = bytes;
    this.nulls = new Uint8Array(capacity);
    const layout = layoutOf(field.type);
    const characters = field.type.kind === "char" || field.type.kind === "varchar";
    this.#kind = characters ? (field.as === "view" ? "view" : "string") : layout === "wide" || layout === "view" ? "object" : layout;
    this.ends = this.#kind === "view" ? new Int32Array(capacity) : noEnds;
    switch (this.#kind) {
      case "byte":
        this.values = new Uint8Array(capacity);
        break;
      case "int":
      case "string":
      case "view":
        this.values = new Int32Array(capacity);
        break;
      case "double":
        this.values = new Float64Array(capacity);
        break;
      case "object":
        this.values = new Array<unknown>(capacity).fill(null);
        break;
    }
  }

  /** Writes a scalar of `types.ts`. */
  set(row: number, scalar: unknown): void {
    if (scalar === null) {
      this.nulls[row] = 1;
      this.hasNulls = true;
      if (this.#kind === "object") this.values[row] = null;
      return;
    }
    switch (this.#kind) {
      case "byte":
        this.values[row] = scalar === true ? 1 : 0;
        return;
      case "string":
        this.values[row] = this.#dictionary.internText(scalar as string);
        return;
      case "view":
        (this.#exceptions ??= new Map()).set(row, scalar);
        return;
      case "double":
        if (typeof scalar === "bigint" && (scalar > safeMaximum || scalar < -safeMaximum)) (this.#exceptions ??= new Map()).set(row, scalar);
        else this.values[row] = Number(scalar);
        return;
      default:
        this.values[row] = scalar;
    }
  }

  /** Forgets what a failed attempt left in a row: rows start without NULL and exception. */
  clear(row: number): void {
    this.nulls[row] = 0;
    if (this.#kind === "object") this.values[row] = null;
    this.#exceptions?.delete(row);
  }

  /** The row was read from a copy that started at 0: its place in the buffer is `offset` further. */
  shift(row: number, offset: number): void {
    if (this.#kind !== "view") return;
    (this.values as Int32Array)[row] += offset;
    this.ends[row] += offset;
  }

  /** The first `length` rows. */
  finish(length: number): Column {
    const nulls = this.hasNulls ? this.nulls : null;
    if (this.#exceptions !== null) return this.#withExceptions(length, nulls);
    switch (this.#kind) {
      case "byte":
        return { layout: "byte", values: this.values as Uint8Array, nulls };
      case "int":
        return { layout: "int", values: this.values as Int32Array, nulls };
      case "double":
        return { layout: "double", values: this.values as Float64Array, nulls };
      case "string":
        return { layout: "string", values: this.values as Int32Array, dictionary: this.#dictionary, nulls };
      case "view":
        return { layout: "view", starts: this.values as Int32Array, ends: this.ends, bytes: this.#bytes, nulls };
      case "object":
        return columnFromScalars(this.#type, (this.values as unknown[]).slice(0, length));
    }
  }

  #withExceptions(length: number, nulls: Uint8Array | null): Column {
    const exceptions = this.#exceptions!;
    const scalars = Array.from({ length }, (_, row): unknown => {
      if (nulls !== null && nulls[row] === 1) return null;
      const exception = exceptions.get(row);
      if (exception !== undefined) return exception;
      if (this.#kind === "view") return decoder.decode(this.#bytes.subarray(this.values[row] as number, this.ends[row]));
      return BigInt(this.values[row] as number);
    });
    return this.#kind === "view" ? { layout: "object", values: scalars, nulls } : columnFromScalars(this.#type, scalars);
  }
}

const noEnds = new Int32Array(0);
