/** Goal: SQL/JSON answers and faults where Apache Flink's recorded cases do not reach. Method: expressions without columns, folded. */
import { describe, expect, it } from "vitest";
import { ExpressionBinder } from "../bind/expressions.ts";
import { Scope } from "../bind/scope.ts";
import { parseExpression } from "../parse/index.ts";
import { toText } from "./index.ts";
import { parseJson, writeJson } from "./json-text.ts";

const document = JSON.stringify({ a: { "b c": [1, 2.5, { d: "x" }] }, t: true, s: "7", nothing: null, big: 0, tiny: 0 })
  .replace('"big":0', '"big":12345678901234567890')
  .replace('"tiny":0', '"tiny":1.0');

function answer(expression: string): string {
  const bound = new ExpressionBinder(new Scope([]), { timeZone: "UTC" }).bind(parseExpression(expression.replaceAll("DOC", `'${document}'`)));
  if (bound.kind !== "literal") return "fails";
  return toText(bound.value, bound.type, "UTC");
}

describe("JSON_VALUE", () => {
  it.each([
    [`JSON_VALUE(DOC, '$.a[''b c''][0]')`, "1"],
    [`JSON_VALUE(DOC, '$.a["b c"][-1].d')`, "x"],
    [`JSON_VALUE(DOC, '$.tiny')`, "1.0"],
    [`JSON_VALUE(DOC, '$.big')`, "12345678901234567890"],
    [`JSON_VALUE(DOC, '$.big' RETURNING BIGINT DEFAULT 5 ON ERROR)`, "5"],
    [`JSON_VALUE(DOC, '$.a["b c"][1]' RETURNING DECIMAL(5, 2))`, "2.50"],
    [`JSON_VALUE(DOC, '$.a["b c"][1]' RETURNING INT DEFAULT -1 ON ERROR)`, "-1"],
    [`JSON_VALUE(DOC, '$.s' RETURNING INT)`, "NULL"],
    [`JSON_VALUE(DOC, '$.t' RETURNING BOOLEAN)`, "TRUE"],
    [`JSON_VALUE(DOC, '$.nothing' DEFAULT 'e' ON EMPTY DEFAULT 'r' ON ERROR)`, "e"],
    [`JSON_VALUE(DOC, '$.a' DEFAULT 'e' ON EMPTY DEFAULT 'r' ON ERROR)`, "r"],
    [`JSON_VALUE(DOC, 'lax $.a' DEFAULT 'e' ON EMPTY DEFAULT 'r' ON ERROR)`, "e"],
    [`JSON_VALUE(DOC, 'LAX $.zz.y[3]' DEFAULT 'e' ON EMPTY)`, "e"],
    [`JSON_VALUE('{', '$.a' ERROR ON ERROR)`, "fails"],
    [`JSON_VALUE(DOC, '$.nothing' ERROR ON EMPTY)`, "fails"],
    [`JSON_VALUE(CAST(NULL AS STRING), '$.a' DEFAULT 'e' ON EMPTY)`, "NULL"],
  ])("%s is %s", (expression, result) => {
    expect(answer(expression)).toBe(result);
  });

  it("refuses a path it cannot follow, at its place", () => {
    expect(() => answer(`JSON_VALUE(DOC, 'a.b')`)).toThrow("expects a path that begins with $");
    expect(() => answer(`JSON_VALUE(DOC, '$..b')`)).toThrow("not '..b'");
    expect(() => answer(`JSON_VALUE(DOC, '$.b[?(@.x > 1)]')`)).toThrow("not '[?(@.x > 1)]'");
    expect(() => answer(`JSON_VALUE(DOC, '$.a' RETURNING DATE)`)).toThrow("returns a STRING, a BOOLEAN or a number, not DATE");
  });
});

describe("JSON_QUERY and JSON_EXISTS", () => {
  it.each([
    [`JSON_QUERY(DOC, '$.a')`, '{"b c":[1,2.5,{"d":"x"}]}'],
    [`JSON_QUERY(DOC, '$.a["b c"][*].d')`, '["x"]'],
    [`JSON_QUERY(DOC, '$.a.*[0]')`, "[1]"],
    [`JSON_QUERY(DOC, '$.s' EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR)`, "{}"],
    [`JSON_QUERY(DOC, 'lax $.s' EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR)`, "[]"],
    [`JSON_QUERY(DOC, '$.s' WITH WRAPPER)`, '["7"]'],
    [`JSON_QUERY(DOC, '$.zz' ERROR ON ERROR)`, "fails"],
    [`JSON_EXISTS(DOC, '$.t')`, "TRUE"],
    [`JSON_EXISTS(DOC, '$.nothing')`, "FALSE"],
    [`JSON_EXISTS(DOC, '$.zz' UNKNOWN ON ERROR)`, "NULL"],
    [`JSON_EXISTS(DOC, 'lax $.zz' TRUE ON ERROR)`, "FALSE"],
    [`'7' IS JSON SCALAR`, "TRUE"],
    [`'{"a":1}' IS NOT JSON OBJECT`, "FALSE"],
    [`CAST(NULL AS STRING) IS JSON`, "FALSE"],
  ])("%s is %s", (expression, result) => {
    expect(answer(expression)).toBe(result);
  });
});

it("nesting beyond reason is no JSON, not a full stack", () => {
  expect(parseJson("[".repeat(100_000))).toBeUndefined();
  expect(parseJson(`${"[".repeat(600)}${"]".repeat(600)}`)).toBeUndefined();
  expect(parseJson(`${"[".repeat(400)}${"]".repeat(400)}`)).toBeDefined();
});

it("keys are sorted on demand by code point", () => {
  expect(writeJson(parseJson('{"b":1,"a":{"d":1,"c":2}}')!, true)).toBe('{"a":{"c":2,"d":1},"b":1}');
});
