/** How MIN and MAX compare: numbers with NaN largest and −0 below 0 (Java's total order), texts by their UTF-8 bytes. */
import { HeadraceError } from "../../../core/index.ts";
import type { DataType } from "../../../data/index.ts";
import type { ByteIndex } from "../../state/byte-index.ts";
import { decodeScalar } from "../../state/scalars.ts";

/** Which of the values in a window is wanted. */
export type Choice = "min" | "max" | "first" | "last";

/** Negative, 0 or positive. */
export function compareNumbers(left: number, right: number): number {
  if (left < right) return -1;
  if (left > right) return 1;
  if (left === right) return left !== 0 ? 0 : Object.is(left, right) ? 0 : Object.is(left, -0) ? -1 : 1;
  return left === left ? -1 : right === right ? 1 : 0;
}

/** Of 64-bit wholes by halves. */
export function compareHalves(leftLow: number, leftHigh: number, rightLow: number, rightHigh: number): number {
  return leftHigh !== rightHigh ? leftHigh - rightHigh : (leftLow >>> 0) - (rightLow >>> 0);
}

/** Comparison of interned values of a type. */
export function idComparison(type: DataType, index: ByteIndex): (left: number, right: number) => number {
  const { dictionary } = index;
  switch (type.kind) {
    case "char":
    case "varchar":
      return (left, right) => (left === right ? 0 : Buffer.compare(dictionary.bytes(left), dictionary.bytes(right)));
    case "binary":
    case "varbinary":
      return (left, right) =>
        left === right ? 0 : Buffer.compare(decodeScalar(dictionary.bytes(left)) as Uint8Array, decodeScalar(dictionary.bytes(right)) as Uint8Array);
    case "decimal":
      return (left, right) => {
        const one = decodeScalar(dictionary.bytes(left)) as bigint;
        const two = decodeScalar(dictionary.bytes(right)) as bigint;
        return one < two ? -1 : one > two ? 1 : 0;
      };
    default:
      return () => {
        throw new HeadraceError("sql-unsupported", `MIN and MAX do not order values of type ${type.kind}`);
      };
  }
}
