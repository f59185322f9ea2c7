/**
 * Installs, builds, checks and tests: what `npm test` and CI run.
 * `npm test -- PATTERN` runs only the test files whose path contains it, without the checks.
 */
import { install, run, tool } from "./run.mjs";

const patterns = process.argv.slice(2);
install();
run("build", tool("tsc"), ["-p", "tsconfig.json"]);
if (patterns.length === 0) run("checks", process.execPath, ["scripts/check.mjs", "--no-tests"]);
run("tests", tool("vitest"), ["run", ...patterns]);
