import { describe, expect, test } from "vitest";
import { SqlError } from "../errors.ts";
import { corpus, syntaxErrors, withoutSpans } from "../../../test/golden/parse/corpus.ts";
import { parseDataType, parseExpression, parseScript, parseStatement, printExpression, printScript, printStatement } from "./index.ts";

describe("the corpus", () => {
  for (const [name, text] of corpus()) {
    const fault = syntaxErrors[name];
    if (fault === undefined) {
      test(`${name} is read, and reads the same after printing`, () => {
        const statements = parseScript(text);
        const printed = printScript(statements);
        const again = parseScript(printed);
        expect(withoutSpans(again)).toEqual(withoutSpans(statements));
        expect(printScript(again)).toBe(printed);
        for (const statement of statements) {
          const own = text.slice(statement.span.start, statement.span.end);
          expect(withoutSpans(parseStatement(own))).toEqual(withoutSpans(statement));
        }
      });
    } else {
      test(`${name} fails at '${fault.at}' of ${fault.clause}`, () => {
        const error = caught(() => parseScript(text));
        expect(error.clause).toBe(fault.clause);
        expect(text.slice(error.span.start)).toMatch(new RegExp(`^${fault.at}`));
      });
    }
  }
});

describe("trees", () => {
  const tree = (text: string): string => parenthesise(parseExpression(text));
  test.each([
    ["a OR b AND NOT c = d", "(a OR (b AND (NOT (c = d))))"],
    ["NOT a IS NULL", "(NOT (a IS NULL))"],
    ["a = b IS NULL", "((a = b) IS NULL)"],
    ["a = b LIKE c", "(a = (b LIKE c))"],
    ["a + b * c - d", "((a + (b * c)) - d)"],
    ["a || b + c", "((a || b) + c)"],
    ["-a * b", "((- a) * b)"],
    ["a - b - c", "((a - b) - c)"],
    ["a BETWEEN b AND c AND d", "((a BETWEEN b AND c) AND d)"],
    ["a = b = c", "((a = b) = c)"],
    ["a IN (b) = c", "((a IN (b)) = c)"],
  ])("%s", (text, expected) => expect(tree(text)).toBe(expected));

  test("spans cut the very text of each node", () => {
    const text = "  a.b + (c * 2) ";
    const sum = parseExpression(text);
    if (sum.kind !== "binary") throw new Error("not a sum");
    expect([sum.span, sum.left.span, sum.right.span].map(({ start, end }) => text.slice(start, end))).toEqual(["a.b + (c * 2)", "a.b", "c * 2"]);
  });

  test("INTERSECT binds closer than UNION, and joins run from left to right behind a comma", () => {
    const [union] = parseScript("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3");
    expect(union).toMatchObject({ query: { body: { operator: "UNION", right: { operator: "INTERSECT" } } } });
    const [commas] = parseScript("SELECT 1 FROM a, b JOIN c ON TRUE");
    expect(commas).toMatchObject({ query: { body: { from: { comma: true, left: { kind: "table" }, right: { kind: "join", type: "INNER" } } } } });
  });

  test("types lose their synonyms", () => {
    expect(parseDataType("TIMESTAMP(3) WITH LOCAL TIME ZONE NOT NULL")).toMatchObject({ name: "TIMESTAMP_LTZ", precision: 3, nullable: false });
    expect(parseDataType("INT NOT NULL ARRAY")).toMatchObject({ kind: "array-type", element: { name: "INTEGER", nullable: false }, nullable: true });
    expect(parseDataType("ROW<a MAP<STRING, ARRAY<INT>>>")).toMatchObject({ kind: "row-type" });
  });

  test("strings and hints are unescaped", () => {
    expect(parseExpression("U&'\\00e9\\+01F600'")).toMatchObject({ value: "é😀" });
    expect(parseStatement("SELECT 1 FROM t /*+ OPTIONS('a' = 'it''s') */")).toMatchObject({
      query: { body: { from: { hints: [{ name: "OPTIONS", options: [{ key: "a", value: "it's" }] }] } } },
    });
  });
});

describe("limits", () => {
  test("deep nesting is refused, not a full stack", () => {
    for (const text of [
      `SELECT ${"(".repeat(100_000)}`,
      `SELECT ${"- ".repeat(100_000)}1`,
      `SELECT ${"NOT ".repeat(100_000)}a`,
      `SELECT * FROM ${"(SELECT * FROM ".repeat(10_000)}t`,
      `CREATE TABLE t (a ${"ARRAY<".repeat(100_000)}`,
      `SELECT ${"f(".repeat(100_000)}`,
      `SELECT * FROM t MATCH_RECOGNIZE (PATTERN (${"(".repeat(100_000)}`,
      "EXPLAIN ".repeat(100_000),
      `SELECT 1 FROM ${"(".repeat(50_000)}`,
    ]) {
      expect(caught(() => parseScript(text)).message).toMatch(/nested more than/);
    }
  });

  test("120 levels are fine for parser and printer", () => {
    const text = `${"(a + ".repeat(120)}b${")".repeat(120)}`;
    expect(withoutSpans(parseExpression(printExpression(parseExpression(text))))).toEqual(withoutSpans(parseExpression(text)));
  });

  test("a chain of 900 terms is fine, one of 20,000 is refused", () => {
    const chain = (terms: number) => `SELECT * FROM t WHERE ${Array.from({ length: terms }, (_, index) => `a = ${index}`).join(" OR ")}`;
    const statement = parseStatement(chain(900));
    expect(withoutSpans(parseStatement(printStatement(statement)))).toEqual(withoutSpans(statement));
    expect(caught(() => parseStatement(chain(20_000)))).toMatchObject({ code: "sql-unsupported", message: expect.stringMatching(/chain/) });
    expect(parseStatement(`SELECT a IN (${Array.from({ length: 20_000 }, (_, index) => index).join(", ")})`).kind).toBe("query-statement");
  });

  test("a script of 10,000 lines takes well under a second", () => {
    const line = "INSERT INTO sink SELECT auction, MAX(price) FILTER (WHERE price > 10) AS m FROM bid WHERE a = 1 GROUP BY auction;\n";
    const start = performance.now();
    expect(parseScript(line.repeat(10_000))).toHaveLength(10_000);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

function parenthesise(expression: ReturnType<typeof parseExpression>): string {
  const inner = (part: ReturnType<typeof parseExpression>): string => parenthesise(part);
  switch (expression.kind) {
    case "binary":
      return `(${inner(expression.left)} ${expression.operator} ${inner(expression.right)})`;
    case "unary":
      return `(${expression.operator} ${inner(expression.operand)})`;
    case "is":
      return `(${inner(expression.operand)} IS ${expression.test})`;
    case "like":
      return `(${inner(expression.operand)} LIKE ${inner(expression.pattern)})`;
    case "between":
      return `(${inner(expression.operand)} BETWEEN ${inner(expression.low)} AND ${inner(expression.high)})`;
    case "in-list":
      return `(${inner(expression.operand)} IN (${expression.items.map(inner).join(", ")}))`;
    default:
      return printExpression(expression);
  }
}

function caught(run: () => unknown): SqlError {
  try {
    run();
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
