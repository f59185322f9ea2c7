/** Names of files before and after they are published, and the step between. */
import { dirname, join } from "node:path";
import type { Disk } from "../../../core/index.ts";
import type { DurableFolders } from "../../../connector/index.ts";

/** What an epoch publishes: hidden file numbers and where they go, relative to the table's folder. */
export interface Committable {
  readonly files: readonly { readonly serial: number; readonly path: string }[];
}

export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

export function decodeJson<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}

/** Hidden files of one sink lie in a hidden folder of the table's own, so that publishing is a rename in one file system. */
export class HiddenFolder {
  readonly path: string;
  readonly #disk: Disk;
  readonly #root: string;
  readonly #folders: DurableFolders;

  constructor(disk: Disk, folders: DurableFolders, root: string, scope: string) {
    this.#disk = disk;
    this.#folders = folders;
    this.#root = root;
    this.path = join(root, `.headrace-${scope}`);
  }

  file(serial: number): string {
    return join(this.path, `${serial}.part`);
  }

  /** Makes the folder, once. */
  make(): Promise<void> {
    return this.#folders.make(this.path);
  }

  async sync(): Promise<void> {
    await this.#disk.syncDirectory(this.path);
  }

  /** Removes the files that `unwanted` names. */
  async clear(unwanted: (serial: number) => boolean): Promise<void> {
    for (const { name } of await this.#disk.list(this.path)) {
      const digits = /^(\d+)\.part$/.exec(name)?.[1];
      if (digits !== undefined && unwanted(Number(digits))) await this.#disk.unlink(join(this.path, name));
    }
  }

  /**
   * Makes the files of a durable epoch visible. May be repeated: a hidden file that is gone was published before (and may
   * have been moved on by whoever owns the lake).
   */
  async publish({ files }: Committable): Promise<void> {
    const folders = new Set<string>();
    for (const { serial, path } of files) {
      const target = join(this.#root, ...path.split("/"));
      const folder = dirname(target);
      await this.#folders.make(folder);
      folders.add(folder);
      if ((await this.#disk.stat(this.file(serial))) !== null) await this.#disk.rename(this.file(serial), target);
    }
    for (const folder of folders) await this.#disk.syncDirectory(folder);
    if (files.length > 0 && (await this.#disk.stat(this.path)) !== null) await this.#disk.syncDirectory(this.path);
  }

  /** Removes the folder if nothing is in it. */
  async remove(): Promise<void> {
    if ((await this.#disk.list(this.path)).length > 0) return;
    await this.#disk.removeDirectory(this.path);
    this.#folders.forget(this.path);
  }
}
