/** `headrace explain FILE.sql`: the plan, without running anything. */
import { createNodePlatform } from "../core/index.ts";
import { explainJob } from "../jobs/index.ts";
import { readTextFile } from "./files.ts";
import { exitCodes, print, printJson } from "./output.ts";

export async function explainCommand([path]: readonly string[], options: Record<string, unknown>): Promise<number> {
  const sql = await readTextFile(createNodePlatform().disk, path, { required: true });
  const plan = explainJob(sql!);
  if (options.json === true) printJson({ plan });
  else print(plan);
  return exitCodes.done;
}
