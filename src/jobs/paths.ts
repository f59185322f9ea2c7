import { isAbsolute, join } from "node:path";

/** A path of a script: absolute, or from the folder its file lies in. */
export function resolvePath(baseDirectory: string, path: string): string {
  return isAbsolute(path) ? path : join(baseDirectory, path);
}
