/** Splits one CSV record into fields (RFC 4180, with the options of Flink's format). */
export interface CsvSyntax {
  /** Character codes. */
  readonly delimiter: number;
  /** −1: quotes are ordinary characters. */
  readonly quote: number;
  /** −1: none. */
  readonly escape: number;
}

/** A field as a range of the record's bytes, or as text where quotes or escapes had to be taken out. */
export interface CsvFields {
  count: number;
  readonly starts: number[];
  readonly ends: number[];
  readonly texts: (string | null)[];
  /** True where the field stood in quotes: then an empty one is an empty text. */
  readonly quoted: boolean[];
}

const decoder = new TextDecoder();

/** Answers null, or why the record is broken. `fields` is filled again by each call. */
export function splitCsv(bytes: Uint8Array, start: number, end: number, syntax: CsvSyntax, fields: CsvFields): string | null {
  fields.count = 0;
  let at = start;
  const stop = end > start && bytes[end - 1] === 13 ? end - 1 : end;
  for (;;) {
    if (at < stop && bytes[at] === syntax.quote) {
      const next = quotedField(bytes, at, stop, syntax, fields);
      if (next < 0) return "a quote is not closed";
      if (next < stop && bytes[next] !== syntax.delimiter) return `a character follows the closing quote of field ${fields.count}`;
      at = next;
    } else at = plainField(bytes, at, stop, syntax, fields);
    if (at >= stop) return null;
    at++;
    if (at === stop) {
      push(fields, at, at, null, false);
      return null;
    }
  }
}

function push(fields: CsvFields, start: number, end: number, text: string | null, quoted: boolean): void {
  const index = fields.count++;
  fields.starts[index] = start;
  fields.ends[index] = end;
  fields.texts[index] = text;
  fields.quoted[index] = quoted;
}

function plainField(bytes: Uint8Array, start: number, end: number, { delimiter, escape }: CsvSyntax, fields: CsvFields): number {
  let at = start;
  let escaped = false;
  while (at < end && bytes[at] !== delimiter) {
    if (bytes[at] === escape) {
      escaped = true;
      at++;
    }
    at++;
  }
  const stop = Math.min(at, end);
  push(fields, start, stop, escaped ? unescape(bytes, start, stop, -1, escape) : null, false);
  return stop;
}

/** Position after the closing quote, or −1. */
function quotedField(bytes: Uint8Array, start: number, end: number, { quote, escape }: CsvSyntax, fields: CsvFields): number {
  let at = start + 1;
  let special = false;
  for (; at < end; at++) {
    if (bytes[at] === escape && escape !== quote) {
      special = true;
      at++;
    } else if (bytes[at] === quote) {
      if (bytes[at + 1] !== quote || at + 1 >= end) break;
      special = true;
      at++;
    }
  }
  if (at >= end) return -1;
  push(fields, start + 1, at, special ? unescape(bytes, start + 1, at, quote, escape) : null, true);
  return at + 1;
}

function unescape(bytes: Uint8Array, start: number, end: number, quote: number, escape: number): string {
  const kept = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    if ((bytes[at] === escape || bytes[at] === quote) && at + 1 < end) at++;
    kept[length++] = bytes[at];
  }
  return decoder.decode(kept.subarray(0, length));
}
