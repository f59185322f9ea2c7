#!/usr/bin/env node
// Installs the clients that conformance tests use and npm does not have: boto3 and the AWS CLI, into .cache/clients.
// usage: node scripts/install-clients.mjs
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../.cache/clients");

function run(command, argv) {
  console.error(`${command} ${argv.join(" ")}`);
  const { status, error } = spawnSync(command, argv, { stdio: "inherit" });
  if (status === 0) return;
  console.error(
    `clients could not be installed: ${error?.message ?? `${command} ended with ${status}`}. Python 3 with its venv module and a package index are needed.`,
  );
  process.exit(1);
}

run("python3", ["-m", "venv", folder]);
run(join(folder, "bin/python3"), ["-m", "pip", "install", "--quiet", "boto3", "awscli"]);
