/**
 * MD5 (RFC 1321) of short keys, in plain arithmetic: a native hash object per partition key costs four times as much,
 * because its price is the object, not the hashing. Keys above one block go to the native function.
 */
import { hash } from "node:crypto";

const sines = Int32Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 4294967296) | 0);
const shifts = Uint8Array.from([7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]);
const block = new Int32Array(16);
const blockBytes = new Uint8Array(block.buffer);

/** Longest key that fits one block with its padding. */
const oneBlockBytes = 55;

/** Writes the MD5 of `bytes[start, end)` into `target` as four 32-bit words, most significant first. */
export function md5Words(bytes: Uint8Array, start: number, end: number, target: Uint32Array): void {
  const length = end - start;
  if (length > oneBlockBytes) {
    const digest = Buffer.from(hash("md5", bytes.subarray(start, end), "hex"), "hex");
    for (let word = 0; word < 4; word++) target[word] = digest.readUInt32BE(word * 4);
    return;
  }
  block.fill(0);
  for (let index = 0; index < length; index++) blockBytes[index] = bytes[start + index]!;
  blockBytes[length] = 0x80;
  block[14] = length * 8;
  compress(target);
}

function compress(target: Uint32Array): void {
  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    let mixed: number;
    let word: number;
    if (round === 0) {
      mixed = (b & c) | (~b & d);
      word = step;
    } else if (round === 1) {
      mixed = (d & b) | (~d & c);
      word = (5 * step + 1) & 15;
    } else if (round === 2) {
      mixed = b ^ c ^ d;
      word = (3 * step + 5) & 15;
    } else {
      mixed = c ^ (b | ~d);
      word = (7 * step) & 15;
    }
    mixed = (mixed + a + sines[step]! + block[word]!) | 0;
    a = d;
    d = c;
    c = b;
    const shift = shifts[round * 4 + (step & 3)]!;
    b = (b + ((mixed << shift) | (mixed >>> (32 - shift)))) | 0;
  }
  target[0] = swapped(a + 0x67452301);
  target[1] = swapped(b + 0xefcdab89);
  target[2] = swapped(c + 0x98badcfe);
  target[3] = swapped(d + 0x10325476);
}

function swapped(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | ((word >>> 24) & 0xff);
}
