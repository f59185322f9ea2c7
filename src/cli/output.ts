/** What commands write: results on stdout, everything else on stderr, so that pipes stay clean. */
import { HeadraceError, type ErrorCode } from "../core/index.ts";

export const exitCodes = { done: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

export function exitCodeOf(code: ErrorCode): number {
  if (code === "usage" || code === "unknown-option" || code === "invalid-option") return exitCodes.usage;
  return code === "unreachable" ? exitCodes.unreachable : exitCodes.failed;
}

/** A count that the command line gives as text. @throws HeadraceError `usage`. */
export function wholeOption(name: string, value: unknown, least: number): number {
  if (!/^\d{1,15}$/.test(String(value)) || Number(value) < least)
    throw new HeadraceError("usage", `${name} is ${String(value)}, expected a whole number from ${least}`);
  return Number(value);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One clear line and, where there is one, what to do about it; answers the exit code. */
export function printError(error: unknown, json: boolean): number {
  const known = error instanceof HeadraceError ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  if (json) note(JSON.stringify({ error: { code: known?.code ?? "internal", message, ...(known?.hint === undefined ? {} : { hint: known.hint }) } }));
  else {
    note(`${paint("red", "error")}: ${message}`);
    if (known?.hint !== undefined) note(`  ${paint("dim", "→")} ${known.hint}`);
    if (known === null && error instanceof Error && process.env.HEADRACE_LOG === "debug") note(error.stack ?? "");
  }
  return known === null ? exitCodes.failed : exitCodeOf(known.code);
}

const colors = { red: 31, green: 32, yellow: 33, blue: 34, cyan: 36, dim: 2, bold: 1 } as const;

/** Colour where stderr or stdout is a terminal and NO_COLOR is unset. */
export function paint(color: keyof typeof colors, text: string): string {
  if (process.env.NO_COLOR !== undefined || (!process.stderr.isTTY && !process.stdout.isTTY)) return text;
  return `\u001b[${colors[color]}m${text}\u001b[0m`;
}

/** Columns wide enough for their longest cell; numbers to the right. */
export function table(headers: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell)));
  const widths = headers.map((header, column) => Math.max(header.length, ...texts.map((row) => row[column].length)));
  const line = (cells: readonly string[], source?: readonly (string | number)[]): string =>
    cells
      .map((cell, column) => (typeof source?.[column] === "number" ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ")
      .trimEnd();
  return [paint("dim", line(headers, rows[0])), ...texts.map((row, index) => line(row, rows[index]))].join("\n");
}

export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
