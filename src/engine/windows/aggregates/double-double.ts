/**
 * Sums kept as an unevaluated pair high + low (T. J. Dekker, "A floating-point technique for extending the available
 * precision", 1971): twice the digits of a double, so that what was added can be taken away again without a trace.
 */

/** What rounding lost in `sum = left + right`. */
export function sumError(left: number, right: number, sum: number): number {
  const part = sum - left;
  return left - (sum - part) + (right - part);
}

/** What rounding lost in `product = left * right`. */
export function productError(left: number, right: number, product: number): number {
  const leftScaled = left * 134217729;
  const leftHigh = leftScaled - (leftScaled - left);
  const leftLow = left - leftHigh;
  const rightScaled = right * 134217729;
  const rightHigh = rightScaled - (rightScaled - right);
  const rightLow = right - rightHigh;
  return leftLow * rightLow - (product - leftHigh * rightHigh - leftLow * rightHigh - leftHigh * rightLow);
}

/** Adds `value` to the pair at `at`, `at + 1`. An overflow leaves an infinity. */
export function addTo(words: Float64Array, at: number, value: number, valueLow: number): void {
  const high = words[at]!;
  const sum = high + value;
  const part = sum - high;
  const low = words[at + 1]! + (high - (sum - part) + (value - part)) + valueLow;
  const total = sum + low;
  words[at] = total;
  words[at + 1] = total - total === 0 ? low - (total - sum) : 0;
}

/**
 * NaN and infinities cannot be taken out of a sum: they are counted beside it, three counters in one number.
 */
const positiveUnit = 2 ** 17;
const negativeUnit = 2 ** 34;

export function oddUnit(value: number): number {
  return value !== value ? 1 : value > 0 ? positiveUnit : negativeUnit;
}

/** Adds an odd value; where rows never leave, whether there was one is enough. */
export function addOdd(odd: number, value: number, removable: boolean): number {
  if (removable) return odd + oddUnit(value);
  const { nan, positive, negative } = oddCounts(odd);
  const has = value !== value ? nan : value > 0 ? positive : negative;
  return has > 0 ? odd : odd + oddUnit(value);
}

/** The sum that the odd values give. */
export function oddSum(odd: number): number {
  const { nan, positive, negative } = oddCounts(odd);
  if (nan > 0 || (positive > 0 && negative > 0)) return Number.NaN;
  return positive > 0 ? Infinity : -Infinity;
}

function oddCounts(odd: number): { nan: number; positive: number; negative: number } {
  return { nan: odd % positiveUnit, positive: Math.floor(odd / positiveUnit) % positiveUnit, negative: Math.floor(odd / negativeUnit) };
}

/** Merging keeps each counter; without removal each stays 0 or 1. */
export function mergeOdd(left: number, right: number, removable: boolean): number {
  if (removable || left === 0 || right === 0) return left + right;
  const one = oddCounts(left);
  const two = oddCounts(right);
  return Math.min(1, one.nan + two.nan) + Math.min(1, one.positive + two.positive) * positiveUnit + Math.min(1, one.negative + two.negative) * negativeUnit;
}

/** When a value so much larger than what remains leaves, the remainder may hold few true digits. */
export const restateRatio = 2 ** 40;
