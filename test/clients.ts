/**
 * Programs that tests use and npm does not have: boto3, the AWS CLI, pyarrow. Each is found on this machine or in the
 * environment of scripts/install-clients.mjs. A test that misses one is skipped, which is said loudly; with
 * HEADRACE_REQUIRE_CLIENTS=1 it is a failure.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const cache = resolve(import.meta.dirname, "../.cache");

function find(what: string, environment: string, name: string, probe: readonly string[]): string | null {
  const own = join(cache, environment, "bin", name);
  for (const command of [own, name]) {
    if (command === own && !existsSync(own)) continue;
    if (spawnSync(command, probe, { stdio: "ignore" }).status === 0) return command;
  }
  const enabling = "node scripts/install-clients.mjs";
  if (process.env.HEADRACE_REQUIRE_CLIENTS === "1") throw new Error(`${what} is missing, and HEADRACE_REQUIRE_CLIENTS=1 asks for it; run: ${enabling}`);
  console.warn(`\n*** SKIPPED: ${what} is missing. Enable these tests with: ${enabling} ***\n`);
  return null;
}

/** A python3 that has boto3, or null after saying loudly what is missing. */
export const findBoto3 = (): string | null => find("python3 with boto3", "clients", "python3", ["-c", "import boto3"]);

/** The AWS CLI, or null after saying loudly what is missing. */
export const findAwsCli = (): string | null => find("the AWS CLI", "clients", "aws", ["--version"]);

/** A python3 that has pyarrow, or null after saying loudly what is missing. */
export const findPyarrow = (): string | null => find("python3 with pyarrow", "judges", "python3", ["-c", "import pyarrow"]);
