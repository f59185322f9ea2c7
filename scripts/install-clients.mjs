#!/usr/bin/env node
// Installs what tests use and npm does not have, unless this machine has it: boto3 and the AWS CLI (conformance) into
// .cache/clients, pyarrow (reads the lake's Parquet) into .cache/judges.
// usage: node scripts/install-clients.mjs [clients|judges]...    both unless named
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const works = (command, ...argv) => spawnSync(command, argv, { stdio: "ignore" }).status === 0;

const environments = {
  clients: { packages: ["boto3", "awscli"], works: (has) => has("python3", "-c", "import boto3") && has("aws", "--version") },
  judges: { packages: ["pyarrow"], works: (has) => has("python3", "-c", "import pyarrow") },
};

function run(command, argv) {
  console.error(`${command} ${argv.join(" ")}`);
  const { status, error } = spawnSync(command, argv, { stdio: "inherit" });
  if (status === 0) return;
  console.error(
    `could not be installed: ${error?.message ?? `${command} ended with ${status}`}. Python 3 with its venv module and a package index are needed.`,
  );
  process.exit(1);
}

const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : Object.keys(environments)) {
  const { packages, works: complete } = environments[name];
  const folder = join(root, ".cache", name);
  const own = (command) => join(folder, "bin", command);
  if (complete(works) || complete((command, ...argv) => existsSync(own(command)) && works(own(command), ...argv))) continue;
  run("python3", ["-m", "venv", folder]);
  run(own("python3"), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]);
}
