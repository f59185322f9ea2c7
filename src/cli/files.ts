/** Small files whole, through the platform's disk. */
import { DiskError, HeadraceError, type Disk } from "../core/index.ts";

/** Text of a file; null when it is absent and not required. */
export async function readTextFile(disk: Disk, path: string, options: { required: boolean }): Promise<string | null> {
  try {
    const file = await disk.open(path, "read");
    try {
      const bytes = new Uint8Array(await file.size());
      await file.read(bytes, 0);
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof DiskError && cause.code === "missing") {
      if (!options.required) return null;
      throw new HeadraceError("not-found", `${path} does not exist`, { cause });
    }
    if (cause instanceof TypeError) throw new HeadraceError("invalid-argument", `${path} is not UTF-8 text`, { cause });
    throw cause;
  }
}

/** Every file below a folder; an absent folder has none. */
export async function forEachDirectoryFile(disk: Disk, directory: string, visit: (path: string) => Promise<void>): Promise<void> {
  for (const entry of await disk.list(directory)) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) await forEachDirectoryFile(disk, path, visit);
    else await visit(path);
  }
}
