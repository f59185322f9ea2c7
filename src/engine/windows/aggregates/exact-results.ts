/** Results of exact sums: division with Flink's rounding, variance of whole numbers and decimals. */
import { layoutOf, type Column, type DataType } from "../../../data/index.ts";
import type { AggregateCall } from "../../../sql/plan/expression.ts";

/** Quotient, halves away from zero. `divisor` > 0. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const doubled = 2n * (dividend < 0n ? -dividend : dividend) + divisor;
  const quotient = doubled / (2n * divisor);
  return dividend < 0n ? -quotient : quotient;
}

/** A DECIMAL column of unscaled values; what has too many digits is NULL, as an overflow is in Flink. */
export function decimalColumn(type: DataType, values: readonly (bigint | null)[]): Column {
  const limit = 10n ** BigInt(type.kind === "decimal" ? type.precision : 38);
  let nulls: Uint8Array | null = null;
  const kept = values.map((value, row) => {
    if (value !== null && value < limit && value > -limit) return value;
    (nulls ??= new Uint8Array(values.length))[row] = 1;
    return null;
  });
  const layout = layoutOf(type);
  if (layout === "double") return { layout, values: Float64Array.from(kept, (value) => Number(value ?? 0n)), nulls };
  if (layout === "wide") return { layout, values: BigInt64Array.from(kept, (value) => value ?? 0n), nulls };
  return { layout: "object", values: kept, nulls };
}

/**
 * Variance or deviation from count, Σx and Σx² of unscaled values. Whole numbers as Flink computes them: each division
 * truncates; the root of the truncated variance is truncated.
 */
export function spreadScalar(call: AggregateCall, scale: number, count: number, sum: bigint, squares: bigint): bigint | number {
  const taken = BigInt(count);
  const divisor = call.function.endsWith("_SAMP") ? taken - 1n : taken;
  const isDeviation = call.function.startsWith("STDDEV");
  if (call.type.kind === "decimal") {
    const spread = taken * squares - sum * sum;
    if (isDeviation) {
      const variance = Number(spread) / Number(taken * divisor) / 10 ** (2 * scale);
      return BigInt(Math.round(Math.sqrt(variance) * 10 ** call.type.scale));
    }
    const shift = call.type.scale - 2 * scale;
    return divideHalfUp(spread * 10n ** BigInt(Math.max(0, shift)), taken * divisor * 10n ** BigInt(Math.max(0, -shift)));
  }
  if (call.type.kind === "double" || call.type.kind === "float") {
    const variance = Number(taken * squares - sum * sum) / Number(taken * divisor);
    return isDeviation ? Math.sqrt(variance) : variance;
  }
  const variance = (squares - (sum * sum) / taken) / divisor;
  return isDeviation ? BigInt(Math.trunc(Math.sqrt(Number(variance)))) : variance;
}
