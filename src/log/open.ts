/** Opens a data folder. */
import { dirname } from "node:path";
import { HeadraceError, type Disk, type Platform } from "../core/index.ts";
import { DiskLog } from "./disk-log.ts";
import type { Log } from "./log.ts";
import { defaultLogOptions, type LogOptions } from "./options.ts";
import { recover } from "./recover.ts";

export interface OpenLogOptions {
  readonly platform: Platform;
  /** Made when absent. The journal lies in its folder "log". */
  readonly directory: string;
  readonly options?: Partial<LogOptions>;
}

/** A log, and what only its owner may ask for. */
export interface OwnedLog extends Log {
  /** Applies retention as of `nowMs`; otherwise done in the background. */
  expire(nowMs: number): Promise<void>;
}

/**
 * @throws HeadraceError `in-use` when another process has the folder, `corrupt` when stored bytes are damaged, `disk-full`
 *   when not even an empty log fits.
 */
export async function openLog({ platform, directory, options }: OpenLogOptions): Promise<OwnedLog> {
  const { disk } = platform;
  const path = `${directory}/log`;
  await makeFolder(disk, path);
  const lock = await disk.lock(`${path}/lock`);
  if (lock === null)
    throw new HeadraceError("in-use", `the data folder ${directory} belongs to a process that is running`, {
      hint: "stop it, or name another folder with --data",
    });
  try {
    const recovered = await recover(platform, path);
    return new DiskLog(platform, path, { ...defaultLogOptions, ...options }, lock, recovered);
  } catch (error) {
    await lock.unlock();
    throw error;
  }
}

/** A new folder lasts only once the one above it is synced, and a killed process may have made these without that. */
async function makeFolder(disk: Disk, path: string): Promise<void> {
  const unsure = [path, dirname(path)];
  for (let at = dirname(dirname(path)); dirname(at) !== at && (await disk.stat(at)) === null; at = dirname(at)) unsure.push(at);
  await disk.makeDirectory(path);
  for (const folder of unsure) await disk.syncDirectory(dirname(folder));
}
