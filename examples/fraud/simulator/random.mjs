/**
 * Repeatable randomness: the same seed gives the same cards everywhere.
 *
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  /** @type {number | null} */
  let spare = null;

  /** Uniform in [0, 1); mulberry32. */
  function uniform() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** Standard normal, by Marsaglia's polar method. */
  function normal() {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    let first = 0;
    let second = 0;
    let square = 0;
    do {
      first = 2 * uniform() - 1;
      second = 2 * uniform() - 1;
      square = first * first + second * second;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    spare = second * scale;
    return first * scale;
  }

  /** Knuth's method; for rates of a few. @param {number} rate */
  function poisson(rate) {
    const limit = Math.exp(-rate);
    let count = 0;
    for (let product = uniform(); product > limit; product *= uniform()) count++;
    return count;
  }

  /** Whole, 0 … below − 1. @param {number} below */
  const integer = (below) => Math.floor(uniform() * below);

  return { uniform, normal, poisson, integer };
}
