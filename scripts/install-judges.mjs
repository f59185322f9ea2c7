#!/usr/bin/env node
// Installs what tests judge our files with and npm does not have: pyarrow (Parquet), into .cache/judges.
// usage: node scripts/install-judges.mjs
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../.cache/judges");

function run(command, argv) {
  console.error(`${command} ${argv.join(" ")}`);
  const { status, error } = spawnSync(command, argv, { stdio: "inherit" });
  if (status === 0) return;
  console.error(
    `judges could not be installed: ${error?.message ?? `${command} ended with ${status}`}. Python 3 with its venv module and a package index are needed.`,
  );
  process.exit(1);
}

run("python3", ["-m", "venv", folder]);
run(join(folder, "bin/python3"), ["-m", "pip", "install", "--quiet", "pyarrow"]);
