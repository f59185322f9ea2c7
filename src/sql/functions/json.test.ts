/** Goal: SQL/JSON answers and faults where Apache Flink's recorded cases do not reach. Method: expressions without columns, folded. */
import { describe, expect, it } from "vitest";
import { ExpressionBinder } from "../bind/expressions.ts";
import { Scope } from "../bind/scope.ts";
import { parseExpression } from "../parse/index.ts";
import { toText } from "./index.ts";
import { bigDecimalText } from "./json-building.ts";
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

describe("JSON made of values", () => {
  it.each([
    [`JSON_OBJECT()`, "{}"],
    [`JSON_OBJECT('a' VALUE NULL, 'b' VALUE 1)`, '{"a":null,"b":1}'],
    [`JSON_OBJECT('a' VALUE NULL, 'b' VALUE 1 ABSENT ON NULL)`, '{"b":1}'],
    [`JSON_OBJECT('a' VALUE '{"x":1}')`, '{"a":"{\\"x\\":1}"}'],
    [`JSON_OBJECT('o' VALUE JSON_OBJECT('d' VALUE 1e10, 'c' VALUE 0.50))`, '{"o":{"c":0.50,"d":1.0E+10}}'],
    [`JSON_ARRAY(1, NULL, TRUE, DATE '2024-02-29')`, '[1,true,"2024-02-29"]'],
    [`JSON_ARRAY(1, NULL NULL ON NULL)`, "[1,null]"],
    [`JSON_STRING(TIMESTAMP '2024-02-29 10:00:00.500')`, '"2024-02-29T10:00:00.5"'],
    [`JSON_STRING(TIMESTAMP '2024-02-29 10:00:00.000')`, '"2024-02-29T10:00:00"'],
    [`JSON_STRING(TO_TIMESTAMP_LTZ(0, 3))`, '"1970-01-01T00:00:00Z"'],
    [`JSON_STRING(X'0001')`, '"AAE="'],
    [`JSON_STRING(MAP['b', 1, 'a', 2])`, '{"a":2,"b":1}'],
    [`JSON_UNQUOTE('"a')`, '"a'],
    [`JSON_UNQUOTE('[1]')`, "[1]"],
  ])("%s is %s", (expression, result) => {
    expect(answer(expression)).toBe(result);
  });

  it.each([
    ["0.5", "0.5"],
    ["1.0E10", "1.0E+10"],
    ["1.23456789E7", "12345678.9"],
    ["-1.0E-5", "-0.000010"],
    ["1.0E-9", "1.0E-9"],
    ["1.5E300", "1.5E+300"],
  ])("the DOUBLE %s is written %s", (text, written) => {
    expect(bigDecimalText(text)).toBe(written);
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
