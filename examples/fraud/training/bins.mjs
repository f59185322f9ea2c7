/** Features cut into at most 255 bins each: what histogram training works on. */

/**
 * Cut points by column, each exactly representable as a 32-bit float, so that training and every runtime agree on sides.
 * @param {Float32Array[]} columns @param {{ bins?: number, sampleRows?: number }} [options]
 */
export function findCuts(columns, { bins = 255, sampleRows = 50_000 } = {}) {
  return columns.map((column) => {
    const step = Math.max(1, Math.floor(column.length / sampleRows));
    const sample = column.filter((value, index) => index % step === 0 && !Number.isNaN(value)).sort();
    const distinct = sample.filter((value, index) => index === 0 || value !== sample[index - 1]);
    /** @type {number[]} */
    const cuts = [];
    if (distinct.length <= bins) for (let index = 1; index < distinct.length; index++) cuts.push(Math.fround((distinct[index - 1] + distinct[index]) / 2));
    else for (let bin = 1; bin < bins; bin++) cuts.push(sample[Math.floor((bin * sample.length) / bins)]);
    return Float32Array.from(cuts.filter((cut, index) => index === 0 || cut > cuts[index - 1]));
  });
}

/** Bin of each value: the number of cuts below it. A missing value lies behind the last cut, where `value <= cut` is false. @param {Float32Array} column @param {Float32Array} cuts */
export function assignBins(column, cuts) {
  const bins = new Uint8Array(column.length);
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    let low = 0;
    let high = cuts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= cuts[middle]) high = middle;
      else low = middle + 1;
    }
    bins[row] = low;
  }
  return bins;
}
