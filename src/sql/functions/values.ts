/** Order and equality of scalars of one type. */
import type { DataType } from "../../data/index.ts";

/** Negative, zero or positive; both of the same type, neither NULL. NaN stands above all numbers and equals itself, as in Java. */
export function compareScalars(left: unknown, right: unknown, type: DataType): number {
  switch (type.kind) {
    case "char":
    case "varchar":
      return compareTexts(left as string, right as string);
    case "float":
    case "double":
      return compareNumbers(left as number, right as number);
    case "binary":
    case "varbinary":
      return compareBytes(left as Uint8Array, right as Uint8Array);
    case "array":
    case "row":
      return compareLists(left as readonly unknown[], right as readonly unknown[], (index) => (type.kind === "row" ? type.fields[index].type : type.element));
    default:
      return (left as number) < (right as number) ? -1 : (left as number) > (right as number) ? 1 : 0;
  }
}

/** By code points, which is the order of UTF-8 bytes. JavaScript orders code units, which differs beyond U+FFFF. */
export function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    const surrogates = (a >= 0xd800 && a <= 0xdfff ? 1 : 0) - (b >= 0xd800 && b <= 0xdfff ? 1 : 0);
    return surrogates === 0 ? a - b : surrogates > 0 ? (b >= 0xe000 ? 1 : a - b) : a >= 0xe000 ? -1 : a - b;
  }
  return left.length - right.length;
}

function compareNumbers(left: number, right: number): number {
  if (left < right) return -1;
  if (left > right) return 1;
  if (left === right) return 0;
  return Number.isNaN(left) ? (Number.isNaN(right) ? 0 : 1) : -1;
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) if (left[index] !== right[index]) return left[index] - right[index];
  return left.length - right.length;
}

function compareLists(left: readonly unknown[], right: readonly unknown[], typeAt: (index: number) => DataType): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    if (left[index] === null || right[index] === null) {
      if (left[index] !== right[index]) return left[index] === null ? -1 : 1;
      continue;
    }
    const order = compareScalars(left[index], right[index], typeAt(index));
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Equality by content; maps as sets of entries. */
export function equalScalars(left: unknown, right: unknown, type: DataType): boolean {
  if (left === null || right === null) return left === right;
  if (type.kind !== "map") return compareScalars(left, right, type) === 0;
  const [a, b] = [left as Map<unknown, unknown>, right as Map<unknown, unknown>];
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const match = [...b].find(([other]) => equalScalars(key, other, type.key));
    if (match === undefined || !equalScalars(value, match[1], type.value)) return false;
  }
  return true;
}
