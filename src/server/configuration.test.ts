// Goal: each source of settings overrules the next, and what is wrong is said with its place and what would be right.
import { describe, expect, it } from "vitest";
import { HeadraceError } from "../core/index.ts";
import { defaultConfiguration, environmentName, readConfiguration } from "./configuration.ts";

const file = (value: unknown): { path: string; text: string } => ({ path: "x.json", text: typeof value === "string" ? value : JSON.stringify(value) });

/** Code, message and hint of what is thrown. */
function refusal(...given: Parameters<typeof readConfiguration>): { code: string; message: string; hint: string | undefined } {
  try {
    readConfiguration(...given);
  } catch (error) {
    if (!(error instanceof HeadraceError)) throw error;
    return { code: error.code, message: error.message, hint: error.hint };
  }
  throw new Error("nothing was refused");
}

describe("settings", () => {
  it("are the defaults when nothing is given: this machine only", () => {
    expect(readConfiguration({}, {}, null)).toEqual(defaultConfiguration);
    expect(defaultConfiguration).toMatchObject({ host: "127.0.0.1", port: 4566, consolePort: 4500, data: ".headrace", credentials: [] });
  });

  it("come from the command line, then the environment, then the file", () => {
    const read = readConfiguration(
      { port: "1", host: undefined },
      { HEADRACE_PORT: "2", HEADRACE_CONSOLE_PORT: "3", HEADRACE_REGION: "", UNRELATED: "x" },
      file({ port: 4, consolePort: 5, data: "/d", region: "eu-central-1" }),
    );
    expect(read).toEqual({ ...defaultConfiguration, port: 1, consolePort: 3, data: "/d", region: "eu-central-1" });
  });

  it("have names of the environment by rule", () => {
    expect(Object.keys(defaultConfiguration).map(environmentName)).toEqual(
      expect.arrayContaining(["HEADRACE_DATA", "HEADRACE_CONSOLE_PORT", "HEADRACE_ACCOUNT_ID", "HEADRACE_CREDENTIALS"]),
    );
  });

  it("take credentials as a list in the file, as pairs in the environment, secrets with colons", () => {
    const credentials = [{ accessKeyId: "A", secretAccessKey: "s" }];
    expect(readConfiguration({}, {}, file({ credentials })).credentials).toEqual(credentials);
    expect(readConfiguration({}, { HEADRACE_CREDENTIALS: "A:s,B:t:u" }, null).credentials).toEqual([
      ...credentials,
      { accessKeyId: "B", secretAccessKey: "t:u" },
    ]);
  });

  it("a key that nobody knows names the nearest one, or all", () => {
    expect(refusal({}, {}, file({ prot: 1 }))).toEqual({
      code: "unknown-option",
      message: 'x.json: no setting is called "prot"',
      hint: 'did you mean "port"?',
    });
    expect(refusal({}, {}, file({ console_port: 1 })).hint).toBe('did you mean "consolePort"?');
    expect(refusal({}, {}, file({ somethingElse: 1 })).hint).toMatch(/^known keys: .*consolePort/);
    expect(refusal({}, {}, file({ constructor: 1 })).code).toBe("unknown-option");
    expect(refusal({}, {}, file('{"__proto__": 1}')).code).toBe("unknown-option");
  });

  it.each([
    [{ port: "http" }, 'port is "http", expected a port, 0 to 65535'],
    [{ port: "65536" }, 'port is "65536", expected a port, 0 to 65535'],
    [{ port: -1 }, "port is -1, expected a port, 0 to 65535"],
    [{ host: "" }, 'host is "", expected a text'],
    [{ accountId: "12" }, 'accountId is "12", expected 12 digits'],
  ])("refuses %j", (given, message) => {
    expect(refusal(given, {}, null)).toMatchObject({ code: "usage", message });
  });

  it("says where a wrong value stands", () => {
    expect(refusal({}, { HEADRACE_CONSOLE_PORT: "x" }, null).message).toBe('HEADRACE_CONSOLE_PORT is "x", expected a port, 0 to 65535');
    expect(refusal({}, {}, file({ port: "x" })).message).toBe('x.json: port is "x", expected a port, 0 to 65535');
  });

  it.each([["nonsense-secret"], [":secret"], ["key:"], [{ accessKeyId: "a" }], [[null]], [[{ accessKeyId: "a", secretAccessKey: 7, note: "secret" }]]])(
    "never shows credentials, as of %j",
    (credentials) => {
      const { code, message } = refusal({}, {}, file({ credentials }));
      expect(code).toBe("usage");
      expect(message).toMatch(/^x\.json: credentials/);
      expect(message).not.toMatch(/secret(?!AccessKey)/);
      expect(message).not.toContain("nonsense");
    },
  );

  it("a file is a JSON object", () => {
    expect(refusal({}, {}, file("{"))).toMatchObject({ code: "usage", message: expect.stringMatching(/^x\.json is not JSON/) as string });
    for (const text of ["[]", "null", "3"]) expect(refusal({}, {}, file(text))).toMatchObject({ code: "usage", message: "x.json holds no JSON object" });
  });
});
