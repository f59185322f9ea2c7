import { existsSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** These start processes and threads, which run the build. */
const builtTests = [
  "test/{conformance,e2e}/**",
  "test/package.test.ts",
  "examples/*/{csv-to-parquet,end-to-end,sensors}.test.ts",
  "src/{jobs,lake,server}/**",
  "src/connectors/filesystem/parquet.test.ts",
];
const isBuilt = existsSync(new URL("dist/cli/main.js", import.meta.url));
if (!isBuilt) console.warn(`\n*** SKIPPED: no build in dist, so not tested: ${builtTests.join(", ")}. Enable these tests with: npm run build ***\n`);

// Threads without isolation: tests share no global state, and a process per file costs ten times the time.
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    exclude: isBuilt ? [] : builtTests,
    pool: "threads",
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
