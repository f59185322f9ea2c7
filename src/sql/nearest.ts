/** The name somebody may have meant. */
import { editDistance } from "./parse/grammar/suggestions.ts";

/** Of `names` the one with the fewest changes from `given` (a swap of neighbours is one), at most a third of its letters; undefined when none is near. */
export function nearestOf(given: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(given.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance && distance < name.length) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}
