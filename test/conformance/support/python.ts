/** Finds boto3 and the AWS CLI: on this machine, or in the environment that scripts/install-clients.mjs makes. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const environment = resolve(import.meta.dirname, "../../../.cache/clients/bin");
const installer = resolve(import.meta.dirname, "../../../scripts/install-clients.mjs");

function works(command: string, argv: string[]): boolean {
  return spawnSync(command, argv, { stdio: "ignore" }).status === 0;
}

function find(name: string, probe: (command: string) => boolean): string | null {
  const own = join(environment, name);
  for (const command of [name, own]) if ((command !== own || existsSync(own)) && probe(command)) return command;
  spawnSync(process.execPath, [installer], { stdio: "inherit" });
  return existsSync(own) && probe(own) ? own : null;
}

function skip(what: string): null {
  console.warn(`\n*** SKIPPED: ${what} is missing. Enable these tests with: node scripts/install-clients.mjs ***\n`);
  return null;
}

/** A python3 that has boto3, or null after saying loudly what is missing. */
export function findBoto3(): string | null {
  return find("python3", (command) => works(command, ["-c", "import boto3"])) ?? skip("python3 with boto3");
}

/** The AWS CLI, or null after saying loudly what is missing. */
export function findAwsCli(): string | null {
  return find("aws", (command) => works(command, ["--version"])) ?? skip("the AWS CLI");
}
