/** The one command before a commit: format, lint, types of everything, dead code, tidy. With tests unless `--no-tests`. */
import { install, run, tool } from "./run.mjs";

const fix = process.argv.includes("--fix");
install();
run("format", tool("oxfmt"), fix ? ["src", "test", "scripts", "bench", "examples"] : ["--check", "src", "test", "scripts", "bench", "examples"]);
run("lint", tool("oxlint"), ["--type-aware", "--deny-warnings", ...(fix ? ["--fix"] : []), "src", "test", "scripts", "bench", "examples"]);
run("types", tool("tsc"), ["-p", "tsconfig.test.json"]);
run("dead code", tool("knip"), ["--no-progress"]);
if (!process.argv.includes("--no-tests")) run("tests", tool("vitest"), ["run"]);
