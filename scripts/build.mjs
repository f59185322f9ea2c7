/** Compiles `src` to `dist`, one file to one file. */
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { install, root, run, tool } from "./run.mjs";

install();
run("build", tool("tsc"), ["-p", "tsconfig.json"]);
chmodSync(join(root, "dist", "cli", "main.js"), 0o755);
