// Goal: a compressed file reads like a plain one from any position, and a broken one is refused by name.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createSimulatedPlatform } from "../../../core/platform/sim/index.ts";
import { openBytes } from "./byte-reader.ts";

const plain = Buffer.from(Array.from({ length: 20_000 }, (_, index) => `line ${index} ${Math.imul(index, 2654435761)}\n`).join(""));

async function diskWith(path: string, bytes: Uint8Array) {
  const { disk } = createSimulatedPlatform();
  await disk.makeDirectory("/d");
  const file = await disk.open(path, "create");
  await file.write([bytes], 0);
  await file.close();
  return disk;
}

test.each(["/d/f.csv", "/d/f.csv.gz"])("%s from any position, forwards and back", async (path) => {
  const disk = await diskWith(path, path.endsWith(".gz") ? gzipSync(plain) : plain);
  const reader = openBytes(disk, path, true);
  for (const [position, length] of [
    [0, 100],
    [100, 50_000],
    [50_100, 200_000],
    [10, 10],
    [plain.length - 5, 100],
    [plain.length, 10],
  ]) {
    expect(Buffer.from(await reader.read(position, length)).equals(plain.subarray(position, position + length)), `${position}+${length}`).toBe(true);
  }
  await reader.close();
});

test("a truncated gzip file is refused", async () => {
  const disk = await diskWith("/d/f.gz", gzipSync(plain).subarray(0, 5000));
  await expect(openBytes(disk, "/d/f.gz", true).read(0, plain.length)).rejects.toMatchObject({ code: "decode" });
});
