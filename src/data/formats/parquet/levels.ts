/** The hybrid of run lengths and bit packing (Encodings.md, "RLE = 3"): definition levels and dictionary indexes. */
import { Output } from "./values.ts";

function unsigned(output: Output, value: number): void {
  let rest = value;
  output.room(5);
  while (rest >= 128) {
    output.bytes[output.at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  output.bytes[output.at++] = rest;
}

/** Bits that hold every value below `count`; at least 1. */
export function bitWidth(count: number): number {
  return Math.max(1, 32 - Math.clz32(Math.max(1, count - 1)));
}

const runMinimum = 8;

/** Values of `width` bits, long runs as runs and the rest packed in groups of eight. */
export function encodeHybrid(values: Int32Array | Uint8Array, width: number): Uint8Array {
  const output = new Output(Math.ceil((values.length * width) / 8) + 16);
  const valueBytes = Math.ceil(width / 8);
  let start = 0;
  let at = 0;
  while (at < values.length) {
    let end = at + 1;
    while (end < values.length && values[end] === values[at]) end++;
    // A packed stretch must be whole groups of eight: part of the run fills up the last one.
    const fill = (8 - ((at - start) % 8)) % 8;
    if (end - at - fill >= runMinimum) {
      if (at + fill > start) pack(output, values, start, at + fill, width);
      const run = end - at - fill;
      unsigned(output, run * 2);
      output.room(valueBytes);
      for (let byte = 0; byte < valueBytes; byte++) output.bytes[output.at++] = (values[at] >> (8 * byte)) & 255;
      start = end;
    }
    at = end;
  }
  if (start < values.length) pack(output, values, start, values.length, width);
  return output.finish();
}

function pack(output: Output, values: Int32Array | Uint8Array, start: number, end: number, width: number): void {
  const groups = Math.ceil((end - start) / 8);
  unsigned(output, groups * 2 + 1);
  output.room(groups * width);
  let bits = 0;
  let held = 0;
  for (let at = start; at < start + groups * 8; at++) {
    const value = at < end ? values[at] : 0;
    for (let bit = 0; bit < width; bit += 8) {
      const take = Math.min(8, width - bit);
      held |= ((value >> bit) & ((1 << take) - 1)) << bits;
      bits += take;
      if (bits >= 8) {
        output.bytes[output.at++] = held & 255;
        held >>>= 8;
        bits -= 8;
      }
    }
  }
}
