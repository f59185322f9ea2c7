/** Goal: every example of the reference is true. Method: it is parsed, bound with nothing in sight and folded by the exact bodies. */
import { describe, expect, it } from "vitest";
import { ExpressionBinder } from "../bind/expressions.ts";
import { Scope } from "../bind/scope.ts";
import { parseExpression } from "../parse/index.ts";
import { allFunctions, lookupFunction, toText } from "./index.ts";

function textOf(expression: string): string {
  const bound = new ExpressionBinder(new Scope([]), { timeZone: "UTC" }).bind(parseExpression(expression));
  if (bound.kind !== "literal") {
    const declaration = bound.kind === "call" ? lookupFunction(bound.function) : undefined;
    if (bound.kind !== "call" || declaration?.kind !== "scalar" || !bound.arguments.every((each) => each.kind === "literal"))
      throw new Error(`${expression} is not constant`);
    const values = bound.arguments.map((each) => (each.kind === "literal" ? each.value : null));
    return toText(
      declaration.evaluate(values, { types: bound.arguments.map((each) => each.type), type: bound.type, timeZone: "UTC", parameter: bound.parameter }),
      bound.type,
      "UTC",
    );
  }
  return toText(bound.value, bound.type, "UTC");
}

describe("examples of the reference", () => {
  const documented = allFunctions.flatMap(({ name, documentation: { example } }) => (example === undefined ? [] : [{ name, ...example }]));
  it.each(documented)("$name: $expression is $result", ({ expression, result }) => {
    expect(textOf(expression)).toBe(result);
  });

  it("gives an example of every deterministic scalar function but the window columns and what INSERT adds", () => {
    const without = allFunctions.filter((each) => each.kind === "scalar" && each.deterministic && each.documentation.example === undefined);
    expect(without.map(({ name }) => name)).toEqual(["WINDOW_START", "WINDOW_END", "WINDOW_TIME", "NOT NULL"]);
  });

  it("finds functions without regard to case and by alias", () => {
    expect(lookupFunction("upper")?.name).toBe("UPPER");
    expect(lookupFunction("CHARACTER_LENGTH")?.name).toBe("CHAR_LENGTH");
    expect(lookupFunction("FROBNICATE")).toBeUndefined();
  });
});
