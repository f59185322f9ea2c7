/** The name somebody may have meant. */

/** Of `names` the one with the fewest changes from `given`, at most a third of its letters; undefined when none is near. */
export function nearestOf(given: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(given.length / 3)) + 1;
  for (const name of names) {
    const distance = changes(given.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance. */
function changes(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at++) {
    const next = [at];
    for (let index = 1; index <= right.length; index++) {
      next[index] = Math.min(row[index] + 1, next[index - 1] + 1, row[index - 1] + (left[at - 1] === right[index - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[right.length];
}
