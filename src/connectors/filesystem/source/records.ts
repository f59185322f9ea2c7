/** Finds records in a piece of a text file. Pure. */

export interface RecordRanges {
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Line of each record, counted from 0 at the start of the piece; null when record i is line i. */
  readonly lines: Int32Array | null;
  /** Bytes up to and with the last complete record's newline: the next piece starts here. */
  readonly consumedBytes: number;
  /** Newlines in the consumed bytes. */
  readonly lineCount: number;
}

export interface RecordOptions {
  /** Newlines between two of these bytes belong to the record (CSV); −1: every newline ends one. */
  readonly quote: number;
  /** The byte after this one is taken as it is; −1: none. */
  readonly escape: number;
}

const lineFeed = 10;
const carriageReturn = 13;

/**
 * Cuts `bytes[start …)` at newlines. Blank lines are no records; a carriage return before the newline is left out.
 * What stands behind the last newline is a record only if `last` (the file ends there).
 */
export function findRecords(bytes: Uint8Array, start: number, last: boolean, options: RecordOptions): RecordRanges {
  const found = new Ranges((bytes.length - start) >> 5);
  const quoted = options.quote >= 0 && bytes.indexOf(options.quote, start) >= 0;
  const tail = quoted ? scanQuoted(bytes, start, options, found) : scanLines(bytes, start, found);
  let consumedBytes = tail;
  let lineCount = found.line;
  if (last && tail < bytes.length) {
    found.add(bytes, tail, bytes.length, found.line);
    consumedBytes = bytes.length;
    lineCount += 1;
  }
  return { count: found.count, starts: found.starts, ends: found.ends, lines: found.lines, consumedBytes, lineCount };
}

class Ranges {
  count = 0;
  line = 0;
  starts: Int32Array;
  ends: Int32Array;
  lines: Int32Array | null = null;
  constructor(capacity: number) {
    this.starts = new Int32Array(capacity + 16);
    this.ends = new Int32Array(capacity + 16);
  }
  add(bytes: Uint8Array, start: number, newline: number, line: number): void {
    const end = newline > start && bytes[newline - 1] === carriageReturn ? newline - 1 : newline;
    if (end === start) return;
    if (this.count === this.starts.length) this.#grow();
    if (this.lines === null && line !== this.count) this.lines = Int32Array.from({ length: this.starts.length }, (_, index) => index);
    if (this.lines !== null) this.lines[this.count] = line;
    this.starts[this.count] = start;
    this.ends[this.count++] = end;
  }
  #grow(): void {
    this.starts = grown(this.starts);
    this.ends = grown(this.ends);
    if (this.lines !== null) this.lines = grown(this.lines);
  }
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Answers where the unfinished last line starts. */
function scanLines(bytes: Uint8Array, start: number, found: Ranges): number {
  let begin = start;
  for (;;) {
    const newline = bytes.indexOf(lineFeed, begin);
    if (newline < 0) return begin;
    found.add(bytes, begin, newline, found.line++);
    begin = newline + 1;
  }
}

function scanQuoted(bytes: Uint8Array, start: number, { quote, escape }: RecordOptions, found: Ranges): number {
  let begin = start;
  let beginLine = 0;
  let line = 0;
  let inside = false;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === escape) at++;
    else if (byte === quote) inside = !inside;
    else if (byte === lineFeed) {
      line++;
      if (inside) continue;
      found.add(bytes, begin, at, beginLine);
      begin = at + 1;
      beginLine = line;
      found.line = line;
    }
  }
  return begin;
}
