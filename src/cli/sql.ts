/** `headrace sql [-e SQL | -f FILE]`: statements to the SQL Gateway of a server, rows to stdout. Without either: from stdin, or a shell. */
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { SqlSessionClient } from "../client/index.ts";
import { createNodePlatform, HeadraceError } from "../core/index.ts";
import { readTextFile } from "./files.ts";
import { exitCodes, note, paint, print, printError, printJson } from "./output.ts";

const platform = createNodePlatform();
const cellWidthMax = 60;

export async function sqlCommand(_: readonly string[], options: Record<string, unknown>): Promise<number> {
  const { execute, file } = options as { execute?: string; file?: string };
  if (execute !== undefined && file !== undefined)
    throw new HeadraceError("usage", "-e and -f are one too many", { hint: "-e takes a statement, -f a script" });
  const json = options.json === true;
  const text =
    execute ??
    (file === undefined ? (process.stdin.isTTY ? null : await readAll(process.stdin)) : (await readTextFile(platform.disk, file, { required: true }))!);
  const session = await SqlSessionClient.open(String(options.server), {
    "headrace.base-directory": file === undefined ? process.cwd() : dirname(resolve(file)),
  });
  const interrupt = (): void => void session.close().finally(() => process.exit(exitCodes.interrupted));
  process.once("SIGINT", interrupt);
  try {
    if (text === null) return await shell(session, json);
    const statements = splitStatements(text).complete;
    if (statements.length === 0) throw new HeadraceError("usage", "there is no statement");
    for (const statement of statements) await run(session, statement, json);
    return exitCodes.done;
  } finally {
    process.off("SIGINT", interrupt);
    await session.close();
  }
}

/** Reads statements until end of input; an error ends the statement and not the shell. */
async function shell(session: SqlSessionClient, json: boolean): Promise<number> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr, prompt: paint("cyan", "headrace> ") });
  note(paint("dim", "statements end with ; — SHOW TABLES; lists what there is, Ctrl+D leaves"));
  let rest = "";
  prompt.prompt();
  for await (const line of prompt) {
    const { complete, pending } = splitStatements(`${rest}${line}\n`, false);
    for (const statement of complete) {
      if (/^(?:quit|exit)$/i.test(statement)) return exitCodes.done;
      await run(session, statement, json).catch((error: unknown) => printError(error, json));
    }
    rest = pending.trim() === "" ? "" : pending;
    prompt.setPrompt(rest === "" ? paint("cyan", "headrace> ") : paint("dim", "       -> "));
    prompt.prompt();
  }
  return exitCodes.done;
}

async function run(session: SqlSessionClient, statement: string, json: boolean): Promise<void> {
  const startMs = platform.clock.monotonicMs();
  const table = new GrowingTable();
  let count = 0;
  let isQuery = true;
  for await (const page of session.execute(statement)) {
    isQuery = page.isQuery;
    count += page.rows.length;
    if (json) for (const { fields } of page.rows) printJson(Object.fromEntries(page.columns.map((name, index) => [name, fields[index]])));
    else if (isQuery)
      table.show(
        page.columns,
        page.rows.map(({ fields }) => fields),
      );
    for (const warning of page.warnings) note(`${paint("yellow", "warning")}: ${warning}`);
  }
  if (json) return;
  const seconds = ((platform.clock.monotonicMs() - startMs) / 1000).toFixed(2);
  note(paint("dim", isQuery ? `${count.toLocaleString("en-US")} row${count === 1 ? "" : "s"} in ${seconds} s` : "OK"));
}

/** Pages of one result under one head: the first page decides the widths. One row of one text is shown as it is (plans). */
class GrowingTable {
  #widths: number[] | null = null;

  show(columns: readonly string[], rows: readonly (readonly unknown[])[]): void {
    if (this.#widths === null && columns.length === 1 && rows.length === 1 && String(rows[0][0]).includes("\n")) return print(String(rows[0][0]));
    if (this.#widths === null && rows.length === 0) return;
    const cells = rows.map((row) => row.map(cellText));
    if (this.#widths === null) {
      this.#widths = columns.map((name, index) => Math.min(cellWidthMax, Math.max(name.length, ...cells.map((row) => row[index].length))));
      print(paint("dim", this.#line(columns, [])));
    }
    rows.forEach((row, index) => print(this.#line(cells[index], row)));
  }

  #line(cells: readonly string[], values: readonly unknown[]): string {
    return cells
      .map((cell, index) => (typeof values[index] === "number" ? cell.padStart(this.#widths![index]) : cell.padEnd(this.#widths![index])))
      .join("  ")
      .trimEnd();
  }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Statements of a text; quoted texts and comments hide semicolons. `pending`: what follows the last one. */
export function splitStatements(text: string, isWhole = true): { complete: string[]; pending: string } {
  const complete: string[] = [];
  let current = "";
  for (const [piece] of text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|;|[^'"`;/-]+|[\s\S]/g)) {
    if (piece !== ";") {
      current += piece;
      continue;
    }
    if (hasCode(current)) complete.push(current.trim());
    current = "";
  }
  if (isWhole && hasCode(current)) complete.push(current.trim());
  return { complete, pending: current };
}

function hasCode(text: string): boolean {
  return text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, "").trim() !== "";
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
