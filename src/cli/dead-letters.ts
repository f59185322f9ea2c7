/** `headrace dead-letters ls|show`. */
import { AdminClient, type DeadLetterInformation } from "../client/index.ts";
import { HeadraceError } from "../core/index.ts";
import { timeText } from "./job.ts";
import { exitCodes, note, print, printJson, table, wholeOption } from "./output.ts";

export async function listCommand(_: readonly string[], options: Record<string, unknown>): Promise<number> {
  const client = new AdminClient(String(options.server));
  const query = {
    limit: wholeOption("--limit", options.limit, 1),
    ...(typeof options.job === "string" ? { job: options.job } : {}),
    ...(typeof options.after === "string" ? { after: String(wholeOption("--after", options.after, 0)) } : {}),
  };
  const page = await client.deadLetters(query);
  if (options.json === true) for (const letter of page.items) printJson(letter);
  else if (page.items.length === 0) note("no dead letters");
  else {
    print(
      table(
        ["number", "time", "job", "table", "reason", "position", "message"],
        page.items.map((letter) => [String(letter.number), timeText(letter.timeMs), letter.job, letter.table, letter.reason, letter.position, letter.message]),
      ),
    );
    if (page.next !== null) note(`more: headrace dead-letters ls --after ${page.next}`);
  }
  return exitCodes.done;
}

export async function showCommand([number]: readonly string[], options: Record<string, unknown>): Promise<number> {
  if (!/^\d+$/.test(number)) throw new HeadraceError("usage", `"${number}" is no letter's number`, { hint: "headrace dead-letters ls" });
  const page = await new AdminClient(String(options.server)).deadLetters({ limit: 1, ...(Number(number) === 0 ? {} : { after: String(Number(number) - 1) }) });
  const letter = page.items.find((item) => item.number === Number(number));
  if (letter === undefined) throw new HeadraceError("not-found", `dead letter ${number} does not exist`, { hint: "headrace dead-letters ls" });
  if (options.json === true) printJson(letter);
  else print(describe(letter));
  return exitCodes.done;
}

function describe(letter: DeadLetterInformation): string {
  const bytes = Buffer.from(letter.bytes, "base64");
  return [
    `dead letter ${letter.number}, ${timeText(letter.timeMs)}`,
    `job       ${letter.job}`,
    `table     ${letter.table}`,
    `position  ${letter.position || "made by the pipeline"}`,
    `reason    ${letter.reason}: ${letter.message}`,
    `bytes     ${bytes.length}`,
    "",
    bytes.toString("utf8"),
  ].join("\n");
}
