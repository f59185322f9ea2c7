/** Cases by name, with the list of those that may fail. */
import { readFileSync } from "node:fs";
import { it } from "vitest";

/** Names in `allow-list.json` beside a client's test: cases that are known to fail, each with its reason in FINDINGS.md. */
export function allowed(folder: string): Set<string> {
  return new Set(JSON.parse(readFileSync(`${folder}/allow-list.json`, "utf8")) as string[]);
}

/** A case that has to pass, or, when it is on the list, has to fail: a stale entry is an error too. */
export function conformanceCase(list: Set<string>, name: string, run: () => Promise<void> | void, timeoutMs = 60_000): void {
  if (list.has(name)) it.fails(name, run, timeoutMs);
  else it(name, run, timeoutMs);
}
