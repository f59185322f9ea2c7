/** Texts counted and cut by code point, as Flink does. */

const surrogate = /[\ud800-\udfff]/;

/** Whether code units and code points are the same here. */
export function isPlain(text: string): boolean {
  return !surrogate.test(text);
}

export function textLength(text: string): number {
  return isPlain(text) ? text.length : Array.from(text).length;
}

export function sliceText(text: string, start: number, end?: number): string {
  return isPlain(text) ? text.slice(start, end) : Array.from(text).slice(start, end).join("");
}

/** Position of `needle`, from 1, looking from position `from`; 0 when it is not there. */
export function positionOf(text: string, needle: string, from = 1): number {
  if (from < 1) return 0;
  if (isPlain(text)) return text.indexOf(needle, from - 1) + 1;
  const skipped = Array.from(text)
    .slice(0, from - 1)
    .join("").length;
  const found = text.indexOf(needle, skipped);
  return found < 0 ? 0 : textLength(text.slice(0, found)) + 1;
}

/** SUBSTRING: positions from 1, negative ones from the end; 0 counts as 1. */
export function substring(text: string, start: number, length?: number): string {
  if (length !== undefined && length <= 0) return "";
  const total = textLength(text);
  const begin = start > 0 ? start - 1 : start < 0 ? total + start : 0;
  const end = length === undefined ? total : Math.min(total, begin + length);
  return end <= begin || begin >= total ? "" : sliceText(text, Math.max(begin, 0), Math.max(end, 0));
}

/** Cuts or fills to `length` UTF-16 code units, as Flink counts here alone; null when there is nothing to fill with. */
export function padText(text: string, length: number, filler: string, side: "left" | "right"): string | null {
  if (length < 0) return null;
  if (text.length >= length) return text.slice(0, length);
  if (filler === "") return null;
  const missing = filler.repeat(Math.ceil((length - text.length) / filler.length)).slice(0, length - text.length);
  return side === "left" ? missing + text : text + missing;
}

/** Removes characters of a set from one or both ends. */
export function trimText(text: string, side: "BOTH" | "LEADING" | "TRAILING", characters: string): string {
  const set = new Set(characters);
  const points = Array.from(text);
  let start = 0;
  let end = points.length;
  if (side !== "TRAILING") while (start < end && set.has(points[start])) start++;
  if (side !== "LEADING") while (end > start && set.has(points[end - 1])) end--;
  return points.slice(start, end).join("");
}
