/** `npm start`: installs, builds and runs the fraud example on the embedded engine. Arguments go to `headrace dev`. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { install, root, run, tool } from "./run.mjs";

install();
run("build", tool("tsc"), ["-p", "tsconfig.json"]);
const child = spawn(process.execPath, [join(root, "dist", "cli", "main.js"), "dev", join(root, "examples", "fraud"), ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
