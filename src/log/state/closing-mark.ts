/**
 * How many frames the journal had when it was closed in good order, as the file "closed": "HRCM0001", the number
 * (float64), CRC-32C. A damaged last frame looks like a torn one; this tells them apart after a clean stop.
 */
import { crc32c, type Disk } from "../../core/index.ts";

const magic = "HRCM0001";
const sizeBytes = 20;

export async function writeClosingMark(disk: Disk, directory: string, nextFrame: number): Promise<void> {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.write(magic, 0, "latin1");
  bytes.writeDoubleBE(nextFrame, 8);
  bytes.writeUInt32BE(crc32c(bytes.subarray(0, 16)), 16);
  const file = await disk.open(`${directory}/closed.new`, "create");
  try {
    await file.write([bytes], 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await disk.rename(`${directory}/closed.new`, `${directory}/closed`);
  await disk.syncDirectory(directory);
}

/** 0 when there is none, or none that is whole: it only adds certainty. */
export async function readClosingMark(disk: Disk, directory: string): Promise<number> {
  const path = `${directory}/closed`;
  if ((await disk.stat(path)) === null) return 0;
  const file = await disk.open(path, "read");
  try {
    const bytes = Buffer.alloc(sizeBytes);
    if ((await file.read(bytes, 0)) !== sizeBytes || bytes.toString("latin1", 0, 8) !== magic) return 0;
    return bytes.readUInt32BE(16) === crc32c(bytes.subarray(0, 16)) ? bytes.readDoubleBE(8) : 0;
  } finally {
    await file.close();
  }
}
