/** Snappy's raw format (format_description of the Snappy project): compression only, greedy, one hash table. */
const blockBytes = 65_536;
const table = new Int32Array(1 << 14);

/** Most bytes that `compressSnappy` can make of `length`. */
function boundOf(length: number): number {
  return 32 + length + Math.floor(length / 6);
}

export function compressSnappy(source: Uint8Array): Uint8Array {
  const target = new Uint8Array(boundOf(source.length));
  let at = 0;
  let length = source.length;
  while (length >= 128) {
    target[at++] = (length & 127) | 128;
    length >>>= 7;
  }
  target[at++] = length;
  const words = new DataView(source.buffer, source.byteOffset, source.length);
  for (let start = 0; start < source.length; start += blockBytes)
    at = compressBlock(source, words, start, Math.min(start + blockBytes, source.length), target, at);
  return target.subarray(0, at);
}

function compressBlock(source: Uint8Array, words: DataView, start: number, end: number, target: Uint8Array, targetStart: number): number {
  table.fill(-1);
  let at = targetStart;
  let literalStart = start;
  let position = start;
  const last = end - 8;
  let misses = 32;
  while (position < last) {
    const word = words.getInt32(position, true);
    const hash = Math.imul(word, 0x1e35a7bd) >>> 18;
    const candidate = table[hash];
    table[hash] = position;
    if (candidate < 0 || words.getInt32(candidate, true) !== word) {
      // Data that does not repeat is passed over in growing steps.
      position += misses++ >>> 5;
      continue;
    }
    misses = 32;
    at = literal(source, literalStart, position, target, at);
    let length = 4;
    while (position + length < last && words.getInt32(candidate + length, true) === words.getInt32(position + length, true)) length += 4;
    while (position + length < end && source[candidate + length] === source[position + length]) length++;
    at = copy(position - candidate, length, target, at);
    position += length;
    literalStart = position;
  }
  return literal(source, literalStart, end, target, at);
}

function literal(source: Uint8Array, start: number, end: number, target: Uint8Array, targetStart: number): number {
  const length = end - start;
  if (length === 0) return targetStart;
  let at = targetStart;
  if (length <= 60) target[at++] = (length - 1) << 2;
  else if (length <= 256) {
    target[at++] = 60 << 2;
    target[at++] = length - 1;
  } else {
    target[at++] = 61 << 2;
    target[at++] = (length - 1) & 255;
    target[at++] = (length - 1) >> 8;
  }
  if (length > 48) {
    target.set(source.subarray(start, end), at);
    return at + length;
  }
  for (let from = start; from < end; from++) target[at++] = source[from];
  return at;
}

/** Copies reach back less than 64 KiB, and take at most 64 bytes each. */
function copy(distance: number, total: number, target: Uint8Array, targetStart: number): number {
  let at = targetStart;
  let length = total;
  while (length > 0) {
    const part = length > 64 ? (length < 68 ? 60 : 64) : length;
    target[at++] = ((part - 1) << 2) | 2;
    target[at++] = distance & 255;
    target[at++] = distance >> 8;
    length -= part;
  }
  return at;
}
