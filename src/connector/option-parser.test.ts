// Goal: every way a WITH clause can be wrong gives a coded error that names the option and the way out; every right one parses.
import { expect, test } from "vitest";
import type { HeadraceError } from "../core/index.ts";
import { parseOptions } from "./option-parser.ts";
import type { OptionDeclaration } from "./options.ts";

const declarations: OptionDeclaration[] = [
  { name: "stream", type: "text", summary: "The stream.", required: true, example: "orders" },
  { name: "interval", type: "duration", summary: "How often.", default: "5 s", minimum: 100, maximum: 60_000 },
  { name: "file-size", type: "bytes", summary: "How big.", default: "128 mb" },
  { name: "mode", type: "choice", summary: "Which.", choices: ["earliest-offset", "latest-offset"], default: "earliest-offset" },
  { name: "shards", type: "integer", summary: "How many.", minimum: 1 },
  { name: "rate", type: "number", summary: "How fast." },
  { name: "create", type: "boolean", summary: "Whether.", default: "false" },
  { name: "password", type: "text", summary: "Secret.", secret: true },
  { name: "limit", type: "integer", summary: "Secret number.", secret: true },
  { name: "headers.*", type: "map", summary: "Headers." },
  { name: "sink.key", type: "text", summary: "Key.", required: true, role: "sink" },
];
const owner = { connector: "stream", table: "orders", role: "source" } as const;

function failure(given: Record<string, string>, role: "source" | "sink" = "source"): HeadraceError {
  try {
    parseOptions(declarations, given, { ...owner, role });
  } catch (error) {
    return error as HeadraceError;
  }
  throw new Error("expected a failure");
}

test("typed values, defaults and maps", () => {
  const values = parseOptions(
    declarations,
    { connector: "stream", stream: "orders", interval: "1 min", rate: "1.5", "headers.a": "1", "headers.b.c": "2", mode: "LATEST-offset" },
    owner,
  );
  expect(values.text("stream")).toBe("orders");
  expect(values.number("interval")).toBe(60_000);
  expect(values.number("file-size")).toBe(134_217_728);
  expect(values.number("rate")).toBe(1.5);
  expect(values.text("mode")).toBe("latest-offset");
  expect(values.boolean("create")).toBe(false);
  expect(values.optionalNumber("shards")).toBeUndefined();
  expect(values.optionalText("password")).toBeUndefined();
  expect(values.map("headers")).toEqual({ a: "1", "b.c": "2" });
  expect(values.map("headers.")).toEqual({ a: "1", "b.c": "2" });
  expect(values.map("other")).toEqual({});
});

test.each([
  ["100 ms", 100],
  ["5s", 5000],
  ["1 min", 60_000],
  ["1 m", 60_000],
  ["0.5 s", 500],
  ["250", 250],
])("duration %s", (text, expected) => {
  expect(parseOptions(declarations, { stream: "x", interval: text }, owner).number("interval")).toBe(expected);
});

test("an unknown option is refused with the nearest name, and its value is not shown", () => {
  const error = failure({ stream: "orders", pasword: "hunter2" });
  expect(error.code).toBe("unknown-option");
  expect(error.message).toBe("table 'orders': connector 'stream' has no option 'pasword'");
  expect(error.hint).toBe("Did you mean 'password'?");
  expect(`${error.message}${error.hint}`).not.toContain("hunter2");
  expect(failure({ stream: "orders", "something-else": "1" }).hint).toContain("'headers.*'");
});

test.each([
  [{ interval: "soon" }, "'soon'", "a duration such as '500 ms', '5 s', '1 min' from 100 ms to 1 min"],
  [{ interval: "2 min" }, "'2 min'", "from 100 ms to 1 min"],
  [{ "file-size": "12 parsecs" }, "'12 parsecs'", "a size such as"],
  [{ shards: "0" }, "'0'", "a whole number of at least 1"],
  [{ shards: "1.5" }, "'1.5'", "a whole number of at least 1"],
  [{ mode: "newest" }, "'newest'", "one of 'earliest-offset', 'latest-offset'"],
  [{ create: "yes" }, "'yes'", "true or false"],
  [{ stream: "" }, "''", "a text that is not empty"],
  [{ interval: "1 constructor" }, "'1 constructor'", "a duration"],
])("invalid %j", (given, shown, expected) => {
  const error = failure({ stream: "orders", ...(given as unknown as Record<string, string>) });
  expect(error.code).toBe("invalid-option");
  expect(error.message).toContain(shown);
  expect(error.message).toContain(expected);
});

test("a secret value is never printed", () => {
  const error = failure({ stream: "orders", limit: "geheim" });
  expect(`${error.message} ${error.hint}`).not.toContain("geheim");
  expect(error.message).toContain("hidden");
});

test("required options are asked for by role", () => {
  expect(failure({}).message).toBe("table 'orders': connector 'stream' needs 'stream'");
  expect(failure({}).hint).toBe("'stream': the stream. Example: 'stream' = 'orders'.");
  expect(failure({}, "sink").message).toContain("needs 'stream', 'sink.key'");
});
