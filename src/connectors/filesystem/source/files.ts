/** Which files a 'path' means. */
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { HeadraceError, type Disk } from "../../../core/index.ts";

export interface FoundFile {
  readonly path: string;
  /** Relative to the table's root, with "/": stable when the whole folder moves. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** An absolute path; relative ones start at `baseDirectory`, file: URIs are taken too. */
export function resolvePath(path: string, baseDirectory: string): string {
  if (path.startsWith("file:")) return path.startsWith("file://") ? fileURLToPath(path) : resolve(path.slice("file:".length));
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path)?.[1];
  if (scheme !== undefined) throw new HeadraceError("invalid-option", `'path' = '${path}': the filesystem connector reads local files, not '${scheme}'`);
  return isAbsolute(path) ? path : resolve(baseDirectory, path);
}

/**
 * Files under `path` (a file, a folder with all below it, or a pattern with *, **, ?, {a,b}), by name. Names that start
 * with "." or "_" are passed over, as lakes mark unfinished files; `pattern`, if given, must match the whole path.
 */
export async function findFiles(disk: Disk, path: string, pattern: RegExp | null): Promise<FoundFile[]> {
  const glob = splitGlob(path);
  const status = await disk.stat(glob.root);
  if (status === null) return [];
  const found: FoundFile[] = [];
  if (!status.isDirectory)
    found.push({ path: glob.root, name: glob.root.slice(glob.root.lastIndexOf(sep) + 1), sizeBytes: status.sizeBytes, modifiedMs: status.modifiedMs });
  else await walk(disk, glob.root, glob.root, found);
  const wanted = found.filter((file) => (glob.matches === null || glob.matches.test(file.name)) && (pattern === null || pattern.test(file.path)));
  return wanted.sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
}

async function walk(disk: Disk, root: string, folder: string, found: FoundFile[]): Promise<void> {
  for (const entry of await disk.list(folder)) {
    if (entry.name.startsWith(".") || entry.name.startsWith("_")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory) {
      await walk(disk, root, path, found);
      continue;
    }
    const status = await disk.stat(path);
    if (status !== null) found.push({ path, name: relative(root, path).split(sep).join("/"), sizeBytes: status.sizeBytes, modifiedMs: status.modifiedMs });
  }
}

function splitGlob(path: string): { root: string; matches: RegExp | null } {
  const segments = path.split(sep);
  const first = segments.findIndex((segment) => /[*?{]/.test(segment));
  if (first < 0) return { root: path, matches: null };
  const root = segments.slice(0, first).join(sep) || sep;
  return { root, matches: globExpression(segments.slice(first).join("/")) };
}

/** `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` is a choice. */
export function globExpression(glob: string): RegExp {
  let depth = 0;
  const text = glob.replace(/\*\*\/|\*\*|\*|\?|\{|\}|,|[.+^$()|[\]\\]/g, (token) => {
    switch (token) {
      case "**/":
        return "(?:.*/)?";
      case "**":
        return ".*";
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      case "{":
        depth++;
        return "(?:";
      case "}":
        depth--;
        return ")";
      case ",":
        return depth > 0 ? "|" : ",";
      default:
        return `\\${token}`;
    }
  });
  if (depth !== 0) throw new HeadraceError("invalid-option", `the pattern '${glob}' has a brace without its partner`);
  return new RegExp(`^${text}$`);
}
