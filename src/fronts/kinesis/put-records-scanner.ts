/**
 * Finds the records of a PutRecords body without parsing it: JSON.parse makes a string of every record first, which
 * costs more than everything that follows. Anything out of the ordinary (escapes, unknown or repeated members, bytes
 * above ASCII outside `Data`) gives null, and the caller takes the ordinary way; what is found is what JSON.parse finds.
 * `Data` is only delimited here: its decoder notices a wrong character by the length of what it decodes.
 */
import type { FastBuffer } from "./fast-buffer.ts";

/** Numbers per record in {@link ScannedPutRecords.fields}: start and end of data, partition key, explicit hash key (-1 when absent). */
export const scannedFields = 6;

export interface ScannedPutRecords {
  streamName: string | undefined;
  streamArn: string | undefined;
  recordCount: number;
  /** Valid until the next scan. */
  fields: Int32Array;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** More records than a request may have; the ordinary way then says so. */
const recordsMax = 500;
const fields = new Int32Array(recordsMax * scannedFields);

export function scanPutRecords(body: FastBuffer): ScannedPutRecords | null {
  let position = skipSpace(body, 0);
  if (body[position] !== openBrace) return null;
  const found: ScannedPutRecords = { streamName: undefined, streamArn: undefined, recordCount: -1, fields };
  position = skipSpace(body, position + 1);
  for (;;) {
    const nameEnd = plainStringEnd(body, position);
    if (nameEnd < 0) return null;
    const name = body.latin1Slice(position + 1, nameEnd);
    position = afterColon(body, nameEnd + 1);
    if (position < 0) return null;
    if (name === "Records" && found.recordCount < 0) position = scanRecords(body, position, found);
    else position = scanStreamMember(body, position, name, found);
    if (position < 0) return null;
    position = skipSpace(body, position);
    if (body[position] === closeBrace) break;
    if (body[position] !== comma) return null;
    position = skipSpace(body, position + 1);
  }
  return found.recordCount > 0 && skipSpace(body, position + 1) === body.length ? found : null;
}

/** Position behind the value, or -1. */
function scanStreamMember(body: FastBuffer, position: number, name: string, found: ScannedPutRecords): number {
  const end = plainStringEnd(body, position);
  if (end < 0) return -1;
  const value = body.latin1Slice(position + 1, end);
  if (name === "StreamName" && found.streamName === undefined) found.streamName = value;
  else if (name === "StreamARN" && found.streamArn === undefined) found.streamArn = value;
  else return -1;
  return end + 1;
}

/** Position behind the list, or -1. */
function scanRecords(body: Buffer, start: number, found: ScannedPutRecords): number {
  if (body[start] !== openBracket) return -1;
  let position = skipSpace(body, start + 1);
  let count = 0;
  for (;;) {
    if (count === recordsMax) return -1;
    position = scanRecord(body, position, count * scannedFields);
    if (position < 0) return -1;
    count++;
    position = skipSpace(body, position);
    if (body[position] === closeBracket) break;
    if (body[position] !== comma) return -1;
    position = skipSpace(body, position + 1);
  }
  found.recordCount = count;
  return position + 1;
}

/** Position behind the record, or -1. Member names differ in their length: 4, 12 and 15. */
function scanRecord(body: Buffer, start: number, at: number): number {
  if (body[start] !== openBrace) return -1;
  let position = skipSpace(body, start + 1);
  fields.fill(-1, at, at + scannedFields);
  for (;;) {
    if (body[position] !== quote) return -1;
    const name = memberAt(body, position + 1);
    if (name < 0) return -1;
    position = afterColon(body, position + memberLengths[name]! + 2);
    if (position < 0 || body[position] !== quote) return -1;
    const end = name === 0 ? body.indexOf(quote, position + 1) : plainStringEnd(body, position);
    if (end < 0 || fields[at + name * 2] !== -1) return -1;
    fields[at + name * 2] = position + 1;
    fields[at + name * 2 + 1] = end;
    position = skipSpace(body, end + 1);
    if (body[position] === closeBrace) break;
    if (body[position] !== comma) return -1;
    position = skipSpace(body, position + 1);
  }
  return fields[at] === -1 || fields[at + 2] === -1 ? -1 : position + 1;
}

const memberNames = ["Data", "PartitionKey", "ExplicitHashKey"].map((name) => Buffer.from(`${name}"`, "latin1"));
const memberLengths = memberNames.map((name) => name.length - 1);

/** Index in {@link memberNames} of the name that starts here, or -1. */
function memberAt(body: Buffer, start: number): number {
  const index = body[start] === 0x44 ? 0 : body[start] === 0x50 ? 1 : 2;
  const name = memberNames[index]!;
  for (let offset = 0; offset < name.length; offset++) if (body[start + offset] !== name[offset]) return -1;
  return index;
}

/** Position of the quote that ends the string opened at `start`, or -1 if it is not plain printable ASCII. */
function plainStringEnd(body: Buffer, start: number): number {
  if (body[start] !== quote) return -1;
  for (let position = start + 1; position < body.length; position++) {
    const byte = body[position]!;
    if (byte === quote) return position;
    if (byte === backslash || byte < 0x20 || byte >= 0x80) return -1;
  }
  return -1;
}

function afterColon(body: Buffer, start: number): number {
  const position = skipSpace(body, start);
  return body[position] === colon ? skipSpace(body, position + 1) : -1;
}

function skipSpace(body: Buffer, start: number): number {
  let position = start;
  for (;;) {
    const byte = body[position];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return position;
    position++;
  }
}
