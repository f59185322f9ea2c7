/** CRC-32C (Castagnoli, RFC 3720 B.4): the checksum of Kafka's record batches and of our journal. */
import { createRequire } from "node:module";

const tables = makeTables();

function makeTables(): Uint32Array[] {
  const all = Array.from({ length: 8 }, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    all[0][byte] = value >>> 0;
  }
  for (let byte = 0; byte < 256; byte++) {
    let value = all[0][byte];
    for (let slice = 1; slice < 8; slice++) {
      value = all[0][value & 0xff] ^ (value >>> 8);
      all[slice][byte] = value >>> 0;
    }
  }
  return all;
}

/** Eight bytes at a time by table look-up; where the native package is not installed. */
export function crc32cByTables(bytes: Uint8Array, initial = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  let crc = ~initial >>> 0;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = crc ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    crc =
      t7[low & 0xff] ^
      t6[(low >>> 8) & 0xff] ^
      t5[(low >>> 16) & 0xff] ^
      t4[low >>> 24] ^
      t3[bytes[at + 4]] ^
      t2[bytes[at + 5]] ^
      t1[bytes[at + 6]] ^
      t0[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) crc = t0[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function load(): (bytes: Uint8Array, initial?: number) => number {
  try {
    const native = createRequire(import.meta.url)("@node-rs/crc32") as { crc32c(bytes: Uint8Array, initial?: number): number };
    return (bytes, initial) => native.crc32c(bytes, initial);
  } catch {
    return crc32cByTables;
  }
}

/** Unsigned 32-bit checksum; `initial` continues an earlier one. */
export const crc32c: (bytes: Uint8Array, initial?: number) => number = load();
