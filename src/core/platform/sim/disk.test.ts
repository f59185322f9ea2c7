import { describe, expect, test } from "vitest";
import { SimulatedDisk } from "./disk.ts";

async function write(disk: SimulatedDisk, path: string, byte: number, bytes: number, position = 0): Promise<void> {
  const file = await disk.open(path, "create");
  await file.write([new Uint8Array(bytes).fill(byte)], position);
  await file.datasync();
  await file.close();
}

async function content(disk: SimulatedDisk, path: string): Promise<Uint8Array | null> {
  const status = await disk.stat(path);
  if (status === null) return null;
  const file = await disk.open(path, "read");
  const bytes = new Uint8Array(status.sizeBytes);
  await file.read(bytes, 0);
  return bytes;
}

describe("a power cut", () => {
  test("keeps what was synced, name and bytes", async () => {
    for (let seed = 0; seed < 50; seed++) {
      const disk = new SimulatedDisk(seed);
      await disk.makeDirectory("/data");
      await disk.syncDirectory("/");
      await write(disk, "/data/file", 7, 5000);
      await disk.syncDirectory("/data");
      const after = disk.afterPowerCut(seed);
      expect(await content(after, "/data/file")).toEqual(new Uint8Array(5000).fill(7));
    }
  });

  test("may lose or tear what was not synced, and leaves zeros or old bytes", async () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const disk = new SimulatedDisk(seed);
      await disk.makeDirectory("/data");
      await disk.syncDirectory("/");
      await write(disk, "/data/file", 1, 2048);
      await disk.syncDirectory("/data");
      const file = await disk.open("/data/file", "create");
      await file.write([new Uint8Array(4096).fill(2)], 0);
      const after = (await content(disk.afterPowerCut(seed), "/data/file"))!;
      expect([...after.subarray(0, 2048)].every((byte) => byte === 1 || byte === 2)).toBe(true);
      found.add(
        after.every((byte) => byte === 1) ? "lost" : after.length === 4096 && after.every((byte) => byte === 2) ? "kept" : after.includes(0) ? "zeros" : "torn",
      );
    }
    expect([...found].sort()).toEqual(["kept", "lost", "torn", "zeros"]);
  });

  test("may lose a new name or undo a rename whose folder was not synced", async () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const disk = new SimulatedDisk(seed);
      await disk.makeDirectory("/data");
      await disk.syncDirectory("/");
      await write(disk, "/data/old", 1, 10);
      await disk.syncDirectory("/data");
      await disk.rename("/data/old", "/data/new");
      found.add(disk.afterPowerCut(seed).paths().join());
    }
    expect([...found].sort()).toEqual(["/data/new", "/data/old"]);
  });

  test("at a step: nothing answers from then on", async () => {
    const disk = new SimulatedDisk(1, { cutPowerAtStep: 3 });
    await disk.makeDirectory("/data");
    const file = await disk.open("/data/file", "create");
    let answered = false;
    void file.write([Uint8Array.of(1)], 0).then(() => (answered = true));
    await disk.powerCut;
    void disk.stat("/data").then(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(answered).toBe(false);
  });
});

test("a full disk takes what fits and says so; space comes back", async () => {
  const disk = new SimulatedDisk(1, { capacityBytes: 1000 });
  await write(disk, "/one", 1, 800);
  const file = await disk.open("/two", "create");
  await expect(file.write([new Uint8Array(150), new Uint8Array(150)], 0)).rejects.toMatchObject({ code: "full" });
  expect(await file.size()).toBe(200);
  // Overwriting needs no space.
  await file.write([new Uint8Array(200).fill(3)], 0);
  await disk.unlink("/one");
  await file.write([new Uint8Array(300)], 0);
});

test("a failed sync is not made good by a second one", async () => {
  let lost = 0;
  for (let seed = 0; seed < 40; seed++) {
    const disk = new SimulatedDisk(seed, { failSyncNumber: 1 });
    const file = await disk.open("/file", "create");
    await disk.syncDirectory("/");
    await file.write([Uint8Array.of(1)], 0);
    await expect(file.datasync()).rejects.toMatchObject({ code: "io" });
    await file.datasync();
    const after = await content(disk.afterPowerCut(seed), "/file");
    if (after === null || after[0] !== 1) lost++;
  }
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThan(40);
});

test("bits flip where they are told to", async () => {
  const disk = new SimulatedDisk(1);
  await write(disk, "/file", 0, 4);
  disk.flipBit("/file", 2, 3);
  expect(await content(disk, "/file")).toEqual(Uint8Array.of(0, 0, 8, 0));
});

test("a lock is held once", async () => {
  const disk = new SimulatedDisk(1);
  const lock = await disk.lock("/lock");
  expect(await disk.lock("/lock")).toBeNull();
  await lock!.unlock();
  expect(await disk.lock("/lock")).not.toBeNull();
});
