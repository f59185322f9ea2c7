/** Zigzag variable-length integers, as Protocol Buffers and Kafka's records write them. Values within ±2^53. */

/** Bytes that `writeVarint` will take. */
export function varintLength(value: number): number {
  let zigzag = value >= 0 ? value * 2 : -value * 2 - 1;
  let length = 1;
  while (zigzag >= 128) {
    zigzag = Math.floor(zigzag / 128);
    length++;
  }
  return length;
}

/** Writes at `at`; answers the position after. */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  let zigzag = value >= 0 ? value * 2 : -value * 2 - 1;
  let position = at;
  while (zigzag >= 128) {
    target[position++] = (zigzag % 128) | 128;
    zigzag = Math.floor(zigzag / 128);
  }
  target[position++] = zigzag;
  return position;
}

/** Where a read stands: `value` is what was read last, `at` the position after it. */
export interface VarintCursor {
  at: number;
  value: number;
}

/** Reads at `cursor.at`. Past the end it reads zeros, so callers check their bounds. */
export function readVarint(source: Uint8Array, cursor: VarintCursor): number {
  let at = cursor.at;
  let byte = source[at++];
  let zigzag = byte & 127;
  if (byte >= 128) {
    let factor = 128;
    do {
      byte = source[at++];
      zigzag += (byte & 127) * factor;
      factor *= 128;
    } while (byte >= 128 && factor < 2 ** 56);
  }
  cursor.at = at;
  return (cursor.value = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
}
