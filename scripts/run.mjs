/** Small helpers of the scripts: run a command, stop at the first failure, say how long it took. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs and waits; ends this process with the command's exit code when it fails. */
export function run(label, command, args, options = {}) {
  const startMs = performance.now();
  process.stderr.write(`\n▸ ${label}\n`);
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error !== undefined) {
    process.stderr.write(`${label}: ${result.error.message}\n`);
    process.exit(1);
  }
  if (result.status !== 0) {
    process.stderr.write(`✗ ${label} failed (exit ${result.status ?? result.signal})\n`);
    process.exit(result.status ?? 1);
  }
  process.stderr.write(`✓ ${label}, ${((performance.now() - startMs) / 1000).toFixed(1)} s\n`);
}

/** A tool of node_modules by its bin name. */
export function tool(name) {
  return join(root, "node_modules", ".bin", name);
}

/** Installs what package-lock.json names, unless it is there already. */
export function install() {
  const marker = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs - 1000 && complete()) return;
  process.stderr.write("\n▸ install\n");
  const parameters = ["ci", "--no-audit", "--no-fund"];
  if (spawnSync("npm", parameters, { cwd: root, stdio: "inherit" }).status === 0) return;
  // A download that breaks off can also leave npm unable to remove what it had unpacked; from the start it works.
  rmSync(join(root, "node_modules"), { recursive: true, force: true });
  run("install again", "npm", parameters);
}

function complete() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.keys({ ...dependencies, ...devDependencies }).every((name) => existsSync(join(root, "node_modules", name)));
}
