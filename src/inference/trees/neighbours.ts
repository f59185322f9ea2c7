const doubles = new Float64Array(1);
const bits = new BigInt64Array(doubles.buffer);

/**
 * The largest double below `value`; NaN (nothing is below or equal to it) for −Infinity and NaN.
 * Serves 32-bit values too: each is a double, so `x < t` and `x <= previousNumber(t)` agree on them.
 */
export function previousNumber(value: number): number {
  if (value !== value || value === -Infinity) return NaN;
  if (value === 0) return -Number.MIN_VALUE;
  doubles[0] = value;
  bits[0] += value > 0 ? -1n : 1n;
  return doubles[0];
}
