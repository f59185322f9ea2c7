/**
 * The tree is tested like code. Goal: the house stays as docs/ARCHITECTURE.md draws it. Method: every source file is read
 * and its imports, size, names and globals are held against the tables below.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const source = join(root, "src");

/** A room imports from lower ranks only. */
const ranks: Record<string, number> = {
  core: 0,
  data: 1,
  client: 1,
  log: 2,
  sql: 2,
  lake: 2,
  connector: 2,
  engine: 3,
  inference: 3,
  functions: 3,
  connectors: 3,
  delivery: 4,
  fronts: 4,
  flink: 4,
  jobs: 5,
  server: 6,
  cli: 7,
  testing: 7,
};

/** Imports of equal rank that are allowed, types only, with the reason. */
const typeExceptions: Record<string, string> = {
  "connector -> log": "what a pipeline lends its connectors includes the embedded streams",
};

/** What only core/platform may name, so that tests can simulate it. */
const banned: { pattern: RegExp; instead: string; allow: RegExp }[] = [
  { pattern: /\bDate\.now\b|\bnew Date\(\)/, instead: "platform.clock.nowMs()", allow: /^core\/platform\// },
  { pattern: /\bperformance\.now\b|\bprocess\.hrtime\b/, instead: "platform.clock.monotonicMs()", allow: /^core\/platform\// },
  { pattern: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/, instead: "platform.random", allow: /^core\/platform\// },
  { pattern: /(?<![\w.])(setTimeout|setInterval|setImmediate)\(/, instead: "platform.clock.setTimer()", allow: /^core\/platform\/|\/child\.ts$/ },
  { pattern: /["']node:fs(\/promises)?["']|["']fs["']/, instead: "platform.disk", allow: /^core\/platform\/|\/child\.ts$/ },
  {
    pattern: /["']node:(http|https|http2|net|tls)["']/,
    instead: "a front or the platform",
    allow: /^core\/platform\/|^fronts\/|^connectors\/|^server\/|^client\/|^cli\//,
  },
];

interface SourceFile {
  path: string;
  name: string;
  room: string;
  text: string;
  lines: number;
  isTest: boolean;
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
}

const files: SourceFile[] = walk(source)
  .filter((path) => path.endsWith(".ts"))
  .map((path) => {
    const name = relative(source, path).split(sep).join("/");
    const text = readFileSync(path, "utf8");
    return { path, name, room: name.split("/")[0], text, lines: text.split("\n").length, isTest: name.endsWith(".test.ts") };
  });
const product = files.filter((file) => !file.isTest && !/\.(generated|d)\.ts$/.test(file.name));

interface Import {
  file: SourceFile;
  target: string;
  typeOnly: boolean;
}

function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  for (const match of file.text.matchAll(/^\s*(import|export)\s+(type\s+)?[^;"']*?from\s+"(\.[^"]+)"/gms)) {
    found.push({ file, target: resolve(dirname(file.path), match[3]), typeOnly: match[2] !== undefined });
  }
  for (const match of file.text.matchAll(/import\(\s*"(\.[^"]+)"\s*\)/g)) found.push({ file, target: resolve(dirname(file.path), match[1]), typeOnly: false });
  for (const match of file.text.matchAll(/^\s*import\s+"(\.[^"]+)"/gm)) found.push({ file, target: resolve(dirname(file.path), match[1]), typeOnly: false });
  return found;
}

const imports = files.flatMap(importsOf);
const roomOf = (path: string): string => relative(source, path).split(sep)[0];

describe("the house", () => {
  it("has only rooms with a rank, each with a README of at most 60 lines and a door", () => {
    for (const entry of readdirSync(source, { withFileTypes: true })) {
      expect(entry.isDirectory(), `${entry.name} lies outside a room`).toBe(true);
      expect(ranks, `room ${entry.name} has no rank`).toHaveProperty(entry.name);
      const readme = join(source, entry.name, "README.md");
      expect(existsSync(readme), `${entry.name} has no README.md`).toBe(true);
      expect(readFileSync(readme, "utf8").split("\n").length, `${entry.name}/README.md is too long`).toBeLessThanOrEqual(61);
      if (entry.name !== "cli") expect(existsSync(join(source, entry.name, "index.ts")), `${entry.name} has no door`).toBe(true);
    }
  });

  it("imports from lower ranks only", () => {
    const wrong = imports
      .filter(({ file, target }) => file.room !== roomOf(target) && !file.isTest)
      .filter(({ file, target, typeOnly }) => {
        const other = roomOf(target);
        if (typeOnly && typeExceptions[`${file.room} -> ${other}`] !== undefined) return false;
        return ranks[other] >= ranks[file.room];
      })
      .map(({ file, target }) => `${file.name} imports ${relative(source, target)}`);
    expect(wrong).toEqual([]);
  });

  it("keeps connectors apart from each other, and fronts too", () => {
    const wrong = imports.filter(({ file, target }) => {
      for (const room of ["connectors", "fronts"]) {
        const own = file.name.match(new RegExp(`^${room}/([^/]+)/`))?.[1];
        const other = relative(source, target)
          .split(sep)
          .join("/")
          .match(new RegExp(`^${room}/([^/]+)/`))?.[1];
        if (own !== undefined && other !== undefined && own !== other && other !== "aws") return true;
      }
      return false;
    });
    expect(wrong.map(({ file, target }) => `${file.name} imports ${relative(source, target)}`)).toEqual([]);
  });

  it("keeps codecs and operators free of I/O", () => {
    const pure = /^(data\/|sql\/|fronts\/[^/]+\/protocol\/|engine\/(operators|windows|state|time|expressions)\/|engine\/checkpoint\/protocol\.ts)/;
    const wrong = product.filter((file) => pure.test(file.name) && /from\s+"node:(?!buffer|zlib|crypto)/.test(file.text));
    expect(wrong.map((file) => file.name)).toEqual([]);
  });

  it("has no import that leads nowhere and no file nobody imports", () => {
    const missing = imports.filter(({ target }) => !existsSync(target));
    expect(missing.map(({ file, target }) => `${file.name} -> ${target}`)).toEqual([]);
    const imported = new Set(imports.map(({ target }) => target));
    const entries = /^(cli\/main\.ts|[^/]+\/index\.ts)$|\/(worker|child)\.ts$|^testing\/|\/testing\/|\/sim\//;
    const dead = product.filter((file) => !imported.has(file.path) && !entries.test(file.name));
    expect(dead.map((file) => file.name)).toEqual([]);
  });
});

describe("sizes", () => {
  it("keeps the median file under 150 lines, nine in ten under 400, none over 800", () => {
    const sizes = product.map((file) => file.lines).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(150);
    expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThan(400);
    expect(files.filter((file) => file.lines > 800 && !file.name.endsWith(".generated.ts") && !file.isTest).map((file) => file.name)).toEqual([]);
  });

  it("keeps the three contracts under 150 lines, types only", () => {
    for (const name of ["log/log.ts", "connector/contract.ts", "engine/operator.ts"]) {
      const file = files.find((candidate) => candidate.name === name)!;
      expect(file.lines, name).toBeLessThan(150);
      expect(/^import (?!type)/m.test(file.text), `${name} imports more than types`).toBe(false);
    }
  });
});

describe("habits", () => {
  it("takes clock, disk and randomness from the platform", () => {
    const wrong = product.flatMap((file) =>
      banned
        .filter(({ pattern, allow }) => !allow.test(file.name) && pattern.test(withoutComments(file.text)))
        .map(({ instead, pattern }) => `${file.name} names ${pattern.exec(withoutComments(file.text))![0]}: use ${instead}`),
    );
    expect(wrong).toEqual([]);
  });

  it("names files in kebab-case and ends numeric options in their unit", () => {
    expect(files.filter((file) => !/^[a-z0-9-]+(\.[a-z]+)*\.ts$/.test(file.name.split("/").at(-1)!)).map((file) => file.name)).toEqual([]);
    const wrong = product.flatMap((file) =>
      [...withoutComments(file.text).matchAll(/readonly (\w*(?:[iI]nterval|[tT]imeout|[dD]elay))\??: number/g)].map((match) => `${file.name}: ${match[1]}`),
    );
    expect(wrong, "durations end in Ms").toEqual([]);
  });

  it("speaks of itself alone", () => {
    const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
    const text = tracked.filter(
      (name) =>
        /\.(ts|mjs|md|sql|py|json|sh)$/.test(name) &&
        !/package-lock\.json$|test\/tidy\.test\.ts$/.test(name) &&
        existsSync(join(root, name)) &&
        statSync(join(root, name)).size < 2_000_000,
    );
    const wrong = text.filter((name) =>
      /registry\.npmjs\.org|pypi\.org\/simple|\/work\/(main|shared|helpers)|\bTODO\b|\bFIXME\b/.test(readFileSync(join(root, name), "utf8")),
    );
    expect(wrong).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}
