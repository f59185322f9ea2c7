/** From snapshots to the column of a call, with Flink's types: integers keep theirs and wrap, AVG of integers truncates. */
import { HeadraceError } from "../../../core/index.ts";
import { layoutOf, type Column, type DataType } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";
import type { ByteIndex } from "../../state/byte-index.ts";
import { columnOfIds, numberColumn, wideColumn } from "../../state/key-columns.ts";
import type { Counted } from "./accumulator.ts";
import { DecimalSumAccumulator } from "./decimal-sum.ts";
import { decimalColumn, divideHalfUp, spreadScalar } from "./exact-results.ts";
import { ExactSpreadAccumulator } from "./exact-spread.ts";
import { FloatSpreadAccumulator } from "./float-spread.ts";
import { FloatSumAccumulator } from "./float-sum.ts";
import type { ValueSnapshots } from "./values.ts";
import { WholeSumAccumulator } from "./whole-sum.ts";

/** Column of a COUNT, SUM, AVG, STDDEV or VAR over the first `count` snapshots. `argument`: type of the argument. */
export function countedColumn(call: AggregateCall, argument: DataType | null, source: Counted, count: number): Column {
  if (call.function === "COUNT" || call.function === "ROW_NUMBER") return { layout: "double", values: source.counts.slice(0, count), nulls: null };
  if (source instanceof FloatSumAccumulator) return floatSumColumn(call, source, count);
  if (source instanceof WholeSumAccumulator) return wholeSumColumn(call, source, count);
  if (source instanceof DecimalSumAccumulator) return decimalSumColumn(call, argument!, source, count);
  if (source instanceof FloatSpreadAccumulator) return floatSpreadColumn(call, source, count);
  if (source instanceof ExactSpreadAccumulator) return exactSpreadColumn(call, argument!, source, count);
  throw new HeadraceError("internal", `no result of ${call.function}`);
}

/** Column of a MIN, MAX, FIRST_VALUE, LAST_VALUE or LAG. */
export function valueColumn(type: DataType, values: ValueSnapshots, index: ByteIndex | null, count: number): Column {
  const nulls = anyNull(values.nulls, count);
  if (values.lane === "number") return numberColumn(type, values.numbers.slice(0, count), count, nulls);
  if (values.lane === "wide") return wideColumn(type, values.words.slice(0, count * 2), count, nulls);
  const ids = values.ids.slice(0, count);
  if (nulls !== null) for (let row = 0; row < count; row++) if (nulls[row] === 1) ids[row] = -1;
  return columnOfIds(type, index!, ids, count);
}

function anyNull(nulls: Uint8Array, count: number): Uint8Array | null {
  for (let row = 0; row < count; row++) if (nulls[row] === 1) return nulls.slice(0, count);
  return null;
}

/** NULL where fewer than `least` rows took part. */
function nullsBelow(counts: Float64Array, count: number, least: number): Uint8Array | null {
  let nulls: Uint8Array | null = null;
  for (let row = 0; row < count; row++) if (counts[row]! < least) (nulls ??= new Uint8Array(count))[row] = 1;
  return nulls;
}

function leastRows(call: AggregateCall): number {
  if (call.function === "SUM0" || call.function === "$SUM0") return 0;
  return call.function.endsWith("_SAMP") ? 2 : 1;
}

function floatSumColumn(call: AggregateCall, source: FloatSumAccumulator, count: number): Column {
  const { counts, sums } = source;
  const nulls = nullsBelow(counts, count, leastRows(call));
  const values = new Float64Array(count);
  if (call.function === "AVG") for (let row = 0; row < count; row++) values[row] = sums[row]! / counts[row]!;
  else values.set(sums.subarray(0, count));
  return roundedFloats(call.type, values, nulls);
}

function roundedFloats(type: DataType, values: Float64Array, nulls: Uint8Array | null): Column {
  if (type.kind === "float") for (let row = 0; row < values.length; row++) values[row] = Math.fround(values[row]!);
  if (nulls !== null) for (let row = 0; row < values.length; row++) if (nulls[row] === 1) values[row] = 0;
  return { layout: "double", values, nulls };
}

/** Cuts to the bits of an integer type; BIGINT is cut already. */
function cut(kind: DataType["kind"], low: number): number {
  return kind === "tinyint" ? (low << 24) >> 24 : kind === "smallint" ? (low << 16) >> 16 : low | 0;
}

function wholeSumColumn(call: AggregateCall, source: WholeSumAccumulator, count: number): Column {
  const { counts, sums } = source;
  const nulls = nullsBelow(counts, count, leastRows(call));
  if (call.function === "AVG") return wholeAverages(call.type, source, count, nulls);
  if (call.type.kind === "bigint") return wideColumn(call.type, sums.slice(0, count * 2), count, nulls);
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) values[row] = cut(call.type.kind, sums[row * 2]!);
  return numberColumn(call.type, values, count, nulls);
}

function wholeAverages(type: DataType, source: WholeSumAccumulator, count: number, nulls: Uint8Array | null): Column {
  const { counts, sums } = source;
  const words = new Int32Array(count * 2);
  const wide = new BigInt64Array(words.buffer);
  const exact = new BigInt64Array(sums.buffer, 0, count);
  for (let row = 0; row < count; row++) {
    if (counts[row] === 0) continue;
    const sum = sums[row * 2 + 1]! * 4294967296 + (sums[row * 2]! >>> 0);
    if (Math.abs(sum) <= Number.MAX_SAFE_INTEGER) {
      const average = Math.trunc(sum / counts[row]!);
      words[row * 2] = average;
      words[row * 2 + 1] = Math.floor(average / 4294967296);
    } else wide[row] = exact[row]! / BigInt(counts[row]!);
  }
  if (type.kind === "bigint") return wideColumn(type, words, count, nulls);
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    values[row] = type.kind === "double" || type.kind === "float" ? Number(wide[row]) : cut(type.kind, words[row * 2]!);
  }
  return numberColumn(type, values, count, nulls);
}

function decimalSumColumn(call: AggregateCall, argument: DataType, source: DecimalSumAccumulator, count: number): Column {
  const scales = scaleOf(call.type) - scaleOf(argument);
  const least = leastRows(call);
  const values = Array.from({ length: count }, (_, row) => {
    const taken = source.counts[row]!;
    if (taken < least) return null;
    const sum = source.sums[row]!;
    return call.function === "AVG" ? divideHalfUp(sum * 10n ** BigInt(Math.max(0, scales)), BigInt(taken) * 10n ** BigInt(Math.max(0, -scales))) : sum;
  });
  return decimalColumn(call.type, values);
}

function floatSpreadColumn(call: AggregateCall, source: FloatSpreadAccumulator, count: number): Column {
  const { counts, spreads } = source;
  const nulls = nullsBelow(counts, count, leastRows(call));
  const values = new Float64Array(count);
  const isSample = call.function.endsWith("_SAMP");
  const isDeviation = call.function.startsWith("STDDEV");
  for (let row = 0; row < count; row++) {
    const taken = counts[row]!;
    const variance = spreads[row]! / (taken * (isSample ? taken - 1 : taken));
    values[row] = isDeviation ? Math.sqrt(variance) : variance;
  }
  return roundedFloats(call.type, values, nulls);
}

function exactSpreadColumn(call: AggregateCall, argument: DataType, source: ExactSpreadAccumulator, count: number): Column {
  const least = leastRows(call);
  const values = Array.from({ length: count }, (_, row) =>
    source.counts[row]! < least ? null : spreadScalar(call, scaleOf(argument), source.counts[row]!, source.sums[row]!, source.squares[row]!),
  );
  if (call.type.kind === "decimal") return decimalColumn(call.type, values as (bigint | null)[]);
  const nulls = nullsBelow(source.counts, count, least);
  if (layoutOf(call.type) === "double" && call.type.kind === "bigint") {
    const wide = BigInt64Array.from(values, (value) => (value === null ? 0n : BigInt(value)));
    return wideColumn(call.type, new Int32Array(wide.buffer), count, nulls);
  }
  const bits = call.type.kind === "tinyint" ? 8 : call.type.kind === "smallint" ? 16 : 32;
  const numbers = Float64Array.from(values, (value) => (typeof value === "bigint" ? Number(BigInt.asIntN(bits, value)) : (value ?? 0)));
  return numberColumn(call.type, numbers, count, nulls);
}

function scaleOf(type: DataType): number {
  return type.kind === "decimal" ? type.scale : 0;
}
