/** The records every client puts and reads back: the same bytes wherever they are made. */
export const recordCount = 10_000;
export const keyCount = 97;

export function recordKey(index: number): string {
  return `key-${index % keyCount}`;
}

/** Four bytes of index, then a tail of 0 to 299 bytes that runs through all values. */
export function recordData(index: number): Buffer {
  const data = Buffer.alloc(4 + ((index * 37) % 300));
  data.writeUInt32BE(index, 0);
  for (let position = 4; position < data.length; position++) data[position] = (index * 31 + position * 7) & 0xff;
  return data;
}

/** Throws unless every record came back once, byte for byte, and each key's records in the order they were put. */
export function checkRecords(records: { key: string; data: Uint8Array }[]): void {
  const lastOfKey = new Map<string, number>();
  const seen = new Set<number>();
  for (const { key, data } of records) {
    const index = Buffer.from(data).readUInt32BE(0);
    if (seen.has(index)) throw new Error(`record ${index} came twice`);
    seen.add(index);
    if (key !== recordKey(index)) throw new Error(`record ${index} came with the key ${key}`);
    if (!recordData(index).equals(data)) throw new Error(`record ${index} came with other bytes`);
    if ((lastOfKey.get(key) ?? -1) >= index) throw new Error(`record ${index} of ${key} came after ${lastOfKey.get(key)}`);
    lastOfKey.set(key, index);
  }
  if (seen.size !== recordCount) throw new Error(`${seen.size} of ${recordCount} records came back`);
}
