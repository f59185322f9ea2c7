/** The folder tree, visible and stable. Names change on stable storage only when their folder is synced. */
import { DiskError } from "../platform.ts";
import { Inode } from "./inode.ts";
import type { SeededRandom } from "./random.ts";

type Change =
  | { kind: "link"; path: string; inode: Inode }
  | { kind: "unlink"; path: string }
  | { kind: "rename"; from: string; to: string }
  | { kind: "make"; path: string }
  | { kind: "remove"; path: string };

export class Names {
  #files = new Map<string, Inode>();
  #folders = new Set<string>(["/"]);
  #stableFiles = new Map<string, Inode>();
  #stableFolders = new Set<string>(["/"]);
  #changes: Change[] = [];

  file(path: string): Inode | undefined {
    return this.#files.get(path);
  }

  isFolder(path: string): boolean {
    return this.#folders.has(path);
  }

  create(path: string): Inode {
    if (!this.#folders.has(parentOf(path))) throw new DiskError("missing", path, `folder of ${path} does not exist`);
    const inode = new Inode();
    this.#change({ kind: "link", path, inode });
    return inode;
  }

  unlink(path: string): void {
    if (this.#files.has(path)) this.#change({ kind: "unlink", path });
  }

  rename(from: string, to: string): void {
    if (!this.#files.has(from)) throw new DiskError("missing", from, `${from} does not exist`);
    if (!this.#folders.has(parentOf(to))) throw new DiskError("missing", to, `folder of ${to} does not exist`);
    this.#change({ kind: "rename", from, to });
  }

  makeFolder(path: string): void {
    if (this.#folders.has(path)) return;
    this.makeFolder(parentOf(path));
    this.#change({ kind: "make", path });
  }

  removeFolder(path: string): void {
    if (!this.#folders.has(path)) return;
    if (this.list(path).length > 0) throw new DiskError("io", path, `${path} is not empty`);
    this.#change({ kind: "remove", path });
  }

  list(path: string): { name: string; isDirectory: boolean }[] {
    const inside = (other: string): boolean => other !== "/" && parentOf(other) === path;
    return [
      ...[...this.#files.keys()].filter(inside).map((file) => ({ name: nameOf(file), isDirectory: false })),
      ...[...this.#folders].filter(inside).map((folder) => ({ name: nameOf(folder), isDirectory: true })),
    ];
  }

  files(): IterableIterator<[string, Inode]> {
    return this.#files.entries();
  }

  sync(folder: string): void {
    const rest: Change[] = [];
    for (const change of this.#changes) {
      if (touches(change, folder)) perform(this.#stableFiles, this.#stableFolders, change);
      else rest.push(change);
    }
    this.#changes = rest;
  }

  /** Any of the unsynced changes may be found done or undone; contents are torn by the inodes themselves. */
  afterPowerCut(random: SeededRandom): Names {
    const files = new Map(this.#stableFiles);
    const folders = new Set(this.#stableFolders);
    const keep = [0, 0.5, 1][random.integer(3)];
    for (const change of this.#changes) if (random.chance(keep)) perform(files, folders, change);
    const next = new Names();
    // A folder may be synced before the one that names it: then its entries are safe, but nothing leads to them.
    const reachable = (folder: string): boolean => folder === "/" || (folders.has(folder) && reachable(parentOf(folder)));
    for (const [path, inode] of files) if (reachable(parentOf(path))) next.#files.set(path, inode.afterPowerCut(random));
    next.#folders = new Set([...folders].filter(reachable));
    next.#stableFiles = new Map(next.#files);
    next.#stableFolders = new Set(next.#folders);
    return next;
  }

  #change(change: Change): void {
    perform(this.#files, this.#folders, change);
    this.#changes.push(change);
  }
}

function perform(files: Map<string, Inode>, folders: Set<string>, change: Change): void {
  switch (change.kind) {
    case "link":
      files.set(change.path, change.inode);
      break;
    case "unlink":
      files.delete(change.path);
      break;
    case "rename": {
      const inode = files.get(change.from);
      if (inode === undefined) return;
      files.delete(change.from);
      files.set(change.to, inode);
      break;
    }
    case "make":
      folders.add(change.path);
      break;
    case "remove":
      folders.delete(change.path);
      break;
  }
}

function touches(change: Change, folder: string): boolean {
  if (change.kind === "rename") return parentOf(change.from) === folder || parentOf(change.to) === folder;
  return parentOf(change.path) === folder;
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
