import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutSpans } from "../../../test/golden/parse/corpus.ts";
import { expression, typeNode } from "../../../test/golden/parse/expression-arbitrary.ts";
import { parseDataType, parseExpression, printExpression, printType } from "./index.ts";

test("any expression is read back from its print", () => {
  fc.assert(
    fc.property(expression, (tree) => {
      expect(withoutSpans(parseExpression(printExpression(tree)))).toEqual(withoutSpans(tree));
    }),
    { numRuns: 1500 },
  );
});

test("any type is read back from its print", () => {
  fc.assert(
    fc.property(typeNode, (type) => {
      expect(withoutSpans(parseDataType(printType(type)))).toEqual(withoutSpans(type));
    }),
    { numRuns: 500 },
  );
});
