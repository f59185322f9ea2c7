/**
 * The shape of one JSON object: its bytes cut into literals (keys, punctuation, white space) and values. Records of one
 * writer mostly share a shape, so that code made for it only compares the literals and reads the values.
 */
import type { DecodedField } from "../decoder.ts";
import { skipValue } from "./skip.ts";

export interface Shape {
  /** Equal for equal shapes. */
  readonly signature: string;
  readonly steps: readonly ShapeStep[];
  /** Fields that the shape has no place for: NULL in every record of it. */
  readonly absent: readonly number[];
}

export type ShapeStep =
  | { readonly kind: "literal"; readonly bytes: Uint8Array }
  | { readonly kind: "field"; readonly field: number }
  | { readonly kind: "skip"; readonly first: "text" | "number" | "other" };

const textOf = new TextDecoder("latin1");
/** Longer records are left to the scanner: their code would be too large to be compiled well. */
const stepsMax = 160;

/**
 * The shape of the record in `bytes[start … end)`, which must be valid JSON, or null when it has none that can be used: keys
 * with escapes or twice in one object, wanted objects that are something else.
 */
export function shapeOf(bytes: Uint8Array, start: number, end: number, fields: readonly DecodedField[]): Shape | null {
  const walker = new Walker(bytes, end, fields);
  let at = start;
  while (at < end && bytes[at] <= 32) at++;
  if (bytes[at] !== 123) return null;
  walker.literalFrom = start;
  at = walker.object(at, []);
  if (at < 0 || walker.steps.length > stepsMax) return null;
  walker.literal(end);
  const absent = fields.map((_, index) => index).filter((index) => !walker.found.has(index));
  const signature = walker.steps
    .map((step) => (step.kind === "literal" ? textOf.decode(step.bytes) : step.kind === "field" ? `\u0000${step.field}` : "\u0001"))
    .join("");
  return { signature, steps: walker.steps, absent };
}

class Walker {
  readonly steps: ShapeStep[] = [];
  readonly found = new Set<number>();
  literalFrom = 0;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #fields: readonly DecodedField[];

  constructor(bytes: Uint8Array, end: number, fields: readonly DecodedField[]) {
    this.#bytes = bytes;
    this.#end = end;
    this.#fields = fields;
  }

  literal(end: number): void {
    if (end > this.literalFrom) this.steps.push({ kind: "literal", bytes: this.#bytes.slice(this.literalFrom, end) });
  }

  #space(at: number): number {
    let position = at;
    while (position < this.#end && this.#bytes[position] <= 32) position++;
    return position;
  }

  /** Position behind the object that starts at `start`, or −1. */
  object(start: number, path: readonly string[]): number {
    const bytes = this.#bytes;
    const keys = new Set<string>();
    let at = this.#space(start + 1);
    if (bytes[at] === 125) return at + 1;
    for (;;) {
      const keyEnd = bytes.indexOf(34, at + 1);
      if (bytes[at] !== 34 || keyEnd < 0 || keyEnd >= this.#end) return -1;
      const key = new TextDecoder().decode(bytes.subarray(at + 1, keyEnd));
      if (key.includes("\\") || keys.has(key)) return -1;
      keys.add(key);
      at = this.#space(keyEnd + 1);
      if (bytes[at] !== 58) return -1;
      at = this.#value(this.#space(at + 1), [...path, key]);
      if (at < 0) return -1;
      at = this.#space(at);
      if (bytes[at] === 125) return at + 1;
      if (bytes[at] !== 44) return -1;
      at = this.#space(at + 1);
    }
  }

  #value(at: number, path: readonly string[]): number {
    const wanted = this.#fields.map((_, index) => index).filter((index) => path.every((name, depth) => this.#fields[index].path[depth] === name));
    const field = wanted.find((index) => this.#fields[index].path.length === path.length);
    const first = this.#bytes[at];
    if (field === undefined && wanted.length > 0) {
      if (first === 123) return this.object(at, path);
      // A wanted object that is NULL is part of the literals; its fields are absent.
      if (first !== 110) return -1;
      return skipValue(this.#bytes, at, this.#end);
    }
    const end = skipValue(this.#bytes, at, this.#end);
    if (end < 0) return -1;
    this.literal(at);
    this.literalFrom = end;
    if (field !== undefined) {
      this.found.add(field);
      this.steps.push({ kind: "field", field });
    } else this.steps.push({ kind: "skip", first: first === 34 ? "text" : first === 45 || (first >= 48 && first <= 57) ? "number" : "other" });
    return end;
  }
}
