/** Entries of threads and child processes must be JavaScript; under a test runner the caller is the TypeScript source of the same file. */
export function compiledEntry(callerUrl: string, entry: string): URL {
  const url = new URL(entry, callerUrl);
  if (!callerUrl.endsWith(".ts")) return url;
  return new URL(url.href.replace(/\/src\/(?!.*\/src\/)/, "/dist/"));
}
