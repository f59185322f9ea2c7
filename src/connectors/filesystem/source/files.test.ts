// Goal: a path means the files people expect, and a pattern never more.
import { expect, test } from "vitest";
import { createSimulatedPlatform } from "../../../core/platform/sim/index.ts";
import { findFiles, globExpression, resolvePath } from "./files.ts";

test.each([
  ["*.csv", "a.csv", true],
  ["*.csv", "x/a.csv", false],
  ["**/*.csv", "x/y/a.csv", true],
  ["**/*.csv", "a.csv", true],
  ["2001/{01,02}/*", "2001/02/f", true],
  ["2001/{01,02}/*", "2001/03/f", false],
  ["a?.json", "ab.json", true],
  ["a?.json", "a/.json", false],
  ["a,b.(x)", "a,b.(x)", true],
])("%s matches %s: %s", (glob, name, expected) => {
  expect(globExpression(glob).test(name)).toBe(expected);
});

async function names(path: string, pattern: RegExp | null = null): Promise<string[]> {
  const { disk } = createSimulatedPlatform();
  for (const each of ["/d/a.csv", "/d/b.json", "/d/2001/01/c.csv", "/d/_tmp/x.csv", "/d/.hidden/y.csv", "/d/2001/.z.csv"]) {
    await disk.makeDirectory(each.slice(0, each.lastIndexOf("/")));
    await (await disk.open(each, "create")).close();
  }
  return (await findFiles(disk, path, pattern)).map(({ name }) => name);
}

test("a folder means all below it but what is hidden", async () => {
  expect(await names("/d")).toEqual(["2001/01/c.csv", "a.csv", "b.json"]);
});
test("a file means itself", async () => {
  expect(await names("/d/a.csv")).toEqual(["a.csv"]);
});
test("a pattern starts at its first plain folder", async () => {
  expect(await names("/d/*.csv")).toEqual(["a.csv"]);
  expect(await names("/d/2001/**/*.csv")).toEqual(["01/c.csv"]);
});
test("a regular expression must match the whole path", async () => {
  expect(await names("/d", /^\/d\/.*\.csv$/)).toEqual(["2001/01/c.csv", "a.csv"]);
});
test("what is not there is no file", async () => {
  expect(await names("/nothing")).toEqual([]);
});
test("paths", () => {
  expect(resolvePath("data/x", "/base")).toBe("/base/data/x");
  expect(resolvePath("/abs", "/base")).toBe("/abs");
  expect(resolvePath("file:///abs/x", "/base")).toBe("/abs/x");
  expect(() => resolvePath("s3://bucket/x", "/base")).toThrow(expect.objectContaining({ code: "invalid-option" }));
});
