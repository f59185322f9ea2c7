// Goal: what people read lines up, what programs read is JSON, and exit codes say what happened.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { errorCodes, HeadraceError } from "../core/index.ts";
import { bytesText, exitCodeOf, exitCodes, paint, printError, printJson, table, wholeOption } from "./output.ts";
import { bar } from "./progress.ts";

let written: { stdout: string; stderr: string };
const noColor = process.env.NO_COLOR;
beforeEach(() => {
  written = { stdout: "", stderr: "" };
  process.env.NO_COLOR = "1";
  for (const name of ["stdout", "stderr"] as const) vi.spyOn(process[name], "write").mockImplementation((text) => ((written[name] += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  if (noColor === undefined) delete process.env.NO_COLOR;
  else process.env.NO_COLOR = noColor;
});

describe("errors", () => {
  it("are one line, and the hint another", () => {
    expect(printError(new HeadraceError("unreachable", "nobody is there", { hint: "start it" }), false)).toBe(3);
    expect(written).toEqual({ stdout: "", stderr: "error: nobody is there\n  → start it\n" });
  });

  it("are one JSON value for programs, on stderr", () => {
    expect(printError(new HeadraceError("usage", "no", { hint: "yes" }), true)).toBe(2);
    expect(printError(new TypeError("x is not a function"), true)).toBe(1);
    expect(written.stdout).toBe("");
    expect(
      written.stderr
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ error: { code: "usage", message: "no", hint: "yes" } }, { error: { code: "internal", message: "x is not a function" } }]);
  });

  it("have exit codes by kind", () => {
    const withCode = (code: number): string[] => errorCodes.filter((each) => exitCodeOf(each) === code);
    expect(withCode(2)).toEqual(["usage", "unknown-option", "invalid-option"]);
    expect(withCode(3)).toEqual(["unreachable"]);
    expect(withCode(1)).toHaveLength(errorCodes.length - 4);
    expect(exitCodes).toEqual({ done: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 });
  });
});

describe("tables", () => {
  it("pad texts to the right, numbers to the left, and leave no blanks at the end", () => {
    const rows = [
      ["a", 1_234_567, "x"],
      ["long name", 5, ""],
    ];
    expect(table(["name", "rows", "note"], rows)).toBe(["name            rows  note", "a          1,234,567  x", "long name          5"].join("\n"));
  });

  it("are their headers when there is nothing", () => expect(table(["a", "b"], [])).toBe("a  b"));
});

it("sizes have units", () => {
  expect([0, 1023, 1024, 1536, 1024 ** 2, 5 * 1024 ** 3, 1024 ** 5].map(bytesText)).toEqual([
    "0 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
    "1.0 MiB",
    "5.0 GiB",
    "1024.0 TiB",
  ]);
});

it("counts of the command line are whole", () => {
  expect(wholeOption("--limit", "12", 1)).toBe(12);
  for (const wrong of ["", "0", "-1", "1.5", "1e3", "x", undefined])
    expect(() => wholeOption("--limit", wrong, 1)).toThrow(`--limit is ${String(wrong)}, expected a whole number from 1`);
});

it("a value for programs is one line", () => {
  printJson({ text: "a\nb" });
  expect(written.stdout).toBe('{"text":"a\\nb"}\n');
});

it("colour stays away where nobody wants it", () => expect(paint("red", "x")).toBe("x"));

it("a bar neither overflows nor runs dry", () => {
  expect(bar(0.5, 4)).toBe("██░░ 50 %");
  expect(bar(-1, 2)).toBe("░░ 0 %");
  expect(bar(7, 2)).toBe("██ 100 %");
});
