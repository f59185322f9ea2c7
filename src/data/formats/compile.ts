/** Functions from generated source. */
import type { StringDictionary } from "../dictionary.ts";
import type { DecodeColumn } from "./decode-column.ts";

/** Reads a value of unusual form; answers the position behind it or −1. */
export type OddReader = (field: number, bytes: Uint8Array, at: number, end: number, row: number) => number;
/** Reads records `from` … as long as they are of the form it was made for; answers how many. */
export type RunScanner = (
  bytes: Uint8Array,
  words: DataView,
  starts: Int32Array,
  ends: Int32Array,
  from: number,
  to: number,
  row: number,
  columns: readonly DecodeColumn[],
  odd: OddReader,
) => number;
export const runParameters = ["b", "w", "starts", "ends", "from", "to", "row", "columns", "odd"];

/** Engines interpret what is too large to compile: tables of very many columns are left to the exact readers. */
const sourceLengthMax = 400_000;

/** A function with this body that sees `globals` and the dictionaries `d0` …; null where the host forbids code from text, or the code would be too long. */
export function compile<Result>(
  source: string,
  parameters: readonly string[],
  globals: Readonly<Record<string, unknown>>,
  dictionaries: readonly StringDictionary[],
): Result | null {
  if (source.length > sourceLengthMax) return null;
  const names = [...Object.keys(globals), ...dictionaries.map((_, index) => `d${index}`)];
  try {
    const make = new Function(...names, `return function (${parameters.join(", ")}) {${source}\n};`) as (...values: unknown[]) => Result;
    return make(...Object.values(globals), ...dictionaries);
  } catch (error) {
    if (error instanceof EvalError) return null;
    throw error;
  }
}
