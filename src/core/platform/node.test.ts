import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodePlatform } from "./node.ts";

const { disk, clock } = createNodePlatform();
let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "headrace-platform-"));
});
afterEach(() => rm(directory, { recursive: true }));

test("writes many buffers where it is told and reads them back", async () => {
  const file = await disk.open(join(directory, "file"), "createNew");
  // More buffers than one system call takes (IOV_MAX is 1024).
  const buffers = Array.from({ length: 3000 }, (_, index) => Uint8Array.of(index & 0xff, index >> 8));
  await file.write([new Uint8Array(0), ...buffers], 10);
  await file.datasync();
  expect(await file.size()).toBe(6010);
  const target = new Uint8Array(100);
  expect(await file.read(target, 5990)).toBe(20);
  expect([...target.subarray(18, 20)]).toEqual([2999 & 0xff, 2999 >> 8]);
  await file.truncate(3);
  expect(await file.size()).toBe(3);
  await file.close();
});

test("errors carry a code of the closed list", async () => {
  await expect(disk.open(join(directory, "absent"), "read")).rejects.toMatchObject({ code: "missing" });
  await (await disk.open(join(directory, "file"), "create")).close();
  await expect(disk.open(join(directory, "file"), "createNew")).rejects.toMatchObject({ code: "exists" });
  expect(await disk.stat(join(directory, "absent"))).toBeNull();
  expect(await disk.list(join(directory, "absent"))).toEqual([]);
  await disk.unlink(join(directory, "absent"));
});

test("a lock is held once and can be taken again after it is let go", async () => {
  const path = join(directory, "lock");
  const lock = await disk.lock(path);
  expect(lock).not.toBeNull();
  expect(await disk.lock(path)).toBeNull();
  await lock!.unlock();
  const again = await disk.lock(path);
  expect(again).not.toBeNull();
  await again!.unlock();
});

test("another living process keeps its lock; a dead one does not", async () => {
  const path = join(directory, "lock");
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lock = await disk.lock(path);
  const own = await readFile(path, "utf8");
  await lock!.unlock();
  const status = await readFile(`/proc/${child.pid}/stat`, "latin1").catch(() => null);
  const start = status === null ? "" : status.slice(status.lastIndexOf(")") + 2).split(" ")[19];
  await writeFile(path, own.replace(/^\d+ \S*/, `${child.pid} ${start}`));
  expect(await disk.lock(path)).toBeNull();
  child.stdin.end();
  await ended;
  const taken = await disk.lock(path);
  expect(taken).not.toBeNull();
  await taken!.unlock();
});

test("a lock whose process id was given to another process is stale", async () => {
  const path = join(directory, "lock");
  // Process 1 lives as long as the machine, and did not start at tick 1.
  await writeFile(path, "1 1");
  const lock = await disk.lock(path);
  if (process.platform === "linux") expect(lock).not.toBeNull();
  await lock?.unlock();
});

test("timers fire once and can be cancelled", async () => {
  let fired = 0;
  const cancelled = clock.setTimer(1, () => fired++);
  cancelled.cancel();
  await new Promise<void>((resolve) => clock.setTimer(5, resolve));
  await clock.nextTurn();
  expect(fired).toBe(0);
});
