import { dirname } from "node:path";
import { HeadraceError, type Disk } from "../core/index.ts";

/** Makes folders so that a power cut does not take them back: each new name is synced in its parent. */
export class DurableFolders {
  readonly #disk: Disk;
  readonly #made = new Map<string, Promise<void>>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Makes `folder` and its parents; once. */
  make(folder: string): Promise<void> {
    let made = this.#made.get(folder);
    if (made === undefined) {
      made = this.#make(folder);
      this.#made.set(folder, made);
      made.catch(() => this.#made.delete(folder));
    }
    return made;
  }

  /** The folder was removed. */
  forget(folder: string): void {
    this.#made.delete(folder);
  }

  async #make(folder: string): Promise<void> {
    const status = await this.#disk.stat(folder);
    if (status?.isDirectory) return;
    if (status !== null) {
      throw new HeadraceError("connector-failed", `${folder} is a file where a folder is needed`, { hint: "Move the file away, or choose another 'path'." });
    }
    const parent = dirname(folder);
    if (parent !== folder) await this.make(parent);
    await this.#disk.makeDirectory(folder);
    await this.#disk.syncDirectory(parent);
  }
}
